import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { revisionWords } from '../../src/flash/identity.ts';
import type { Region } from '../../src/flash/map.ts';
import { memoryOf, regionSize } from '../../src/flash/map.ts';
import type { Identity } from '../../src/flash/target.ts';
import type { ImageChanges, SessionState } from '../../src/session/state.ts';
import { DISCONNECTED, isBusy } from '../../src/session/state.ts';
import { sendIntent } from '../shared/events.ts';
import { icons, logo } from '../shared/icons.ts';
import { base } from '../shared/base.ts';
import { styles } from './board-bar.styles.ts';
import { bytes } from '../shared/format.ts';

type Connected = Extract<SessionState, { kind: 'connected' }>;

/**
 * The bar that stays at the top: which board is connected, or which file is open, what it starts now, and how to leave it.
 *
 * @property state – the session's state
 * @property cableOut – whether the cable of that board is out: it follows from the controls in its slot
 * @property virtual – whether it is a virtual board, whose controls then say so
 * @event sectorwise-intent – `disconnect`, or `reconnect` after the connection was lost
 * @slot bench – controls of a virtual board, such as pulling its cable
 */
@customElement('board-bar')
export class BoardBar extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) state: SessionState = DISCONNECTED;
  @property({ type: Boolean }) virtual = false;

  /** Whether the cable of the virtual board is out: the button that plugs it in then stays in reach. */
  @property({ type: Boolean, reflect: true, attribute: 'cable-out' }) cableOut = false;

  /** Whether a person wants to close a flash image with changes that are not saved. */
  @state() private closing = false;

  #onBench = ({ currentTarget }: Event) => {
    if (!(currentTarget instanceof HTMLSlotElement)) return;
    this.cableOut = currentTarget.assignedElements({ flatten: true }).some((bench) => bench.matches('[unplugged]'));
  };

  protected override willUpdate(): void {
    if (this.state.kind !== 'connected' || this.state.image?.saved !== false) this.closing = false;
  }

  protected override render(): TemplateResult {
    const { state } = this;
    return html`<header>
      <h1 class=${state.kind === 'connected' ? '' : 'alone'}>${logo}<span class="name">Sectorwise</span></h1>
      ${state.kind === 'connected' ? this.renderBoard(state, isBusy(state)) : nothing}
      <div class="space"></div>
      <slot name="bench" @slotchange=${this.#onBench} @virtual-bench-cable=${this.#onBench}></slot>
      ${this.renderAction()}
      <a href="help.html" target="_blank" rel="noopener">Help<span class="hidden"> (opens in a new tab)</span></a>
    </header>`;
  }

  /** The board; `stale` while a job writes, which may change what starts. */
  private renderBoard({ board: { identity, layout, boot }, image }: Connected, stale: boolean): TemplateResult {
    const { regions } = layout.map;
    const { file } = identity;
    const sizeOf = ({ id }: Region) => memoryOf(regions, id).reduce((sum, region) => sum + regionSize(region), 0);
    const main = Math.max(0, ...regions.map(sizeOf));
    const next = boot?.partition?.name ?? null;
    return html`<dl>
      <div class="chip">
        <dt class="hidden">Chip</dt>
        <dd>${identity.chip}</dd>
        ${identity.revision === '' ? nothing : html`<dd class="revision">${revisionWords(identity)}</dd>`}
      </div>
      ${renderFact('flash', 'Flash', bytes(main))}
      ${file === undefined ? this.renderDevice(identity) : renderFile(file, image)}
      ${
        next === null
          ? nothing
          : stale
            ? renderFact('starts', 'Next start before this job', html`${icons.bolt} Before: <b>${next}</b>`)
            : renderFact('starts', 'Next start', html`${icons.bolt} Starts <b>${next}</b>`)
      }
    </dl>`;
  }

  private renderDevice({ key }: Identity): TemplateResult {
    return html`<div class=${key === null ? 'unnamed' : 'named'}>
        <dt class="hidden">${key === null ? 'Identity' : 'MAC'}</dt>
        <dd class="exact">${key?.value ?? 'no unique ID'}</dd>
      </div>
      ${this.virtual ? nothing : renderFact('kind', 'Kind', 'Real board')}`;
  }

  /** What is not saved is lost with the image, so that is asked about first. */
  private renderClose({ saved }: ImageChanges, busy: boolean): TemplateResult {
    const close = () => sendIntent(this, { do: 'disconnect' });
    if (!saved && this.closing)
      return html`<div class="closing" role="group" aria-label="Close without saving?">
        <span class="small">Your changes are not saved.</span>
        <wa-button size="s" variant="danger" ?disabled=${busy} @click=${close}
          ><span class="end">Close without saving ${busy ? AFTER_JOB : nothing}</span></wa-button
        >
        <wa-button size="s" appearance="outlined" @click=${() => (this.closing = false)}>Keep it open</wa-button>
      </div>`;
    return renderEnd('Close', busy, saved ? close : () => (this.closing = true));
  }

  private renderAction(): TemplateResult | typeof nothing {
    const { state } = this;
    if (state.kind === 'connected') {
      const busy = isBusy(state);
      if (state.image !== undefined) return this.renderClose(state.image, busy);
      return renderEnd('Disconnect', busy, () => sendIntent(this, { do: 'disconnect' }));
    }
    // There is no board to connect again where a file could not be opened.
    const failure = state.kind === 'disconnected' ? state.failure : null;
    return failure !== null && failure.place?.in !== 'file'
      ? html`<wa-button appearance="outlined" size="s" @click=${() => sendIntent(this, { do: 'reconnect' })}
          >${icons.again} Connect again</wa-button
        >`
      : nothing;
  }
}

/** Why the board cannot be left now, in the button: it has no line of its own on a phone. */
const AFTER_JOB = html`<small>after the job</small>`;

/** The button that ends the work with what is open, once no job runs. */
function renderEnd(label: string, busy: boolean, end: () => void): TemplateResult {
  return html`<wa-button
    appearance="outlined"
    size="s"
    ?disabled=${busy}
    title=${busy ? 'Stop the job first, or wait until it has ended.' : ''}
    @click=${end}
    ><span class="end">${label} ${busy ? AFTER_JOB : nothing}</span></wa-button
  >`;
}

/** What is open instead of a board: said as long as it is. */
function renderFile({ name }: NonNullable<Identity['file']>, image: ImageChanges | undefined): TemplateResult {
  return html`${renderFact('file', 'File', html`${icons.file} <b>File, no board:</b> ${name}`)}
  ${image === undefined || image.saved ? nothing : renderFact('unsaved', 'Changes', 'not saved')}`;
}

/** One fact of what is open; its name is for screen readers. */
function renderFact(is: string, name: string, value: unknown): TemplateResult {
  return html`<div class=${is}>
    <dt class="hidden">${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'board-bar': BoardBar;
  }
}
