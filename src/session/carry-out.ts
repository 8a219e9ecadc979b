/** One job from the first write to its report: writes, proves, starts the board and listens to it. */
import type { Cancel, FailureFacts } from '../flash/failure.ts';
import { factsOf } from '../flash/failure.ts';
import type { BootVerdict, Family, Inspection, Placement } from '../flash/family.ts';
import type { Image } from '../flash/image.ts';
import { JobFold } from '../flash/job.ts';
import type { Journal, KeptBytes } from '../flash/journal.ts';
import type { EraseUnit, Range } from '../flash/map.ts';
import { bytesBefore } from '../flash/plan.ts';
import type { Md5, Survey } from '../flash/survey.ts';
import type { Target } from '../flash/target.ts';
import type { Writing } from './meter.ts';
import { jobProgress, Meter, unitStates } from './meter.ts';
import { makeReport } from './report.ts';
import { explainWrong, runJob } from './runner.ts';
import type { Work } from './state.ts';

/** What a person said yes to: the plan that was shown, and what it was made from. */
export interface Errand<I extends Inspection> {
  readonly planned: Extract<Work, { kind: 'planned' }>;
  readonly board: I;
  readonly placements: readonly Placement[];
  readonly image: Image;
  readonly survey: Survey;
  /** What earlier, interrupted jobs promised to keep. */
  readonly promised: readonly KeptBytes[];
}

/** What carries it out. */
export interface Means<I extends Inspection, T extends Target> {
  readonly family: Family<I, T>;
  readonly target: T;
  readonly journal: Journal;
  readonly cancel: Cancel;
  readonly md5: Md5;
  readonly now: () => number;
  readonly version: string;
  readonly browser?: string | undefined;
  /** Hears how far it is, as often as there is something new. */
  readonly tell: (work: () => Work) => void;
}

/** How long a started board is listened to, in ms. */
const LISTEN_MS = 5000;

type Start = { readonly log: string; readonly verdict: BootVerdict | null };

/** Carries a job out to its end. Never throws for what a device or a person does: that is in the outcome. */
export async function carryOut<I extends Inspection, T extends Target>(
  errand: Errand<I>,
  means: Means<I, T>,
): Promise<Extract<Work, { kind: 'ended' }>> {
  const { board, placements, image, survey, promised } = errand;
  const { plan, unprovable, estimateMs: estimatedMs } = errand.planned;
  const { target, journal, cancel, md5, now, tell } = means;
  const started = now();
  const total = plan.stretches.reduce((sum, stretch) => sum + stretch.size, 0);
  const meter = new Meter('Writing', total, now);
  const job = new JobFold(plan);
  const states = () => unitStates(job.after(journal.facts()));
  const run = {
    plan,
    journal,
    target,
    cancel,
    image,
    md5,
    keep: (unit: EraseUnit, range: Range) => bytesBefore({ survey, promised }, unit, range),
    onStep: (writing: Writing) =>
      tell(() => {
        const units = states();
        const progress = jobProgress(plan, units, writing, meter);
        return { kind: 'flashing', plan, unprovable, units, progress, stopping: cancel.cancelled };
      }),
  };
  run.onStep(null);
  const outcome = await runJob(run);

  let failure: FailureFacts | null = outcome.kind === 'broken' ? outcome.failure : null;
  if (outcome.kind === 'wrong') failure = await explainWrong(run, outcome.units);
  let start: Start | null = null;
  const written = outcome.kind === 'verified' || outcome.kind === 'unproved';
  if (written && plan.stretches.length > 0) {
    const units = states();
    try {
      start = await startBoard(errand, means, (bootLog) => tell(() => ({ kind: 'starting', plan, units, bootLog })));
    } catch (error) {
      // The bytes are there; that the board then could not be listened to does not take that back.
      failure = factsOf(error);
    }
  }
  // A stop that the board did not answer has cost the link too.
  const gone = journal.facts().some((fact) => fact.fact === 'broken' && fact.failure.kind === 'lost');
  const kind = outcome.kind === 'broken' ? (failure?.kind === 'stopped' ? 'stopped' : 'failed') : outcome.kind;
  const ended = {
    plan,
    units: states(),
    outcome: kind === 'verified' && plan.stretches.length === 0 ? 'nothing-to-do' : kind,
    failure,
    start,
  } as const;
  const times = { started, ended: now(), estimatedMs };
  const { version: app, browser } = means;
  const report = makeReport({ ...ended, ...times, app, browser, board, placements, facts: journal.facts(), md5 });
  return { kind: 'ended', ...ended, report, connected: start === null && !gone && failure?.kind !== 'lost' };
}

async function startBoard<I extends Inspection, T extends Target>(
  { placements, board, planned }: Errand<I>,
  { family, target }: Means<I, T>,
  onText: (log: string) => void,
): Promise<Start> {
  let log = '';
  const layout = family.layout(placements, board);
  const expected = family.expected(placements, board);
  await target.leave({
    ms: LISTEN_MS,
    onText: (text) => {
      log += text;
      onText(log);
    },
    done: (text) => family.bootVerdict(text, layout, expected) !== null,
  });
  const verdict = family.bootVerdict(log, layout, expected);
  // What a board that says nothing starts was told before; it is worth being told again.
  const silent = verdict?.good === null;
  return { log, verdict: silent ? { ...verdict, says: `${verdict.says} ${planned.afterwards}` } : verdict };
}
