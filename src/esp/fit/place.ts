/** Finds places for partitions of given sizes so that as little content as possible is moved. */
import type { TableEntry } from '../../flash/layout-editor.ts';
import { alignedUp, freeOffset } from '../partitions/edit.ts';

/** A partition with its new size; `moving` is how many bytes of content move if it starts elsewhere. In bytes. */
export interface Movable {
  readonly row: TableEntry;
  readonly moving: number;
}

/** The offsets of the partitions, in the order in which they were given, and the bytes that move. */
export interface Placed {
  readonly offsets: readonly number[];
  readonly moved: number;
}

/** Where partitions may lie, in bytes. */
export interface Bounds {
  readonly from: number;
  readonly end: number;
}

/** Of more partitions than this, those at the start are not moved: every subset of the others is tried. */
const MOST_FREE = 10;
/** Of more partitions that move together, not every order is tried. */
const MOST_ORDERED = 5;

/**
 * The places at which the fewest bytes move, and then the fewest partitions; null if there are none. Exact as long as at most
 * `MOST_ORDERED` partitions have to move: putting partitions one after the other where they fit first finds every packing in
 * some order of them.
 */
export function placeRows(items: readonly Movable[], bounds: Bounds): Placed | null {
  if (items.reduce((sum, { row }) => sum + row.size, 0) > bounds.end - bounds.from) return null;
  const free = items.toSorted((a, b) => b.row.offset - a.row.offset).slice(0, MOST_FREE);
  for (const { movers, moved } of moverSets(free)) {
    const stay = items.filter((item) => !movers.includes(item));
    if (!areApart(stay, bounds)) continue;
    const places = packed(
      movers.map(({ row }) => row),
      stay.map(({ row }) => row),
      bounds,
    );
    if (places !== null) return { offsets: items.map(({ row }) => places.get(row) ?? row.offset), moved };
  }
  return null;
}

interface MoverSet {
  readonly movers: readonly Movable[];
  readonly moved: number;
}

/** Every set of partitions that could move, the cheapest first. */
function moverSets(free: readonly Movable[]): MoverSet[] {
  return Array.from({ length: 1 << free.length }, (_, mask): MoverSet => {
    const movers = free.filter((_item, i) => (mask & (1 << i)) !== 0);
    return { movers, moved: movers.reduce((sum, { moving }) => sum + moving, 0) };
  }).toSorted((a, b) => a.moved - b.moved || a.movers.length - b.movers.length);
}

function areApart(stay: readonly Movable[], { from, end }: Bounds): boolean {
  const rows = stay.map(({ row }) => row).toSorted((a, b) => a.offset - b.offset);
  return rows.every((row, i) => {
    const next = rows[i + 1]?.offset ?? end;
    return row.offset >= from && row.offset === alignedUp(row.offset, row.type) && row.offset + row.size <= next;
  });
}

/** The offsets of rows placed between others that stay; null if they do not fit. */
function packed(
  movers: readonly TableEntry[],
  stay: readonly TableEntry[],
  bounds: Bounds,
): ReadonlyMap<TableEntry, number> | null {
  for (const order of ordersOf(movers)) {
    const places = new Map<TableEntry, number>();
    const taken = [...stay];
    for (const row of order) {
      const offset = freeOffset(taken, row, bounds);
      if (offset === null) break;
      places.set(row, offset);
      taken.push({ ...row, offset });
    }
    if (places.size === movers.length) return places;
  }
  return null;
}

/** The orders in which rows are placed: that of their addresses first. */
function* ordersOf(rows: readonly TableEntry[]): Generator<readonly TableEntry[]> {
  const inOrder = rows.toSorted((a, b) => a.offset - b.offset);
  if (rows.length <= MOST_ORDERED) yield* permutations(inOrder);
  else yield* [inOrder, rows.toSorted((a, b) => a.type - b.type || b.size - a.size)];
}

function* permutations(rows: readonly TableEntry[]): Generator<readonly TableEntry[]> {
  if (rows.length <= 1) yield rows;
  if (rows.length <= 1) return;
  for (const [i, first] of rows.entries()) {
    for (const rest of permutations(rows.toSpliced(i, 1))) yield [first, ...rest];
  }
}
