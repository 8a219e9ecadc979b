/** A plan as text: for the user to read before agreeing, and for tests to compare. */
import { count } from './english.ts';
import { bytes, hex } from './finding.ts';
import type { Plan, Stretch } from './plan.ts';
import { keptRanges } from './plan.ts';

/** A plan in one line: "164 erase units change, 2 are unchanged and skipped, 1,234 bytes next to what is written stay." */
export function summarise(plan: Plan): string {
  const changed = plan.stretches.reduce((sum, stretch) => sum + stretch.units.length, 0);
  if (changed + plan.equal.length === 0) return 'Nothing to do: there is no file to write.';
  if (changed === 0)
    return `Nothing to do: the flash already has this content (${count(plan.equal.length, 'erase unit')}).`;
  const encrypted = plan.stretches.reduce((sum, { encrypt, units }) => sum + (encrypt ? units.length : 0), 0);
  const kept = keptRanges(plan).reduce((sum, range) => sum + range.size, 0);
  return [
    `${count(changed, 'erase unit')} ${changed === 1 ? 'changes' : 'change'}`,
    ...(encrypted > 0 ? [`${encrypted} encrypted by the board while writing`] : []),
    ...(plan.equal.length > 0
      ? [`${plan.equal.length} ${plan.equal.length === 1 ? 'is' : 'are'} unchanged and skipped`]
      : []),
    ...(kept > 0 ? [`${bytes(kept)} next to what is written ${kept === 1 ? 'stays' : 'stay'}`] : []),
  ]
    .join(', ')
    .concat('.');
}

/** The whole plan: the summary, one line per stretch in the order of work, then the ranges that are kept. */
export function describe(plan: Plan): string {
  const lines = [summarise(plan)];
  for (const [i, stretch] of plan.stretches.entries()) lines.push(`${i + 1}. ${describeStretch(stretch)}`);
  for (const range of keptRanges(plan)) lines.push(`kept: ${bytes(range.size)} at ${hex(range.address)}`);
  return lines.join('\n');
}

/** One stretch: `0x20000 to 0x5FFFF, 256 KiB, 64 erase units: the file differs from the flash in app0`. */
export function describeStretch(stretch: Stretch): string {
  const last = hex(stretch.address + stretch.size - 1);
  const why = stretch.units[0]?.why ?? '';
  return `${hex(stretch.address)} to ${last}, ${bytes(stretch.size)}, ${count(stretch.units.length, 'erase unit')}: ${why}`;
}
