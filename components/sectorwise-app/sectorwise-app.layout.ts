/** The view of the layout: what it needs is loaded when it opens, and what is being edited stays when it closes. */
import type { LitElement, TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import { editableTable } from '../../src/flash/diagnosis.ts';
import type { EditableTable, Editing, LayoutTools } from '../../src/flash/layout-editor.ts';
import type { SessionState, Work } from '../../src/session/state.ts';
import { endedEarly, isUntouched } from '../../src/session/state.ts';
import { headlineOf } from '../../src/session/words/headline.ts';
import { isPassing, madeIn, planButton, resumableBefore } from '../job-bar/job-bar.words.ts';
import type { IntentEvent } from '../shared/events.ts';
import { loadLate } from '../shared/load-late.ts';
import type { LayoutPlanStage } from '../layout-editor/layout-editor.words.ts';
import { isUnfinished } from '../layout-editor/layout-editor.words.ts';
import { holdOf, isNothing, isWriting, renderInterrupted } from './sectorwise-app.work.ts';

type Together = Extract<SessionState, { kind: 'connected' }>;

/** The layout being edited. It outlives the view and the connection, as long as it is that board with the table that it began with. */
export class LayoutView {
  #tools: LayoutTools | null = null;
  #isLoading = false;
  /** The board and its table that were last shown, and the layout that began with them. */
  #of = '';
  #draft: { readonly of: string; readonly editing: Editing } | null = null;

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
    if (this.#isLoading || this.#tools !== null) return;
    this.#isLoading = true;
    const parts = Promise.all([tools(), import('../layout-editor/layout-editor.ts')]).then(
      ([own]) => (this.#tools = own),
    );
    await loadLate(this.host, 'The editor of the layout', parts);
    this.#isLoading = false;
    this.host.requestUpdate();
  }

  /**
   * The panel's content; `plan` shows the plan for the edited layout, `hasBar` is whether the job bar is there. An unfinished job is decided first here, too: until then the
   * layout is between two.
   */
  render(state: Together, isShown: boolean, hasBar: boolean, plan: TemplateResult | typeof nothing): TemplateResult {
    const { layout, appLayouts = [] } = state.board;
    const table = editableTable(state.board);
    if (table === undefined)
      return html`<sector-layout .layout=${layout} .offers=${isShown ? appLayouts : []}></sector-layout>`;
    return html`${isShown ? renderInterrupted(state) : nothing}
    ${this.#renderEditor(table, state, hasBar, isShown ? plan : nothing)}`;
  }

  #renderEditor(
    table: EditableTable,
    state: Together,
    hasBar: boolean,
    plan: TemplateResult | typeof nothing,
  ): TemplateResult {
    const { work, board, editedLayout: planned, fits = null } = state;
    const stage = stageIn(state);
    const of = JSON.stringify([board.identity.chip, board.identity.key, table]);
    this.#of = of;
    const isPlanned = planned !== undefined && work.kind !== 'ended';
    this.#isThere = stage === 'there' || stage === 'refused';
    return html`<layout-editor
        .table=${table}
        .tools=${this.#tools}
        .draft=${this.#draft?.of === of ? this.#draft.editing : null}
        .planned=${isPlanned ? planned : null}
        .stage=${stage}
        .button=${buttonOf(state)}
        ?barDiscards=${hasBar && barDiscards(state)}
        .fits=${fits}
        .hold=${holdOf(work)}
        ?locked=${isWriting(work) || isUnfinished(stage)}
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

/** The name of the button in the job bar that carries the plan out; empty where there is none. */
function buttonOf(state: Together): string {
  const { work, interrupted, board } = state;
  if (work.kind !== 'planned') return '';
  const headline = headlineOf(work, state, board.identity.file === undefined ? 'board' : 'image');
  return planButton(work, headline, resumableBefore(work, interrupted));
}

/** Whether the job bar, where it is shown, has the button that discards the plan. */
function barDiscards(state: Together): boolean {
  const { work } = state;
  if (work.kind !== 'planned' && work.kind !== 'refused') return false;
  return work.purpose.kind === 'flash' && !isPassing(work) && madeIn(work, state).length > 0;
}

/** How far the plan for the layout is, and whether a job that changes the layout comes first. */
function stageIn({ work, interrupted, editedLayout, aside }: Together): LayoutPlanStage {
  // Until it is decided, nothing that is edited is planned, whatever else is.
  const stage = editedLayout !== undefined && aside !== true ? stageOf(work) : 'none';
  if (interrupted?.betweenLayouts !== true) return stage;
  if (isWriting(work)) return 'writing';
  return stage === 'unfinished' ? stage : 'other-unfinished';
}

/** How far the plan for the layout is, from the work that it is part of. */
function stageOf(work: Work): LayoutPlanStage {
  switch (work.kind) {
    case 'surveying':
      return 'awaited';
    case 'planned':
      return isNothing(work) ? 'nothing' : 'there';
    case 'refused':
      return 'refused';
    case 'flashing':
    case 'starting':
      return 'writing';
    case 'idle':
      return work.inJob === true ? 'unfinished' : 'none';
    case 'ended':
      return endedEarly(work) && !isUntouched(work) ? 'unfinished' : 'none';
    default:
      return 'none';
  }
}
