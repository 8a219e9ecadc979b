/** Asks a device what units of a job hold, in as few commands as it takes. */
import { blanksOf } from '../../flash/content.ts';
import { factsOf } from '../../flash/failure.ts';
import type { Effect, JobState } from '../../flash/job.ts';
import type { Fact } from '../../flash/journal.ts';
import type { Range } from '../../flash/map.ts';
import { bare, neighbours, rangeEnd, spanOf } from '../../flash/map.ts';
import type { UnitPlan } from '../../flash/plan.ts';
import { DIGEST_SPAN } from '../../flash/surroundings.ts';
import { unitKey } from '../../flash/survey.ts';
import { USUAL_BOUNDS } from '../../flash/target.ts';
import { joinBytes } from '../../formats/binary.ts';
import { canShow, digestBy } from '../planning/proof.ts';
import { inOneSpan, inSpansOf } from '../planning/survey.ts';
import type { JobRun } from './runner.ts';

type Proof = Pick<Extract<Effect, { do: 'digest' }>, 'units' | 'encrypt'>;

/** What was written is digested at most this many bytes at once where the device computes digests; a stop waits for one of them. */
const PROOF_SPAN = 0x40000;

/**
 * Notes in the journal what units hold: null where the device does not show it. They are digested `most` bytes at once; `known` is
 * what is known of them. Throws the device's `Failure`s.
 */
export async function prove(
  run: JobRun,
  { units, encrypt }: Proof,
  known: JobState['units'],
  most = run.target.digest === undefined ? DIGEST_SPAN : PROOF_SPAN,
): Promise<void> {
  if (encrypt || !canShow(run.target)) {
    // The device does not show what it holds there: `written` is all that can be said.
    await report(run, units, () => null);
    return run.onStep(null);
  }
  const size = Math.min(most, run.target.mostDigested ?? most);
  for (const span of neighbours(units, inSpansOf(size))) await proveSpan(run, span, known);
}

/** Digests neighbours together, and in smaller spans, then one by one, where they hold something that is not known as a whole. */
async function proveSpan(run: JobRun, span: readonly UnitPlan[], known: JobState['units']): Promise<void> {
  run.cancel.check();
  const parts = neighbours(span, inOneSpan);
  const held = span.length > 1 ? await digestsOfSpan(run, span, known) : null;
  if (held !== null) await report(run, span, held);
  else if (parts.length > 1) for (const part of parts) await proveSpan(run, part, known);
  else {
    const digests = new Map<UnitPlan, string | null>();
    for (const unit of span) digests.set(unit, await digestOf(run, bare(unit)));
    await report(run, span, (unit) => digests.get(unit) ?? null);
  }
  run.onStep(null);
}

type DigestOfUnit = (unit: UnitPlan) => string | null;

function report({ journal }: JobRun, units: readonly UnitPlan[], digest: DigestOfUnit): Promise<void> {
  return journal.append(...units.map((unit) => ({ fact: 'digest', unit: bare(unit), md5: digest(unit) }) as const));
}

/** The digests of neighbours that all are as wanted, or blank, or as they were before; null if one digest does not tell. */
async function digestsOfSpan(
  run: JobRun,
  span: readonly UnitPlan[],
  known: JobState['units'],
): Promise<DigestOfUnit | null> {
  const whole = await digestOf(run, spanOf(span));
  if (whole === run.md5(await contentOf(run, span))) return ({ after }) => after;
  const blank = blanksOf(run.map, run.md5);
  // Erased and not written yet, which most of an interrupted stretch is.
  if (whole === blank.digest(spanOf(span))) return blank.digest;
  const before = span.flatMap((unit) => {
    const { before: md5, saved } = known.get(unitKey(unit)) ?? {};
    return saved === true && typeof md5 === 'string' ? [md5] : [];
  });
  if (before.length < span.length) return null;
  // Not erased yet.
  const contents = await Promise.all(before.map((md5) => contentIfKept(run, md5)));
  const kept = contents.filter((content) => content !== null);
  if (kept.length < span.length || whole !== run.md5(joined(kept))) return null;
  return (unit) => known.get(unitKey(unit))?.before ?? null;
}

/** What a unit held before; null if it is gone from the store, which keeps nobody from finishing the job. */
async function contentIfKept({ journal }: JobRun, md5: string): Promise<Uint8Array | null> {
  try {
    return await journal.content(md5);
  } catch (error) {
    if (factsOf(error).name === 'content-gone') return null;
    throw error;
  }
}

/** Whether nothing was written since a unit was last asked for. */
export function wasJustProved(facts: readonly Fact[], unit: UnitPlan): boolean {
  const last = facts.findLastIndex((fact) => fact.fact === 'digest' && unitKey(fact.unit) === unitKey(unit));
  return last >= 0 && !facts.slice(last).some(({ fact }) => fact === 'intent' || fact === 'committing');
}

/**
 * Notes what a unit holds after its deferred bytes were programmed, the last and only write since the rest of it was proved. A device
 * without digests shows only what lies within reach of them: what lies beyond keeps its proof, as it does after every other write.
 * Notes nothing where the whole unit is to be asked for.
 */
export async function proveCommitted(run: JobRun, unit: UnitPlan, deferred: Range, content: Uint8Array): Promise<void> {
  const { target, md5, cancel } = run;
  if (target.digest !== undefined || target.read === undefined) return;
  const { reach } = target.bounds?.() ?? USUAL_BOUNDS;
  const address = Math.max(unit.address, deferred.address - reach);
  const end = Math.min(rangeEnd(unit), rangeEnd(deferred) + reach);
  if (end - address === unit.size) return;
  const found = content.slice();
  found.set(
    await target.read({ region: unit.region, address, size: end - address }, { cancel }),
    address - unit.address,
  );
  await report(run, [unit], () => md5(found));
}

/** The digest (MD5, hex) of a range, by the device or of what is read; null if it shows neither. */
export function digestOf({ target, md5, cancel }: JobRun, range: Range): Promise<string | null> {
  return digestBy(target, range, md5, cancel);
}

/**
 * The bytes that neighbours will hold, from the journal; requested at once, because a browser answers many requests as fast as
 * one.
 */
export async function contentOf({ journal }: JobRun, units: readonly UnitPlan[]): Promise<Uint8Array> {
  return joined(await Promise.all(units.map((unit) => journal.content(unit.after))));
}

/**
 * Concatenates bytes; a view if they are contiguous already, as those of one file are, because copies of a whole flash add up.
 */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (first === undefined) return new Uint8Array();
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  let end = first.byteOffset;
  const inPlace = parts.every((part) => {
    const follows = part.buffer === first.buffer && part.byteOffset === end;
    end += part.length;
    return follows;
  });
  return inPlace ? new Uint8Array(first.buffer, first.byteOffset, size) : joinBytes(parts);
}
