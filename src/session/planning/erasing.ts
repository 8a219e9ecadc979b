/** A plan that erases a partition, a range or all of a region: only erase units that hold something are erased, neighbours are kept. */
import { foundWords } from '../../flash/describe.ts';
import { list } from '../../flash/english.ts';
import type { Inspection } from '../../flash/family.ts';
import { isBlank } from '../../flash/fates.ts';
import type { Refusal } from '../../flash/finding.ts';
import { bytes, hex, span } from '../../flash/finding.ts';
import type { KeptBytes } from '../../flash/journal.ts';
import type { Partition } from '../../flash/layout.ts';
import { partitionAt, partitionsTouching } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import {
  contains,
  isSameRange,
  overlaps,
  rangeEnd,
  regionEnd,
  regionOf,
  unitsTouching,
  bare,
} from '../../flash/map.ts';
import type { Target } from '../../flash/target.ts';
import { wholeRegions } from '../backup-scope.ts';
import { sessionRefusal } from '../refusals.ts';
import type { BoardWork } from '../session-parts.ts';
import type { Purpose } from '../../storage/records.ts';
import type { Planning } from './planning.ts';
import { planFiles } from './planning.ts';

type Erase = Extract<Purpose, { kind: 'erase' }>;

/** Plans to erase a place, and the purpose with its name; `promised` is what open jobs owe. Throws the `Failure`s of the device and the store. */
export async function planErase<I extends Inspection, T extends Target>(
  work: BoardWork<I, T>,
  aim: Erase,
  promised: readonly KeptBytes[],
): Promise<{ readonly planning: Planning; readonly aim: Purpose }> {
  const { board, family } = work;
  const { range } = aim;
  const partition = partitionAt(board.layout, range);
  const whole = wholeRegions(board.layout.map).find((region) => contains(region, range));
  if (whole === undefined && partition === undefined) {
    const values = { address: hex(range.address), size: bytes(range.size) };
    return { planning: refused(sessionRefusal('nothing-to-erase', { in: 'flash', range }, values)), aim };
  }
  const isWhole = whole !== undefined && isSameRange(whole, range);
  const named = { ...aim, name: partition?.name ?? nameOf(range, board, isWhole) };
  // Of a wrong table, a partition may lie over others: over the bootloader, or over the app that starts.
  const touched = partitionsTouching(board.layout, range);
  const asks = asksAbout(range, touched, board, isWhole);
  const hard = asks.find(({ consent }) => consent === undefined);
  if (hard !== undefined) return { planning: refused(hard), aim: named };
  // A damaged table may name a partition that reaches past the flash.
  const end = Math.min(rangeEnd(range), regionEnd(regionOf(board.layout.map, range.region)));
  const erase = [{ ...range, size: Math.max(0, end - range.address) }];
  const arrangement = family.arrange({ files: [], erase }, board);
  const both = { ...arrangement, refusals: [...arrangement.refusals, ...asks] };
  return { planning: await planFiles(work, both, promised, named), aim: named };
}

function refused(refusal: Refusal): Planning {
  return { kind: 'refused', refusals: [refusal] };
}

function nameOf(range: Range, { layout: { map } }: Inspection, isWhole: boolean): string {
  if (!isWhole) return span(range);
  return map.regions.length === 1 ? 'the whole flash' : regionOf(map, range.region).name;
}

/** What is refused, or asked, before a range with these partitions in it is erased. */
function asksAbout(range: Range, touched: readonly Partition[], board: Inspection, isWhole: boolean): Refusal[] {
  const boot = touched.find(({ role }) => role === 'boot');
  // What checks its bootloader or decrypts it may never start again.
  const isPlain = board.protections.every(({ verdict }) => verdict === 'good' || verdict === 'note');
  if (boot !== undefined && !(isWhole && isPlain))
    return [sessionRefusal('bootloader-erased', placeOf(boot), about(boot))];
  const needed = touched.flatMap((partition) => {
    const why = neededFor(partition, board);
    return why === null ? [] : [sessionRefusal('start-erased', placeOf(partition), { ...about(partition), why })];
  });
  const only = touched.length === 1 ? touched[0] : partitionAt(board.layout, range);
  const holds = contentOf(range, board);
  const partition = only === undefined ? nameOf(range, board, isWhole) : about(only).partition;
  const content =
    holds === null || (needed.length > 0 && touched.length === 1)
      ? []
      : [sessionRefusal('content-erased', { in: 'flash', range }, { partition, holds })];
  return [...needed, ...content, ...unitsBeside(range, touched, board)];
}

function placeOf(partition: Partition): Refusal['place'] {
  return { in: 'flash', range: bare(partition) };
}

function about({ name, address, size }: Partition): { readonly partition: string } {
  return { partition: `${name} (${hex(address)}, ${bytes(size)})` };
}

/** The question about erase units that are only partly to be erased; a partition's own bounds are not asked about. */
function unitsBeside(range: Range, touched: readonly Partition[], { layout }: Inspection): Refusal[] {
  const units = unitsTouching(regionOf(layout.map, range.region), range.address, range.size);
  const cut = units.filter((unit) => !contains(range, unit));
  if (cut.length === 0 || touched.some((partition) => isSameRange(partition, range))) return [];
  const values = { range: span(range), units: list(cut.map((unit) => `${span(unit)} (${bytes(unit.size)})`)) };
  return [sessionRefusal('units-cut', { in: 'flash', range }, values)];
}

/** Why the board cannot start as it does now without a partition, as a clause; null if it can, as far as is known. */
function neededFor({ role, region, address }: Partition, { boot }: Inspection): string | null {
  if (role === 'boot') return 'without its bootloader it starts nothing';
  if (role === 'table') return 'without a partition table it starts nothing';
  const starts = boot?.partition ?? null;
  return starts !== null && starts.region === region && starts.address === address ? 'that is the app in it' : null;
}

/** What a range holds, as sentences, as far as anything is known to be there; null if it is blank. */
export function contentOf(range: Range, { contents }: Inspection): string | null {
  const own = contents.filter((content) => overlaps(content, range));
  if (own.length === 0) return 'Its content was not read.';
  const holding = own.filter((content) => !isBlank([content]) && content.gap?.holds !== 'blank');
  return holding.length === 0 ? null : holding.map(foundWords).join(' ');
}
