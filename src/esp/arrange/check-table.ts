/** Refusals and questions about a new partition table, and whether the bootloader accepts the effective table. */
import type { Place, Refusal } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Fate } from '../../flash/fates.ts';
import { losesContent } from '../../flash/fates.ts';
import type { Partition } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import { TABLE_SPACE, UNIT } from '../flash-geometry.ts';
import { subtypeWord, typeName } from '../partitions/types.ts';
import { REGION } from '../loader/target.ts';
import type { EspArranged } from './arrange.ts';
import type { ArrangeContext } from './context.ts';
import { headerReaching, isDamaged, firstPastHeader } from './context.ts';
import type { EspFile } from './placed.ts';
import { lostOffers } from './lost-offers.ts';
import { refuseProtection } from './refusals.protections.ts';
import { refuse } from './refusals.files.ts';
import { inFile, shown } from '../../formats/words.ts';

/** Every refusal and question about the partition table and the bootloader header in effect after writing. */
export function checkTableAndHeader({ placed: files, context, fates }: EspArranged): Refusal[] {
  const { board, table } = context;
  const found = [...checkHeader(context), ...checkMoved(context), ...checkLost({ context, fates })];
  // Writing an app does not repair a table that the bootloader rejects; a person may still consent.
  if (!isDamaged(context) || !usePartitions(files)) return found;
  const range = { region: REGION, address: board.esp.table.address, size: TABLE_SPACE };
  return [...found, refuse('table-damaged', { in: 'flash', range }, { address: hex(table.address) })];
}

/** Asks where a new table gives up content: of a partition that it drops, or that the firmware cannot read at its new size. */
function checkLost({ context, fates }: Pick<EspArranged, 'context' | 'fates'>): Refusal[] {
  const { from } = context.table;
  const lost = fates.flatMap((fate) => (fate.fate !== 'new' && losesContent(fate) && isOwn(fate.before) ? [fate] : []));
  if (from === null || lost.length === 0) return [];
  const { contents, esp } = context.board;
  const values = Object.fromEntries(
    lost.map((fate) => {
      const { name, address, size } = fate.before;
      const holds = contents.filter((content) => overlaps(content, fate.before)).map(({ says }) => says);
      const held = holds.length === 0 ? '' : `. It holds: ${holds.join(' ')}`;
      return [name, `${hex(address)}, ${bytes(size)}: ${becomes(fate, context)}${held}`];
    }),
  );
  const said = lost.map((fate) => {
    const { name, address, size } = fate.before;
    return `${name} (${hex(address)}, ${bytes(size)}; ${becomes(fate, context)})`;
  });
  const place = { in: 'flash', range: { region: REGION, address: esp.table.address, size: TABLE_SPACE } } as const;
  const ask = refuse('partitions-lost', place, { ...values, file: shown(from), lost: said.join('; ') });
  const offers = lostOffers(lost, context);
  return [offers.length === 0 ? ask : { ...ask, offers }];
}

/** Whether it holds something of the person's: what only makes the board start comes with the new table and its files. */
function isOwn({ role }: Partition): boolean {
  return role !== 'boot' && role !== 'table' && role !== 'boot-choice';
}

function becomes({ before, after, why }: Exclude<Fate, { fate: 'new' }>, { table }: ArrangeContext): string {
  if (why !== undefined) return why;
  if (after !== null) return `not readable at its new size, ${bytes(after.size)}`;
  const now = table.rows.find(({ name }) => name === before.name);
  if (now === undefined) return 'removed';
  if (now.offset !== before.address) return `now at ${hex(now.offset)}, ${bytes(now.size)}`;
  return `now ${typeName(now.type)}, ${subtypeWord(now.type, now.subtype)}`;
}

function checkHeader(context: ArrangeContext): Refusal[] {
  const { table, header } = context;
  const row = firstPastHeader(context);
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
    return [refuseProtection('header-too-small', place, values)];
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
export function refuseHeaderPastChip(place: Place, file: string, header: number, context: ArrangeContext): Refusal {
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
