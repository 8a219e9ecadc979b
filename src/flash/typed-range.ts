/** A range of flash as a person types it. */
import type { FlashMap, Range } from './map.ts';
import { rangeEnd, regionEnd } from './map.ts';
import { bytes, hex } from './finding.ts';

/** What was typed: a range of one region, or what is wrong with it, as a sentence. */
export type TypedRange = { readonly range: Range } | { readonly wrong: string };

const EXAMPLES = 'Type start–end or start+size, such as 0x9000–0x9FFF, 0x9000+4K or 0x10000+1M.';
const NUMBER = String.raw`(0x[0-9a-f]+|\d+)\s*(k|kib|kb|m|mib|mb)?`;
const PLACE = new RegExp(String.raw`^${NUMBER}\s*(\+|-|–|to|\.\.)\s*${NUMBER}$`, 'i');

/**
 * The range that a text names: `start–end` or `start+size`, each number decimal or hex, with K or M for KiB or MiB. An end is the
 * last address, or the first one behind the range where it is a multiple of 4 KiB, as the ends of partitions are often written.
 */
export function typedRange(text: string, { regions }: FlashMap): TypedRange {
  const [, start = '', startUnit, between = '', last = '', lastUnit] = PLACE.exec(text.trim()) ?? [];
  if (start === '') return { wrong: EXAMPLES };
  const [address, other] = [numberOf(start, startUnit), numberOf(last, lastUnit)];
  const end = between === '+' ? address + other : other % 0x1000 === 0 ? other : other + 1;
  if (end <= address) return { wrong: `That is empty. ${EXAMPLES}` };
  const region = regions.find((each) => address >= each.start && address < regionEnd(each));
  if (region === undefined) return { wrong: `This board has no flash at ${hex(address)}.` };
  const range = { region: region.id, address, size: end - address };
  const limit = regionEnd(region);
  if (rangeEnd(range) > limit)
    return {
      wrong: `It ends ${bytes(rangeEnd(range) - limit)} past ${region.name}, whose last address is ${hex(limit - 1)}.`,
    };
  return { range };
}

function numberOf(digits: string, unit = ''): number {
  const times = { k: 1024, m: 1024 * 1024 }[unit.charAt(0).toLowerCase()] ?? 1;
  return Number(digits) * times;
}
