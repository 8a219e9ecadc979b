/** Carries out one job, from the first write to the report: writes, verifies, starts the board and listens to it. */
import type { FailureFacts } from '../../flash/failure.ts';
import { BoundedLog, KEPT } from '../../flash/bounded-log.ts';
import { factsOf, makeCancel } from '../../flash/failure.ts';
import type { BootVerdict, Inspection } from '../../flash/family.ts';
import type { Finding } from '../../flash/finding.ts';
import { JobFold, jobState } from '../../flash/job.ts';
import type { Fact } from '../../flash/journal.ts';
import type { Range } from '../../flash/map.ts';
import { bare } from '../../flash/map.ts';
import { plannedUnits } from '../../flash/plan.ts';
import type { Target } from '../../flash/target.ts';
import { disprovedOf } from './disproved.ts';
import type { Leftovers } from './incomplete.ts';
import type { OwnJob } from './open-jobs.ts';
import { JobProgressMeter, unitStates } from '../job-progress.ts';
import { sourceWord } from '../progress.ts';
import { provedBy, unprovable as unprovableIn } from '../planning/proof.ts';
import { makeReport } from './report.ts';
import type { JobRun, Step } from './runner.ts';
import { besideFailure, explainWrong, runJob } from './runner.ts';
import type { BoardWork } from '../session-parts.ts';
import type { Progress, UnitStates, Work } from '../state.ts';
import { takeSurroundings } from '../planning/surroundings.ts';
import type { JobRecord } from '../../storage/records.ts';
import { planFates } from '../../storage/records.ts';
import { takeFingerprint } from './board-fingerprint.ts';
import { digestUnwritten } from './rewritten-contents.ts';

/** How long a started board may be silent before listening ends, in ms. */
const LISTEN_MS = 5000;
/** The same for a board that has said what it starts, where it is listened to any longer. */
const QUIET_MS = 700;

/** How many characters from the beginning and from the end of its output are shown while a board starts. */
const SHOWN = 0x2000;

type Start = { readonly log: string; readonly verdict: BootVerdict | null };

/** A job as the runner takes it, and what shows how it stands. */
interface ShownRun extends JobRun {
  readonly states: () => UnitStates;
  /** How many times as long as at the device's pace it takes; null before that is known. */
  readonly slowness: () => number | null;
  /** Shows that the board is being read once more. */
  readonly onReading: () => void;
  /** Shows that what was written so far is being read. */
  readonly onRereading: () => void;
}

/** Measures a job on a target. */
export function meterOf(
  { record, journal }: Pick<OwnJob, 'record'> & { readonly journal: Pick<OwnJob['journal'], 'facts'> },
  { target, clock }: Pick<BoardWork, 'target' | 'clock'>,
): JobProgressMeter {
  const { plan, packed = null } = record;
  const facts = journal.facts();
  const beside = record.surroundings?.spans ?? [];
  // A job may be resumed with another loader.
  const latest = facts.findLast((fact) => fact.fact === 'surroundings') ?? record.surroundings;
  const rechecks = latest?.bounds.whole === true;
  return new JobProgressMeter({ plan, beside, rechecks, target, packed, facts, clock });
}

/** A job as the runner takes it; each of its steps is shown. */
export function jobRunOf<I extends Inspection, T extends Target>(own: OwnJob, work: BoardWork<I, T>): ShownRun {
  const { record, journal, layout } = own;
  const { target, board, cancel, md5, clock, show, tell } = work;
  const { plan, purpose, about } = record;
  const job = new JobFold(plan);
  const meter = meterOf(own, work);
  const unprovable = unprovableIn(plan, target);
  const folded = () => job.after(journal.facts());
  const flashing = (progress: Progress): Work => {
    const units = unitStates(folded());
    const named = { purpose, ...(about !== undefined && { about }), plan, layout };
    return { kind: 'flashing', ...named, unprovable, units, progress, stopping: cancel.cancelled };
  };
  const onStep = (step: Step | null) => {
    const now = () => flashing(meter.at(folded(), step));
    // A board says nothing while it erases, for seconds: until then, what came before would still be shown.
    if (step?.doing === 'erasing') show(now());
    else tell(now);
  };
  const reading = (says: string): Progress => ({ ...meter.at(folded(), null), says, leftMs: null });
  const onRereading = () => tell(() => flashing(reading('Reading what was written so far')));
  let isRead = false;
  const onReading = () => {
    const says = `Reading the ${sourceWord(target)} again`;
    const now = () => flashing({ ...reading(says), phase: 'reading-again' });
    // Whoever has pressed Stop sees at once that nothing is written any more.
    if (isRead) tell(now);
    else show(now());
    isRead = true;
  };
  const preface = async (): Promise<readonly Fact[]> => {
    const units = await takeFingerprint(work, plan);
    const spans = await digestUnwritten(work, record);
    return [
      ...(units.length === 0 ? [] : [{ fact: 'fingerprint', units } as const]),
      ...(spans.length === 0 ? [] : [{ fact: 'stays', spans } as const]),
      ...(record.surroundings === undefined ? [] : [{ fact: 'surroundings', ...record.surroundings } as const]),
    ];
  };
  const surroundings: JobRun['surroundings'] = async (known) => {
    const taken = await takeSurroundings(work, { layout: board.layout, plan }, known);
    return taken === null ? [] : [{ fact: 'surroundings', ...taken }];
  };
  return {
    plan,
    map: board.layout.map,
    journal,
    target,
    cancel,
    md5,
    clock,
    onStep,
    onReading,
    onRereading,
    preface,
    surroundings,
    states: () => unitStates(folded()),
    slowness: () => meter.slowness,
  };
}

