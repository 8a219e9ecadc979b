/** Carries a job to a target: the only thing that writes to a device. */
import type { Cancel, FailureFacts, FailureWords } from '../flash/failure.ts';
import { factsOf, failures, makeCancel } from '../flash/failure.ts';
import { bytes, hex } from '../flash/finding.ts';
import type { Effect, JobState, Outcome } from '../flash/job.ts';
import { effectAfter, JobFold, jobState } from '../flash/job.ts';
import type { Fact, Journal } from '../flash/journal.ts';
import type { Range } from '../flash/map.ts';
import { bare, neighbours, spanOf } from '../flash/neighbours.ts';
import type { Plan, UnitPlan } from '../flash/plan.ts';
import type { Md5 } from '../flash/survey.ts';
import { unitKey } from '../flash/survey.ts';
import type { Target } from '../flash/target.ts';
import { inOneSpan, unsure } from './survey.ts';

/** The register of what goes wrong with the bytes themselves. */
export const RUN_FAILURES = {
  'unit-wrong': {
    kind: 'refused',
    says: (v) => `The erase unit at ${v['address']} (${v['size']}) did not take its bytes, twice: ${v['difference']}.`,
    next: 'Check the power supply and the cable, then flash again. If the same unit fails again, its flash is worn out.',
  },
} as const satisfies Record<string, FailureWords>;

const fail = failures(RUN_FAILURES);

/** What a run needs. What is to be written comes out of the journal, which has it from before the first fact on. */
export interface Run {
  readonly plan: Plan;
  readonly target: Target;
  readonly journal: Journal;
  readonly md5: Md5;
  readonly cancel: Cancel;
  /** Called after every fact, and in the middle of a long command with the bytes of it that are done. */
  readonly onStep: (step: Step | null) => void;
  /** What a job notes before its first effect, and not again when it is taken up; it may ask the device. */
  readonly preface?: () => Promise<readonly Fact[]>;
}

/** A long command under way: these units are being read to be kept, or are being written. */
export interface Step {
  readonly doing: 'backing up' | 'writing';
  readonly units: readonly UnitPlan[];
  readonly bytes: number;
}

/**
 * Runs a job to its end, from wherever its journal stands. Never throws for what a device or a person does: that is
 * the outcome `broken`, and then every unit that was under way is asked again as far as the link allows.
 */
export async function runJob(run: Run): Promise<Outcome> {
  const job = new JobFold(run.plan);
  try {
    if (run.journal.facts().length === 0 && run.preface !== undefined)
      await run.journal.append(...(await run.preface()));
    for (;;) {
      run.cancel.check();
      const effect = effectAfter(run.plan, job.after(run.journal.facts()));
      if (effect.do === 'end') return effect.outcome;
      if (effect.do === 'back-up') await backUp(run, effect.units, job.after(run.journal.facts()));
      else if (effect.do === 'digest') await prove(run, effect);
      else if (effect.do === 'commit') await commit(run, effect);
      else await rewrite(run, effect);
      run.onStep(null);
    }
  } catch (error) {
    const failure = await noted(run, error);
    if (failure.kind !== 'lost') await settle(run);
    run.onStep(null);
    return { kind: 'broken', failure };
  }
}

