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

const DATA_SAYS = 'Outside every partition: contains data.';

/** What a gap holds, told from its first bytes. */
export function gapContent(gap: Range, head: Uint8Array): Content {
  const first = head.length < gap.size ? ` in its first ${bytes(head.length)}` : '';
  const blank = isFilledWith(head, 0xff);
  const empty = head.length === 0 ? 'not read.' : blank ? `blank${first}.` : null;
  return { ...gap, kind: 'gap', says: empty === null ? DATA_SAYS : `Outside every partition: ${empty}` };
}

/** Whether this is a gap in whose first bytes data was found. */
export function isGapWithData({ kind, says }: Content): boolean {
  return kind === 'gap' && says === DATA_SAYS;
}
