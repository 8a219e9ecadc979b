/** What of the page follows from the current work alone. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { Content } from '../../src/flash/family.ts';
import type { Range } from '../../src/flash/map.ts';
import { isSameRange, overlaps } from '../../src/flash/map.ts';
import type { Plan } from '../../src/flash/plan.ts';
import type { Report } from '../../src/session/job-execution/report.ts';
import type { ConnectedState, FileView, Interrupted, SessionState, UnitStates, Work } from '../../src/session/state.ts';
import { againWords } from '../../src/session/words/plugged.ts';
import type { Highlight, Shown } from '../shared/events.ts';
import { sendIntent } from '../shared/events.ts';
import { endedEarly, isForJobOrFiles, isUntouched } from '../../src/session/state.ts';
import { firstRepair } from '../shared/finding.ts';
import { progressBar } from '../shared/progress-bar.ts';
import { percentOf, readingShown, renderPercent } from '../shared/under-way.ts';
import type { View } from '../shared/views.ts';

/** Whether files, places and settings can still be chosen. */
export function isChoosing(work: Work): boolean {
  return !['flashing', 'starting', 'ended'].includes(work.kind);
}

/** Whether the board is being written or started. */
export function isWriting(work: Work): boolean {
  return work.kind === 'flashing' || work.kind === 'starting';
}

/** The plan that is shown or being carried out. */
export function planOf(work: Work): Plan | null {
  return 'plan' in work ? work.plan : null;
}

/** The states of its units, once it is being carried out. */
export function unitsOf(work: Work): UnitStates | null {
  return 'units' in work ? work.units : null;
}

/** Where a job failed: highlighted until something else is pointed at. */
export function failedAt(work: Work): Highlight {
  const place = work.kind === 'ended' ? work.failure?.place : undefined;
  return place?.in === 'flash' ? place.range : null;
}

/** Why the board can be neither read nor written at the moment, and what ends that; empty if it can. */
export function holdOf(work: Work): string {
  const why = whyNot(work);
  return againOf(work) === '' ? why : `${why} Press “${againOf(work)}” first.`;
}

/** The same where the button that ends it stands beside it, too: its name is not said again. Empty if it can. */
export function whyHeld(work: Work): string {
  const why = whyNot(work);
  if (work.kind !== 'ended' || why === '') return why;
  return `${why} ${work.start === null ? 'Connect it again first.' : 'Read it again first.'}`;
}

function whyNot(work: Work): string {
  if (isConnectedAndIdle(work)) return '';
  if (work.kind === 'ended')
    return work.start === null ? 'The board is not connected.' : 'The board runs its firmware now.';
  return work.kind === 'surveying' ? 'Wait until the reading has ended.' : 'Wait until the job has ended.';
}

/** What makes a board ready again that was left by a job, as its button is called; empty if it does not wait for that. */
export function againOf(work: Work): string {
  return work.kind === 'ended' && !work.connected ? againWords(work) : '';
}

/** Whether the board is connected and no work is in progress that must not be disturbed. */
export function isConnectedAndIdle(work: Work): boolean {
  return (
    work.kind === 'idle' ||
    work.kind === 'planned' ||
    work.kind === 'refused' ||
    (work.kind === 'ended' && work.connected)
  );
}

/**
 * Whether a view shows the plan, or how its job ended: that of Flash holds all that is planned, others what was asked for in them, or
 * was edited there as long as it is part of the plan.
 */
export function showsPlan(
  view: View,
  { work, aside, editedLayout, edits }: ConnectedState,
  asked: View | null,
): boolean {
  if (work.kind === 'idle' || isWriting(work)) return false;
  // Back from a restore, its view shows backups alone: the files are planned in that of Flash.
  if (view === 'backups' && aside !== true && work.kind !== 'ended') return false;
  if (view === 'flash' || view === asked) return true;
  const edited = view === 'layout' ? editedLayout : view === 'contents' ? edits : undefined;
  return edited !== undefined && aside !== true && work.kind !== 'ended';
}

