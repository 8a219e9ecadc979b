import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import type { BootEntry, BootOffer, BootSelection } from '../../src/flash/boot-choice.ts';
import { sendIntent, sendPoint } from '../shared/events.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/base.ts';

/**
 * The entries that select which app starts: their fields, which one the bootloader goes by, and what can be changed.
 * A change shows its plan first.
 *
 * @property selection – the entries and what can be changed; null shows nothing
 * @property hold – why the board can be neither read nor written now; empty if it can
 * @property unsaid – whether why it is held is read beside it anyway: then it is only heard here
 * @event sectorwise-intent – `choose-start`
 * @event sectorwise-point – the erase unit of the entry pointed at; null when the pointer leaves
 */
@customElement('boot-entries')
export class BootEntries extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        container-type: inline-size;
      }

      .parts {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-s) var(--gap-xl);
      }

      .entries {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr));
        gap: var(--gap-s) var(--gap-m);
        align-content: start;
      }

      /* Entries and what can be changed about them side by side: below each other they push the map off a small screen. */
      @container (width >= 1000px) {
        .parts {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
      }

      .entry {
        container: entry / inline-size;
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        align-content: start;
        gap: var(--gap-xs);
        padding-inline-start: var(--gap-s);
        border-inline-start: 3px solid var(--line);
      }

      .entry.counts {
        border-inline-start-color: var(--verified);
      }

      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: 0 var(--gap-m);
        font-size: var(--text-label);
      }

      dl div {
        display: grid;
        grid-template-columns: subgrid;
        grid-column: 1 / -1;
      }

      /* A narrow entry has no room for two columns: a value keeps its line beside its own name. */
      @container entry (width < 20rem) {
        dl div {
          display: flex;
          gap: var(--gap-s);
        }
      }

      dt {
        color: var(--quiet);
        white-space: nowrap;
      }

      dd {
        font-variant-numeric: tabular-nums slashed-zero;
        overflow-wrap: anywhere;
      }

      .offers {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: var(--gap-xs) var(--gap-m);
        align-content: start;
        /* The bars at the top and at the bottom must not cover what it is led to. */
        scroll-margin-block: calc(var(--above) + var(--gap-s)) calc(var(--below) + var(--gap-s));
        border-radius: var(--radius);
      }

      .offers.asked {
        outline: 2px solid var(--focus);
        outline-offset: 4px;
      }

      .offers li {
        display: grid;
        grid-template-columns: subgrid;
        grid-column: 1 / -1;
        align-items: center;
      }

      @media (max-width: 600px) {
        .offers {
          grid-template-columns: minmax(0, 1fr);
          gap: var(--gap-s);
        }
      }
    `,
  ];

  @property({ attribute: false }) selection: BootSelection | null = null;
  @property() hold = '';
  @property({ type: Boolean }) unsaid = false;

  /** Whether a person was led to what can be changed: it is marked until the focus moves on. */
  @state() private asked = false;

  /** Shows what can be changed, for whoever wants to change what starts: in view, marked, with the focus on the first of it. */
  ask(): void {
    const offers = this.shadowRoot?.querySelector<HTMLElement>('.offers');
    offers?.querySelector<HTMLElement>('wa-button')?.focus({ preventScroll: true });
    offers?.scrollIntoView({ block: 'nearest' });
    this.asked = true;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { selection } = this;
    if (selection === null) return nothing;
    return html`<div class="parts">
      <ul class="entries" aria-label="Entries that select the app">
        ${selection.entries.map((entry) => this.renderEntry(entry))}
      </ul>
      ${
        selection.offers.length === 0
          ? nothing
          : html`<div class="stack">
              ${this.hold === '' ? nothing : html`<p id="hold" class=${this.unsaid ? 'hidden' : 'small'}><b>${this.hold}</b></p>`}
              <ul
                class=${classMap({ offers: true, asked: this.asked })}
                aria-label="What can be changed about the start"
                @focusout=${() => (this.asked = false)}
              >
                ${selection.offers.map((offer, i) => this.renderOffer(offer, `offer-${i}`))}
              </ul>
              ${selection.lacks === undefined ? nothing : html`<p class="small quiet">${selection.lacks}</p>`}
            </div>`
      }
    </div>`;
  }

  private renderEntry(entry: BootEntry): TemplateResult {
    const { name, fields, selects, counts, says } = entry;
    return html`<li
      class="entry ${counts ? 'counts' : ''}"
      @pointerenter=${() => sendPoint(this, entry)}
      @pointerleave=${() => sendPoint(this, null)}
    >
      <span><b>${name}</b>${selects === null ? nothing : html` selects <b>${selects}</b>`}</span>
      ${
        fields.length === 0
          ? nothing
          : html`<dl>
              ${fields.map(
                (field) =>
                  html`<div>
                    <dt>${field.name}</dt>
                    <dd>${field.value}</dd>
                  </div>`,
              )}
            </dl>`
      }
      <span class="quiet small">${counts ? icons.good : nothing} ${says}</span>
    </li>`;
  }

  private renderOffer({ label, does, choice }: BootOffer, id: string): TemplateResult {
    return html`<li>
      <wa-button
        size="s"
        appearance="outlined"
        class="long"
        title=${this.hold === '' ? 'You see the plan first.' : this.hold}
        aria-describedby=${this.hold === '' ? id : `${id} hold`}
        ?disabled=${this.hold !== ''}
        @click=${() => sendIntent(this, { do: 'choose-start', choice })}
        >${label}</wa-button
      >
      <span id=${id} class="small quiet">${does}</span>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'boot-entries': BootEntries;
  }
}
