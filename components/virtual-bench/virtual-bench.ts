import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { VirtualBoardState } from '../../src/browser/messages.ts';
import type { SampleFile } from '../file-drop/file-drop.ts';
import { count } from '../shared/format.ts';
import { save } from '../shared/save.ts';
import { hidden } from '../shared/base.ts';

/** What is saved of the flash: its content now, or just before the board last started. */
type Saved = 'now' | 'before-start';

/**
 * Controls of a virtual board: what one would do by hand or with an instrument on a real one. Pulls and plugs in the cable, and
 * reads out the whole flash, as it is now and as it was before the last start. It stands in a flex container that wraps. While the cable is
 * out, it has the attribute `unplugged`.
 *
 * @property speed – how many times faster than silicon the board runs
 * @property attached – whether the page is connected to the board: otherwise nothing would notice a pulled cable
 * @property writing – whether a job is writing to it: then it cannot be reset
 * @property samples – apps that run on this board, offered as files
 * @property changed – whether its flash differs from that of a new board: this browser keeps it, and it can be reset
 * @event virtual-bench-cable – the cable was pulled or plugged in; `detail.plugged`; it bubbles
 * @event virtual-bench-look – a request to see the flash; answered with `show`
 * @event virtual-bench-reset – the board is to be recreated: what was written to it is lost
 */
@customElement('virtual-bench')
export class VirtualBench extends LitElement {
  static override styles = css`
    /* Its parts are laid out by what it stands in: what unfolds takes a line of its own there, and covers nothing. */
    :host,
    section {
      display: contents;
    }
    :host([hidden]) {
      display: none;
    }
    .always,
    .more {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--gap-s) var(--gap-m);
      font-size: var(--text-label);
    }
    .always {
      order: var(--bench-order, 0);
    }
    h2 {
      ${hidden};
      margin: 0;
      font-size: inherit;
    }
    p {
      margin: 0;
    }
    .more {
      flex: 1 1 100%;
      order: 2;
      padding-block: var(--gap-s);
      border-top: 1px solid var(--line);
    }
    .more[hidden] {
      display: none;
    }
    .ask {
      display: inline-flex;
      flex-wrap: wrap;
      gap: var(--gap-s);
      align-items: center;
    }
    button {
      min-height: max(2.125rem, var(--target));
      padding: 0 0.75rem;
      color: inherit;
      background: transparent;
      border: 1px solid var(--line-strong);
      border-radius: var(--radius);
      font: inherit;
      cursor: pointer;
    }
    button:disabled {
      opacity: 0.6;
      cursor: default;
    }
    @media (max-width: 480px) {
      .always {
        flex: 1 1 100%;
        gap: var(--gap-s);
      }
      button {
        padding: 0 0.5rem;
      }
    }
    button:focus-visible {
      outline: 2px solid var(--focus);
      outline-offset: 2px;
    }
    output {
      flex: 1 1 100%;
      font-variant-numeric: tabular-nums;
    }
    @media (pointer: coarse) {
      button {
        min-height: 2.75rem;
      }
    }
  `;

  @property({ type: Number }) speed = 1;
  @property({ type: Boolean }) attached = false;
  @property({ type: Boolean }) writing = false;
  @property({ type: Boolean }) changed = false;
  @property({ attribute: false }) samples: readonly SampleFile[] = [];

  /** Whether its cable is plugged in. */
  @state() plugged = true;
  @state() private asked = false;
  @state() private seen: VirtualBoardState | null = null;
  @state() private open = false;

  #saved: Saved = 'now';

