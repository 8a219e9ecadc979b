import '@awesome.me/webawesome/dist/components/button/button.js';
import type { PropertyValues, TemplateResult } from 'lit';
import { LitElement, html, nothing, css } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import type { ContentsPlace, SettingsList } from '../../src/flash/partition-contents.ts';
import { isSamePlace } from '../../src/flash/partition-contents.ts';
import { sendIntent } from '../shared/events.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/base.ts';
import type { Draft, NamespaceRows, OwnEdit, SettingRow } from './settings-table.words.ts';
import { wifiRemark } from './settings-table.wifi.ts';
import { draftNote, HIDDEN, settingRows, valueText } from './settings-table.words.ts';
import { rows } from '../shared/rows.ts';

/** Styles of `<settings-table>`. */
const styles = [
  rows,
  css`
    .namespace th {
      padding-block-start: var(--gap-m);
      font-size: var(--text-body);
      font-weight: 600;
    }

    tbody tr:not(.namespace) {
      --indent: var(--gap-m);
    }

    tbody tr:not(.namespace) th {
      font-weight: 400;
    }

    td.value {
      width: 50%;
    }

    .text {
      white-space: pre-wrap;
    }

    /* It begins a line of its own, so that the fields stay as wide as they are. */
    .remark {
      display: block;
      flex: 0 0 100%;
    }

    /* Key and value below each other begin at the same edge; the type ends the line of the key. */
    @container (width < 560px) {
      tbody tr:not(.namespace) {
        --indent: 0px;
      }

      tbody tr:not(.namespace) th {
        flex: 0 1 calc(100% - 7rem);
      }

      td.exact {
        margin-inline-start: auto;
      }
    }
  `,
];

/**
 * The settings that a partition holds, by namespace, with what is to become of them. Secrets are hidden until asked for.
 *
 * @property settings – the settings as they are on the board
 * @property edits – what is to be changed in this partition
 * @property range – the partition
 * @property locked – whether nothing can be changed at the moment
 * @property draft – what is being typed; null if nothing is
 * @event sectorwise-intent – `edit-contents`, `withdraw-edits`
 * @event draft-change – what is being typed now, or null: who keeps it can show it again
 */
