/** The view of the flash: what is to be written and its plan. Other views show their plan, or how its job ended, alike. */
import type { LitElement, TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { LibraryView } from '../../src/backups/library-view.ts';
import type { AsideEnd } from '../../src/session/aside.ts';
import { asideEnd } from '../../src/session/aside.ts';
import type { SessionState, Work } from '../../src/session/state.ts';
import { isChosenByHand } from '../../src/session/state.ts';
import type { Waiting } from '../board-wait/board-wait.ts';
import type { SampleFile } from '../file-drop/file-drop.ts';
import type { Highlight } from '../shared/events.ts';
import {
  firstStep,
  isChoosing,
  isEmpty,
  isWriting,
  planOf,
  renderCompare,
  renderInterrupted,
  withoutFilesProblems,
} from './sectorwise-app.work.ts';

type Together = Extract<SessionState, { kind: 'connected' }>;

/** What is there beside the board: the backups, the place pointed at, the wait for the board, and files to try it with. */
export interface FlashViewParts {
  readonly library: LibraryView;
  readonly highlight: Highlight;
  readonly waiting: Waiting | null;
  readonly samples: readonly SampleFile[];
}

/** An unfinished job first, then files with their plan or its job, a comparison, and the settings while there is a choice. */
export function renderFlash(state: Together, beside: FlashViewParts): TemplateResult {
  const { work, board } = state;
  const { settings, identity, appLayouts = [] } = board;
  return html`
    ${renderInterrupted(state)} ${renderRequest(state, beside)} ${renderCompare(state)}
    ${isChoosing(work) && settings.length > 0 ? html`<board-settings .settings=${settings} .identity=${identity} ?waits=${work.kind === 'idle' && work.inJob === true && state.interrupted !== null}></board-settings>` : nothing}
    ${isChoosing(work) && appLayouts.length > 0 ? html`<app-layouts .offers=${appLayouts}></app-layouts>` : nothing}
  `;
}

/** Leads to where files are chosen in the view of the flash, once that is shown. */
export async function askForFile(host: LitElement): Promise<void> {
  await host.updateComplete;
  host.shadowRoot?.querySelector('file-drop')?.ask();
}

/** The plan, or how its job ended, with what the board printed. */
export function renderPlan(state: Together, beside: FlashViewParts): TemplateResult {
  const { work } = state;
  if (work.kind === 'ended') return renderResult(work, state, beside);
  return renderPlanOf(state, beside, isEmpty(work));
}

function renderPlanOf(
  { board: { identity, layout }, files, work }: Together,
  { highlight }: FlashViewParts,
  hidden = false,
): TemplateResult {
  return html`<plan-view
    ?image=${identity.file !== undefined}
    .work=${work}
    .layout=${layout}
    .files=${files}
    .highlight=${highlight}
    ?hidden=${hidden}
  ></plan-view>`;
}

function renderResult(
  work: Extract<Work, { kind: 'ended' }>,
  { interrupted }: Together,
  { library, waiting }: FlashViewParts,
): TemplateResult {
  return html`<result-view
    .work=${work}
    ?awaited=${waiting !== null}
    ?fleeting=${library.storage?.kind === 'tab'}
    ?unfinished=${interrupted !== null}
  ></result-view>`;
}

/** A partition without its board takes files in the view of its contents. */
function takesFiles({ identity }: Together['board']): boolean {
  return identity.file?.partition !== true;
}

/** What becomes of what is chosen once something else is carried out; null where there is no plan yet. */
export function endOf(work: Work): AsideEnd | null {
  return work.kind === 'planned' ? asideEnd(work.purpose.kind, work.plan) : null;
}

/**
 * The files and containers that are listed. What a repair or the editor made for this board is part of its plan: while a job is unfinished
 * and nothing else is planned, that job carries it out, and a person never dropped it.
 */
function chosenIn({ files, containers, work, interrupted }: Together): Pick<Together, 'files' | 'containers'> {
  if (interrupted === null || work.kind === 'planned') return { files, containers };
  return { files: files.filter(isChosenByHand), containers: containers.filter(isChosenByHand) };
}

function renderRequest(state: Together, beside: FlashViewParts): TemplateResult {
  const { edits = [], again = null, work, board } = state;
  const { files, containers } = chosenIn(state);
  const aside = state.aside === true && work.kind !== 'idle';
  if (work.kind === 'ended')
    return html`${renderResult(work, state, beside)}
    ${work.connected && takesFiles(board) ? html`<file-drop slim .primary=${work.outcome === 'nothing-to-do'}></file-drop>` : nothing}`;
  if (isWriting(work)) return html`<progress-view .work=${work}></progress-view>`;
  const shown = withoutFilesProblems(work, files);
  // What the board holds is read before anything is asked for, too: nothing on the page makes room for a plan then.
  const isChosen = aside || files.length + containers.length + edits.length > 0;
  const isPlanned =
    (shown.kind !== 'surveying' || isChosen) &&
    shown.kind !== 'idle' &&
    !(shown.kind === 'refused' && shown.refusals.length === 0) &&
    !isEmpty(shown);
  if (!takesFiles(board)) return renderPlanOf({ ...state, work: shown }, beside, !isPlanned);
  return html`<div class="pair ${isPlanned ? 'two' : ''}">
    <file-drop
      .files=${files}
      .containers=${containers}
      .layout=${board.layout}
      .keys=${beside.library.keys}
      .refusals=${work.kind === 'refused' ? work.refusals : []}
      .samples=${beside.samples}
      .again=${again}
      .edits=${edits}
      .plan=${planOf(work)}
      ?aside=${aside}
      .end=${endOf(work)}
      .primary=${firstStep(state) === 'file'}
    ></file-drop>
    ${renderPlanOf({ ...state, work: shown }, beside, !isPlanned)}
  </div>`;
}
