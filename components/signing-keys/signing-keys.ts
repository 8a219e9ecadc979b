import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { KeyView } from '../../src/backups/make-bundles.ts';
import { sendLibraryIntent } from '../shared/events.ts';
import { fields } from '../shared/fields.ts';
import { count } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/base.ts';

/**
 * The keys that recovery bundles are signed with, and those of others that are known by name.
 *
 * @property keys – the keys, newest first
 * @property hold – why nothing can be done with them now; empty if something can
 * @event sectorwise-library – `make-key`, `import-key`, `export-key` or `forget-key`
 */
@customElement('signing-keys')
export class SigningKeys extends LitElement {
  static override styles = [
    base,
    fields,
    css`
      summary {
        min-height: max(2rem, var(--target));
        font-size: var(--text-label);
      }

      ul {
        display: grid;
        gap: var(--gap-s);
      }

      li,
      .new {
        display: flex;
        flex-wrap: wrap;
        gap: var(--gap-xs) var(--gap-s);
        align-items: center;
      }

      li > p {
        flex: 1 1 14rem;
        min-width: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) keys: readonly KeyView[] = [];
  @property() hold = '';

  @state() private forgetting: string | null = null;
  @query('#name') private nameInput!: HTMLInputElement;
  @query('input[type=file]') private fileInput!: HTMLInputElement;

  private get named(): string {
    return this.nameInput.value.trim();
  }

  protected override render(): TemplateResult {
    return html`<details>
      <summary>
        ${icons.fold}<b>Signing keys</b>
        <span class="quiet">${this.keys.length === 0 ? 'none' : count(this.keys.length, 'key')}</span>
      </summary>
      <div class="stack">
        <p class="small quiet">
          A recovery bundle that you sign says that it is yours, and is refused if anyone changes it. The private half
          of a key leaves this browser only if you save it as a file: whoever has it can sign in your name.
        </p>
        ${
          this.keys.length === 0
            ? nothing
            : html`<ul aria-label="Signing keys">
                ${this.keys.map((key) => this.renderKey(key))}
              </ul>`
        }
        <div class="new">
          <label for="name">Name of the key</label>
          <input id="name" maxlength="80" autocomplete="off" placeholder="My key" />
          ${this.button('Make a key', () => sendLibraryIntent(this, { do: 'make-key', name: this.named }))}
          <input type="file" hidden aria-label="Key file to import" accept=".pem,.key" @change=${() => this.take()} />
          ${this.button('Import a key', () => this.fileInput.click())}
        </div>
      </div>
    </details>`;
  }

  private take(): void {
    const [file] = this.fileInput.files ?? [];
    if (file !== undefined) sendLibraryIntent(this, { do: 'import-key', file, name: this.named });
    // Allows the same file to be chosen again.
    this.fileInput.value = '';
  }

  private renderKey({ key, name, fingerprint, own }: KeyView): TemplateResult {
    return html`<li>
      <p>
        <b>${name}</b> <span class="quiet small">${own ? 'your key' : 'someone else’s'}</span><br />
        <span class="exact small">${fingerprint}</span>
      </p>
      ${
        this.forgetting === key
          ? html`<p class="small">
                ${
                  own
                    ? 'Without a saved file, nobody can sign with it again.'
                    : 'Bundles signed with it are then shown as signed with an unknown key.'
                }
              </p>
              ${this.button(
                'Forget',
                () => {
                  this.forgetting = null;
                  sendLibraryIntent(this, { do: 'forget-key', key });
                },
                name,
              )}
              ${this.button('Keep', () => (this.forgetting = null), name)}`
          : html`${own ? this.button('Save key', () => sendLibraryIntent(this, { do: 'export-key', key }), name) : nothing}
            ${this.button('Forget', () => (this.forgetting = key), name)}`
      }
    </li>`;
  }

  private button(label: string, click: () => void, of = ''): TemplateResult {
    return html`<wa-button
      size="s"
      appearance="outlined"
      ?disabled=${this.hold !== ''}
      title=${this.hold}
      @click=${click}
      >${label}${of === '' ? nothing : html`<span class="hidden"> ${of}</span>`}</wa-button
    >`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'signing-keys': SigningKeys;
  }
}
