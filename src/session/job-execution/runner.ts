/** Carries out a job on a target: the only code that writes to a device. */
import type { FailureFacts, FailureWords } from '../../flash/failure.ts';
import { Failure, factsOf, failures, makeCancel } from '../../flash/failure.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Effect, JobState, Outcome } from '../../flash/job.ts';
import { effectAfter, JobFold, jobState } from '../../flash/job.ts';
import type { Content, Fact, Journal, Neighbour, RangeDigest } from '../../flash/journal.ts';
import type { FlashMap, Range } from '../../flash/map.ts';
import { rangeEnd, bare, neighbours, spanOf } from '../../flash/map.ts';
import { blanksOf } from '../../flash/content.ts';
import type { Surroundings } from '../../flash/surroundings.ts';
import { DIGEST_SPAN, digestsAgree } from '../../flash/surroundings.ts';
import type { Plan, UnitPlan } from '../../flash/plan.ts';
import { unitKey } from '../../flash/survey.ts';
import type { RewriteOptions } from '../../flash/target.ts';
import { rangesText } from '../planning/surroundings.ts';
import { inOneSpan, unstableReadFailure } from '../planning/survey.ts';
import type { BoardWork } from '../session-parts.ts';
import { contentOf, digestOf, joined, prove, proveCommitted, wasJustProved } from './prove-units.ts';

/** The register of failures of the flash content itself. */
export const RUN_FAILURES = {
  'unit-wrong': {
    kind: 'refused',
    heading: 'An erase unit is still wrong',
    says: (v) =>
      `The erase unit at ${v['address']} (${v['size']}) was written twice and is still wrong: ${v['difference']}.`,
    next:
      'Check the power supply and the cable, then flash again. If the same unit fails again, the flash is worn out ' +
      'there.',
  },
  'beside-changed': {
    kind: 'refused',
    heading: 'Flash outside the plan changed',
    says: (v) =>
      `Flash outside the planned range changed and could not be put back: ${v['ranges']}. The board wrote where it ` +
      'was not told to.',
    next:
      'Roll back, or restore those addresses from a backup. Then flash again with the flasher stub and another ' +
      'cable or power supply.',
  },
  'beside-restored': {
    kind: 'refused',
    heading: 'Flash outside the plan changed',
    says: (v) =>
      `Flash outside the planned range changed: ${v['ranges']}. The board wrote where it was not told to. The ` +
      'original bytes were put back and verified.',
    next:
      'Nothing is lost. Before you flash this board again, check its power supply and cable, and use the flasher ' +
      'stub.',
  },
} as const satisfies Record<string, FailureWords>;

const fail = failures(RUN_FAILURES);

/** The failure for ranges beside the writes that changed, restored or not; null if there are none. */
export function besideFailure(
  name: 'beside-changed' | 'beside-restored',
  ranges: readonly Range[],
): FailureFacts | null {
  const [first] = ranges;
  if (first === undefined) return null;
  const text = rangesText(ranges);
  return fail(name, { values: { ranges: text }, place: { in: 'flash', range: first } }).facts;
}

/** The input of a run. What is to be written comes from the journal, which holds it before the first fact. */
export interface JobRun extends Pick<BoardWork, 'target' | 'md5' | 'cancel' | 'clock'> {
  readonly plan: Plan;
  /** The flash map of the plan. */
  readonly map: FlashMap;
  readonly journal: Journal;
  /** Called after every fact, and during a long command with the number of bytes done. */
  readonly onStep: (step: Step | null) => void;
  /** The facts recorded before a job's first effect, but not again when it is resumed; may ask the device. */
  readonly preface?: () => Promise<readonly Fact[]>;
  /** The surroundings, digested again when a job is resumed; no fact if the device cannot show them. */
  readonly surroundings?: (known: Surroundings) => Promise<readonly Fact[]>;
}

/**
 * A long command in progress: backing up ranges, erasing them before anything of them is written, writing them, or comparing those that
 * must not change.
 */
export interface Step {
  readonly doing: 'backing up' | 'erasing' | 'writing' | 'comparing';
  readonly units: readonly Range[];
  readonly bytes: number;
}

/**
 * Runs a job to its end from the current state of its journal. Never throws for what a device or the user does: that is the
 * outcome `broken`, after which every unit in progress is digested as far as the link and, after a stop, a second allow.
 */
export async function runJob(run: JobRun): Promise<Outcome> {
  const job = new JobFold(run.plan);
  let until = Infinity;
  const forget = run.cancel.onCancel(() => (until = run.clock.now() + STOP_MS));
  try {
    if (run.journal.facts().length === 0 && run.preface !== undefined)
      await run.journal.append(...(await run.preface()));
    for (;;) {
      run.cancel.check();
      const effect = effectAfter(run.plan, job.after(run.journal.facts()));
      if (effect.do === 'end') return effect.outcome;
      await perform(run, effect, job);
      run.onStep(null);
    }
  } catch (error) {
    const failure = await noted(run, error);
    if (failure.kind !== 'lost') await settle(run, until);
    run.onStep(null);
    return { kind: 'broken', failure };
  } finally {
    forget();
  }
}

