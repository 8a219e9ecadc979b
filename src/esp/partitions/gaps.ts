/** The stretches of flash that belong to no partition: often blank, sometimes what an older layout left behind. */
import type { Content } from '../../flash/family.ts';
import type { Range } from '../../flash/map.ts';
import { rangeEnd } from '../../flash/map.ts';
import { isFilledWith } from '../../formats/binary.ts';
import { bytes } from '../../flash/finding.ts';
import { REGION } from '../loader/target.ts';

/** The ranges between these ones, up to the end of the flash, in order. */
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

/** What a gap holds, told from its first bytes. */
export function gapContent(gap: Range, head: Uint8Array): Content {
  const first = head.length < gap.size ? ` in its first ${bytes(head.length)}` : '';
  const found: NonNullable<Content['gap']> =
    head.length === 0
      ? { holds: 'unread', words: 'not read' }
      : isFilledWith(head, 0xff)
        ? { holds: 'blank', words: `blank${first}` }
        : { holds: 'data', words: 'unrecognised data' };
  return { ...gap, kind: 'gap', gap: found, says: `Outside every partition: ${found.words}.` };
}

/** Whether this is a gap in whose first bytes data was found. */
export function isGapWithData({ gap }: Content): boolean {
  return gap?.holds === 'data';
}
