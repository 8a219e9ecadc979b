/** Carries a job to a target: the only thing that writes to a device. */
import type { Cancel, FailureFacts, FailureWords } from '../flash/failure.ts';
import { factsOf, failures, makeCancel } from '../flash/failure.ts';
import { bytes, hex } from '../flash/finding.ts';
import type { Image } from '../flash/image.ts';
import type { Effect, Outcome } from '../flash/job.ts';
import { effectAfter, JobFold, jobState } from '../flash/job.ts';
import type { Journal, KeptBytes } from '../flash/journal.ts';
import type { EraseUnit, Range } from '../flash/map.ts';
import { contains, rangeEnd } from '../flash/map.ts';
import type { Plan, UnitPlan } from '../flash/plan.ts';
import { assemble, keptOf } from '../flash/plan.ts';
import type { Md5 } from '../flash/survey.ts';
import { unitKey } from '../flash/survey.ts';
import type { Target } from '../flash/target.ts';
import { DIGEST_SPAN } from './survey.ts';

/** The register of what goes wrong with the bytes themselves. */
export const RUN_FAILURES = {
  'unit-wrong': {
    kind: 'refused',
    says: (v) => `The erase unit at ${v['address']} (${v['size']}) did not take its bytes, twice: ${v['difference']}.`,
    next: 'Check the power supply and the cable, then flash again. If the same unit fails again, its flash is worn out.',
  },
} as const satisfies Record<string, FailureWords>;

const fail = failures(RUN_FAILURES);

/** What a run needs. `keep` gives bytes of a unit that the device held before the plan. */
export interface Run {
  readonly plan: Plan;
  readonly image: Image;
  readonly keep: (unit: EraseUnit, range: Range) => Uint8Array | null;
  readonly target: Target;
  readonly journal: Journal;
  readonly md5: Md5;
  readonly cancel: Cancel;
  /** Called after every fact, and while a stretch is written with the bytes of it that the device took. */
  readonly onStep: (writing: { readonly units: readonly UnitPlan[]; readonly bytes: number } | null) => void;
}

/**
 * Runs a job to its end, from wherever its journal stands. Never throws for what a device or a person does: that is
 * the outcome `broken`, and then every unit that was under way is asked again as far as the link allows.
 */
export async function runJob(run: Run): Promise<Outcome> {
  const job = new JobFold(run.plan);
  try {
    for (;;) {
      run.cancel.check();
      const effect = effectAfter(run.plan, job.after(run.journal.facts()));
      if (effect.do === 'end') return effect.outcome;
      if (effect.do === 'digest') await prove(run, effect);
      else if (effect.do === 'commit') await commit(run, effect);
      else await rewrite(run, effect);
      run.onStep(null);
    }
  } catch (error) {
    const failure = factsOf(error);
    // A journal that takes nothing any more cannot note its own end; the outcome still says so.
    await run.journal.append({ fact: 'broken', failure }).catch(() => undefined);
    if (failure.kind !== 'lost') await settle(run);
    run.onStep(null);
    return { kind: 'broken', failure };
  }
}

/** What is wrong with the first of some wrong units, to the byte where the device lets itself be read. */
export async function explainWrong(run: Run, units: readonly UnitPlan[]): Promise<FailureFacts> {
  const [unit] = units;
  if (unit === undefined) return factsOf(new RangeError('no unit is wrong'));
  const wanted = contentOf(run, [unit]);
  const found = (await run.target.read?.(unit, { cancel: run.cancel }).catch(() => undefined)) ?? null;
  const at = found?.findIndex((byte, i) => byte !== wanted[i]) ?? -1;
  const difference =
    found === null || at < 0
      ? 'its digest is not the expected one'
      : `first difference at +${hex(at)}: expected ${byteText(wanted[at])}, read ${byteText(found[at])}`;
  const values = { address: hex(unit.address), size: bytes(unit.size), difference, units: units.length };
  return fail('unit-wrong', { values, place: { in: 'flash', range: bare(unit) } }).facts;
}

/** The bytes that an interrupted job promised to keep and has not proved to be there. */
export function openPromises(plan: Plan, journal: Journal): KeptBytes[] {
  const { units } = jobState(plan, journal.facts());
  const open = plan.stretches
    .flatMap((stretch) => stretch.units)
    .filter((unit) => units.get(unitKey(unit))?.state !== 'verified');
  return journal
    .facts()
    .flatMap((fact) => (fact.fact === 'intent' ? fact.kept : []))
    .filter((kept) => open.some((unit) => contains(unit, kept)));
}

type Rewrite = Extract<Effect, { do: 'rewrite' }>;

