import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { LibraryView } from '../../src/backups/library-view.ts';
import { EMPTY_LIBRARY } from '../../src/backups/library-view.ts';
import type { MetBoard } from '../../src/storage/records.ts';
import { dfuBoard, espBoard } from './board-chooser.drawings.ts';
import { styles } from './board-chooser.styles.ts';
import type { BoardOffer } from './board-chooser.virtual.ts';
import { renderOffer, renderVirtual } from './board-chooser.virtual.ts';
import type { DeviceSupport } from './board-chooser.words.ts';
import { NOT_LISTED, missingApis } from './board-chooser.words.ts';
import type { ImageAsked } from '../shared/events.ts';
import { sendConnect, sendForget } from '../shared/events.ts';
import { findingStyles } from '../shared/finding.ts';
import { ago, clock, count } from '../shared/format.ts';
import { renderHelpLink } from '../help-link/help-link.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/base.ts';
import '../image-opener/image-opener.ts';
import '../unfinished-jobs/unfinished-jobs.ts';

export type { BoardGroup, BoardOffer } from './board-chooser.virtual.ts';
export type { DeviceSupport } from './board-chooser.words.ts';

/** How a person left the drawer of virtual boards: the start page comes back after each board. */
let drawerLeft = false;

/** A board met before that is no virtual one. */
type RealBoard = Omit<MetBoard, 'connection'> & { readonly port: 'serial' | 'usb' };

/** What this browser keeps of a board that was connected. */
const REMEMBERED = html`<p class="quiet small">
  This browser remembers chip, ID and time of a board, and nothing else of it unless a backup was made.
</p>`;

/** The boards among these that are no virtual ones. */
function realIn(met: readonly MetBoard[]): readonly RealBoard[] {
  return met.flatMap(({ connection, ...board }) => ('port' in connection ? [{ ...board, port: connection.port }] : []));
}

/** The id of a virtual board; null for another one. */
function virtualId(board: MetBoard | null): string | null {
  return board !== null && 'virtual' in board.connection ? board.connection.virtual : null;
}

/**
 * The start page: what the program is for, what was left unfinished, the board used last, the two ways to connect another, the one to
 * open a flash image, the others met before, and the virtual boards.
 *
 * @property boards – the available virtual boards
 * @property library – the backups and the unfinished jobs that this browser keeps
 * @property met – the boards that were connected in this browser, the one seen last first
 * @property serial – whether this browser has Web Serial, for the ESP32 family
 * @property usb – whether it has WebUSB, for boards in DFU mode
 * @property question – which chip or board a file is of that is opened as a flash image; null if that is not asked
 * @property busy – whether a board is being connected: then nothing can be chosen
 * @property now – the time that ages are relative to, in ms since 1970; by default the current one
 * @event sectorwise-connect – the chosen board
 * @event sectorwise-image – a file to open as a flash image
 * @event sectorwise-forget – the key of a board that is not to be remembered any more
 * @slot notice – what went wrong or is awaited, shown below the headline
 */
@customElement('board-chooser')
export class BoardChooser extends LitElement {
  static override styles = [base, findingStyles, styles];

  @property({ attribute: false }) boards: readonly BoardOffer[] = [];
  @property({ attribute: false }) library: LibraryView = EMPTY_LIBRARY;
  @property({ attribute: false }) met: readonly MetBoard[] = [];
  @property() serial: DeviceSupport = 'ready';
  @property() usb: DeviceSupport = 'ready';
  @property({ type: Boolean }) busy = false;
  @property({ attribute: false }) question: ImageAsked | null = null;
  @property({ attribute: false }) now: number | null = null;

  /** Whether the drawer of virtual boards is open. */
  @state() private drawer = drawerLeft;

  /** Whether a real board can be reached in any way. */
  private get reaches(): boolean {
    return this.serial === 'ready' || this.usb === 'ready';
  }

  /**
   * The board that was used last, which comes before the ways to connect another: a real one, or a virtual one that is offered. Null
   * where there is none, or the card of its unfinished job comes first.
   */
  private get last(): MetBoard | null {
    const [last] = this.met;
    if (last === undefined || this.library.unfinished.some(({ key }) => key === last.key)) return null;
    const id = virtualId(last);
    return id === null || this.boards.some((board) => board.id === id) ? last : null;
  }

  /** Whether a person goes on with a board: what this is for and how to connect one takes less room then. */
  private get isBack(): boolean {
    return this.last !== null || this.library.unfinished.length > 0;
  }

  constructor() {
    super();
    // A file dropped beside the place for it is meant for it all the same.
    this.addEventListener('drop', ({ dataTransfer }) => {
      this.shadowRoot?.querySelector('image-opener')?.take([...(dataTransfer?.files ?? [])]);
    });
  }

  /** Moves the focus to the headline. The element itself takes none: Tab would skip everything in it. */
  override focus(): void {
    this.shadowRoot?.querySelector('h2')?.focus();
  }