/** How a job ended, and what is known of the board afterwards. */
export interface EndedJob<I extends Inspection> {
  readonly ended: Extract<Work, { kind: 'ended' }>;
  /** The board as read afterwards: null if nothing was written, `lost` if it could not be read any more. */
  readonly read: I | 'lost' | null;
  /** What was read before it does not count any more: the units that it has begun to write, and what changed beside them. */
  readonly changed: readonly Range[];
  /** The problems and warnings of a closer look that the verified bytes make false. */
  readonly disproved: readonly Finding[];
  /** The units that hold what the plan says: verified by this job, or found equal when it was planned, unless it was resumed. */
  readonly verified: readonly Range[];
  /** The planned units that are not verified, also those that were not begun. */
  readonly unproved: readonly Range[];
  /** What is there once all of them are. */
  readonly after: JobRecord['after'];
  /** How many times as long as at the device's pace it took; null if it was too short to tell. */
  readonly slowness: number | null;
}

/** What is known beside a job. */
export interface JobBeside {
  /** The estimate that the user saw; null for a job that is resumed. */
  readonly estimatedMs: number | null;
  /** The units that are equal to what is restored and not blank, as far as they were planned in this session. */
  readonly equalFilled?: readonly Range[] | undefined;
  /** What is left on the board by this job and those before it; its facts are null once it came to its end. */
  readonly leftovers: (facts: readonly Fact[] | null) => Leftovers;
}

/**
 * Carries out a job to its end and reads the board again before it starts, so that the page shows what is there. Never throws
 * for what a device or the user does: that is in the outcome.
 */
export async function executeJob<I extends Inspection, T extends Target>(
  job: OwnJob,
  work: BoardWork<I, T>,
  { estimatedMs, equalFilled, leftovers }: JobBeside,
): Promise<EndedJob<I>> {
  const { record, journal, layout } = job;
  const { plan, purpose, files } = record;
  const { now, clock, show, tell, board } = work;
  const [started, from] = [now(), clock.now()];
  const known = journal.facts().length;
  const run = jobRunOf(job, work);
  run.onStep(null);
  const outcome = await runJob(run);

  let failure: FailureFacts | null = outcome.kind === 'broken' ? outcome.failure : null;
  if (outcome.kind === 'wrong') failure = await explainWrong(run, outcome.units);
  if (outcome.kind === 'beside') failure = besideFailure('beside-changed', outcome.ranges);
  const written = outcome.kind === 'verified' || outcome.kind === 'unproved';
  const read = await readAgain(run, known, work, () => leftovers(written ? null : journal.facts()));
  const states = run.states();
  const planned = plannedUnits(plan);
  const proved = planned.filter((_, i) => states[i] === 'verified').map(bare);
  const unproved = planned.filter((_, i) => states[i] !== 'verified').map(bare);
  const { surroundings } = jobState(plan, journal.facts());
  const begun = planned.filter((_, i) => states[i] !== 'waiting');
  const changed = [...begun, ...surroundings.changed, ...surroundings.toPutBack].map(bare);
  // Once it has started, the board cannot be read before it is connected again.
  if (written && read !== null && read !== 'lost') await work.lookAgain(read, changed, run.onReading);
  const disproved = outcome.kind === 'verified' ? await disprovedBy(run, read, proved, work) : [];
  let start: Start | null = null;
  if (written) failure = besideFailure('beside-restored', surroundings.putBack);
  // A flash image in a file starts nothing.
  const { restart, noOutput } = work.target;
  if (written && plan.stretches.length > 0 && restart !== undefined) {
    const units = run.states();
    try {
      const starting = (bootLog: string | null) =>
        ({ kind: 'starting', purpose, plan, layout, units, bootLog }) as const;
      // A board that prints nothing is waited for, too.
      show(starting(noOutput === true ? null : ''));
      start = await startBoard(record, work, restart.bind(work.target), (logSoFar) => tell(() => starting(logSoFar())));
    } catch (error) {
      // The bytes are written and verified as far as possible; a failure to listen to the board does not change that.
      failure = factsOf(error);
    }
  }
  // The link may be lost after the reported failure: while digesting the units in progress, or reading the wrong ones. A loss
  // in an earlier part of this job does not count.
  const gone = journal.facts().slice(known).some(isLoss);
  // A stop may cost the link and is still a stop: the failure says what it cost.
  const kind = outcome.kind === 'broken' ? (work.cancel.cancelled ? 'stopped' : 'failed') : outcome.kind;
  const facts = {
    plan,
    units: run.states(),
    outcome: kind === 'verified' && plan.stretches.length === 0 ? 'nothing-to-do' : kind,
    failure,
    start,
  } as const;
  const times = { started, ended: now(), tookMs: clock.now() - from, estimatedMs };
  const { version: app, browser } = work;
  const report = makeReport({
    ...facts,
    ...times,
    app,
    browser,
    board,
    purpose,
    fates: planFates(record),
    files,
    facts: journal.facts(),
    provedBy: provedBy(work.target),
    md5: work.md5,
  });
  const connected = start === null && !gone && failure?.kind !== 'lost';
  return {
    ended: {
      kind: 'ended',
      purpose,
      ...(record.about !== undefined && { about: record.about }),
      layout,
      ...facts,
      report,
      connected,
      ...(equalFilled !== undefined && { equalFilled }),
      ...(provedBy(work.target) === 'read-back' && { readBack: true }),
    },
    read,
    changed,
    // The board may have run before a job is resumed, which asks for the units that are written, and for no others.
    verified: [...proved, ...(known === 0 ? plan.equal.map(bare) : [])],
    disproved,
    unproved,
    after: record.after,
    slowness: run.slowness(),
  };
}

