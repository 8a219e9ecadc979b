import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, css } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { UnlockOffer } from '../../src/flash/unlock.ts';
import { isAgreed } from '../../src/flash/unlock.ts';
import { sendIntent } from '../shared/events.ts';
import { dialogStyles, ModalDialog } from '../shared/dialog.ts';
import { fields } from '../shared/fields.ts';
import { duration } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/base.ts';

/** Styles of `<unlock-dialog>`. */
const styles = css`
  h3 svg {
    flex: none;
    color: var(--failed);
  }

  .gravest {
    font-weight: 600;
  }

  ul {
    display: grid;
    gap: var(--gap-xs);
    padding-inline-start: 1.2em;
    list-style: disc;
  }

  label b {
    font-family: var(--mono);
    font-weight: 600;
  }

  #words {
    width: 100%;
  }
`;

/**
 * Asks whether a chip is to be unlocked: what that costs, and the words that a person types to agree.
 *
 * @property offer – what unlocking means; null while nothing is asked
 * @property board – the chip's name
 * @event sectorwise-intent – `unlock`, with what was typed
 * @event unlock-closed – the dialog was closed, with or without agreement
 */
@customElement('unlock-dialog')
export class UnlockDialog extends LitElement {
  static override styles = [base, fields, dialogStyles, styles];

  @property({ attribute: false }) offer: UnlockOffer | null = null;
  @property() board = '';

  @state() private typed = '';

  #dialog = new ModalDialog(this, '#words', () => this.dispatchEvent(new CustomEvent('unlock-closed')));

  protected override willUpdate(): void {
    if (this.offer === null) this.typed = '';
  }

  private agree(event: Event): void {
    event.preventDefault();
    const { offer, typed } = this;
    if (offer === null || !isAgreed(offer, typed)) return;
    this.#dialog.close();
    sendIntent(this, { do: 'unlock', words: typed });
  }

  protected override render(): TemplateResult {
    const { offer } = this;
    return this.#dialog.render(offer === null ? null : this.renderForm(offer));
  }

  private renderForm(offer: UnlockOffer): TemplateResult {
    const [first = '', ...more] = offer.means;
    const agreed = isAgreed(offer, this.typed);
    return html`<form class="stack" @submit=${this.agree}>
      <h3 id="title">${icons.warning}Erase the whole flash and unlock this chip?</h3>
      <p><b>${this.board}</b></p>
      <p class="gravest">${first}</p>
      <ul class="small">
        ${more.map((each) => html`<li>${each}</li>`)}
      </ul>
      <p class="small">
        It takes ${duration(offer.ms)} at most. The chip leaves USB and comes back; the browser may ask you to choose it
        again. Then the whole flash is read, to show that it is blank.
      </p>
      <label for="words">Type <b>${offer.words}</b> to agree</label>
      <input
        id="words"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        .value=${this.typed}
        @input=${({ currentTarget }: Event) =>
          currentTarget instanceof HTMLInputElement && (this.typed = currentTarget.value)}
      />
      ${this.#dialog.renderActions(
        html`<wa-button
          class="long"
          variant="danger"
          ?disabled=${!agreed}
          title=${agreed ? '' : `Type “${offer.words}” first.`}
          @click=${this.agree}
          >Erase the whole flash and unlock</wa-button
        >`,
      )}
    </form>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'unlock-dialog': UnlockDialog;
  }
  interface HTMLElementEventMap {
    'unlock-closed': CustomEvent;
  }
}
