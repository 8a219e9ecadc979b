import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { sendWait } from '../shared/events.ts';
import { findingStyles } from '../shared/finding.ts';
import { timeOfDay } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/base.ts';

/**
 * The wait for a board that is not plugged in; `choosable`: the person can choose its port again; `dfu`: it is found in DFU mode alone;
 * `erased`: the chip has erased itself and restarts; `virtual`: its cable is on this page.
 */
export interface Waiting {
  readonly choosable: boolean;
  readonly dfu?: true;
  readonly erased?: true;
  readonly virtual?: true;
  /** When it was last asked for and not found, in ms since 1970; absent where nobody asked. */
  readonly asked?: number;
}

/** What a person has to do first. */
function stepFor({ dfu, erased, virtual }: Waiting): string {
  if (erased === true)
    return 'If BOOT0 is a button, hold it and reset the board or plug it in again: Sectorwise then continues automatically.';
  if (virtual === true) return 'Press “Plug the cable in” at the top first: Sectorwise then connects automatically.';
  return `Plug it in${dfu === true ? ' and put it into DFU mode' : ''}: Sectorwise then connects automatically.`;
}

/**
 * The board is not plugged in: the page waits for it and connects by itself. Takes the focus whenever `waiting` is set, so that
 * asking once more is answered.
 *
 * @property waiting – the wait
 * @event sectorwise-wait – `stop`, or `choose` to open the browser's chooser
 */
@customElement('board-wait')
export class BoardWait extends LitElement {
  static override styles = [
    base,
    findingStyles,
    css`
      .card {
        gap: var(--gap-s);
      }

      h3 svg {
        margin-inline-end: 0.4em;
        color: var(--changes);
      }
    `,
  ];

  @property({ attribute: false }) waiting: Waiting = { choosable: false };

  protected override updated(): void {
    this.shadowRoot?.querySelector('section')?.focus();
  }

  private onKey({ key }: KeyboardEvent): void {
    if (key === 'Escape') sendWait(this, 'stop');
  }

  protected override render(): TemplateResult {
    const { choosable, erased = false, asked } = this.waiting;
    return html`<section class="card warning" tabindex="-1" aria-labelledby="title" @keydown=${this.onKey}>
      <h3 id="title">${icons.plug}${erased ? 'The chip is not back yet' : 'The board is not plugged in'}</h3>
      <p>
        ${stepFor(this.waiting)}
        ${choosable ? 'If nothing happens, the browser may see it as another device: choose it.' : nothing}
      </p>
      ${
        asked === undefined
          ? nothing
          : html`<p class="small quiet" role="status">
              It was not there at ${timeOfDay(asked)}. Still waiting for it.
            </p>`
      }
      <div class="row">
        <wa-button appearance="outlined" size="s" @click=${() => sendWait(this, 'stop')}>Cancel</wa-button>
        ${
          choosable
            ? html`<wa-button appearance="outlined" size="s" @click=${() => sendWait(this, 'choose')}
                >Choose the board</wa-button
              >`
            : nothing
        }
      </div>
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'board-wait': BoardWait;
  }
}
