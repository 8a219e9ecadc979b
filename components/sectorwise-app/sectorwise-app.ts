import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/progress-bar/progress-bar.js';
import type { PropertyValues, TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { FailureFacts } from '../../src/flash/failure.ts';
import { notLoaded } from '../../src/flash/failure.ts';
import type { Report } from '../../src/session/job-execution/report.ts';
import type { LibraryView } from '../../src/backups/library-view.ts';
import { EMPTY_LIBRARY } from '../../src/backups/library-view.ts';
import type { SessionState } from '../../src/session/state.ts';
import { DISCONNECTED } from '../../src/session/state.ts';
import type { BoardOffer, DeviceSupport } from '../board-chooser/board-chooser.ts';
import '../app-rooms/app-rooms.ts';
import '../board-chooser/board-chooser.ts';
import '../board-panel/board-panel.ts';
import '../board-settings/board-settings.ts';
import '../board-tools/board-tools.ts';
import type { Waiting } from '../board-wait/board-wait.ts';
import '../board-wait/board-wait.ts';
import type { Highlight, PointEvent } from '../shared/events.ts';
import { sendIntent } from '../shared/events.ts';
import '../failure-card/failure-card.ts';
import '../file-drop/file-drop.ts';
import '../flash-map/flash-map.ts';
import '../interrupted-job/interrupted-job.ts';
import '../partition-table/partition-table.ts';
import '../plan-view/plan-view.ts';
import '../unfinished-jobs/unfinished-jobs.ts';
import { logo } from './sectorwise-app.logo.ts';
import { styles } from './sectorwise-app.styles.ts';
import {
  failedAt,
  holdOf,
  isAtHand,
  isChoosing,
  isForFiles,
  planOf,
  renderProof,
  renderPurpose,
  renderWritten,
  unitsOf,
} from './sectorwise-app.work.ts';
import { restoreTab, showInTab } from '../shared/tab.ts';
import { base } from '../shared/tokens.ts';

type Together = Extract<SessionState, { kind: 'connected' }>;

/**
 * The whole page: three questions in order (what is on the board, what do I want on it, is it there now), and one obvious next
 * step at a time.
 *
 * @property state – the session's state; everything shown follows from it
 * @property library – the backups that this browser keeps
 * @property boards – the available virtual boards
 * @property serial – whether this browser has Web Serial
 * @property usb – whether it has WebUSB
 * @property waiting – the wait for a board that is not plugged in; null if none is awaited
 * @property speed – a note about a virtual board's clock, such as "runs at 10 times its real speed"
 * @event sectorwise-intent – an intent for the session
 * @event sectorwise-library – an intent for the backups
 * @event sectorwise-connect – the board to connect
 * @event sectorwise-wait – to stop waiting for a board, or to choose it anew
 * @slot bench – controls of a virtual board, such as pulling its cable; always shown below the three questions
 */
@customElement('sectorwise-app')
export class SectorwiseApp extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) state: SessionState = DISCONNECTED;
  @property({ attribute: false }) library: LibraryView = EMPTY_LIBRARY;
  @property({ attribute: false }) boards: readonly BoardOffer[] = [];
  @property() serial: DeviceSupport = 'ready';
  @property() usb: DeviceSupport = 'ready';
  @property({ attribute: false }) waiting: Waiting | null = null;
  @property() speed = '';

  @state() private highlight: Highlight = null;
  @state() private missing: FailureFacts | null = null;

  #focused: Element | null = null;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('state')) return;
    this.#focused = this.shadowRoot?.activeElement ?? null;
    if (this.state.kind !== 'connected') this.highlight = null;
  }

  protected override firstUpdated(): void {
    // It is at the end of the page: what comes first does not wait for it.
    this.load('The list of backups', import('../backup-library/backup-library.ts'));
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('state')) return;
    showInTab(this.state);
    // The sheet is only for paper: it is loaded once there is something to print.
    if (this.reportNow() !== null) this.load('The report for printing', import('../report-sheet/report-sheet.ts'));
    void this.keepFocus(this.#focused, doingOf(changed.get('state')) !== doingOf(this.state));
    this.#focused = null;
  }

  /** Says so if a part of the page that is loaded late does not arrive. */
  private load(what: string, part: Promise<unknown>): void {
    part.catch((error: unknown) => (this.missing = notLoaded(what, error).facts));
  }

  /** The focused element may be gone with the last state: the focus then moves to the current question. */
  private async keepFocus(before: Element | null, turned: boolean): Promise<void> {
    if (before === null) return;
    const goOn = () => this.shadowRoot?.querySelector<HTMLElement>(`#${this.asked()}`)?.focus();
    const gone = !before.isConnected;
    if (gone) goOn();
    // Inner elements render after this one, and the browser moves the focus away from a disabled element one frame later.
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    if (!this.isConnected) return;
    if (document.activeElement === document.body) goOn();
    // What is above the question may have grown and pushed it out of view.
    else if (gone || (turned && before.localName === 'h2'))
      this.shadowRoot?.activeElement?.scrollIntoView({ block: 'nearest' });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    restoreTab();
  }

  /** The report of the job that has just ended, which is what gets printed; otherwise null. */
  private reportNow(): Report | null {
    const { state } = this;
    return state.kind === 'connected' && state.work.kind === 'ended' ? state.work.report : null;
  }

  /** The id of the question that is open now. */
  private asked(): 'board' | 'wish' | 'proof' {
    if (this.state.kind !== 'connected') return 'board';
    const { kind } = this.state.work;
    return kind === 'flashing' || kind === 'starting' || kind === 'ended' ? 'proof' : 'wish';
  }

  protected override render(): TemplateResult {
    const { state } = this;
    const report = this.reportNow();
    return html`
      <header>
        ${logo}
        <h1>Sectorwise</h1>
        <p>Shows what is on your board, writes only what differs, and verifies every erase unit.</p>
      </header>
      <main class=${state.kind} @sectorwise-point=${(event: PointEvent) => (this.highlight = event.detail)}>
        ${state.kind === 'connected' ? this.renderTogether(state) : this.renderApart(state)}
        ${this.missing === null ? nothing : html`<section class="library"><failure-card .failure=${this.missing}></failure-card></section>`}
        <section class="library">
          <backup-library
            .library=${this.library}
            .board=${state.kind === 'connected' ? state.board : null}
            .hold=${state.kind === 'connected' ? holdOf(state.work) : ''}
          ></backup-library>
        </section>
      </main>
      <footer>
        <p>
          Nothing leaves this browser: no server, no account, no tracking. Your files and what is read from the board
          stay on this computer.
        </p>
      </footer>
      ${report === null ? nothing : html`<report-sheet .report=${report}></report-sheet>`}
    `;
  }

  private renderHeading(id: 'board' | 'wish' | 'proof', number: number, question: string): TemplateResult {
    const open = this.asked() === id;
    return html`<h2 id=${id} tabindex="-1" class=${open ? 'open' : ''}>
      <span class="number" aria-hidden="true">${number}</span>${question}
    </h2>`;
  }

  private renderApart(state: Exclude<SessionState, Together>): TemplateResult {
    return html`
      <section class="board" aria-labelledby="board">
        ${this.renderHeading('board', 1, 'What is on the board?')}
        ${
          state.kind === 'connecting'
            ? this.renderConnecting(state)
            : html`
                ${this.renderWait()}
                <failure-card .failure=${state.failure} ?hidden=${state.failure === null}></failure-card>
                <unfinished-jobs .jobs=${this.library.unfinished}></unfinished-jobs>
                <board-chooser .boards=${this.boards} .serial=${this.serial} .usb=${this.usb}></board-chooser>
              `
        }
      </section>
      <section class="wish later" aria-labelledby="wish">
        ${this.renderHeading('wish', 2, 'What do you want to write?')}
        <p class="quiet">Drop a file to see which erase units would change. Nothing is written yet.</p>
      </section>
      <section class="proof later" aria-labelledby="proof">
        ${this.renderHeading('proof', 3, 'Is it written correctly?')}
        <p class="quiet">
          Every erase unit is proved: by a digest that the board itself computes, or by reading it back.
        </p>
      </section>
      <slot name="bench"></slot>
    `;
  }

  private renderConnecting({ says }: Extract<SessionState, { kind: 'connecting' }>): TemplateResult {
    return html`<div class="stack">
      <p role="status">${says}</p>
      <wa-progress-bar label=${says} indeterminate></wa-progress-bar>
      <div>
        <wa-button appearance="outlined" size="s" @click=${() => sendIntent(this, { do: 'disconnect' })}
          >Cancel</wa-button
        >
      </div>
    </div>`;
  }

  private renderTogether(state: Together): TemplateResult {
    const { board, work, interrupted } = state;
    const { contents } = board;
    // What is planned is shown in the layout that will be.
    const layout = 'layout' in work ? work.layout : board.layout;
    const plan = planOf(work);
    const units = unitsOf(work);
    const writing = work.kind === 'flashing' || work.kind === 'starting';
    return html`
      <section class="board" aria-labelledby="board">
        <div class="top">
          ${this.renderHeading('board', 1, 'What is on the board?')}
          ${this.speed === '' ? nothing : html`<span class="note">${this.speed}</span>`}
          <wa-button
            appearance="outlined"
            size="s"
            ?disabled=${writing}
            title=${writing ? 'Stop the job first, or wait until it has ended.' : ''}
            @click=${() => sendIntent(this, { do: 'disconnect' })}
            >Disconnect</wa-button
          >
        </div>
        <board-panel .board=${board} ?unfinished=${(interrupted?.extent.begun ?? 0) > 0}></board-panel>
        <flash-map
          .layout=${layout}
          .contents=${contents}
          .plan=${plan}
          .units=${units}
          .highlight=${this.highlight ?? failedAt(work)}
          ?stale=${writing}
        ></flash-map>
      </section>
      <section class="wish" aria-labelledby="wish">
        ${this.renderHeading('wish', 2, 'What do you want to write?')} ${this.renderInterrupted(state)}
        ${this.renderWish(state)}
        ${isChoosing(work) && board.settings.length > 0 ? html`<board-settings .settings=${board.settings}></board-settings>` : nothing}
        ${isChoosing(work) && (board.rooms ?? []).length > 0 ? html`<app-rooms .rooms=${board.rooms ?? []}></app-rooms>` : nothing}
      </section>
      <section class="proof ${this.asked() === 'proof' ? '' : 'later'}" aria-labelledby="proof">
        ${this.renderHeading('proof', 3, 'Is it written correctly?')} ${this.renderWait()}
        ${renderProof(work, interrupted !== null, this.library.lasting)}
      </section>
      <slot name="bench"></slot>
      <section class="table" aria-labelledby="table">
        <h2 id="table">Partitions</h2>
        <partition-table
          .layout=${layout}
          .contents=${contents}
          .plan=${plan}
          .units=${units}
          .highlight=${this.highlight}
          ?stale=${writing}
          .now=${board.layout}
          .hold=${holdOf(work)}
        ></partition-table>
        <board-tools .board=${board} .hold=${holdOf(work)}></board-tools>
      </section>
    `;
  }

  private renderWait(): TemplateResult | typeof nothing {
    return this.waiting === null ? nothing : html`<board-wait .waiting=${this.waiting}></board-wait>`;
  }

  /** An unfinished job must be decided first: it comes before any new request. */
  private renderInterrupted({ interrupted, work }: Together): TemplateResult | typeof nothing {
    if (interrupted === null || work.kind === 'flashing' || work.kind === 'starting') return nothing;
    return html`<interrupted-job
      .job=${interrupted}
      .primary=${work.kind === 'idle' || work.kind === 'refused' || (work.kind === 'planned' && work.purpose.kind === 'flash')}
      ?locked=${!isAtHand(work)}
      ?reading=${work.kind === 'surveying'}
    ></interrupted-job>`;
  }

  private renderWish({ files, containers, work, board, interrupted }: Together): TemplateResult {
    const { layout } = board;
    if (!isChoosing(work)) {
      const free = work.kind === 'ended' && work.connected;
      return html`<div class="brief">
        ${files.some(({ used }) => used) && isForFiles(work) ? nothing : renderPurpose(work)}
        ${files.filter((file) => file.used && isForFiles(work)).map((file) => renderWritten(file))}
        ${free ? html`<file-drop slim .primary=${work.outcome === 'nothing-to-do'}></file-drop>` : nothing}
      </div>`;
    }
    return html`<div class="pair ${work.kind === 'idle' ? '' : 'two'}">
      <file-drop
        .files=${files}
        .containers=${containers}
        .layout=${layout}
        .primary=${interrupted === null && (work.kind === 'idle' || work.kind === 'refused')}
      ></file-drop>
      <plan-view
        .work=${work}
        .layout=${layout}
        .highlight=${this.highlight}
        ?files=${files.length > 0}
        ?quiet=${interrupted !== null && work.kind === 'planned' && work.purpose.kind === 'flash'}
        ?hidden=${work.kind === 'idle'}
      ></plan-view>
    </div>`;
  }
}

/** The current activity in a word, unchanged while progress is reported. */
function doingOf(state: SessionState | undefined): string | undefined {
  return state?.kind === 'connected' ? state.work.kind : state?.kind;
}

declare global {
  interface HTMLElementTagNameMap {
    'sectorwise-app': SectorwiseApp;
  }
}
