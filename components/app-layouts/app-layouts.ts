import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import type { TemplateResult } from 'lit';
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { AppLayoutOffer } from '../../src/flash/family.ts';
import { sendPoint } from '../shared/events.ts';
import { count, extents } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { renderHelp } from '../help-link/help-link.ts';
import { saveFile } from '../shared/save.ts';
import { base } from '../shared/base.ts';

/**
 * Shows where an application larger than its usual place can go, what that costs, and what the board cannot provide. It is
 * available before any file is dropped, because it affects how the application is built.
 *
 * @property offers – the available and the unavailable options
 * @property open – whether it is unfolded
 * @event sectorwise-point – the ranges of the option pointed at; null when the pointer leaves
 */
@customElement('app-layouts')
export class AppLayouts extends LitElement {
  static override styles = [
    base,
    css`
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr));
        gap: var(--gap-l) var(--gap-xl);
      }

      .room {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-xs);
        align-content: start;
        justify-items: start;
      }

      .room ul {
        display: block;
        padding-inline-start: 1.1em;
        list-style: disc;
      }

      .advice {
        margin-block: 0 var(--gap-l);
      }

      h3 {
        margin-block: var(--gap-m) var(--gap-s);
      }
    `,
  ];

  @property({ attribute: false }) offers: readonly AppLayoutOffer[] = [];
  @property({ type: Boolean }) open = false;

  protected override render(): TemplateResult | typeof nothing {
    const usable = this.offers.filter(({ ranges }) => ranges.length > 0);
    const unavailable = this.offers.filter(({ ranges }) => ranges.length === 0);
    const best = usable.find(({ recommended }) => recommended !== null);
    if (this.offers.length === 0) return nothing;
    return html`<wa-details appearance="plain" ?open=${this.open}>
      <span slot="summary"
        ><b>Where can a larger application go?</b>
        <span class="quiet"
          >${count(usable.length, 'option')}${unavailable.length === 0 ? '' : ', and what this board does not support'}</span
        ></span
      >
      <p class="small advice">
        ${
          best === undefined
            ? nothing
            : html`<span
                @pointerenter=${() => sendPoint(this, best.ranges)}
                @pointerleave=${() => sendPoint(this, null)}
                ><b>Recommended: ${best.name}.</b> ${best.recommended}</span
              >`
        }
        ${renderHelp('extension', 'applications larger than their sector')}
      </p>
      <ul aria-label="Layouts for a larger application">
        ${usable.map((room) => this.renderRoom(room))}
      </ul>
      ${
        unavailable.length === 0
          ? nothing
          : html`<h3>Not supported by this board</h3>
              <ul>
                ${unavailable.map(
                  ({ name, why }) =>
                    html`<li class="room small">
                      <b>${name}</b>
                      <p class="quiet">${why}</p>
                    </li>`,
                )}
              </ul>`
      }
    </wa-details>`;
  }

  private renderRoom({ name, why, ranges, consequences, save }: AppLayoutOffer): TemplateResult {
    return html`<li
      class="room small"
      @pointerenter=${() => sendPoint(this, ranges)}
      @pointerleave=${() => sendPoint(this, null)}
    >
      <b>${name}</b>
      <span class="exact">${extents(ranges)}</span>
      <p class="quiet">${why}</p>
      <ul>
        ${consequences.map((each) => html`<li>${each}</li>`)}
      </ul>
      ${
        save === null
          ? nothing
          : html`<wa-button class="long" size="s" appearance="outlined" @click=${() => saveFile(save)}>
              ${icons.save} Save linker regions<span class="hidden">, ${name}</span>
            </wa-button>`
      }
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'app-layouts': AppLayouts;
  }
}