/** What a plan among the backups is about, as its heading; null where none is shown that restores one by name. */
export function restoreTitle(work: Work): string | null {
  if (work.kind !== 'planned' || work.purpose.kind !== 'restore' || isEmpty(work)) return null;
  const { name } = work.purpose;
  return name === '' ? null : `Plan to restore ${name}`;
}

/** Whether a job has ended with nothing left to do about it. */
export function isDone(work: Work): boolean {
  return work.kind === 'ended' && work.failure === null && !endedEarly(work);
}

/** Whether a plan has nothing to write: then nothing happens to the board. */
export function isNothing(work: Work): boolean {
  return work.kind === 'planned' && work.plan.stretches.length === 0;
}

/** Whether there is nothing to list of a plan: it writes nothing, and asks nothing whose answer could change that. */
export function isEmpty(work: Work): boolean {
  return work.kind === 'planned' && isNothing(work) && work.asks.length === 0;
}

/** What stands in the way, without what is shown at the file that it is about. */
export function withoutFilesProblems(work: Work, files: readonly FileView[]): Work {
  if (work.kind !== 'refused') return work;
  const rest = work.refusals.filter(
    ({ place }) => place.in !== 'file' || !files.some(({ name }) => name === place.name),
  );
  return { ...work, refusals: rest };
}

/** That a file is open and no board; nothing for a board. */
export function renderImage({ board, image, work }: Extract<SessionState, { kind: 'connected' }>) {
  const { file } = board.identity;
  if (file === undefined || image === undefined) return nothing;
  return html`<image-strip
    .file=${file}
    .changes=${image}
    ?beside=${work.kind === 'ended'}
    .hold=${holdOf(work)}
  ></image-strip>`;
}

/** The comparison with a file, while nothing is written; nothing for a board that cannot be read. */
export function renderCompare({ board, comparison, work }: Extract<SessionState, { kind: 'connected' }>) {
  if (isWriting(work) || !board.layout.map.regions.some(({ access }) => access.read)) return nothing;
  return html`<flash-compare .compared=${comparison ?? null} .hold=${holdOf(work)}></flash-compare>`;
}

/** The unfinished job; once its resuming was refused, it cannot be resumed for that reason. */
function unfinishedIn({ interrupted, work }: ConnectedState): Interrupted | null {
  const isRefused = interrupted !== null && work.kind === 'refused' && work.ofResume === true;
  return isRefused ? { ...interrupted, noResume: work.refusals[0] ?? null } : interrupted;
}

/** Whether a job has begun to write and is unfinished, also where its board is not connected any more. */
export function isLeftUnfinished({ work, interrupted }: ConnectedState): boolean {
  return (interrupted?.extent.begun ?? 0) > 0 || (work.kind === 'ended' && endedEarly(work) && !isUntouched(work));
}

/** An unfinished job must be decided first: it comes before any new request. */
export function renderInterrupted(state: ConnectedState) {
  const { work, board } = state;
  const interrupted = unfinishedIn(state);
  if (interrupted === null || isWriting(work)) return nothing;
  const isForFiles = (work.kind === 'planned' || work.kind === 'refused') && work.purpose.kind === 'flash';
  // The job bar offers its next step while nothing is planned, and to resume it before files.
  const canEnd = interrupted.noResume === null || interrupted.noRollBack === null;
  const isInBar =
    work.kind === 'idle' || (work.kind === 'refused' && isForJobOrFiles(work))
      ? canEnd
      : isForFiles && interrupted.noResume === null && !isNothing(work);
  const isNext = isForFiles || work.kind === 'refused' || work.kind === 'idle';
  return html`<interrupted-job
    .job=${interrupted}
    .primary=${isNext && !isInBar}
    ?image=${board.identity.file !== undefined}
    ?locked=${!isConnectedAndIdle(work)}
    ?reading=${work.kind === 'surveying'}
  ></interrupted-job>`;
}

