/** How the edited layout stands, by the work on the board and the job bar below it; loaded with the editor. */
import { isSameLayout } from '../../src/flash/layout.ts';
import type { SessionState, Work } from '../../src/session/state.ts';
import { endedEarly, isUntouched } from '../../src/session/state.ts';
import { headlineOf } from '../../src/session/words/headline.ts';
import { isPassing, madeIn, planButton, resumableBefore } from '../job-bar/job-bar.words.ts';
import type { LayoutPlanStage } from '../layout-editor/layout-editor.words.ts';
import { isTableOfBefore } from '../layout-editor/layout-editor.words.ts';
import { isNothing, isWriting } from './sectorwise-app.work.ts';

type Together = Extract<SessionState, { kind: 'connected' }>;

/** What the editor is told of everything around it. */
interface LayoutStand {
  readonly stage: LayoutPlanStage;
  /** The name of the button in the job bar that carries the plan out; empty where there is none. */
  readonly button: string;
  /** Whether the job bar has the button that discards the plan. */
  readonly barDiscards: boolean;
  readonly locked: boolean;
}

/** How the edited layout stands; `hasBar` is whether the job bar is shown. */
export function standOf(state: Together, hasBar: boolean): LayoutStand {
  const stage = stageIn(state);
  return {
    stage,
    button: stage === 'there' ? buttonOf(state) : '',
    barDiscards: hasBar && barDiscards(state),
    locked: isWriting(state.work) || isTableOfBefore(stage),
  };
}

function buttonOf(state: Together): string {
  const { work, interrupted, board } = state;
  if (work.kind !== 'planned') return '';
  const headline = headlineOf(work, state, board.identity.file === undefined ? 'board' : 'image');
  return planButton(work, headline, resumableBefore(work, interrupted));
}

function barDiscards(state: Together): boolean {
  const { work } = state;
  if (work.kind !== 'planned' && work.kind !== 'refused') return false;
  return work.purpose.kind === 'flash' && !isPassing(work) && madeIn(work, state).length > 0;
}

/** How far the plan for the layout is, and whether a job that changes the layout comes first. */
function stageIn({ work, interrupted, editedLayout, aside, board }: Together): LayoutPlanStage {
  if (work.kind === 'ended' && !work.connected && !endedEarly(work) && !isSameLayout(work.layout, board.layout))
    return 'done';
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
