/** What could become of each partition so that a request gets its room: sizes and removals, without places yet. */
import type { FitRequest } from '../../flash/layout-fit.ts';
import { isBlank } from '../../flash/fates.ts';
import type { EspInspection } from '../board/inspection.ts';
import { UNIT } from '../flash-geometry.ts';
import type { TableRow } from '../partitions/table.ts';
import type { PartitionType } from '../partitions/types.ts';
import { DATA, fileSystemOf, otaSlot, TYPE_APP, TYPE_DATA } from '../partitions/types.ts';

/** A partition and its new size in bytes; null if it is removed. */
export interface ResizedPartition {
  readonly row: TableRow;
  readonly size: number | null;
}

/** A new size for every partition of the board. */
export type Treatment = readonly ResizedPartition[];

/** Sizes of apps and of file systems that are made smaller are multiples of this many bytes, if the room allows it. */
export const SIZE_STEP = 0x10000;
/** More treatments than this are not tried. */
const MOST = 2000;

/** Rounds a size up to whole blocks of so many bytes. */
export function roundedUp(size: number, block: number): number {
  return Math.ceil(size / block) * block;
}

/** The partition that a request for data is about; undefined if the table has none. */
export function dataRow(room: FitRequest & { for: 'data' }, rows: readonly TableRow[]): TableRow | undefined {
  if (room.at !== undefined) return rows.find(({ offset }) => offset === room.at);
  return rows.filter((row) => fileSystemOf(row) !== null).toSorted((a, b) => b.size - a.size)[0];
}

/** The apps among these that an update can be written to, or the app that starts if there are no OTA slots. */
export function hostsOf<R extends PartitionType>(rows: readonly R[]): readonly R[] {
  const apps = rows.filter(({ type }) => type === TYPE_APP);
  const slots = apps.filter((row) => otaSlot(row) !== null);
  return slots.length > 0 ? slots : apps.slice(0, 1);
}

/** Whether partitions of these sizes grant a request for room. `size` is that of a row afterwards, in bytes. */
export function isGranted(room: FitRequest, rows: readonly TableRow[], size: (row: TableRow) => number): boolean {
  if (room.for === 'data') {
    const row = dataRow(room, rows);
    return row !== undefined && size(row) >= room.size;
  }
  const hosts = room.slots === 'every' ? hostsOf(rows) : rows.filter(({ type }) => type === TYPE_APP);
  const fits = hosts.filter((row) => size(row) >= room.size);
  return room.slots === 'every' ? fits.length === hosts.length && hosts.length > 0 : fits.length > 0;
}

/** Every treatment that grants a request; `need` is the size in bytes that it gets. */
export function treatmentsOf(board: EspInspection, room: FitRequest, need: number): Treatment[] {
  const { rows } = board.esp.table.reading;
  const apps = rows.filter(({ type }) => type === TYPE_APP);
  const slots = apps.filter((row) => otaSlot(row) !== null);
  const target = room.for === 'data' ? dataRow(room, rows) : undefined;
  const groups = [
    slotTreatments(slots, board, room, need),
    ...rows
      .filter((row) => !slots.includes(row))
      .map((row): Treatment[] => {
        const sizes = row === target ? [Math.max(row.size, need)] : sizesOf(row, board, room, slots.length === 0, need);
        return [...new Set(sizes)].map((size) => [{ row, size }]);
      }),
  ];
  const all = groups.reduce<Treatment[]>(
    (before, group) => before.flatMap((each) => group.map((more) => [...each, ...more])).slice(0, MOST),
    [[]],
  );
  return all.filter((each) => {
    const left = each.flatMap(({ row, size }) => (size === null ? [] : [row]));
    const size = (row: TableRow) => each.find((one) => one.row === row)?.size ?? 0;
    return left.some(({ type }) => type === TYPE_APP) && isGranted(room, left, size);
  });
}

/** What could become of the OTA slots together. */
function slotTreatments(
  slots: readonly TableRow[],
  board: EspInspection,
  room: FitRequest,
  need: number,
): readonly Treatment[] {
  if (slots.length === 0) return [[]];
  return kept(slots).flatMap((left) => {
    const all = (size: (row: TableRow) => number): Treatment =>
      slots.map((row) => ({ row, size: left.includes(row) ? size(row) : null }));
    const same = all((row) => row.size);
    // All stay equal; the app of a slot that gets too small for it is given up.
    const used = [...new Set(left.map((row) => leastOf(row, board)))];
    if (room.for === 'data') return [same, ...used.map((least) => all((row) => Math.min(row.size, least)))];
    if (room.slots === 'every')
      return [all((row) => Math.max(row.size, need)), ...[0, ...used].map((least) => all(() => Math.max(need, least)))];
    const alone = left.flatMap((host) => [
      all((row) => (row === host ? Math.max(row.size, need) : row.size)),
      all((row) => (row === host ? need : Math.min(row.size, leastOf(row, board)))),
    ]);
    return [same, ...alone];
  });
}

/** The slots that stay: all, or fewer, but at least one. */
function kept(slots: readonly TableRow[]): (readonly TableRow[])[] {
  if (slots.length > 4) return [slots, ...slots.map((row) => [row])];
  const subsets = Array.from({ length: 1 << slots.length }, (_, mask) =>
    slots.filter((_row, i) => (mask & (1 << i)) === 0),
  );
  return subsets.filter(({ length }) => length > 0);
}

/** The sizes that a partition may get which is not an OTA slot; null is its removal. */
function sizesOf(
  row: TableRow,
  board: EspInspection,
  room: FitRequest,
  hosts: boolean,
  need: number,
): readonly (number | null)[] {
  const smaller = Math.min(row.size, leastOf(row, board));
  if (fileSystemOf(row) !== null) return [row.size, smaller];
  if (row.type === TYPE_DATA && row.subtype === DATA.coredump) return [row.size, null];
  if (row.type !== TYPE_APP) return [row.size];
  const larger = room.for === 'app' && (hosts || room.slots === 'one') ? [Math.max(row.size, need)] : [];
  return [row.size, smaller, ...larger, null];
}

/** The least size of a partition that keeps what it holds where that is known, else one block. In bytes. */
export function leastOf(row: TableRow, { contents }: EspInspection): number {
  const own = contents.filter(({ address, size }) => address === row.offset && size === row.size);
  if (isBlank(own)) return SIZE_STEP;
  const used = own.every(({ usedBytes }) => usedBytes !== undefined);
  const least = Math.max(SIZE_STEP, ...own.map(({ usedBytes = 0 }) => roundedUp(usedBytes, SIZE_STEP)));
  return row.type === TYPE_APP && !used ? row.size : Math.min(least, roundedUp(row.size, UNIT));
}
