/** What a comparison of two flashes found, in words. */
import type { Comparison, ComparedPlace } from '../../src/flash/compare.ts';
import { span } from '../../src/flash/finding.ts';
import { count } from '../shared/format.ts';

/** More runs than this are counted. */
const MOST_RUNS = 6;

/** The result in one sentence: `155 of 1,024 erase units differ from old.bin.` */
export function summaryWords({ equal, different, left }: Comparison, file: string): string {
  const all = equal + different;
  const rest = left.length === 0 ? '' : ` Not compared, as only one of the two has it: ${rangesWords(left)}.`;
  if (all === 0) return `Nothing of it can be compared with ${file}.${rest}`;
  if (different === 0) return `Equal to ${file}: ${count(all, 'erase unit')}.${rest}`;
  const differ = different === 1 ? 'differs' : 'differ';
  return `${different.toLocaleString('en')} of ${count(all, 'erase unit')} ${differ} from ${file}.${rest}`;
}

/** What differs in one place: `155 of 432 units: 0x1D0000–0x26AFFF`. */
export function differenceWords({ units, differing, different }: ComparedPlace): string {
  return `${differing.toLocaleString('en')} of ${count(units, 'unit')}: ${rangesWords(different)}`;
}

/** The name of a place; flash outside every partition has none. */
export function placeWords({ name, address, size, region }: ComparedPlace): string {
  return name ?? `outside every partition at ${span({ region, address, size })}`;
}

function rangesWords(ranges: ComparedPlace['different']): string {
  const texts = ranges.slice(0, MOST_RUNS).map(span);
  const more = ranges.length - texts.length;
  return `${texts.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
