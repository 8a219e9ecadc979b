/** A plan as text, for the user to read before agreeing, and for tests to compare; and what was found, as far as it was read. */
import { sizeOf } from './map.ts';
import { count } from './english.ts';
import type { Content } from './family.ts';
import { bytes, hex } from './finding.ts';
import type { Plan, Stretch } from './plan.ts';
import { keptRanges } from './plan.ts';

/** What becomes of bytes beside what is written, in the erase units that it is written in. */
export const WRITTEN_BACK = 'kept: written back';

/** What was found, as sentences: of what is blank where it was read, that the rest was not; and what is still to come there. */
export function foundWords({ says, blankIn, awaits }: Pick<Content, 'says' | 'blankIn' | 'awaits'>): string {
  const found = blankIn === undefined ? says : `${says} What follows was not read.`;
  return awaits === undefined ? found : `${found} ${awaits}`;
}

/** A plan in one line: "164 erase units change, 2 are unchanged and skipped. Kept around the writes: 1,234 bytes." */
export function summarise(plan: Plan): string {
  const changed = plan.stretches.reduce((sum, stretch) => sum + stretch.units.length, 0);
  if (changed + plan.equal.length === 0) return 'There is nothing to write.';
  if (changed === 0) return `The flash already has this content (${count(plan.equal.length, 'erase unit')}).`;
  const encrypted = plan.stretches.reduce((sum, { encrypt, units }) => sum + (encrypt ? units.length : 0), 0);
  const kept = sizeOf(keptRanges(plan));
  const units = [
    `${count(changed, 'erase unit')} ${changed === 1 ? 'changes' : 'change'}`,
    ...(encrypted > 0 ? [`${encrypted} encrypted by the board while writing`] : []),
    ...(plan.equal.length > 0
      ? [`${plan.equal.length} ${plan.equal.length === 1 ? 'is' : 'are'} unchanged and skipped`]
      : []),
  ].join(', ');
  return `${units}.${kept > 0 ? ` Kept around the writes: ${bytes(kept)}.` : ''}`;
}

/** The whole plan: the summary, one line per stretch in the order of work, then the ranges that are kept. */
export function describe(plan: Plan): string {
  const lines = [summarise(plan)];
  for (const [i, stretch] of plan.stretches.entries()) lines.push(`${i + 1}. ${describeStretch(stretch)}`);
  for (const range of keptRanges(plan)) lines.push(`${WRITTEN_BACK}, ${bytes(range.size)} at ${hex(range.address)}`);
  return lines.join('\n');
}

/** One stretch: `0x20000 to 0x5FFFF, 256 KiB, 64 erase units: the file differs from the flash in app0`. */
export function describeStretch(stretch: Stretch): string {
  return `${stretchWords(stretch)}: ${whyOf(stretch)}`;
}

/** One stretch without its reason: `0x20000 to 0x5FFFF, 256 KiB, 64 erase units`. */
export function stretchWords({ address, size, units }: Stretch): string {
  return `${hex(address)} to ${hex(address + size - 1)}, ${bytes(size)}, ${count(units.length, 'erase unit')}`;
}

/** Stretches that follow each other for the same reason; `first` is the number of the first one, from 1. */
export interface StretchGroup {
  readonly why: string;
  readonly first: number;
  readonly stretches: readonly Stretch[];
}

/** The stretches of a plan in the order of work, so that a reason is said once for all that follow each other. */
export function stretchGroups({ stretches }: Pick<Plan, 'stretches'>): StretchGroup[] {
  const starts = stretches.flatMap((stretch, i) => {
    const before = stretches[i - 1];
    return before !== undefined && whyOf(before) === whyOf(stretch) ? [] : [{ i, why: whyOf(stretch) }];
  });
  return starts.map(({ i, why }, n) => ({ why, first: i + 1, stretches: stretches.slice(i, starts[n + 1]?.i) }));
}

function whyOf({ units }: Stretch): string {
  return units[0]?.why ?? '';
}
