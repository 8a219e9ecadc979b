import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing, css } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { icons } from '../shared/icons.ts';
import { dialogStyles, ModalDialog, renderInputError } from '../shared/dialog.ts';
import { fields } from '../shared/fields.ts';
import { base } from '../shared/base.ts';

/** Styles of `<passphrase-dialog>`. */
const styles = css`
  dialog {
    width: min(30rem, calc(100vw - 2rem));
  }

  .fields {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-xs);
  }

  .fields label:not(.check) {
    font-weight: 600;
  }

  .fields > input {
    width: 100%;
    margin-bottom: var(--gap-s);
  }

  .warning {
    display: flex;
    gap: var(--gap-s);
  }

  .warning svg {
    margin-top: 0.2em;
    color: var(--changes);
  }
`;

/** The purpose of a passphrase, and the backup. */
export interface PassphraseAsk {
  readonly for: 'encrypt' | 'open' | 'export';
  readonly name: string;
}

/** A passphrase, or null for going without one. */
type PassphraseEvent = CustomEvent<string | null>;

const WORDS: Readonly<Record<PassphraseAsk['for'], { title: string; says: string; go: string }>> = {
  encrypt: {
    title: 'Encrypt this backup',
    says: 'From now on, it can only be read with the passphrase, even in this browser.',
    go: 'Encrypt',
  },
  open: { title: 'Decrypt this backup', says: 'It is then stored unencrypted and can be restored.', go: 'Decrypt' },
  export: {
    title: 'Export this backup',
    says: 'Saves it as a file, for another computer or as a safe copy.',
    go: 'Export',
  },
};

/**
 * Asks for a passphrase in a dialog: twice when one is set, once when an existing one is entered.
 *
 * @property ask – its purpose; null while nothing is asked
 * @event passphrase-given – confirmed; `detail` is the passphrase, or null for an export without one
 * @event passphrase-refused – the dialog was closed without an answer
 */
@customElement('passphrase-dialog')
export class PassphraseDialog extends LitElement {
  static override styles = [base, fields, dialogStyles, styles];

  @property({ attribute: false }) ask: PassphraseAsk | null = null;

  @state() private seen = false;
  @state() private encrypt = true;
  @state() private complaint = '';

  @query('#first') private first!: HTMLInputElement | null;
  @query('#second') private second!: HTMLInputElement | null;

  #dialog = new ModalDialog(this, '#first', () => this.dispatchEvent(new CustomEvent('passphrase-refused')));

  protected override willUpdate(): void {
    if (this.ask !== null) return;
    this.seen = false;
    this.encrypt = true;
    this.complaint = '';
  }

  private answer(event: Event): void {
    event.preventDefault();
    const { ask } = this;
    if (ask === null) return;
    if (ask.for === 'export' && !this.encrypt) {
      this.send(null);
      return;
    }
    const passphrase = this.first?.value ?? '';
    const twice = ask.for === 'open' || passphrase === this.second?.value;
    this.complaint =
      passphrase === '' ? 'Enter a passphrase first.' : twice ? '' : 'The passphrases do not match. Enter both again.';
    if (this.complaint === '') this.send(passphrase);
    else (passphrase === '' ? this.first : this.second)?.focus();
  }

  private send(detail: string | null): void {
    this.dispatchEvent(new CustomEvent('passphrase-given', { detail }));
  }

  protected override render(): TemplateResult {
    const { ask } = this;
    return this.#dialog.render(ask === null ? null : this.renderForm(ask));
  }

  private renderForm(ask: PassphraseAsk): TemplateResult {
    const { title, says, go } = WORDS[ask.for];
    const typed = ask.for !== 'export' || this.encrypt;
    return html`<form class="stack" @submit=${this.answer}>
      <h3 id="title">${icons.lock}${title}</h3>
      <p><b>${ask.name}</b></p>
      <p class="small">${says}</p>
      ${ask.for === 'export' ? this.renderChoice() : nothing} ${typed ? this.renderFields(ask) : nothing}
      ${renderInputError(this.complaint)}
      ${this.#dialog.renderActions(
        html`<wa-button class="long" variant="brand" @click=${this.answer}
          >${typed ? go : 'Export without a passphrase'}</wa-button
        >`,
      )}
    </form>`;
  }

  private renderChoice(): TemplateResult {
    return html`<label class="check">
        <input
          type="checkbox"
          .checked=${this.encrypt}
          @change=${() => {
            this.encrypt = !this.encrypt;
            this.complaint = '';
          }}
        />
        Encrypt the file with a passphrase</label
      >
      ${
        this.encrypt
          ? nothing
          : html`<p class="warning small">
              ${icons.warning}<span>Anyone with the file can read the Wi-Fi passwords and keys in it.</span>
            </p>`
      }`;
  }

  private renderFields(ask: PassphraseAsk): TemplateResult {
    const setting = ask.for !== 'open';
    const type = this.seen ? 'text' : 'password';
    const autocomplete = setting ? 'new-password' : 'current-password';
    const field = (id: string, label: string) =>
      html`<label for=${id}>${label}</label>
        <input id=${id} .type=${type} autocomplete=${autocomplete} spellcheck="false" autocapitalize="off" />`;
    return html`<div class="fields">
        ${field('first', 'Passphrase')} ${setting ? field('second', 'Repeat the passphrase') : nothing}
        <label class="check">
          <input type="checkbox" .checked=${this.seen} @change=${() => (this.seen = !this.seen)} />
          Show passphrase</label
        >
      </div>
      ${
        setting
          ? html`<p class="warning small">
              ${icons.warning}<span
                ><b>It cannot be recovered.</b> Without the passphrase, the backup is lost. Choose several words that
                only you would combine.</span
              >
            </p>`
          : nothing
      }`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'passphrase-dialog': PassphraseDialog;
  }
  interface HTMLElementEventMap {
    'passphrase-given': PassphraseEvent;
    'passphrase-refused': CustomEvent;
  }
}