/** Reads the board after a job that wrote to it. */
async function readAgain<I extends Inspection, T extends Target>(
  { journal, onReading }: ShownRun,
  known: number,
  { family, target }: BoardWork<I, T>,
  leftovers: () => Leftovers,
): Promise<I | 'lost' | null> {
  const facts = journal.facts().slice(known);
  if (!facts.some(({ fact }) => fact === 'intent' || fact === 'committing')) return null;
  if (facts.some(isLoss)) return 'lost';
  try {
    // A stop has stopped the job; what it left is read all the same.
    const cancel = makeCancel();
    const read = await family.inspect(target, cancel, onReading);
    const { inApps } = leftovers();
    return (await family.checkMixed?.(target, read, inApps, { cancel, onBytes: onReading })) ?? read;
  } catch (error) {
    await journal.append({ fact: 'broken', failure: factsOf(error) }).catch(() => undefined);
    return 'lost';
  }
}

/** What the bytes that were verified make false; what cannot be read back now disproves nothing, and the next command tells why. */
async function disprovedBy<I extends Inspection, T extends Target>(
  { onReading }: ShownRun,
  read: I | 'lost' | null,
  proved: readonly Range[],
  work: BoardWork<I, T>,
): Promise<readonly Finding[]> {
  if (read === null || read === 'lost') return [];
  return disprovedOf(work, read, proved, onReading).catch(() => []);
}

function isLoss(fact: Fact): boolean {
  return fact.fact === 'broken' && fact.failure.kind === 'lost';
}

async function startBoard<I extends Inspection, T extends Target>(
  { after }: JobRecord,
  { family, board, cancel, target }: BoardWork<I, T>,
  restart: NonNullable<Target['restart']>,
  onText: (logSoFar: () => string) => void,
): Promise<Start> {
  const [log, shown] = [new BoundedLog(KEPT), new BoundedLog(SHOWN)];
  const { layout, expected, says } = after;
  const judge = family.bootJudge(layout, expected);
  let decided = false;
  // An app says what it found in its settings or files once it runs.
  const isEdited = (after.fates ?? []).some(({ edited }) => edited !== undefined);
  await restart({
    get ms() {
      return decided ? QUIET_MS : LISTEN_MS;
    },
    cancel,
    onText: (text) => {
      log.add(text);
      shown.add(text);
      decided = judge.hear(text) !== null;
      onText(() => shown.text('not shown'));
    },
    done: () => decided && !isEdited,
  });
  // Whoever stops listening has not heard what the board starts; where there is nothing to hear, a stop comes too late.
  if (cancel.cancelled && !decided && target.noOutput !== true) return { log: log.text(), verdict: null };
  const verdict = judge.end(board);
  if (verdict === null) return { log: log.text(), verdict };
  const { line, ...judged } = verdict;
  // Of a long log the middle is not kept.
  const kept = line === undefined ? null : log.find(line);
  const placed = { ...judged, ...(kept !== null && { line: kept }) };
  return { log: log.text(), verdict: placed.good === null ? { ...placed, planned: says } : placed };
}
