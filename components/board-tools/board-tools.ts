import type { TemplateResult } from 'lit';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Inspection } from '../../src/flash/family.ts';
import { regionSize } from '../../src/flash/map.ts';
import { sendIntent } from '../shared/events.ts';
import { roughly } from '../shared/format.ts';
import { saveFile } from '../shared/save.ts';
import { base } from '../shared/tokens.ts';

/**
 * Actions on the content of a board that do not write to it: read its apps completely, read all of it, back it all up, save its
 * partition table.
 *
 * @property board – what was read from it
 * @property locked – whether work is in progress, or the board is gone: then it cannot be read
 * @event sectorwise-intent – `examine`, `read-out` or `back-up`
 */
@customElement('board-tools')
export class BoardTools extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--gap-s) var(--gap-m);
        margin-block-start: var(--gap-m);
      }
    `,
  ];

  @property({ attribute: false }) board: Inspection | null = null;
  @property({ type: Boolean }) locked = false;

  protected override render(): TemplateResult | typeof nothing {
    if (this.board === null) return nothing;
    const { examinable, readable, saves, layout, rooms = [] } = this.board;
    const whole = layout.map.regions
      .filter(({ access }) => access.read)
      .reduce((sum, region) => sum + regionSize(region), 0);
    // Linker regions are shown with their layout option instead.
    const own = saves.filter(({ name }) => !rooms.some((room) => room.save?.name === name));
    return html`
      ${
        examinable === null
          ? nothing
          : html`<wa-button
              class="long"
              size="s"
              appearance="outlined"
              ?disabled=${this.locked}
              title=${`Reads up to ${roughly(examinable)}; nothing is written`}
              @click=${() => sendIntent(this, { do: 'examine' })}
            >
              Read and check the complete apps
            </wa-button>`
      }
      ${
        readable === undefined
          ? nothing
          : html`<wa-button
              class="long"
              size="s"
              appearance="outlined"
              ?disabled=${this.locked}
              title=${`Reads ${roughly(readable)}; nothing is written`}
              @click=${() => sendIntent(this, { do: 'read-out' })}
            >
              Read and save the whole flash
            </wa-button>`
      }
      ${
        whole === 0
          ? nothing
          : html`<wa-button
              class="long"
              size="s"
              appearance="outlined"
              ?disabled=${this.locked}
              title=${`Reads ${roughly(whole)} and stores it in this browser; nothing is written`}
              @click=${() => sendIntent(this, { do: 'back-up', partition: null })}
            >
              Back up the whole device
            </wa-button>`
      }
      ${own.map(
        (file) =>
          html`<wa-button class="long" size="s" appearance="outlined" @click=${() => saveFile(file)}>
            Save: ${file.label}
          </wa-button>`,
      )}
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'board-tools': BoardTools;
  }
}
