import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { styles } from './board-chooser.styles.ts';
import { sendConnect } from '../shared/events.ts';
import { findingStyles } from '../shared/finding.ts';
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

/** Whether this browser has a way to real boards; `insecure`: it hides it, because the page is not in a secure context. */
export type DeviceSupport = 'ready' | 'missing' | 'insecure';

/** What a person reads if a way to real boards is missing. */
interface Missing {
  readonly says: string;
  readonly next: string;
}

// MDN, "Web Serial API" and "WebUSB API", browser compatibility; Firefox has had Web Serial since version 151.
const NO_SERIAL: Missing = {
  says: 'This browser has no Web Serial, which boards of the ESP32 family need.',
  next: 'Chrome, Edge, Opera and Firefox 151 or newer have it, on a computer.',
};
const NO_USB: Missing = {
  says: 'This browser has no WebUSB, which boards in DFU mode need.',
  next: 'Chrome, Edge and Opera have it.',
};
const INSECURE: Missing = {
  says: 'This page was not opened over a secure connection, so the browser hides serial ports and USB devices from it.',
  next: 'Open it over https or from localhost. The virtual boards also work without it.',
};

/**
 * Connects a real board, or opens a virtual one with one click.
 *
 * @property boards – the available virtual boards
 * @property serial – whether this browser has Web Serial, for the ESP32 family
 * @property usb – whether it has WebUSB, for boards in DFU mode
 * @property busy – whether a board is being connected: then nothing can be chosen
 * @event sectorwise-connect – the chosen board
 */
@customElement('board-chooser')
export class BoardChooser extends LitElement {
  static override styles = [base, findingStyles, styles];

  @property({ attribute: false }) boards: readonly BoardOffer[] = [];
  @property() serial: DeviceSupport = 'ready';
  @property() usb: DeviceSupport = 'ready';
  @property({ type: Boolean }) busy = false;

  /** Whether a real board can be reached in any way. */
  private get reaches(): boolean {
    return this.serial === 'ready' || this.usb === 'ready';
  }

  protected override render(): TemplateResult {
    return html`
      <div class="real">
        ${
          this.reaches
            ? html`
                <div class="ways">
                  ${this.serial === 'ready' ? this.renderSerial() : nothing}
                  ${this.usb === 'ready' ? this.renderDfu() : nothing}
                </div>
                <p class="quiet">Nothing is written until you confirm.</p>
              `
            : nothing
        }
        ${this.missing().map(
          ({ says, next }) =>
            html`<p class="card warning cannot" role="note">
              ${icons.warning}<span><b>${says}</b> ${next}</span>
            </p>`,
        )}
      </div>
      ${
        this.boards.length === 0
          ? nothing
          : html`<div class="virtual">
              <h3>${this.reaches ? 'No board? Try a virtual one' : 'Open a virtual board'}</h3>
              <div class="groups">${GROUPS.map(([group, name]) => this.renderGroup(group, name))}</div>
            </div>`
      }
    `;
  }

  private missing(): Missing[] {
    if (this.serial === 'insecure' || this.usb === 'insecure') return [INSECURE];
    return [...(this.serial === 'missing' ? [NO_SERIAL] : []), ...(this.usb === 'missing' ? [NO_USB] : [])];
  }

  private renderSerial(): TemplateResult {
    return html`
      <wa-button variant="brand" ?disabled=${this.busy} @click=${() => sendConnect(this, { port: 'serial' })}>
        ${icons.plug} Connect a board
      </wa-button>
      <p class="quiet">ESP32 family. Plug the board in over USB; the browser asks you for its port.</p>
    `;
  }

  private renderDfu(): TemplateResult {
    const first = this.serial !== 'ready';
    return html`
      <wa-button
        variant=${first ? 'brand' : 'neutral'}
        appearance=${first ? 'accent' : 'outlined'}
        ?disabled=${this.busy}
        @click=${() => sendConnect(this, { port: 'usb' })}
      >
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
    const next = first && !this.reaches;
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
