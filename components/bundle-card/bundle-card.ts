import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { KeyView } from '../../src/backups/make-bundles.ts';
import type { BundleFacts } from '../../src/flash/bundle-facts.ts';
import { sendLibraryIntent } from '../shared/events.ts';
import { fields } from '../shared/fields.ts';
import { clock } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/base.ts';
import { styles } from './bundle-card.styles.ts';
import type { SignerKnown } from './bundle-card.words.ts';
import { knownSigner, listWords } from './bundle-card.words.ts';

/**
 * What a recovery bundle says of itself: who signed it, which boards it fits, what it brings and what stays on this board.
 *
 * @property bundle – what it says; nothing is shown without
 * @property keys – the keys that this browser knows by name
 * @event sectorwise-library – `know-key`
 */
@customElement('bundle-card')
export class BundleCard extends LitElement {
  static override styles = [base, fields, styles];

  @property({ attribute: false }) bundle: BundleFacts | null = null;
  @property({ attribute: false }) keys: readonly KeyView[] = [];

  @state() private naming = false;
  @query('input') private nameInput!: HTMLInputElement | null;

  protected override render(): TemplateResult | typeof nothing {
    const { bundle } = this;
    if (bundle === null) return nothing;
    const { name, notes, made, targets, brings, keeps } = bundle;
    return html`
      <p><b>${name}</b> <span class="quiet small">made ${clock(made)}</span></p>
      ${this.renderSigner(knownSigner(bundle, this.keys))}
      ${notes === '' ? nothing : html`<p class="notes">${notes}</p>`}
      <dl class="small">
        <dt>Fits</dt>
        <dd>${targets.join('; ')}</dd>
        <dt>Brings</dt>
        <dd>${listWords(brings)}</dd>
        <dt>Stays as it is</dt>
        <dd><b>${listWords(keeps)}</b></dd>
      </dl>
    `;
  }

  private renderSigner(signer: SignerKnown): TemplateResult {
    switch (signer.kind) {
      case 'unsigned':
        return html`<p class="signer unsigned">
          ${icons.warning}<span
            ><b>Not signed.</b> Nothing shows who made it or whether it was changed since: use it only if you trust
            where you got it.</span
          >
        </p>`;
      case 'known':
        return html`<p class="signer known">
          ${icons.good}<span
            >Signed by <b>${signer.name}</b>${signer.own ? ', with your own key' : ''}; it has not changed since.
            <span class="exact small">${signer.fingerprint}</span></span
          >
        </p>`;
      case 'unknown':
        return html`<div class="signer unknown">
          ${icons.warning}
          <div class="stack">
            <p>
              <b>Signed with a key that you do not know.</b> Nothing in it was changed since. Compare the key with that
              of its maker: <span class="exact">${signer.fingerprint}</span>
            </p>
            ${this.renderNaming(signer.key)}
          </div>
        </div>`;
    }
  }

  private renderNaming(key: string): TemplateResult {
    if (!this.naming)
      return html`<div>
        <wa-button size="s" appearance="outlined" @click=${() => void this.beginNaming()}
          >Give this key a name</wa-button
        >
      </div>`;
    return html`<form
      @submit=${(event: Event) => {
        event.preventDefault();
        this.know(key);
      }}
    >
      <label for="name">Whose key is it?</label>
      <input id="name" maxlength="80" autocomplete="off" />
      <wa-button size="s" appearance="outlined" @click=${() => this.know(key)}>Remember it</wa-button>
    </form>`;
  }

  private async beginNaming(): Promise<void> {
    this.naming = true;
    await this.updateComplete;
    this.nameInput?.focus();
  }

  private know(key: string): void {
    const name = this.nameInput?.value.trim() ?? '';
    if (name === '') return this.nameInput?.focus();
    this.naming = false;
    sendLibraryIntent(this, { do: 'know-key', key, name });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'bundle-card': BundleCard;
  }
}
