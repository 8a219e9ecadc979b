/** Carries out one job, from the first write to the report: writes, verifies, starts the board and listens to it. */
import type { FailureFacts } from '../../flash/failure.ts';
import { factsOf } from '../../flash/failure.ts';
import type { BootVerdict, Inspection } from '../../flash/family.ts';
import { JobFold, jobState } from '../../flash/job.ts';
import type { Fact } from '../../flash/journal.ts';
import type { Target } from '../../flash/target.ts';
import type { OwnJob } from './open-jobs.ts';
import { JobProgressMeter, unitStates } from '../progress.ts';
import { provedBy, unprovable as unprovableIn } from '../planning/proof.ts';
import { makeReport } from './report.ts';
import type { JobRun, Step } from './runner.ts';
import { besideFailure, explainWrong, runJob } from './runner.ts';
import type { BoardWork, SessionParts } from '../session-parts.ts';
import type { Work } from '../state.ts';
import { takeSurroundings } from '../planning/surroundings.ts';
import type { JobRecord } from '../../storage/records.ts';
import { planLayout } from '../../storage/records.ts';
import { takeFingerprint } from './board-fingerprint.ts';

/** What carrying out a job needs. */
export interface ExecutionParts<I extends Inspection, T extends Target>
  extends BoardWork<I, T>, Pick<SessionParts<I, T>, 'version' | 'browser'> {
  /** The estimate that the user saw, in ms; null for a job that is resumed. */
  readonly estimatedMs: number | null;
  /** Receives the progress whenever there is something new. */
  readonly tell: (work: () => Work) => void;
}

/** How long a started board may be silent before listening ends, in ms. */
const LISTEN_MS = 5000;

type Start = { readonly log: string; readonly verdict: BootVerdict | null };

/** The input of the runner for a job, which reports each step. */
export function jobRunOf<I extends Inspection, T extends Target>(
  { record, journal }: OwnJob,
  parts: ExecutionParts<I, T>,
): JobRun & { readonly states: () => ReturnType<typeof unitStates> } {
  const { target, board, cancel, md5, clock, tell } = parts;
  const { plan, purpose } = record;
  const layout = planLayout(record);
  const job = new JobFold(plan);
  const meter = new JobProgressMeter(plan, record.surroundings?.spans ?? [], clock);
  const unprovable = unprovableIn(plan, target);
  const folded = () => job.after(journal.facts());
  const onStep = (step: Step | null) =>
    tell(() => {
      const progress = meter.at(folded(), step);
      const units = unitStates(folded());
      return { kind: 'flashing', purpose, plan, layout, unprovable, units, progress, stopping: cancel.cancelled };
    });
  const preface = async (): Promise<readonly Fact[]> => {
    const units = await takeFingerprint({ target, board, plan, md5, cancel });
    return [
      ...(units.length === 0 ? [] : [{ fact: 'fingerprint', units } as const]),
      ...(record.surroundings === undefined ? [] : [{ fact: 'surroundings', ...record.surroundings } as const]),
    ];
  };
  const surroundings: JobRun['surroundings'] = async (known) => {
    const taken = await takeSurroundings(parts, { layout: board.layout, plan }, known);
    return taken === null ? [] : [{ fact: 'surroundings', ...taken }];
  };
  return {
    plan,
    map: board.layout.map,
    journal,
    target,
    cancel,
    md5,
    onStep,
    preface,
    surroundings,
    states: () => unitStates(folded()),
  };
}

/** Carries out a job to its end. Never throws for what a device or the user does: that is in the outcome. */
export async function executeJob<I extends Inspection, T extends Target>(
  job: OwnJob,
  means: ExecutionParts<I, T>,
): Promise<Extract<Work, { kind: 'ended' }>> {
  const { record, journal } = job;
  const { plan, purpose, files } = record;
  const layout = planLayout(record);
  const { now, clock, tell, board } = means;
  const [started, from] = [now(), clock.now()];
  const known = journal.facts().length;
  const run = jobRunOf(job, means);
  run.onStep(null);
  const outcome = await runJob(run);

  let failure: FailureFacts | null = outcome.kind === 'broken' ? outcome.failure : null;
  if (outcome.kind === 'wrong') failure = await explainWrong(run, outcome.units);
  if (outcome.kind === 'beside') failure = besideFailure('beside-changed', outcome.ranges);
  let start: Start | null = null;
  const written = outcome.kind === 'verified' || outcome.kind === 'unproved';
  if (written) failure = besideFailure('beside-restored', jobState(plan, journal.facts()).surroundings.putBack);
  if (written && plan.stretches.length > 0) {
    const units = run.states();
    try {
      start = await startBoard(record, means, (bootLog) =>
        tell(() => ({ kind: 'starting', purpose, plan, layout, units, bootLog })),
      );
    } catch (error) {
      // The bytes are written and verified as far as possible; a failure to listen to the board does not change that.
      failure = factsOf(error);
    }
  }
  // The link may be lost after the reported failure: while digesting the units in progress, or reading the wrong ones. A loss
  // in an earlier part of this job does not count.
  const gone = journal
    .facts()
    .slice(known)
    .some((fact) => fact.fact === 'broken' && fact.failure.kind === 'lost');
  // A stop may cost the link and is still a stop: the failure says what it cost.
  const kind = outcome.kind === 'broken' ? (means.cancel.cancelled ? 'stopped' : 'failed') : outcome.kind;
  const ended = {
    plan,
    units: run.states(),
    outcome: kind === 'verified' && plan.stretches.length === 0 ? 'nothing-to-do' : kind,
    failure,
    start,
  } as const;
  const times = { started, ended: now(), tookMs: clock.now() - from, estimatedMs: means.estimatedMs };
  const { version: app, browser } = means;
  const report = makeReport({
    ...ended,
    ...times,
    app,
    browser,
    board,
    files,
    facts: journal.facts(),
    provedBy: provedBy(means.target),
  });
  return {
    kind: 'ended',
    purpose,
    layout,
    ...ended,
    report,
    connected: start === null && !gone && failure?.kind !== 'lost',
  };
}

async function startBoard<I extends Inspection, T extends Target>(
  { after }: JobRecord,
  { family, target, board }: ExecutionParts<I, T>,
  onText: (log: string) => void,
): Promise<Start> {
  let log = '';
  const { layout, expected, says } = after;
  await target.restart({
    ms: LISTEN_MS,
    onText: (text) => {
      log += text;
      onText(log);
    },
    done: (text) => family.bootVerdict(text, layout, expected) !== null,
  });
  const verdict = family.bootVerdict(log, layout, expected, board);
  // For a board that does not report what it starts, the prediction from the plan is repeated.
  const silent = verdict?.good === null;
  return { log, verdict: silent ? { ...verdict, says: `${verdict.says} ${says}` } : verdict };
}
