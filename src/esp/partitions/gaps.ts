/** Gaps: flash outside every partition, often blank, sometimes holding leftovers of an older layout. */
import type { Content } from '../../flash/family.ts';
import type { Range } from '../../flash/map.ts';
import { rangeEnd } from '../../flash/map.ts';
import { isFilledWith } from '../../formats/binary.ts';
import { bytes } from '../../flash/finding.ts';
import { REGION } from '../loader/target.ts';

/** The gaps between `ranges`, from address 0 to the end of the flash, by address; `flashSize` in bytes. */
export function gapsBetween(ranges: readonly Range[], flashSize: number): Range[] {
  const gaps: Range[] = [];
  let at = 0;
  const upTo = (address: number) => {
    const end = Math.min(address, flashSize);
    if (end > at) gaps.push({ region: REGION, address: at, size: end - at });
  };
  for (const range of ranges.toSorted((a, b) => a.address - b.address)) {
    upTo(range.address);
    at = Math.max(at, rangeEnd(range));
  }
  upTo(flashSize);
  return gaps;
}

/** What a gap holds, judged by its first bytes; with an empty `head` it is reported as unread. */
export function gapContent(gap: Range, head: Uint8Array): Content {
  const first = head.length < gap.size ? ` in its first ${bytes(head.length)}` : '';
  const found: NonNullable<Content['gap']> =
    head.length === 0
      ? { holds: 'unread', words: 'not read' }
      : isFilledWith(head, 0xff)
        ? { holds: 'blank', words: `blank${first}` }
        : { holds: 'data', words: 'unrecognised data' };
  const isPart = found.holds === 'blank' && head.length < gap.size;
  const blankIn = isPart && { blankIn: [{ from: 0, size: head.length }] };
  return { ...gap, kind: 'gap', gap: found, says: `Outside every partition: ${found.words}.`, ...blankIn };
}

/** Whether this is a gap whose first bytes contain data. */
export function isGapWithData({ gap }: Content): boolean {
  return gap?.holds === 'data';
}
