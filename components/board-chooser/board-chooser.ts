import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { styles } from './board-chooser.styles.ts';
import { sendConnect } from '../shared/events.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/tokens.ts';

/** An available virtual board. */
export interface BoardOffer {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  /** What it demonstrates; a board without a group is listed with the sound ones. */
  readonly group?: BoardGroup;
}

/** The groups of virtual boards. */
export type BoardGroup = 'sound' | 'other-chip' | 'dfu' | 'protected' | 'unsound';

/** The groups in display order; the first one has no heading. */
const GROUPS: readonly (readonly [group: BoardGroup, name: string])[] = [
  ['sound', ''],
  ['other-chip', 'Other chips'],
  ['dfu', 'Over USB, in DFU mode'],
  ['protected', 'Protected'],
  ['unsound', 'Damaged'],
];

/** Whether this browser can reach real boards, or why it cannot. */
export type SerialSupport = 'ready' | 'no-web-serial' | 'insecure';

const WHY: Readonly<Record<Exclude<SerialSupport, 'ready'>, { readonly says: string; readonly next: string }>> = {
  'no-web-serial': {
    says: 'This browser does not support serial ports.',
    next: 'Use Chrome, Edge or Opera on a computer (Web Serial). The virtual boards also work in this browser.',
  },
  insecure: {
    says: 'This page was not opened over a secure connection, so it cannot use serial ports.',
    next: 'Open it over https or from localhost. The virtual boards also work without it.',
  },
};

/**
 * Connects a real board, or opens a virtual one with one click.
 *
 * @property boards – the available virtual boards
 * @property serial – whether this browser can reach real boards
 * @property usb – whether it can reach boards in DFU mode too
 * @property busy – whether a board is being connected: then nothing can be chosen
 * @event sectorwise-connect – the chosen board
 */
@customElement('board-chooser')
export class BoardChooser extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) boards: readonly BoardOffer[] = [];
  @property() serial: SerialSupport = 'ready';
  @property({ type: Boolean }) usb = false;
  @property({ type: Boolean }) busy = false;

  protected override render(): TemplateResult {
    return html`
      <div class="real">
        ${
          this.serial === 'ready'
            ? html`
                <div class="ways">
                  <wa-button
                    variant="brand"
                    ?disabled=${this.busy}
                    @click=${() => sendConnect(this, { port: 'serial' })}
                  >
                    ${icons.plug} Connect a board
                  </wa-button>
                  <p class="quiet">ESP32 family. Plug the board in over USB; the browser asks you for its port.</p>
                  ${this.usb ? this.renderDfu() : nothing}
                </div>
                <p class="quiet">Nothing is written until you confirm.</p>
              `
            : html`<p class="cannot" role="note">
                ${icons.warning}<span><b>${WHY[this.serial].says}</b> ${WHY[this.serial].next}</span>
              </p>`
        }
      </div>
      ${
        this.boards.length === 0
          ? nothing
          : html`<div class="virtual">
              <h3>${this.serial === 'ready' ? 'No board? Try a virtual one' : 'Open a virtual board'}</h3>
              <div class="groups">${GROUPS.map(([group, name]) => this.renderGroup(group, name))}</div>
            </div>`
      }
    `;
  }

  private renderDfu(): TemplateResult {
    return html`
      <wa-button appearance="outlined" ?disabled=${this.busy} @click=${() => sendConnect(this, { port: 'usb' })}>
        ${icons.plug} Connect over DFU
      </wa-button>
      <p class="quiet">
        STM32, and Particle’s Photon, P1 and Electron. Put it into DFU mode first, usually by holding a button while it
        is reset.
      </p>
    `;
  }

  private renderGroup(group: BoardGroup, name: string): TemplateResult | typeof nothing {
    const boards = this.boards.filter((board) => (board.group ?? 'sound') === group);
    if (boards.length === 0) return nothing;
    return html`<section class=${group}>
      ${name === '' ? nothing : html`<h4 id=${group}>${name}</h4>`}
      <ul aria-labelledby=${name === '' ? nothing : group}>
        ${boards.map((board, i) => this.renderBoard(board, group === 'sound' && i === 0))}
      </ul>
    </section>`;
  }

  /** If no real board can be reached, the sound virtual one is the next step. */
  private renderBoard(board: BoardOffer, first: boolean): TemplateResult {
    const next = first && this.serial !== 'ready';
    return html`<li>
      <div>
        <b>${board.name}</b>
        <p class="quiet small">${board.summary}</p>
      </div>
      <wa-button
        size="s"
        appearance=${next ? 'accent' : 'outlined'}
        variant=${next ? 'brand' : 'neutral'}
        ?disabled=${this.busy}
        @click=${() => sendConnect(this, { virtual: board.id })}
        >Open<span class="hidden"> ${board.name}</span></wa-button
      >
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'board-chooser': BoardChooser;
  }
}
