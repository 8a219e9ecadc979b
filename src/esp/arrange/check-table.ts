/** Refusals and questions about a new partition table, and whether the bootloader accepts the effective table. */
import type { Place, Refusal } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import { UNIT } from '../partitions/layout.ts';
import type { TableRow } from '../partitions/table.ts';
import { subtypeWord, typeName } from '../partitions/types.ts';
import { REGION } from '../loader/target.ts';
import type { ArrangeContext } from './context.ts';
import { headerReaching, isDamaged, pastHeader } from './context.ts';
import type { EspFile } from './placed.ts';
import { refuseBoard } from './refusals.board.ts';
import { refuse } from './refusals.ts';
import { inFile, shown } from '../../formats/file-words.ts';
import { exactly } from './words.ts';

/** Every refusal and question about the partition table and the bootloader header in effect after writing. */
export function checkTableAndHeader(files: readonly EspFile[], context: ArrangeContext): Refusal[] {
  const { board, table } = context;
  const found = [...checkHeader(context), ...checkMoved(context), ...checkLost(context)];
  // Writing an app does not repair a table that the bootloader rejects; a person may still consent.
  if (!isDamaged(context) || !usePartitions(files)) return found;
  const range = { region: REGION, address: board.esp.table.address, size: UNIT };
  return [...found, refuse('table-damaged', { in: 'flash', range }, { address: hex(table.address) })];
}

/** A partition of the board's table that a new table changes or drops. */
export interface LostPartition {
  readonly row: TableRow;
  /** The new table's partition of the same name; null if there is none. */
  readonly now: TableRow | null;
}

/** The partitions that a new table drops, or whose offset, size or type it changes; a new name alone loses nothing. */
export function lostPartitions({ board, table }: ArrangeContext): LostPartition[] {
  const same = (a: TableRow) => (b: TableRow) =>
    a.offset === b.offset && a.size === b.size && a.type === b.type && a.subtype === b.subtype;
  return board.esp.table.reading.rows
    .filter((row) => !table.rows.some(same(row)))
    .map((row) => ({ row, now: table.rows.find(({ name }) => name === row.name) ?? null }));
}

function checkLost(context: ArrangeContext): Refusal[] {
  const { from } = context.table;
  const lost = lostPartitions(context);
  if (from === null || lost.length === 0) return [];
  const { address } = context.board.esp.table;
  const contents = new Map(context.board.contents.map((content) => [content.address, content.says]));
  const values = Object.fromEntries(
    lost.map(({ row, now }) => {
      const holds = contents.get(row.offset);
      return [
        row.name,
        `${hex(row.offset)}, ${bytes(row.size)}: ${becomes(row, now)}${
          holds === undefined ? '' : `. It holds: ${holds}`
        }`,
      ];
    }),
  );
  const said = lost.map(({ row, now }) => `${exactly(row)} (${becomes(row, now)})`).join('; ');
  const place = { in: 'flash', range: { region: REGION, address, size: UNIT } } as const;
  return [refuse('partitions-lost', place, { ...values, file: shown(from), lost: said })];
}

function becomes(row: TableRow, now: TableRow | null): string {
  if (now === null) return 'gone';
  if (now.offset !== row.offset || now.size !== row.size) return `now at ${hex(now.offset)}, ${bytes(now.size)}`;
  return `now ${typeName(now.type)}, ${subtypeWord(now.type, now.subtype)}`;
}

function checkHeader(context: ArrangeContext): Refusal[] {
  const { table, header } = context;
  const row = pastHeader(context);
  if (row === undefined || header.size === null) return [];
  const limit = bytes(header.size);
  const end = hex(row.offset + row.size);
  const reach = Math.max(...table.rows.map(({ offset, size }) => offset + size));
  const needs = headerReaching(reach, context);
  const about = { partition: row.name, offset: hex(row.offset), size: bytes(row.size), end, limit };
  const values = { ...about, ...(needs !== null && { needs }) };
  if (header.edited) {
    const place =
      header.from === null ? ({ in: 'flash', range: bootloaderUnit(context) } as const) : inFile(header.from, 3);
    return [refuseBoard('header-too-small', place, values)];
  }
  if (table.from !== null)
    return [
      refuse('table-past-header', inFile(table.from), {
        ...values,
        file: shown(table.from),
      }),
    ];
  if (header.from !== null)
    return [
      refuse('bootloader-past-table', inFile(header.from, 3), {
        ...values,
        file: shown(header.from),
      }),
    ];
  return [refuse('board-table-past-header', { in: 'flash', range: bootloaderUnit(context) }, values)];
}

/** The refusal of a bootloader file whose header gives more flash (`header`, bytes) than the chip has. */
export function pastChip(place: Place, file: string, header: number, context: ArrangeContext): Refusal {
  const { flashSize } = context.board.esp;
  const needs = headerReaching(flashSize, context);
  const values = { file, header: bytes(header), chip: bytes(flashSize), ...(needs !== null && { needs }) };
  return refuse('bootloader-past-chip', place, values);
}

function bootloaderUnit({ board }: ArrangeContext): Range {
  return { region: REGION, address: board.esp.bootloader.address, size: UNIT };
}

/** Refuses a table at another address than the board's own unless a bootloader comes with it. */
function checkMoved({ board, table, header }: ArrangeContext): Refusal[] {
  const { from, address } = table;
  const own = board.esp.table.address;
  const reads = board.esp.bootloader.header !== null && board.esp.table.reading.rows.length > 0;
  if (from === null || address === own || header.from !== null || !reads) return [];
  return [refuse('table-moved-alone', inFile(from), { file: shown(from), address: hex(address), own: hex(own) })];
}

/** Whether any file is placed by the table; a bootloader is not. */
function usePartitions(files: readonly EspFile[]): boolean {
  return files.some(({ what }) => !(what.is === 'image' && what.bootloader));
}