async function rewrite(run: Run, { run: number, units, encrypt }: Rewrite): Promise<void> {
  const kept = units.flatMap((unit) =>
    keptOf(unit).map((range) => ({ ...range, data: keptBytes(run, unit, range).slice() })),
  );
  // The promise before the erase: if it cannot be kept durably, nothing is erased.
  await run.journal.append({ fact: 'intent', run: number, units: units.map(bare), kept });
  await run.target.rewrite(whole(units), contentOf(run, units), {
    cancel: run.cancel,
    encrypt,
    ...heldBackIn(units),
    onBytes: (taken) => run.onStep({ units, bytes: taken }),
  });
  await run.journal.append({ fact: 'written', run: number });
}

async function commit(run: Run, { unit, range }: Extract<Effect, { do: 'commit' }>): Promise<void> {
  if (run.target.commit === undefined) throw new RangeError('a plan holds bytes back from a device that cannot commit');
  const start = range.address - unit.address;
  await run.journal.append({ fact: 'committing', unit: bare(unit) });
  await run.target.commit(bare(range), contentOf(run, [unit]).subarray(start, start + range.size));
  await run.journal.append({ fact: 'committed', unit: bare(unit) });
}

function heldBackIn(units: readonly UnitPlan[]): { heldBack?: Range } {
  const range = units.find(({ heldBack }) => heldBack !== undefined)?.heldBack;
  return range === undefined ? {} : { heldBack: bare(range) };
}

type Proof = Pick<Extract<Effect, { do: 'digest' }>, 'units' | 'encrypt'>;

async function prove(run: Run, { units, encrypt }: Proof): Promise<void> {
  if (encrypt || !canProve(run.target)) {
    // What the device holds there it tells nobody: written is then all that can be said.
    for (const unit of units) await run.journal.append({ fact: 'digest', unit: bare(unit), md5: null });
    return run.onStep(null);
  }
  for (const span of spans(units)) {
    run.cancel.check();
    if (span.length > 1 && (await digestOf(run, whole(span))) === run.md5(contentOf(run, span))) {
      for (const unit of span) await run.journal.append({ fact: 'digest', unit: bare(unit), md5: unit.after });
    } else {
      for (const unit of span) {
        await run.journal.append({ fact: 'digest', unit: bare(unit), md5: await digestOf(run, whole([unit])) });
      }
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
    await run.journal.append({ fact: 'broken', failure: factsOf(error) }).catch(() => undefined);
  }
}

function canProve({ digest, read }: Target): boolean {
  return digest !== undefined || read !== undefined;
}

async function digestOf(run: Run, range: Range): Promise<string | null> {
  if (run.target.digest !== undefined) return run.target.digest(range, { cancel: run.cancel });
  if (run.target.read !== undefined) return run.md5(await run.target.read(range, { cancel: run.cancel }));
  return null;
}

/** The bytes that neighbours will hold. */
function contentOf(run: Run, units: readonly UnitPlan[]): Uint8Array {
  const pieces = units.flatMap((unit) => unit.pieces);
  const content = assemble(whole(units), pieces, run.image, (range) => {
    const unit = units.find((each) => contains(each, range));
    return unit === undefined ? null : keptBytes(run, unit, range);
  });
  if (content === null) throw new RangeError(`the bytes to keep at ${hex(whole(units).address)} are not at hand`);
  return content;
}

/** The journal first: after an interruption the device no longer holds what was there before. */
function keptBytes(run: Run, unit: EraseUnit, range: Range): Uint8Array {
  for (const fact of run.journal.facts()) {
    if (fact.fact !== 'intent') continue;
    const kept = fact.kept.find((k) => contains(k, range));
    if (kept !== undefined) return kept.data.subarray(range.address - kept.address, rangeEnd(range) - kept.address);
  }
  const held = run.keep(unit, range);
  if (held === null) throw new RangeError(`the bytes to keep at ${hex(range.address)} are not at hand`);
  return held;
}

/** Runs of neighbours inside one digest span each. */
function spans(units: readonly UnitPlan[]): UnitPlan[][] {
  const groups: UnitPlan[][] = [];
  for (const unit of units) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    const joins =
      before !== undefined &&
      rangeEnd(before) === unit.address &&
      Math.floor(before.address / DIGEST_SPAN) === Math.floor(unit.address / DIGEST_SPAN);
    if (joins) group?.push(unit);
    else groups.push([unit]);
  }
  return groups;
}

function whole(units: readonly UnitPlan[]): Range {
  const [first] = units;
  if (first === undefined) throw new RangeError('a range of no units');
  return { region: first.region, address: first.address, size: sizeOf(units) };
}

function sizeOf(units: readonly UnitPlan[]): number {
  return units.reduce((sum, unit) => sum + unit.size, 0);
}

function bare({ region, address, size }: Range): Range {
  return { region, address, size };
}

function byteText(byte: number | undefined): string {
  return byte === undefined ? '??' : byte.toString(16).toUpperCase().padStart(2, '0');
}
