/** Turns a partition table into the family-independent `Layout`. */
import type { Layout, Partition, PartitionRole, StartPlace } from '../../flash/layout.ts';
import type { FlashMap, Range } from '../../flash/map.ts';
import { TABLE_SPACE, UNIT } from '../flash-geometry.ts';
import type { TableEntry } from './table.ts';
import { DATA, fileSystemOf, subtypeName, TYPE_APP, TYPE_DATA, typeName } from './types.ts';
import { REGION } from '../loader/target.ts';
import { cipheredRanges } from '../board/read-access.ts';

const SETTINGS: ReadonlySet<number> = new Set([DATA.nvs, DATA.nvsKeys, DATA.phy]);

/** The range of a row. */
export function rangeOf({ offset, size }: Pick<TableEntry, 'offset' | 'size'>): Range {
  return { region: REGION, address: offset, size };
}

/** What a layout is made from: the table's rows, and the addresses of bootloader and table in bytes. */
export interface LayoutParts {
  readonly map: FlashMap;
  readonly rows: readonly TableEntry[];
  readonly bootloader: number;
  readonly table: number;
  /** Whether the chip encrypts its flash. */
  readonly encrypts: boolean;
}

/** The layout for a partition table, including the bootloader and the table itself as partitions. */
export function layoutOf({ map, rows, bootloader, table, encrypts }: LayoutParts): Layout {
  const own = (name: string, role: PartitionRole, type: string, address: number, size: number): Partition => ({
    region: REGION,
    name,
    role,
    type,
    address,
    size,
  });
  const partitions = [
    own('bootloader', 'boot', 'second-stage bootloader', bootloader, table - bootloader),
    own('partition table', 'table', 'partition table', table, UNIT),
    ...rows.map((row): Partition => ({
      ...own(
        row.name,
        roleOf(row),
        `${typeName(row.type)}, ${subtypeName(row.type, row.subtype)}`,
        row.offset,
        row.size,
      ),
      ...(row.type === TYPE_DATA && row.subtype === DATA.nvs && { wifi: true }),
      ...(row.type === TYPE_DATA && FOUND_BY_TYPE.has(row.subtype) && { byType: true }),
    })),
  ];
  const ciphered = encrypts
    ? cipheredRanges(rows, bootloader, { region: REGION, address: table, size: TABLE_SPACE })
    : [];
  return { map, partitions: partitions.toSorted((a, b) => a.address - b.address), guards: [], ciphered };
}

/**
 * Data that ESP-IDF looks for with `esp_partition_find_first(type, subtype, NULL)`: esp_phy/src/phy_init.c,
 * espcoredump/src/core_dump_flash.c, nvs_sec_provider/nvs_sec_provider.c.
 */
const FOUND_BY_TYPE: ReadonlySet<number> = new Set([DATA.phy, DATA.coredump, DATA.nvsKeys]);

/** What a partition is for, by its type and subtype. */
export function roleOf(row: TableEntry): PartitionRole {
  if (row.type === TYPE_APP) return 'app';
  if (row.type !== TYPE_DATA) return 'data';
  if (row.subtype === DATA.ota) return 'boot-choice';
  if (SETTINGS.has(row.subtype)) return 'settings';
  return fileSystemOf(row) !== null ? 'files' : 'data';
}

/** The place and name of a row that a board starts. */
export function startPlace({ name, offset }: Pick<TableEntry, 'name' | 'offset'>): StartPlace {
  return { region: REGION, address: offset, name };
}

/** How many bytes of a row lie in a flash of this size: a damaged table may go past its end, even to 4 GiB. */
export function sizeInFlash({ offset, size }: Pick<TableEntry, 'offset' | 'size'>, flashSize: number): number {
  return Math.max(0, Math.min(size, flashSize - offset));
}
