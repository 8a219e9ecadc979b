import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import type { PropertyValues, TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { editableTable } from '../../src/flash/diagnosis.ts';
import type { FailureFacts } from '../../src/flash/failure.ts';
import type { ContentsPlace } from '../../src/flash/partition-contents.ts';
import type { ContentsView } from '../../src/session/contents/contents-viewer.ts';
import type { Partition } from '../../src/flash/layout.ts';
import type { LayoutTools } from '../../src/flash/layout-editor.ts';
import type { OpenRequest } from '../../src/flash/repair.ts';
import type { Identity } from '../../src/flash/target.ts';
import { isSameBoard } from '../../src/session/board-key.ts';
import type { LibraryView } from '../../src/backups/library-view.ts';
import { EMPTY_LIBRARY } from '../../src/backups/library-view.ts';
import type { SessionState } from '../../src/session/state.ts';
import { DISCONNECTED } from '../../src/session/state.ts';
import { againFirst } from '../../src/session/words/plugged.ts';
import '../board-bar/board-bar.ts';
import type { MetBoard } from '../../src/storage/records.ts';
import type { BoardOffer, DeviceSupport } from '../board-chooser/board-chooser.ts';
import '../board-chooser/board-chooser.ts';
import type { Waiting } from '../board-wait/board-wait.ts';
import '../board-wait/board-wait.ts';
import type { Highlight, ImageAsked, IntentEvent, PointEvent, Shown } from '../shared/events.ts';
import '../failure-card/failure-card.ts';
import type { SampleFile } from '../file-drop/file-drop.ts';
import { BundleDialog } from './sectorwise-app.bundle.ts';
import type { ToolsLoader } from './sectorwise-app.contents.ts';
import { ContentsPanel, editCount } from './sectorwise-app.contents.ts';
import type { FlashViewParts } from './sectorwise-app.flash.ts';
import { renderBackups } from './sectorwise-app.backups.ts';
import { measureBars } from './sectorwise-app.bars.ts';
import { KeptFocus } from './sectorwise-app.focus.ts';
import { askForFile, renderFlash, renderPlan } from './sectorwise-app.flash.ts';
import { changesPlan } from '../../src/session/choice-intents.ts';
import { LayoutView } from './sectorwise-app.layout.ts';
import { countOwn } from '../backup-library/backup-library.words.ts';
import { RepairPanel, repairCount } from './sectorwise-app.repair.ts';
import { styles } from './sectorwise-app.styles.ts';
import { renderPanel, renderTabs, viewsOf } from './sectorwise-app.tabs.ts';
import {
  FOOTER,
  failedAt,
  firstStep,
  hasJobBar,
  foundHere,
  holdOf,
  isLeftUnfinished,
  isWriting,
  planOf,
  renderConnecting,
  renderImage,
  renderJob,
  renderUnlocking,
  reportOf,
  showsPlan,
  unitsOf,
  whyHeld,
} from './sectorwise-app.work.ts';
import type { MissingEvent } from '../shared/load-late.ts';
import { loadLate } from '../shared/load-late.ts';
import { progressStyles } from '../shared/progress-bar.ts';
import { restoreTab, showInTab } from '../shared/tab.ts';
import { base } from '../shared/base.ts';
import type { View } from '../shared/views.ts';
import { contentsFragment, fragmentOf, viewIn } from '../shared/views.ts';

/** A sample file, and the chip that it was built for. */
export interface BoardSample extends SampleFile {
  readonly chip: string;
}

type Together = Extract<SessionState, { kind: 'connected' }>;

/**
 * The whole page. Without a board: the ways to connect one. With a board, one workbench: the bar that says which board this is,
 * what it starts and what is wrong with it, the map of its flash, the views, and the job bar that stays.
 *
 * @property state – the session's state; everything shown follows from it
 * @property library – the backups that this browser keeps
 * @property looked – what is opened of a backup; null if nothing is
 * @property boards – the available virtual boards
 * @property met – the boards that were connected in this browser before
 * @property serial – whether this browser has Web Serial
 * @property usb – whether it has WebUSB
 * @property waiting – the wait for a board that is not plugged in; null if none is awaited
 * @property samples – files to try a board with, by the chip that they are for
 * @property virtual – whether the board is a virtual one
 * @property opening – whether what is being opened is a board or a flash image in a file
 * @property question – which chip or board a file is of that is opened as a flash image; null if that is not asked
 * @property layoutTools – loads what the view of the layout needs
 * @property contentsTools – loads what the view of contents works out by itself
 * @event sectorwise-intent – an intent for the session
 * @event sectorwise-library – an intent for the backups
 * @event sectorwise-connect – the board to connect
 * @event sectorwise-image – a file to open as a flash image
 * @event sectorwise-forget – the key of a board that is not to be remembered any more
 * @event sectorwise-wait – to stop waiting for a board, or to choose another port
 * @slot bench – controls of a virtual board, such as pulling its cable; always shown in the bar at the top
 */
@customElement('sectorwise-app')
export class SectorwiseApp extends LitElement {
  static override styles = [base, progressStyles, styles];

  @property({ attribute: false }) state: SessionState = DISCONNECTED;
  @property({ attribute: false }) library: LibraryView = EMPTY_LIBRARY;
  @property({ attribute: false }) looked: ContentsView | null = null;
  @property({ attribute: false }) boards: readonly BoardOffer[] = [];
  @property({ attribute: false }) met: readonly MetBoard[] = [];
  @property() serial: DeviceSupport = 'ready';
  @property() usb: DeviceSupport = 'ready';
  @property({ attribute: false }) waiting: Waiting | null = null;
  @property({ type: Boolean }) virtual = false;
  @property({ attribute: false }) question: ImageAsked | null = null;
  @property() opening: 'board' | 'image' = 'board';
  @property({ attribute: false }) layoutTools: (() => Promise<LayoutTools>) | null = null;
  @property({ attribute: false }) contentsTools: ToolsLoader = null;
  @property({ attribute: false }) samples: readonly BoardSample[] = [];

  @state() private highlight: Highlight = null;
  /** A part of the page that did not arrive. */
  @state() private missing: FailureFacts | null = null;
  @state() private view: View = viewIn(location.hash);
  /** The view in which something was last asked for that is planned; null since the board arrived. */
  @state() asked: View | null = null;
  /** Whether the backups were opened once: from then on they stay as they were left. */
  @state() private backupsOpened = false;

  #layout = new LayoutView(this);
  #contents = new ContentsPanel(this);
  #bundle = new BundleDialog(this);
  #repair = new RepairPanel(this);
  #focus = new KeptFocus(this, () => this);
  /** The board that was connected last. */
  #last: Identity | null = null;
  /** Whether a view was named since then, as by a link. */
  #named = false;
  #onFragment = () => {
    this.#named = this.state.kind !== 'connected';
    this.view = viewIn(location.hash);
    this.#contents.follow(location.hash);
  };
  #onMissing = ({ detail }: MissingEvent) => (this.missing = detail);

  constructor() {
    super();
    measureBars(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('sectorwise-missing', this.#onMissing);
    addEventListener('hashchange', this.#onFragment);
    this.#onFragment();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.state.kind !== 'connected' || this.view === 'backups') this.backupsOpened = this.view === 'backups';
    if (!changed.has('state')) return;
    this.#focus.note(changed.get('state'));
    if (this.state.kind !== 'connected') [this.highlight, this.asked] = [null, null];
  }

  protected override firstUpdated(): void {
    // It is at the end of the start page: what comes first does not wait for it.
    void loadLate(this, 'The list of backups', import('../backup-library/backup-library.ts'));
  }

  protected override updated(changed: PropertyValues<this>): void {
    const { state, layoutTools } = this;
    const isEditable = state.kind === 'connected' && editableTable(state.board) !== undefined;
    if (this.shown === 'layout' && isEditable && layoutTools !== null) void this.#layout.open(layoutTools);
    if (!changed.has('state')) return;
    showInTab(this.state);
    if (this.state.kind !== 'disconnected')
      void loadLate(this, 'The view of the board', import('./sectorwise-app.board.ts'));
    // The sheet is only for paper: it is loaded once there is something to print.
    if (reportOf(this.state) !== null)
      void loadLate(this, 'The report for printing', import('../report-sheet/report-sheet.ts'));
    const before = changed.get('state')?.kind;
    const arrives = this.state.kind === 'connected' && (before === 'connecting' || before === 'unlocking');
    if (arrives) this.openFirst();
    this.#focus.showPlan(changed.get('state'));
    void this.#focus.keep(arrives);
  }

  /** A board that arrives is shown in its first view, unless one was named, or it is the board that was there before. */
  private openFirst(): void {
    const [first] = this.views;
    if (this.state.kind !== 'connected' || first === undefined) return;
    const { identity } = this.state.board;
    if (identity.file !== undefined) this.#contents.imageOpened();
    const last = this.#last ?? identity;
    const isOther = !isSameBoard(last, identity) || last.file?.name !== identity.file?.name;
    // The image of one partition is for its contents: “Flash”, left over from the board before, has nothing for it.
    const hasNothing = first !== 'flash' && this.shown === 'flash';
    if (location.hash === '' || hasNothing || (isOther && !this.#named)) this.open(first);
    [this.#last, this.#named] = [identity, false];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('hashchange', this.#onFragment);
    restoreTab();
  }

  /** Whether the layout was edited, and leaving the page would lose that. */
  get layoutEdited(): boolean {
    return this.#layout.isEdited;
  }

  private get views(): readonly View[] {
    return viewsOf(this.state);
  }

  /** The view that is shown: a fragment may name one that this board lacks. */
  get shown(): View {
    return this.views.includes(this.view) ? this.view : 'flash';
  }

  private open(view: View): void {
    if (view !== this.view) location.hash = fragmentOf(view);
    this.view = view;
  }

  /**
   * A plan to restore is shown among the backups, and that of a repair among the repairs. Any other one to restore, to erase, or to
   * change what starts, is shown where plans are; layouts where they are edited.
   */
  private onIntent({ detail }: IntentEvent): void {
    const isPlannedThere = ['restore', 'choose-start', 'erase'].includes(detail.do);
    const isHere = this.shown === 'repair' || (this.shown === 'backups' && detail.do === 'restore');
    if (isPlannedThere && !isHere) this.open('flash');
    if (detail.do === 'make-it-fit' && detail.room !== null) this.open('layout');
    if (changesPlan(detail)) this.asked = this.shown;
    // An answer to a question and an option are for the plan that is there, other than the option of a repair: the focus stays at them.
    const isOfPlan = detail.do === 'consent' || (detail.do === 'set' && this.shown !== 'repair');
    if (isOfPlan || changesPlan(detail)) this.#focus.asks(!isOfPlan);
  }

  /** The view in which a person does what a repair leaves to them. */
  private onOpen({ detail: { view, at, link } }: CustomEvent<OpenRequest>): void {
    if (link !== undefined) location.hash = link;
    else if (view === 'contents' && at !== undefined) location.hash = contentsFragment(at);
    else this.open(view);
    if (view === 'flash') void askForFile(this);
  }

  private async onShow({ detail }: CustomEvent<Shown>): Promise<void> {
    const { state } = this;
    // What is planned for the files is answered where they are.
    if (detail === 'files') this.asked = 'flash';
    const isHere = state.kind === 'connected' && this.shown !== 'flash' && showsPlan(this.shown, state, this.asked);
    if (detail !== 'plan' || !isHere) this.open('flash');
    await this.updateComplete;
    const plan = this.shadowRoot?.querySelector<HTMLElement>('[role=tabpanel]:not([hidden]) plan-view');
    if (detail === 'plan') plan?.focus();
    // What is wrong with a file is shown there.
    if (plan?.matches(':focus-within') !== true && !isHere)
      this.shadowRoot?.querySelector<HTMLElement>('file-drop')?.focus();
  }

  protected override render(): TemplateResult {
    const { state } = this;
    const report = reportOf(this.state);
    return html`
      <board-bar .state=${state} ?virtual=${this.virtual}><slot name="bench" slot="bench"></slot></board-bar>
      <main
        class=${state.kind}
        @sectorwise-point=${(event: PointEvent) => (this.highlight = event.detail)}
        @sectorwise-intent=${this.onIntent}
        @sectorwise-look=${({ detail }: CustomEvent<ContentsPlace>) => void this.#contents.look(detail)}
        @sectorwise-open=${this.onOpen}
      >
        ${this.missing === null ? nothing : html`<failure-card .failure=${this.missing}></failure-card>`}
        ${state.kind === 'connected' ? this.renderTogether(state) : this.renderApart(state)}
      </main>
      ${FOOTER}
      ${
        state.kind === 'connected' && this.hasBar(state)
          ? renderJob(state, this.shown, (event) => void this.onShow(event))
          : nothing
      }
      ${report === null ? nothing : html`<report-sheet .report=${report}></report-sheet>`}
      ${this.#bundle.render(this.library.keys)}
    `;
  }

  /** The start page. Its heading is its own, and takes the focus when a board was disconnected. */
  private renderStart({ failure }: Extract<SessionState, { kind: 'disconnected' }>): TemplateResult {
    return html`<board-chooser
        id="board"
        .boards=${this.boards}
        .library=${this.library}
        .met=${this.met}
        .serial=${this.serial}
        .usb=${this.usb}
        .question=${this.question}
      >
        ${
          failure === null && this.waiting === null
            ? nothing
            : html`<div slot="notice" class="stack">
                ${this.renderWait()}
                <failure-card .failure=${failure} ?hidden=${failure === null}></failure-card>
              </div>`
        }
      </board-chooser>
      ${this.#contents.renderApart(this)} ${this.renderLibrary()} `;
  }

  private renderApart(state: Exclude<SessionState, Together>): TemplateResult {
    if (state.kind === 'disconnected') return this.renderStart(state);
    if (state.kind === 'unlocking') return html`${this.renderWait()} ${renderUnlocking(state)}`;
    return html`${renderConnecting(this, state, this.opening)} ${this.renderLibrary()}`;
  }

  private renderLibrary(): TemplateResult {
    return html`<section class="library">
      <backup-library .library=${this.library} .board=${null} .hold=${''}></backup-library>
    </section>`;
  }

  private renderTogether(state: Together): TemplateResult {
    const [{ board, work, interrupted }, { library, shown, besideFlash }] = [state, this];
    const plan = showsPlan(shown, state, this.asked) ? renderPlan(state, besideFlash) : nothing;
    return html`
      ${renderImage(state)}
      ${state.unlocked === undefined ? nothing : html`<unlock-view .outcome=${state.unlocked}></unlock-view>`}
      <board-panel
        .board=${board}
        .hold=${whyHeld(work)}
        .again=${work.kind === 'ended' ? againFirst(work) : ''}
        ?stale=${isWriting(work)}
        ?unfinished=${(interrupted?.extent.begun ?? 0) > 0}
        ?unclear=${isWriting(work) || isLeftUnfinished(state)}
        ?listed=${shown === 'repair'}
        ?primary=${shown === 'flash' && firstStep(state) === 'repair'}
        ?blanked=${state.unlocked?.verdict === 'good'}
      ></board-panel>
      <flash-map
        .layout=${'layout' in work ? work.layout : board.layout}
        .contents=${foundHere(state)}
        .plan=${planOf(work)}
        .units=${unitsOf(work)}
        .highlight=${this.highlight ?? failedAt(work)}
        ?stale=${isWriting(work)}
        .board=${board}
        .work=${work}
        .hold=${holdOf(work)}
        .at=${this.#contents.at}
        @partition-open=${({ detail }: CustomEvent<Partition>) => this.#contents.choose(detail, board, shown === 'contents')}
      ></flash-map>
      ${this.renderWait()}
      <div class="views">
        ${renderTabs(this.views, shown, { backups: countOwn(library.items, board), contents: editCount(state), repair: repairCount(state) }, (view) => this.open(view))}
        ${renderPanel('flash', shown, renderFlash(state, besideFlash))}
        ${this.views.includes('layout') ? renderPanel('layout', shown, this.#layout.render(state, shown === 'layout', this.hasBar(state), plan)) : nothing}
        ${renderPanel('contents', shown, this.#contents.render(state, shown === 'contents', plan, this))}
        ${this.views.includes('repair') ? renderPanel('repair', shown, this.#repair.render(state, besideFlash, shown === 'repair', plan)) : nothing}
        ${renderPanel(
          'backups',
          shown,
          this.backupsOpened ? renderBackups(state, library, shown === 'backups' ? plan : nothing) : nothing,
        )}
      </div>
    `;
  }

  private hasBar(state: Together): boolean {
    return hasJobBar(state, this.shown, this.asked);
  }

  private get besideFlash(): FlashViewParts {
    const { state, library, highlight, waiting } = this;
    const chip = this.virtual && state.kind === 'connected' ? state.board.identity.chip : null;
    const samples = this.samples.filter((sample) => sample.chip === chip);
    return { library, highlight, waiting, samples };
  }

  private renderWait(): TemplateResult | typeof nothing {
    return this.waiting === null ? nothing : html`<board-wait .waiting=${this.waiting}></board-wait>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sectorwise-app': SectorwiseApp;
  }
}