@customElement('settings-table')
export class SettingsTable extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) settings: SettingsList | null = null;
  @property({ attribute: false }) edits: readonly OwnEdit[] = [];
  @property({ attribute: false }) range: ContentsPlace | null = null;
  @property({ type: Boolean }) locked = false;

  @property({ attribute: false }) draft: Draft | null = null;
  /** The rows whose secret is shown. */
  @state() private revealed: ReadonlySet<string> = new Set();

  /** The place that what is revealed and typed belongs to. */
  #of: ContentsPlace | null = null;
  /** Whether a person has just opened the form: the focus goes there. */
  #opens = false;

  protected override willUpdate(changed: PropertyValues<this>): void {
    const [before, { range }] = [this.#of, this];
    this.#of = range;
    if (before === null || (range !== null && isSamePlace(before, range))) return;
    // What was revealed of one board or partition is not for the next.
    this.revealed = new Set();
    if (!changed.has('draft')) this.draft = null;
  }

  protected override updated(): void {
    if (this.#opens) this.shadowRoot?.querySelector<HTMLElement>('[data-first]')?.focus();
    this.#opens = false;
  }

  private type(draft: Draft | null): void {
    this.#opens = draft !== null && draft.row !== this.draft?.row;
    this.draft = draft;
    this.dispatchEvent(new CustomEvent('draft-change', { detail: draft }));
  }

  protected override render(): TemplateResult | typeof nothing {
    const { settings } = this;
    if (settings === null) return nothing;
    const groups = settingRows(settings.settings, this.edits);
    const { draft } = this;
    // The setting of a draft may be gone since it was begun.
    const inRow = groups.some(({ rows: own }) => own.some((row) => nameOf(row) === draft?.row));
    return html`<table>
        <caption class="hidden">
          Settings
        </caption>
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">Type</th>
            <th scope="col">Value</th>
            <th scope="col"><span class="hidden">What can be done</span></th>
          </tr>
        </thead>
        ${groups.map((group) => this.renderGroup(group, settings))}
      </table>
      ${groups.length === 0 ? html`<p class="quiet">No settings are stored here.</p>` : nothing}
      ${
        draft !== null && !inRow
          ? this.renderForm(draft, settings, groups)
          : html`<div>
              <wa-button size="s" appearance="outlined" ?disabled=${this.locked} @click=${() => this.begin(groups)}
                >${icons.plus} Add a setting</wa-button
              >
            </div>`
      }`;
  }

  private renderGroup({ namespace, rows }: NamespaceRows, settings: SettingsList): TemplateResult {
    return html`<tbody>
      <tr class="namespace">
        <th scope="rowgroup" colspan="4">${namespace}</th>
      </tr>
      ${rows.map((row) => this.renderRow(row, settings))}
    </tbody>`;
  }

  private renderRow(row: SettingRow, settings: SettingsList): TemplateResult {
    const { key, now, edit } = row;
    const name = nameOf(row);
    const isNew = now === null;
    const state = { changed: edit !== null, deleted: edit?.to === 'deleted', new: isNew };
    const type = edit === null || edit.to === 'deleted' ? (now?.type ?? '') : edit.to.type;
    return html`<tr class=${classMap(state)}>
        <th scope="row">${key}</th>
        <td class="exact">${type}</td>
        <td class="value">${this.renderValue(row)}</td>
        <td class="acts">
          ${
            edit !== null
              ? this.act(row, 'Withdraw', () => this.withdraw(edit.id))
              : html`${now?.value === null ? nothing : this.act(row, 'Change', () => this.change(row))}
                ${this.act(row, 'Delete', () => this.delete(row))}`
          }
        </td>
      </tr>
      ${
        this.draft?.row === name
          ? html`<tr>
              <td colspan="4">${this.renderForm(this.draft, settings, [])}</td>
            </tr>`
          : nothing
      }`;
  }

  private renderValue(row: SettingRow): TemplateResult {
    const { now, edit, secret } = row;
    const shown = !secret || this.revealed.has(nameOf(row));
    const plain = (value: string | null) =>
      shown || value === null
        ? html`<span class="text">${valueText(value)}</span>`
        : value === ''
          ? '(empty)'
          : html`<span role="img" aria-label="hidden">${HIDDEN}</span>`;
    const before = now === null ? nothing : html`<span class="now">${plain(now.value)}</span>`;
    const after =
      edit === null
        ? nothing
        : edit.to === 'deleted'
          ? html` <span class="to">will be deleted</span>`
          : html` <span class="to">${now === null ? 'new:' : 'becomes'} ${plain(edit.to.value)}</span>
              <span class="small remark">${wifiRemark({ ...row, ...edit.to })}</span>`;
    const reveal = secret
      ? html` <button
          type="button"
          class="link"
          aria-label="${shown ? 'Hide' : 'Show'} the value of ${row.namespace}/${row.key}"
          @click=${() => this.reveal(nameOf(row), !shown)}
        >
          ${shown ? 'Hide' : 'Show'}
        </button>`
      : nothing;
    return html`${before}${after}${reveal}`;
  }

  private act({ namespace, key }: SettingRow, name: string, click: () => void): TemplateResult {
    return html`<button
      type="button"
      class="link"
      aria-label="${name} ${namespace}/${key}"
      ?disabled=${this.locked}
      @click=${click}
    >
      ${name}
    </button>`;
  }

  private renderForm(draft: Draft, settings: SettingsList, groups: readonly NamespaceRows[]): TemplateResult {
    const isNew = draft.row === '';
    const note = draftNote(draft, settings.settings);
    const set = (to: Partial<Draft>) => this.type({ ...draft, ...to });
    const field = (name: 'namespace' | 'key', label: string, list = '') =>
      html`<label
        >${label}<input
          ?data-first=${name === 'namespace'}
          .value=${draft[name]}
          maxlength="15"
          required
          list=${list === '' ? nothing : list}
          autocomplete="off"
          spellcheck="false"
          @input=${(event: InputEvent) => set({ [name]: textOf(event) })}
      /></label>`;
    return html`<form
      aria-label=${isNew ? 'New setting' : `Change ${draft.namespace}/${draft.key}`}
      @submit=${(event: Event) => this.submit(event, draft)}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === 'Escape') this.type(null);
      }}
    >
      ${
        isNew
          ? html`${field('namespace', 'Namespace', 'namespaces')} ${field('key', 'Key')}
              <datalist id="namespaces">
                ${groups.map(({ namespace }) => html`<option value=${namespace}></option>`)}
              </datalist>`
          : nothing
      }
      ${note === '' ? nothing : html`<p class="small wide" role="status">${note}</p>`}
      <label
        >Type<select @change=${(event: Event) => set({ type: textOf(event) })}>
          ${settings.types.map((type) => html`<option value=${type} .selected=${type === draft.type}>${type}</option>`)}
        </select></label
      >
      <label class="wide"
        >Value${
          // A certificate has several lines, which a field of one line would join.
          draft.value.includes('\n')
            ? html`<textarea
                rows="6"
                data-first
                .value=${draft.value}
                spellcheck="false"
                @input=${(event: InputEvent) => set({ value: textOf(event) })}
              ></textarea>`
            : html`<input
                ?data-first=${!isNew}
                .value=${draft.value}
                autocomplete="off"
                spellcheck="false"
                @input=${(event: InputEvent) => set({ value: textOf(event) })}
              />`
        }</label
      >
      <div class="row">
        <wa-button size="s" type="submit" variant="neutral" appearance="accent" ?disabled=${this.locked}
          >${isNew ? 'Add' : 'Change'}</wa-button
        >
        <wa-button size="s" appearance="outlined" @click=${() => this.type(null)}>Cancel</wa-button>
      </div>
      <p class="small remark" role="status">${wifiRemark(draft)}</p>
    </form>`;
  }

  private begin(groups: readonly NamespaceRows[]): void {
    const [type = ''] = this.settings?.types.filter((each) => each === 'string') ?? [];
    this.type({ row: '', namespace: groups[0]?.namespace ?? '', key: '', type, value: '', was: null });
  }

  private change({ namespace, key, now, secret, edit }: SettingRow): void {
    const row = nameOf({ namespace, key });
    if (edit !== null || now === null) return;
    // Typing over a secret does not show it.
    const value = secret && !this.revealed.has(row) ? '' : (now.value ?? '');
    this.type({ row, namespace, key, type: now.type, value, was: { type: now.type, value: now.value } });
  }

  private submit(event: Event, { namespace, key, type, value }: Draft): void {
    event.preventDefault();
    if (this.range === null || this.locked || namespace === '' || key === '') return;
    sendIntent(this, {
      do: 'edit-contents',
      range: this.range,
      edits: [{ edit: 'set', namespace, key, type, value }],
    });
    this.type(null);
  }

  private delete({ namespace, key }: SettingRow): void {
    if (this.range === null) return;
    sendIntent(this, {
      do: 'edit-contents',
      range: this.range,
      edits: [{ edit: 'delete-setting', namespace, key }],
    });
  }

  private withdraw(id: number): void {
    sendIntent(this, { do: 'withdraw-edits', range: this.range, id });
  }

  private reveal(name: string, yes: boolean): void {
    this.revealed = new Set(yes ? [...this.revealed, name] : [...this.revealed].filter((each) => each !== name));
  }
}

function nameOf({ namespace, key }: Pick<SettingRow, 'namespace' | 'key'>): string {
  return JSON.stringify([namespace, key]);
}

function textOf({ target }: Event): string {
  const isField =
    target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
  return isField ? target.value : '';
}

declare global {
  interface HTMLElementEventMap {
    'draft-change': CustomEvent<Draft | null>;
  }
  interface HTMLElementTagNameMap {
    'settings-table': SettingsTable;
  }
}