/**
 * Whether the job bar is shown: that there is nothing to do is an answer, where it was asked for. What is planned instead of the files
 * has it where they are, too: it leads back to them.
 */
export function hasJobBar({ work, aside }: ConnectedState, shown: View, asked: View | null): boolean {
  return !isNothing(work) || shown === asked || (shown === 'flash' && aside === true);
}

/** What to press first, where nothing is planned: the repair of the worst problem if it has one, or else to choose a file. */
export function firstStep({ work, interrupted, board }: ConnectedState): 'repair' | 'file' | null {
  if (interrupted !== null || (work.kind !== 'idle' && work.kind !== 'refused')) return null;
  return firstRepair(board) === null ? 'file' : 'repair';
}

/** What was found on the board. While a job has it between two layouts, without what lay in a partition that has another place in one of them. */
export function foundHere({ board, work }: ConnectedState): readonly Content[] {
  if (!('layout' in work) || unitsOf(work) === null) return board.contents;
  const [before, after] = [board.layout.partitions, work.layout.partitions];
  const isIn = (all: readonly Range[], own: Range) => all.some((each) => isSameRange(each, own));
  const moved = [...before.filter((own) => !isIn(after, own)), ...after.filter((own) => !isIn(before, own))];
  if (moved.length === 0) return board.contents;
  return board.contents.filter((found) => isIn(after, found) || !moved.some((own) => overlaps(own, found)));
}

/** The job bar in a view; `onShow` hears what a person wants to see. */
export function renderJob(
  state: ConnectedState,
  view: View,
  onShow: (event: CustomEvent<Shown>) => void,
): TemplateResult {
  const { board, work, files, containers, edits, image } = state;
  return html`<job-bar
    .work=${work}
    .files=${files}
    .containers=${containers}
    .board=${board}
    .unfinished=${unfinishedIn(state)}
    ?saved=${image?.saved === true}
    ?compact=${view !== 'flash'}
    ?unplanned=${work.kind === 'idle' && work.inJob !== true && (edits !== undefined || files.some(({ used, chosen }) => used && chosen !== null))}
    @sectorwise-show=${onShow}
  ></job-bar>`;
}

/** What is done while a board is being connected, or a file opened, with a way to end it; `host` sends the intent. */
export function renderConnecting(
  host: HTMLElement,
  { says, progress }: Extract<SessionState, { kind: 'connecting' }>,
  opening: 'board' | 'image',
): TemplateResult {
  const reading = progress === undefined ? null : readingShown({ progress });
  return html`<section class="board" aria-labelledby="board">
    <h2 id="board" tabindex="-1">${opening === 'image' ? 'Opening the file' : 'Connecting to the board'}</h2>
    <div class="stack">
      <p>
        <span role="status">${says}</span>
        ${progress === undefined ? nothing : renderPercent(percentOf({ progress }))}
      </p>
      ${reading === null ? nothing : html`<p class="small quiet">${reading.below}</p>`}
      ${progressBar(says, reading?.percent ?? null)}
      <div>
        <wa-button appearance="outlined" size="s" @click=${() => sendIntent(host, { do: 'disconnect' })}
          >Cancel</wa-button
        >
      </div>
    </div>
  </section>`;
}

/** A chip that is being unlocked. */
export function renderUnlocking(state: Extract<SessionState, { kind: 'unlocking' }>): TemplateResult {
  return html`<unlock-view id="board" .unlocking=${state}></unlock-view>`;
}

/** The report of the job that has just ended, which is what gets printed; otherwise null. */
export function reportOf(state: SessionState): Report | null {
  return state.kind === 'connected' && state.work.kind === 'ended' ? state.work.report : null;
}

/** What stands at the end of the page, whatever it shows. */
export const FOOTER = html`<footer>
  <p>
    Nothing leaves this browser: no server, no account, no tracking. Your files and what is read from the board stay on
    this computer.
  </p>
</footer>`;