/** What is wrong with the first of some wrong units, to the byte where the device lets itself be read. */
export async function explainWrong(run: Run, units: readonly UnitPlan[]): Promise<FailureFacts> {
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
 * Takes a job up again that was interrupted, by whatever: asks the device what every unit of the plan holds now. Throws the
 * `Failure`s of that; what is then known is in the journal, and `runJob` goes on from there.
 */
export async function askAgain(run: Run): Promise<void> {
  await run.journal.append({ fact: 'resumed' });
  for (const { units, encrypt } of run.plan.stretches) await prove(run, { units, encrypt });
}

type Rewrite = Extract<Effect, { do: 'rewrite' }>;

async function rewrite(run: Run, { run: number, units, encrypt }: Rewrite): Promise<void> {
  // Before the erase: what the journal cannot give back must not be taken from the device.
  const content = await contentOf(run, units);
  await run.journal.append({ fact: 'intent', run: number, units: units.map(bare) });
  await run.target.rewrite(spanOf(units), content, {
    cancel: run.cancel,
    encrypt,
    ...heldBackIn(units),
    onBytes: (taken) => run.onStep({ doing: 'writing', units, bytes: taken }),
  });
  await run.journal.append({ fact: 'written', run: number });
}

/** Reads units, makes sure that it is what the device said of them, and keeps them: span by span, as memory is short. */
async function backUp(run: Run, units: readonly UnitPlan[], { units: known }: JobState): Promise<void> {
  const { read } = run.target;
  if (read === undefined) throw new RangeError('a plan reads what a device does not show');
  for (const span of neighbours(units, inOneSpan)) {
    const data = await read.call(run.target, spanOf(span), {
      cancel: run.cancel,
      onBytes: (bytes) => run.onStep({ doing: 'backing up', units: span, bytes }),
    });
    const saved = span.map((unit) => {
      const from = unit.address - spanOf(span).address;
      const own = data.subarray(from, from + unit.size);
      const md5 = run.md5(own);
      if (md5 !== known.get(unitKey(unit))?.before) throw unsure(unit);
      return { ...bare(unit), md5, data: own };
    });
    await run.journal.keep(saved.map(({ md5, data: own }) => ({ md5, data: own })));
    await run.journal.append({ fact: 'backed-up', units: saved.map(({ data: _, ...unit }) => unit) });
    run.onStep(null);
  }
}

async function commit(run: Run, { unit, range }: Extract<Effect, { do: 'commit' }>): Promise<void> {
  if (run.target.commit === undefined) throw new RangeError('a plan holds bytes back from a device that cannot commit');
  const start = range.address - unit.address;
  const content = await contentOf(run, [unit]);
  await run.journal.append({ fact: 'committing', unit: bare(unit) });
  await run.target.commit(bare(range), content.subarray(start, start + range.size));
  await run.journal.append({ fact: 'committed', unit: bare(unit) });
}

function heldBackIn(units: readonly UnitPlan[]): { heldBack?: Range } {
  const range = units.find(({ heldBack }) => heldBack !== undefined)?.heldBack;
  return range === undefined ? {} : { heldBack: bare(range) };
}

type Proof = Pick<Extract<Effect, { do: 'digest' }>, 'units' | 'encrypt'>;

async function prove(run: Run, { units, encrypt }: Proof): Promise<void> {
  const note = (told: readonly { readonly unit: UnitPlan; readonly md5: string | null }[]) =>
    run.journal.append(...told.map(({ unit, md5 }) => ({ fact: 'digest', unit: bare(unit), md5 }) as const));
  if (encrypt || !canProve(run.target)) {
    // What the device holds there it tells nobody: written is then all that can be said.
    await note(units.map((unit) => ({ unit, md5: null })));
    return run.onStep(null);
  }
  for (const span of neighbours(units, inOneSpan)) {
    run.cancel.check();
    if (span.length > 1 && (await digestOf(run, spanOf(span))) === run.md5(await contentOf(run, span))) {
      await note(span.map((unit) => ({ unit, md5: unit.after })));
    } else {
      const told: { unit: UnitPlan; md5: string | null }[] = [];
      for (const unit of span) told.push({ unit, md5: await digestOf(run, spanOf([unit])) });
      await note(told);
    }
    run.onStep(null);
  }
}

/** After a stop: what do the units hold that were under way? */
async function settle(run: Run): Promise<void> {
  const asked = { ...run, cancel: makeCancel() };
  const { units } = jobState(run.plan, run.journal.facts());
  try {
    for (const stretch of run.plan.stretches) {
      const unknown = stretch.units.filter((unit) => units.get(unitKey(unit))?.state === 'unknown');
      if (unknown.length > 0) await prove(asked, { units: unknown, encrypt: stretch.encrypt });
    }
  } catch (error) {
    await noted(run, error);
  }
}

/** Notes what went wrong: a link that was lost on the way is known by that, whatever else the job ends with. */
async function noted({ journal }: Run, error: unknown): Promise<FailureFacts> {
  const failure = factsOf(error);
  // A journal that takes nothing any more cannot note its own end; the outcome still says so.
  await journal.append({ fact: 'broken', failure }).catch(() => undefined);
  return failure;
}

function canProve({ digest, read }: Target): boolean {
  return digest !== undefined || read !== undefined;
}

async function digestOf(run: Run, range: Range): Promise<string | null> {
  if (run.target.digest !== undefined) return run.target.digest(range, { cancel: run.cancel });
  if (run.target.read !== undefined) return run.md5(await run.target.read(range, { cancel: run.cancel }));
  return null;
}

/** The bytes that neighbours will hold, out of the journal: at once, since a browser answers many questions as fast as one. */
async function contentOf({ journal }: Run, units: readonly UnitPlan[]): Promise<Uint8Array> {
  return joined(await Promise.all(units.map((unit) => journal.content(unit.after))));
}

/** Bytes one after another: a view where they lie so already, as those of one file do, since copies of a flash add up. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (first === undefined) return new Uint8Array();
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  let end = first.byteOffset;
  const inPlace = parts.every((part) => {
    const follows = part.buffer === first.buffer && part.byteOffset === end;
    end += part.length;
    return follows;
  });
  if (inPlace) return new Uint8Array(first.buffer, first.byteOffset, size);
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function byteText(byte: number | undefined): string {
  return byte === undefined ? '??' : byte.toString(16).toUpperCase().padStart(2, '0');
}
