/** The view of the layout: what it needs is loaded when it opens, and what is being edited stays when it closes. */
import type { LitElement, TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import { editableTable } from '../../src/flash/diagnosis.ts';
import type { EditableTable, Editing, LayoutTools } from '../../src/flash/layout-editor.ts';
import type { SessionState, Work } from '../../src/session/state.ts';
import { endedEarly } from '../../src/session/state.ts';
import type { IntentEvent } from '../shared/events.ts';
import { loadLate } from '../shared/load-late.ts';
import type { standOf } from './sectorwise-app.layout-stand.ts';
import { revealLoaded } from './sectorwise-app.reveal.ts';
import { holdOf, isNothing, renderInterrupted } from './sectorwise-app.work.ts';

type Together = Extract<SessionState, { kind: 'connected' }>;

/** Whether work has brought back an earlier layout: with a backup, or by the roll back of the job that was between two. */
function bringsLayoutBack(work: Work, between: string | null): boolean {
  const isDone = work.kind === 'ended' ? !endedEarly(work) : isNothing(work);
  if (!isDone || !('purpose' in work)) return false;
  const { purpose } = work;
  if (purpose.kind === 'roll-back') return purpose.job === between;
  return work.kind === 'ended' && purpose.kind === 'restore' && purpose.layout !== undefined;
}

/** The layout being edited. It outlives the view and the connection, as long as it is that board with the table that it began with. */
export class LayoutView {
  #parts: { readonly tools: LayoutTools; readonly standOf: typeof standOf } | null = null;
  #isLoading = false;
  /** The board and its table that were last shown, and the layout that began with them. */
  #of = '';
  #draft: { readonly of: string; readonly editing: Editing } | null = null;
  /** The unfinished job that was seen between two layouts last, and whether an earlier layout is back: what was edited is given up, once. */
  #between: string | null = null;
  #isBack = false;

  /** Whether a plan was asked for that has not been shown yet, and whether it is there now. */
  #awaits = false;
  #isThere = false;

  constructor(private readonly host: LitElement) {
    host.addController({ hostUpdated: () => void this.#reveal() });
  }

  /** The plan is below the rows, where it may be out of sight: it says whether the board can start at every moment. */
  async #reveal(): Promise<void> {
    if (!this.#awaits || !this.#isThere) return;
    this.#awaits = false;
    // Inner elements render after the host.
    await new Promise(requestAnimationFrame);
    this.host.shadowRoot?.querySelector('[role=tabpanel]:not([hidden]) plan-view')?.scrollIntoView({ block: 'start' });
  }

  /** Whether there are edits that were neither discarded nor written. */
  get isEdited(): boolean {
    return this.#draft !== null && this.#draft.of === this.#of && this.#draft.editing.past.length > 0;
  }

  /** Loads the editor, once; a part that did not arrive is asked for again when the view opens the next time. */
  async open(tools: () => Promise<LayoutTools>): Promise<void> {
    if (this.#isLoading || this.#parts !== null) return;
    this.#isLoading = true;
    const parts = Promise.all([
      tools(),
      import('./sectorwise-app.layout-stand.ts'),
      import('../layout-editor/layout-editor.ts'),
    ]).then(([own, stand]) => (this.#parts = { tools: own, standOf: stand.standOf }));
    await loadLate(this.host, 'The editor of the layout', parts);
    this.#isLoading = false;
    this.host.requestUpdate();
    await revealLoaded(this.host, 'layout');
  }

  /**
   * The panel's content; `plan` shows the plan for the edited layout, `hasBar` is whether the job bar is there. An unfinished job is
   * decided first here, too: until then the layout is between two.
   */
  render(state: Together, isShown: boolean, hasBar: boolean, plan: TemplateResult | typeof nothing): TemplateResult {
    const { layout, appLayouts = [] } = state.board;
    const table = editableTable(state.board);
    if (table === undefined)
      return html`<sector-layout .layout=${layout} .offers=${isShown ? appLayouts : []}></sector-layout>`;
    return html`${isShown ? renderInterrupted(state) : nothing}
    ${this.#renderEditor(table, state, hasBar, isShown ? plan : nothing)}`;
  }

  /** With an earlier layout on the board again, the editor shows that, and no edit from before: redo brings the edits back. */
  #giveUp({ work, interrupted }: Together): void {
    if (interrupted?.betweenLayouts === true) this.#between = interrupted.job;
    const isBack = bringsLayoutBack(work, this.#between);
    const editor = this.#parts?.tools.editor;
    if (isBack && !this.#isBack && this.#draft !== null && editor !== undefined) {
      let { editing } = this.#draft;
      while (editing.past.length > 0) editing = editor.undone(editing);
      this.#draft = { ...this.#draft, editing };
    }
    this.#isBack = isBack;
  }

  #renderEditor(
    table: EditableTable,
    state: Together,
    hasBar: boolean,
    plan: TemplateResult | typeof nothing,
  ): TemplateResult {
    const { work, board, editedLayout: planned, fits = null } = state;
    const stand = this.#parts?.standOf(state, hasBar) ?? null;
    const of = JSON.stringify([board.identity.chip, board.identity.key, table]);
    this.#of = of;
    this.#giveUp(state);
    const isPlanned = planned !== undefined && work.kind !== 'ended';
    this.#isThere = stand?.stage === 'there' || stand?.stage === 'refused';
    return html`<layout-editor
        .table=${table}
        .tools=${this.#parts?.tools ?? null}
        .draft=${this.#draft?.of === of ? this.#draft.editing : null}
        .planned=${isPlanned ? planned : null}
        .stage=${stand?.stage ?? 'none'}
        .button=${stand?.button ?? ''}
        ?barDiscards=${stand?.barDiscards === true}
        .fits=${fits}
        .hold=${holdOf(work)}
        ?locked=${stand?.locked === true}
        @sectorwise-intent=${({ detail }: IntentEvent) => {
          if (detail.do === 'change-layout') this.#awaits = detail.csv !== null;
        }}
        @layout-draft=${({ detail }: CustomEvent<Editing | null>) => {
          this.#draft = detail === null ? null : { of, editing: detail };
          this.host.requestUpdate();
        }}
      ></layout-editor>
      ${plan}`;
  }
}