  protected override render(): TemplateResult {
    const { boards, busy, library, reaches, last } = this;
    const unused = boards.filter(({ id }) => id !== virtualId(last));
    return html`
      <div class="purpose ${this.isBack ? 'back' : ''}">
        <h2 tabindex="-1">Flash a board from the browser, and know that it worked.</h2>
        <p>
          See what its flash holds, write only what differs, and have every erase unit verified. Nothing is written
          until you confirm.
        </p>
      </div>
      <slot name="notice"></slot>
      ${
        library.unfinished.length === 0
          ? nothing
          : html`<unfinished-jobs .jobs=${library.unfinished} .met=${this.met} ?busy=${busy}></unfinished-jobs>`
      }
      ${this.renderLast()}
      ${missingApis(this.serial, this.usb).map(
        ({ says, next }) =>
          html`<p class="card warning cannot" role="note">
            ${icons.warning}<span><b>${says}</b> ${next}</span>
          </p>`,
      )}
      ${
        reaches
          ? html`<div class="tiles ${this.isBack ? 'back' : ''}">
                ${this.serial === 'ready' ? this.renderSerial() : nothing}
                ${this.usb === 'ready' ? this.renderDfu() : nothing}
              </div>
              ${this.renderNotListed()}`
          : nothing
      }
      ${this.renderMet()}
      <image-opener .question=${this.question} ?busy=${busy}></image-opener>
      ${
        unused.length === 0
          ? nothing
          : renderVirtual(unused, {
              busy,
              prominent: !reaches,
              open: this.drawer,
              onToggle: (open) => (drawerLeft = this.drawer = open),
              onOpen: (id) => sendConnect(this, { virtual: id }),
            })
      }
    `;
  }

  private renderSerial(): TemplateResult {
    return html`<article class="tile" aria-labelledby="serial">
      ${espBoard}
      <div class="way">
        <h3 id="serial">ESP32 family</h3>
        <p class="small quiet">
          Plug it in over USB, and choose its port. Most boards need no button; if yours does not answer, hold
          <b>BOOT</b>, press <b>RST</b> (or <b>EN</b>), release BOOT.
        </p>
        <wa-button variant="brand" ?disabled=${this.busy} @click=${() => sendConnect(this, { port: 'serial' })}>
          ${icons.plug} Connect a board
        </wa-button>
      </div>
    </article>`;
  }

  private renderDfu(): TemplateResult {
    const first = this.serial !== 'ready';
    return html`<article class="tile" aria-labelledby="usb">
      ${dfuBoard}
      <div class="way">
        <h3 id="usb">STM32 and Particle, in DFU mode</h3>
        <p class="small quiet">
          Photon, P1: hold <b>SETUP</b> (Electron: <b>MODE</b>), press <b>RESET</b>, release SETUP when the light blinks
          yellow. STM32: hold <b>BOOT0</b> while you reset it.
        </p>
        <wa-button
          variant=${first ? 'brand' : 'neutral'}
          appearance=${first ? 'accent' : 'outlined'}
          ?disabled=${this.busy}
          @click=${() => sendConnect(this, { port: 'usb' })}
        >
          ${icons.plug} Connect over DFU
        </wa-button>
      </div>
    </article>`;
  }

  private renderNotListed(): TemplateResult {
    return html`<details class="listed">
      <summary>${icons.fold}<b>My board is not in the list</b></summary>
      <ul>
        ${NOT_LISTED.map(
          ({ title, says, commands, help }) =>
            html`<li class="small">
              <b>${title}</b>
              <p class="quiet">${says}</p>
              ${commands.map((command) => html`<code>${command}</code>`)}
              ${renderHelpLink(help, html`More<span class="hidden"> – ${title}</span>`)}
            </li>`,
        )}
      </ul>
      <p class="small">${renderHelpLink('talk', 'Get a board to talk: all symptoms, with drawings')}</p>
    </details>`;
  }

  private renderLast(): TemplateResult | typeof nothing {
    const { last, busy } = this;
    if (last === null) return nothing;
    const offer = this.boards.find(({ id }) => id === virtualId(last));
    const [real] = realIn([last]);
    const options = { busy, onOpen: (id: string) => sendConnect(this, { virtual: id }) };
    return html`<section class="met" aria-labelledby="last">
      <div class="heading">
        <h3 id="last">The board you used last</h3>
        ${real === undefined ? nothing : REMEMBERED}
      </div>
      <ul aria-labelledby="last">
        ${real === undefined ? nothing : this.renderKnown(real)}
        ${offer === undefined ? nothing : renderOffer(offer, options, false)}
      </ul>
    </section>`;
  }

  /** The other boards that are no virtual ones, which are below anyway. */
  private renderMet(): TemplateResult | typeof nothing {
    const all = realIn(this.met);
    const real = all.filter(({ key }) => key !== this.last?.key);
    if (real.length === 0) return nothing;
    const isLastAbove = real.length < all.length;
    return html`<section class="met" aria-labelledby="met">
      <div class="heading">
        <h3 id="met">${isLastAbove ? 'Other boards' : 'Boards'} you connected before</h3>
        ${isLastAbove ? nothing : REMEMBERED}
      </div>
      <ul aria-labelledby="met">
        ${real.map((board) => this.renderKnown(board))}
      </ul>
    </section>`;
  }

  private renderKnown({ key, name, port, seen }: RealBoard): TemplateResult {
    const kept = this.library.items.filter(({ fits }) => fits?.key === key).length;
    const can = (port === 'serial' ? this.serial : this.usb) === 'ready';
    return html`<li class="known">
      <b>${icons.chip}${name}</b>
      <p class="small quiet">
        <time datetime=${new Date(seen).toISOString()} title=${clock(seen)}>${ago(seen, this.now ?? Date.now())}</time
        >${kept === 0 ? '' : `, ${count(kept, 'backup')} here`}
      </p>
      ${
        can
          ? html`<wa-button
              size="s"
              appearance="outlined"
              ?disabled=${this.busy}
              @click=${() => sendConnect(this, { port, known: true })}
              >Connect<span class="hidden"> ${name}</span></wa-button
            >`
          : nothing
      }
      <wa-button size="s" appearance="plain" @click=${() => sendForget(this, key)}
        >Forget<span class="hidden"> ${name}</span></wa-button
      >
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'board-chooser': BoardChooser;
  }
}
