import '@awesome.me/webawesome/dist/components/button/button.js';
import type { PropertyValues, TemplateResult } from 'lit';
import { html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { KeyView } from '../../src/backups/make-bundles.ts';
import type { SignedBundleRequest } from '../../src/bundle/make.ts';
import { sendLibraryIntent } from '../shared/events.ts';
import { dialogStyles, ModalDialog, renderInputError } from '../shared/dialog.ts';
import { fields } from '../shared/fields.ts';
import { roughly } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/base.ts';
import { styles } from './bundle-maker.styles.ts';
import type { BundleAsk, BundleRow } from './bundle-maker.words.ts';

/** A bundle that is to be made of what was asked for. */
export interface BundleAnswer {
  readonly ask: BundleAsk;
  readonly request: SignedBundleRequest;
}

/**
 * Asks in a dialog what goes into a recovery bundle: partitions, a name, notes, and whether it is signed.
 *
 * @property ask – what it is to be made of; null while nothing is asked
 * @property keys – the keys that this browser knows; only those with a private half can sign
 * @event bundle-requested – confirmed; `detail` is a `BundleAnswer`
 * @event bundle-refused – the dialog was closed without an answer
 * @event sectorwise-library – `make-key`
 */
@customElement('bundle-maker')
export class BundleMaker extends LitElement {
  static override styles = [base, fields, dialogStyles, styles];

  @property({ attribute: false }) ask: BundleAsk | null = null;
  @property({ attribute: false }) keys: readonly KeyView[] = [];

  @state() private ticked: ReadonlySet<BundleRow> = new Set();
  @state() private sign = '';
  @state() private complaint = '';
  /** Whether a key is being made, which then signs. */
  #awaitsKey = false;

  @query('#name') private nameInput!: HTMLInputElement | null;
  @query('#notes') private notesInput!: HTMLTextAreaElement | null;

  #dialog = new ModalDialog(this, '#name', () =>
    this.dispatchEvent(new CustomEvent('bundle-refused', { bubbles: true, composed: true })),
  );

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('ask')) {
      this.ticked = new Set(this.ask?.rows.filter((row) => row.ticked));
      this.sign = '';
      this.complaint = '';
      this.#awaitsKey = false;
    }
    const [newest] = this.own;
    if (changed.has('keys') && this.#awaitsKey && newest !== undefined) {
      this.#awaitsKey = false;
      this.sign = newest.key;
    }
  }

  private get own(): readonly KeyView[] {
    return this.keys.filter(({ own }) => own);
  }

  private answer(event: Event): void {
    event.preventDefault();
    const { ask } = this;
    if (ask === null) return;
    const name = this.nameInput?.value.trim() ?? '';
    const none = ask.of !== 'files' && this.ticked.size === 0;
    this.complaint = name === '' ? 'Enter a name first.' : none ? 'Tick at least one partition.' : '';
    if (name === '') this.nameInput?.focus();
    if (this.complaint !== '') return;
    const parts = ask.rows
      .filter((row) => this.ticked.has(row))
      .map(({ partition: { region, address, size } }) => ({ region, address, size }));
    const sign = this.own.some(({ key }) => key === this.sign) ? this.sign : null;
    const request: SignedBundleRequest = { name, notes: this.notesInput?.value.trim() ?? '', parts, sign };
    const detail: BundleAnswer = { ask, request };
    this.dispatchEvent(new CustomEvent('bundle-requested', { detail, bubbles: true, composed: true }));
  }

  protected override render(): TemplateResult {
    const { ask } = this;
    return this.#dialog.render(ask === null ? null : this.renderForm(ask));
  }

  private renderForm(ask: BundleAsk): TemplateResult {
    return html`<form class="stack" @submit=${this.answer}>
      <h3 id="title">${icons.box}Make a recovery bundle</h3>
      <p class="small">
        One file that restores a board of this kind.
        ${
          ask.of === 'files'
            ? 'It gets everything that the chosen files write to this board.'
            : 'Settings and secrets of this board stay out unless you tick them; what is not ticked stays as it is on the other board.'
        }
        ${ask.of === 'board' ? 'The whole flash is read and kept as a backup in this browser first.' : nothing}
      </p>
      <div class="field">
        <label for="name">Name</label>
        <input id="name" maxlength="200" autocomplete="off" .value=${ask.name} />
      </div>
      ${ask.rows.length === 0 ? nothing : this.renderRows(ask.rows)}
      <div class="field">
        <label for="notes">Notes for whoever uses it <span class="quiet">(optional)</span></label>
        <textarea id="notes" rows="2" maxlength="4000"></textarea>
      </div>
      ${this.renderSign()} ${renderInputError(this.complaint)}
      ${this.#dialog.renderActions(
        html`<wa-button class="long" variant="brand" @click=${this.answer}>
          ${this.sign === '' ? 'Make it unsigned' : 'Make and sign it'}
        </wa-button>`,
      )}
    </form>`;
  }

  private renderRows(rows: readonly BundleRow[]): TemplateResult {
    return html`<fieldset>
      <legend>What goes in</legend>
      ${rows.map(
        (row) =>
          html`<label class="check">
            <input
              type="checkbox"
              .checked=${this.ticked.has(row)}
              @change=${() => {
                const ticked = new Set(this.ticked);
                if (!ticked.delete(row)) ticked.add(row);
                this.ticked = ticked;
              }}
            />
            <span
              >${row.partition.name}
              <span class="exact small">${roughly(row.partition.size)}</span>
              ${row.warning === '' ? nothing : html`<span class="quiet small">${row.warning}</span>`}</span
            >
          </label>`,
      )}
    </fieldset>`;
  }

  private renderSign(): TemplateResult {
    if (this.own.length === 0)
      return html`<div class="field">
        <p class="small">Not signed: this browser has no signing key.</p>
        <div class="row">
          <wa-button
            size="s"
            appearance="outlined"
            @click=${() => {
              this.#awaitsKey = true;
              sendLibraryIntent(this, { do: 'make-key', name: 'My key' });
            }}
            >Make a signing key</wa-button
          >
          <span class="quiet small">You find it in the view Backups.</span>
        </div>
      </div>`;
    return html`<div class="field">
      <label for="sign">Signature</label>
      <select
        id="sign"
        @change=${(event: Event & { readonly currentTarget: HTMLSelectElement }) => (this.sign = event.currentTarget.value)}
      >
        <option value="" ?selected=${this.sign === ''}>Not signed</option>
        ${this.own.map(
          ({ key, name, fingerprint }) =>
            html`<option value=${key} ?selected=${this.sign === key}>${name} (${fingerprint.slice(0, 9)})</option>`,
        )}
      </select>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'bundle-maker': BundleMaker;
  }
  interface HTMLElementEventMap {
    'bundle-requested': CustomEvent<BundleAnswer>;
    'bundle-refused': CustomEvent;
  }
}