  /** Escape folds it; the focus does not stay in what is gone then. */
  #onKey = ({ key }: KeyboardEvent) => {
    if (key !== 'Escape' || !this.open) return;
    this.open = false;
    if (this.shadowRoot?.querySelector('.more :focus') !== null)
      this.shadowRoot?.querySelector<HTMLElement>('.opens')?.focus();
  };

  /** A click elsewhere folds it, after it has done what it was for: the page moves up then. */
  #onClick = (event: MouseEvent) => {
    if (!event.composedPath().includes(this)) this.open = false;
  };

  /** Shows what the board's worker saw, and saves the requested part of it. */
  show(seen: VirtualBoardState): void {
    this.seen = seen;
    if (this.#saved === 'now') save('flash.bin', seen.flash, 'application/octet-stream');
    else if (seen.beforeStart !== null) save('flash-before-start.bin', seen.beforeStart, 'application/octet-stream');
  }

  protected override render() {
    const pace =
      this.speed === 1
        ? 'It runs at the speed of a real board.'
        : `It runs ${this.speed} times faster than a real board.`;
    // A cable that is out can always be plugged in again.
    const idle = this.plugged && !this.attached;
    return html`
      <section aria-labelledby="title">
        <div class="always">
          <h2 id="title">Virtual board</h2>
          <button type="button" ?disabled=${idle} aria-describedby=${idle ? 'idle' : nothing} @click=${this.cable}>
            ${this.plugged ? 'Pull the cable' : 'Plug the cable in'}
          </button>
          <button
            type="button"
            class="opens"
            aria-expanded=${this.open}
            aria-controls="more"
            @click=${() => (this.open = !this.open)}
          >
            Virtual board${this.speed === 1 ? nothing : html`, ${this.speed}×`}
          </button>
        </div>
        <div id="more" class="more" ?hidden=${!this.open}>
          <p>${pace} No hardware is involved. ${this.changed ? 'This browser keeps what was written to it.' : ''}</p>
          ${idle ? html`<small id="idle">The cable can be pulled while the board is connected.</small>` : nothing}
          <button type="button" @click=${() => this.look('now')}>Save the whole flash</button>
          ${this.samples.map(
            ({ name, make }) =>
              html`<button type="button" @click=${() => void saveSample(make)}>
                ${this.samples.length === 1 ? 'Save a sample app' : `Save ${name}`}
              </button>`,
          )}
          ${this.changed ? this.renderReset() : nothing}
          ${
            this.seen === null
              ? nothing
              : html`<output>
                  When the flash was last saved, ${count(this.seen.erases, 'erase unit')} had been erased and
                  ${count(this.seen.violations, 'write')} had broken the rules of the flash chip.
                  ${
                    this.seen.beforeStart === null
                      ? nothing
                      : html`<button type="button" @click=${() => this.look('before-start')}>
                          Save the flash as it was before the last start
                        </button>`
                  }
                </output>`
          }
        </div>
      </section>
    `;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('keydown', this.#onKey);
    addEventListener('click', this.#onClick);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('keydown', this.#onKey);
    removeEventListener('click', this.#onClick);
  }

  /** Asked once more, in place: nothing brings back what was on it. */
  private renderReset() {
    const locked = this.writing;
    if (!this.asked)
      return html`<button
          type="button"
          data-does="Reset"
          ?disabled=${locked}
          aria-describedby=${locked ? 'locked' : nothing}
          @click=${() => (this.asked = true)}
        >
          Reset this board
        </button>
        ${locked ? html`<small id="locked">It can be reset when the job has ended.</small>` : nothing}`;
    return html`<span class="ask" role="group" aria-label="Reset this board?">
      <span>What was written to it will be lost.</span>
      <button
        type="button"
        ?disabled=${locked}
        @click=${() => {
          this.asked = false;
          this.dispatchEvent(new CustomEvent('virtual-bench-reset'));
        }}
      >
        Reset it
      </button>
      <button type="button" @click=${() => void this.keep()}>Keep it</button>
    </span>`;
  }

  /** Does not reset; the focus goes back to where the question was asked. */
  private async keep(): Promise<void> {
    this.asked = false;
    await this.updateComplete;
    this.shadowRoot?.querySelector<HTMLElement>('[data-does="Reset"]')?.focus();
  }

  private look(saved: Saved): void {
    this.#saved = saved;
    this.dispatchEvent(new CustomEvent('virtual-bench-look'));
  }

  private cable(): void {
    this.plugged = !this.plugged;
    this.toggleAttribute('unplugged', !this.plugged);
    const detail = { plugged: this.plugged };
    this.dispatchEvent(new CustomEvent('virtual-bench-cable', { detail, bubbles: true }));
  }
}

async function saveSample(make: SampleFile['make']): Promise<void> {
  const file = await make();
  save(file.name, new Uint8Array(await file.arrayBuffer()), 'application/octet-stream');
}

declare global {
  interface HTMLElementTagNameMap {
    'virtual-bench': VirtualBench;
  }
  interface HTMLElementEventMap {
    'virtual-bench-cable': CustomEvent<{ readonly plugged: boolean }>;
    'virtual-bench-look': CustomEvent;
    'virtual-bench-reset': CustomEvent;
  }
}
