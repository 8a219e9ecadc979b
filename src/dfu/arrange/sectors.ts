/** Sets of erase units that a file without addresses can be split across, in order: adjacent or separate sectors. */
import type { Picking } from '../../flash/dropped-file.ts';
import type { EraseUnit, Range } from '../../flash/map.ts';
import { contains, overlaps, rangeEnd, unitsOf, sizeOf } from '../../flash/map.ts';
import { keyOf, onBoard } from '../board/inspection.ts';
import type { DfuInspection } from '../board/inspection.ts';
import { isWritable } from '../board/layout.ts';

/** The erase units for a file, in order; the id lists their addresses. */
export interface SectorSet {
  readonly id: string;
  readonly units: readonly EraseUnit[];
}

/** A memory with more units than this does not offer them one by one: the list would be useless. */
export const MOST_SINGLE = 64;
const PREFIX = 'sectors@';
const BETWEEN = '+';

/** The writable units of the first memory: with modules, those of the user application and the free sectors, else all. */
export function candidates(board: DfuInspection): EraseUnit[] {
  const { settings, profile } = board.dfu;
  const memory = settings.find(({ number }) => number === 0)?.memory;
  if (memory?.kind !== 'memory') return [];
  const all = memory.regions
    .filter(isWritable)
    .flatMap(unitsOf)
    .filter((unit) => !board.layout.guards.some((guard) => overlaps(guard, unit)));
  if (profile === null || profile.modules === null) return all;
  const own = [profile.modules.user, ...profile.free].flatMap((range) => onBoard(board, range) ?? []);
  return all.filter((unit) => own.some((range) => overlaps(range, unit)));
}

/**
 * The sets of units to list for `size` bytes. On a board with modules: all that hold it, adjacent ones first, then those
 * with a gap. On other maps: those from `linked` on, where a program was linked for; the first blank ones, the last ones, and
 * the first ones. With too many units: those from `linked` on, and the first ones.
 */
export function unitSetsFor(size: number, board: DfuInspection, linked: number | null = null): SectorSet[] {
  const units = candidates(board);
  const run = (from: number) => (from < 0 ? null : fill(units, from, size));
  const own = run(units.findIndex(({ address }) => address === linked));
  const modular = board.dfu.profile !== null && board.dfu.profile.modules !== null;
  const sets =
    units.length > MOST_SINGLE
      ? [own, run(0)]
      : modular
        ? [...units.map((_, from) => run(from)), ...gapped(units, size)]
        : [
            own,
            run(units.findIndex((_, from) => run(from)?.every((unit) => isBlank(unit, board)) === true)),
            run(units.findLastIndex((_, from) => run(from) !== null)),
            run(0),
          ];
  const named = sets.flatMap((set) => (set === null ? [] : [{ id: idOf(set), units: set }]));
  return named.filter(({ id }, i) => named.findIndex((other) => other.id === id) === i);
}

function isBlank(unit: EraseUnit, { dfu }: DfuInspection): boolean {
  return dfu.units.get(keyOf(dfu.settings, unit))?.kind === 'blank';
}

/** The units that can be picked one by one for `size` bytes; null if there are too many or too few. */
export function pickingFor(size: number, board: DfuInspection): Picking | null {
  const units = candidates(board);
  const room = sizeOf(units);
  if (units.length < 2 || units.length > MOST_SINGLE || room < size) return null;
  const shown = units.map((unit) => ({
    ...unit,
    id: unit.address.toString(16),
    name: unitName(unit, board),
    holds: [
      isBlank(unit, board)
        ? 'Blank (erased) at the start.'
        : (board.contents.find((content) => contains(content, { ...unit, size: 1 }))?.says ?? 'Not read.'),
      ...mistakenAddressWords(unit.address, board),
    ].join(' '),
  }));
  return { prefix: PREFIX, need: size, units: shown };
}

/** What an address is that people take for something else, as sentences; none for most addresses. */
export function mistakenAddressWords(address: number, { dfu }: Pick<DfuInspection, 'dfu'>): string[] {
  const own = (dfu.profile?.misread ?? []).filter(
    (each) => address >= each.address && address < each.address + each.size,
  );
  return own.map(({ says }) => says);
}

/** The name of a unit: of the partition that it equals, or its number, as ST counts the sectors of a flash from 0. */
export function unitName(unit: EraseUnit, { layout, dfu }: DfuInspection): string {
  const own = layout.partitions.find((each) => contains(each, unit) && contains(unit, each));
  if (own !== undefined) return own.name;
  const memory = dfu.settings.find(({ number }) => number === 0)?.memory;
  const all = memory?.kind === 'memory' ? memory.regions.flatMap(unitsOf) : [];
  return `sector ${all.findIndex(({ address }) => address === unit.address)}`;
}

/** Adjacent units from index `from` on that hold `size` bytes; null if there are not enough. */
function fill(units: readonly EraseUnit[], from: number, size: number): EraseUnit[] | null {
  const run: EraseUnit[] = [];
  let room = 0;
  for (let i = from; room < size; i++) {
    const unit = units[i];
    const last = run.at(-1);
    if (unit === undefined) return null;
    if (last !== undefined && (last.region !== unit.region || rangeEnd(last) !== unit.address)) return null;
    run.push(unit);
    room += unit.size;
  }
  return run.length === 0 ? null : run;
}

/** Sets of two runs with a gap between: the first is too small alone, the second has no unit more than needed. */
function gapped(units: readonly EraseUnit[], size: number): EraseUnit[][] {
  const sets: EraseUnit[][] = [];
  for (let first = 0; first < units.length; first++) {
    for (let length = 1; first + length < units.length; length++) {
      const head = units.slice(first, first + length);
      const room = sizeOf(head);
      const last = head.at(-1);
      if (last === undefined || room >= size || head.some((unit, i) => i > 0 && !follows(head[i - 1], unit))) break;
      for (let second = first + length; second < units.length; second++) {
        const unit = units[second];
        if (unit === undefined || follows(last, unit)) continue;
        const tail = fill(units, second, size - room);
        if (tail !== null) sets.push([...head, ...tail]);
      }
    }
  }
  return sets;
}

function follows(before: Range | undefined, after: Range): boolean {
  return before !== undefined && before.region === after.region && rangeEnd(before) === after.address;
}

function idOf(units: readonly EraseUnit[]): string {
  return `${PREFIX}${units.map(({ address }) => address.toString(16)).join(BETWEEN)}`;
}

/** The units that the id of a choice lists, in its order; null if it lists none, one twice, or one that is not available. */
export function unitsOfId(id: string, board: DfuInspection): EraseUnit[] | null {
  if (!id.startsWith(PREFIX)) return null;
  const all = candidates(board);
  const units: EraseUnit[] = [];
  for (const text of id.slice(PREFIX.length).split(BETWEEN)) {
    const unit = all.find(({ address }) => address.toString(16) === text);
    if (unit === undefined || units.includes(unit)) return null;
    units.push(unit);
  }
  return units;
}

/** Splits bytes across units in their order; the last piece is as long as what is left. */
export function splitOver(data: Uint8Array, units: readonly EraseUnit[]) {
  const pieces: { readonly region: string; readonly address: number; readonly data: Uint8Array }[] = [];
  let at = 0;
  for (const { region, address, size } of units) {
    if (at >= data.length) break;
    pieces.push({ region, address, data: data.subarray(at, at + size) });
    at += size;
  }
  return pieces;
}