async function perform(run: JobRun, effect: Exclude<Effect, { do: 'end' }>, job: JobFold): Promise<void> {
  switch (effect.do) {
    case 'back-up':
      return backUp(run, effect.units, job.after(run.journal.facts()));
    case 'keep-beside':
      return keepBeside(run, effect.spans);
    case 'digest':
      return prove(run, effect, job.after(run.journal.facts()).units);
    case 'commit':
      return commit(run, effect);
    case 'compare':
      return compare(run, effect.spans);
    case 'put-back':
      return putBack(run, effect);
    case 'recheck':
      return run.journal.append({ fact: 'recheck' });
    case 'rewrite':
      return rewrite(run, effect);
  }
}

/** What is wrong with the first of some wrong units, to the byte if the device can be read. */
export async function explainWrong(run: JobRun, units: readonly UnitPlan[]): Promise<FailureFacts> {
  const [unit] = units;
  if (unit === undefined) return factsOf(new RangeError('no unit is wrong'));
  const wanted = await contentOf(run, [unit]);
  let found: Uint8Array | null = null;
  try {
    found = (await run.target.read?.(unit, { cancel: run.cancel })) ?? null;
  } catch (error) {
    await noted(run, error);
  }
  const at = found?.findIndex((byte, i) => byte !== wanted[i]) ?? -1;
  const difference =
    found === null || at < 0
      ? 'its digest is not the expected one'
      : `first difference at +${hex(at)}: expected ${byteText(wanted[at])}, read ${byteText(found[at])}`;
  const values = { address: hex(unit.address), size: bytes(unit.size), difference, units: units.length };
  return fail('unit-wrong', { values, place: { in: 'flash', range: bare(unit) } }).facts;
}

/**
 * Resumes an interrupted job by asking the device what every unit of the plan holds now. Throws the device's `Failure`s; the
 * answers are in the journal, and `runJob` continues from there.
 */
export async function rereadPlannedUnits(run: JobRun): Promise<void> {
  const { surroundings } = jobState(run.plan, run.journal.facts());
  await run.journal.append({ fact: 'resumed' });
  // The board may have run and written its own data since: from now on its current surroundings are what must stay.
  if (run.surroundings !== undefined) await run.journal.append(...(await run.surroundings(surroundings)));
  const { units: known } = jobState(run.plan, run.journal.facts());
  for (const { units, encrypt } of run.plan.stretches) await prove(run, { units, encrypt }, known);
}

type Rewrite = Extract<Effect, { do: 'rewrite' }>;

async function rewrite(run: JobRun, { run: number, units, encrypt }: Rewrite): Promise<void> {
  // Read before the erase: content that the journal cannot return must not be erased on the device.
  const content = await contentOf(run, units);
  await write(run, number, units, content, { encrypt, ...deferredIn(units) });
}

async function putBack(run: JobRun, { run: number, units }: Extract<Effect, { do: 'put-back' }>): Promise<void> {
  const content = joined(await Promise.all(units.map(({ md5 }) => run.journal.content(md5))));
  await write(run, number, units, content, {});
}

async function write(
  run: JobRun,
  number: number,
  units: readonly Range[],
  content: Uint8Array,
  how: RewriteOptions,
): Promise<void> {
  await run.journal.append({ fact: 'intent', run: number, units: units.map(bare) });
  run.onStep({ doing: 'erasing', units, bytes: 0 });
  await run.target.rewrite(spanOf(units), content, {
    cancel: run.cancel,
    ...how,
    onBytes: (taken) => run.onStep({ doing: 'writing', units, bytes: taken }),
  });
  await run.journal.append({ fact: 'written', run: number });
}

/** Reads units, checks them against the device's digests, and keeps them, span by span to limit memory use. */
async function backUp(run: JobRun, units: readonly UnitPlan[], { units: known }: JobState): Promise<void> {
  for (const span of neighbours(units, inOneSpan)) {
    const range = spanOf(span);
    const data = await readToKeep(run, range);
    const parts = partsOf(run, data, range.address, span);
    const other = parts.find((part) => !digestsAgree(known.get(unitKey(part))?.before ?? null, part.md5));
    if (other !== undefined) throw unstableReadFailure(bare(other));
    await keep(run, parts);
    run.onStep(null);
  }
}

/** Keeps what lies beside the writes, checked against the digests taken for the plan; blank flash is not read. */
async function keepBeside(run: JobRun, spans: readonly Neighbour[]): Promise<void> {
  const blank = blanksOf(run.map, run.md5);
  for (const span of spans) {
    const isBlank = span.md5 === blank.digest(span);
    const data = isBlank ? blank.bytes(span) : await readToKeep(run, bare(span));
    if (run.md5(data) !== span.md5) throw unstableReadFailure(bare(span));
    await keep(run, partsOf(run, data, span.address, span.units));
  }
}

