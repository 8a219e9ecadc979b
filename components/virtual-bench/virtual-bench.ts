import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { FromBoard } from '../../src/browser/messages.ts';
import { save } from '../shared/save.ts';

/**
 * Controls of a virtual board: what one would do by hand or with an instrument on a real one. Pulls and plugs in the cable, and
 * reads out the whole flash, as it is now and as it was before the last start.
 *
 * @fires virtual-bench-cable - the cable was pulled or plugged in; `detail.plugged`
 * @fires virtual-bench-look - a request to see the flash; answered with `show`
 */
@customElement('virtual-bench')
export class VirtualBench extends LitElement {
  static override styles = css`
    :host([hidden]) {
      display: none;
    }
    section {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--gap-s) var(--gap-m);
      padding: var(--gap-m);
      border: 1px dashed var(--line-strong);
      border-radius: var(--radius-l);
      font-size: var(--text-m);
    }
    h2 {
      margin: 0;
      font-size: inherit;
    }
    p {
      flex: 1 1 16rem;
      margin: 0;
    }
    button {
      min-height: 32px;
      padding: 0 12px;
      color: inherit;
      background: transparent;
      border: 1px solid currentColor;
      border-radius: var(--radius);
      font: inherit;
      cursor: pointer;
    }
    a {
      color: inherit;
    }
    :is(button, a):focus-visible {
      outline: 2px solid var(--focus);
      outline-offset: 2px;
    }
    output {
      flex: 1 1 100%;
      font-variant-numeric: tabular-nums;
    }
  `;

  /** How many times faster than silicon the board runs. */
  @property({ type: Number }) speed = 1;

  @state() private plugged = true;
  @state() private seen: FromBoard | null = null;

  /** Shows what the board's worker saw, and saves it if that was requested. */
  show(seen: FromBoard): void {
    this.seen = seen;
    save('flash.bin', seen.flash, 'application/octet-stream');
  }

  protected override render() {
    const pace =
      this.speed === 1
        ? 'It runs at the speed of a real board.'
        : `It runs ${this.speed} times faster than a real board.`;
    return html`
      <section aria-labelledby="title">
        <h2 id="title">Virtual board</h2>
        <p>${pace} No hardware is involved.</p>
        <button type="button" @click=${this.cable}>${this.plugged ? 'Pull the cable' : 'Plug the cable in'}</button>
        <button type="button" @click=${() => this.dispatchEvent(new CustomEvent('virtual-bench-look'))}>
          Save the whole flash
        </button>
        <a href="samples/raft-demo-1.5.0.bin" download>Save a sample app</a>
        ${
          this.seen === null
            ? nothing
            : html`<output>
                Erase units erased so far: ${this.seen.erases.toLocaleString('en')}. Writes that broke the rules of the
                flash chip: ${this.seen.violations}.
                ${
                  this.seen.beforeStart === null
                    ? nothing
                    : html`<button type="button" @click=${this.saveBefore}>
                        Save the flash as it was before the last start
                      </button>`
                }
              </output>`
        }
      </section>
    `;
  }

  private saveBefore(): void {
    if (this.seen?.beforeStart) save('flash-before-start.bin', this.seen.beforeStart, 'application/octet-stream');
  }

  private cable(): void {
    this.plugged = !this.plugged;
    this.dispatchEvent(new CustomEvent('virtual-bench-cable', { detail: { plugged: this.plugged } }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'virtual-bench': VirtualBench;
  }
  interface HTMLElementEventMap {
    'virtual-bench-cable': CustomEvent<{ readonly plugged: boolean }>;
    'virtual-bench-look': CustomEvent;
  }
}
