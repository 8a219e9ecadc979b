/** Erase units that a linear file can be cut over, in order: neighbours, or sectors that do not touch. */
import type { EraseUnit, Range } from '../../flash/map.ts';
import { overlaps, rangeEnd, unitsOf } from '../../flash/map.ts';
import { onBoard } from '../inspection.ts';
import type { DfuInspection } from '../inspection.ts';
import { isWritable } from '../layout.ts';

/** Which erase units take a file, in order; ids name their addresses. */
export interface SectorSet {
  readonly id: string;
  readonly units: readonly EraseUnit[];
}

/** More choices than this help nobody. */
const MOST_SETS = 40;
/** Where a memory has more units than this, they are not offered one by one. */
const MOST_SINGLE = 32;
const PREFIX = 'sectors@';

/** The units of the first memory that may be written: those of a profile's free sectors, or all of them. */
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

/** The sets of units that hold `size` bytes: neighbours first, then sets with one gap. The order is by address. */
export function setsFor(size: number, board: DfuInspection): SectorSet[] {
  const units = candidates(board);
  const starts = units.length > MOST_SINGLE ? units.slice(0, 1) : units;
  const sets: EraseUnit[][] = [];
  for (const start of starts) {
    const run = fill(units, units.indexOf(start), size);
    if (run !== null) sets.push(run);
  }
  if (units.length <= MOST_SINGLE) sets.push(...gapped(units, size));
  return sets.slice(0, MOST_SETS).map((set) => ({ id: idOf(set), units: set }));
}

/** Neighbouring units from one on that hold the size; null if there are not enough. */
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

/** Two runs with a gap between them, neither of which holds the size alone, and no unit too many. */
function gapped(units: readonly EraseUnit[], size: number): EraseUnit[][] {
  const sets: EraseUnit[][] = [];
  for (let first = 0; first < units.length; first++) {
    for (let length = 1; first + length < units.length; length++) {
      const head = units.slice(first, first + length);
      const room = head.reduce((sum, unit) => sum + unit.size, 0);
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
  return `${PREFIX}${units.map(({ address }) => address.toString(16)).join('+')}`;
}

/** The units that a choice's id names; null if it names none, or one that the board does not have. */
export function unitsOfId(id: string, board: DfuInspection): EraseUnit[] | null {
  if (!id.startsWith(PREFIX)) return null;
  const all = candidates(board);
  const units: EraseUnit[] = [];
  for (const text of id.slice(PREFIX.length).split('+')) {
    const unit = all.find(({ address }) => address.toString(16) === text);
    if (unit === undefined) return null;
    units.push(unit);
  }
  return units;
}

/** Bytes cut over units in their order; the last piece is as long as what is left. */
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