function readToKeep({ target, cancel, onStep }: JobRun, range: Range): Promise<Uint8Array> {
  if (target.read === undefined) throw new RangeError('a plan reads what a device does not show');
  const onBytes = (bytes: number) => onStep({ doing: 'backing up', units: [range], bytes });
  return target.read(range, { cancel, onBytes });
}

type Part = RangeDigest & Content;

/** Splits bytes starting at an address into units, each with its own bytes and their MD5. */
function partsOf({ md5 }: JobRun, data: Uint8Array, start: number, units: readonly Range[]): Part[] {
  return units.map((unit) => {
    const own = data.subarray(unit.address - start, rangeEnd(unit) - start);
    return { ...bare(unit), md5: md5(own), data: own };
  });
}

/** Stores the bytes together with the fact that they are kept. */
async function keep({ journal }: JobRun, parts: readonly Part[]): Promise<void> {
  const contents = parts.map(({ md5, data }) => ({ md5, data }));
  await journal.keep({ fact: 'backed-up', units: parts.map(({ data: _, ...unit }) => unit) }, contents);
}

/** Compares spans with their previous digests; if a kept span differs, also finds out which of its units do. */
async function compare(run: JobRun, spans: readonly Neighbour[]): Promise<void> {
  for (const span of spans) {
    run.cancel.check();
    run.onStep({ doing: 'comparing', units: [span], bytes: 0 });
    const first = await digested(run, span);
    // An answer corrupted by noise must not pass for a changed flash, so the digest is requested once more.
    const whole = first.md5 === span.md5 ? first : await digested(run, span);
    const found = [whole];
    if (whole.md5 !== span.md5) for (const unit of span.units) found.push(await digested(run, unit));
    await run.journal.append({ fact: 'compared', spans: found });
  }
}

async function digested(run: JobRun, range: Range): Promise<RangeDigest> {
  const md5 = await digestOf(run, bare(range));
  if (md5 === null) throw new RangeError('what a device does not show cannot be compared');
  return { ...bare(range), md5 };
}

async function commit(run: JobRun, { unit, range }: Extract<Effect, { do: 'commit' }>): Promise<void> {
  if (run.target.commit === undefined) throw new RangeError('a plan holds bytes back from a device that cannot commit');
  const start = range.address - unit.address;
  const content = await contentOf(run, [unit]);
  const isRestProved = wasJustProved(run.journal.facts(), unit);
  await run.journal.append({ fact: 'committing', unit: bare(unit) });
  await run.target.commit(bare(range), content.subarray(start, start + range.size));
  await run.journal.append({ fact: 'committed', unit: bare(unit) });
  if (isRestProved) await proveCommitted(run, unit, range, content);
}

function deferredIn(units: readonly UnitPlan[]): { deferred?: Range } {
  const range = units.find(({ deferred }) => deferred !== undefined)?.deferred;
  return range === undefined ? {} : { deferred: bare(range) };
}

/** How long after a stop the units that were in progress are asked for, in ms: what is not asked for by then stays unknown. */
const STOP_MS = 900;

/**
 * After a stop or a failure, digests the units that were in progress and compares what lies within reach of the writes; not
 * beyond `until`, on the run's clock.
 */
async function settle(run: JobRun, until: number): Promise<void> {
  const cancel = makeCancel();
  const asked = { ...run, cancel };
  const { units } = jobState(run.plan, run.journal.facts());
  const forget = until === Infinity ? null : run.clock.at(Math.max(0, until - run.clock.now()), () => cancel.cancel());
  try {
    for (const stretch of run.plan.stretches) {
      const unknown = stretch.units.filter((unit) => units.get(unitKey(unit))?.state === 'unknown');
      if (unknown.length > 0) await prove(asked, { units: unknown, encrypt: stretch.encrypt }, units, DIGEST_SPAN);
    }
    await compare(asked, jobState(run.plan, run.journal.facts()).surroundings.toCompareNear);
  } catch (error) {
    // The end of that time is no failure; a link that was lost meanwhile is one.
    if (!cancel.cancelled || factsOf(error).kind !== 'stopped') await noted(run, error);
  } finally {
    forget?.();
  }
}

/** Records a failure; a lost link is recognised by it later, whatever else the job ends with. */
async function noted({ journal }: JobRun, error: unknown): Promise<FailureFacts> {
  const failure = factsOf(error);
  // A journal that accepts nothing any more cannot record its own end; the outcome still says so.
  const isUnsent = error instanceof Failure && error.unsent === true;
  await journal.append({ fact: 'broken', failure, ...(isUnsent && { unsent: true }) }).catch(() => undefined);
  return failure;
}

function byteText(byte: number | undefined): string {
  return byte === undefined ? '??' : byte.toString(16).toUpperCase().padStart(2, '0');
}
