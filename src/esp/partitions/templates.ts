/** Layouts that projects start from, as facts with their sources, scaled to larger flashes. */
import { sizeOf } from '../../flash/map.ts';
import { APP_ALIGNMENT, DEFAULT_TABLE } from '../flash-geometry.ts';
import { readCsv } from './csv.ts';
import { alignedUp } from './edit.ts';
import type { TableEntry } from './table.ts';
import { fileSystemOf, TYPE_APP } from './types.ts';

/** A layout to start from. */
export interface Template {
  readonly id: string;
  readonly name: string;
  /** Where its rows come from. */
  readonly source: string;
  /** The CSV for flashes of these sizes, in bytes; other sizes are scaled from the smallest. */
  readonly facts: readonly { readonly flashSize: number; readonly csv: string }[];
}

const MIB = 1 << 20;

/** The flash sizes that templates are offered for, in bytes. */
export const TEMPLATE_SIZES: readonly number[] = [4 * MIB, 8 * MIB, 16 * MIB, 32 * MIB];

const ARDUINO = 'nvs,data,nvs,0x9000,0x5000\notadata,data,ota,0xe000,0x2000\n';
const RAFT_SOURCE = 'Raft’s page on partition tables';
const arduino = (file: string, commit: string) => `espressif/arduino-esp32, tools/partitions/${file}, ${commit}`;

/** Every template: Raft’s, then ESP-IDF’s, then Arduino’s. */
export const TEMPLATES: readonly Template[] = [
  {
    id: 'raft-ota',
    name: 'Raft, updates over the air',
    source: RAFT_SOURCE,
    facts: [
      {
        flashSize: 4 * MIB,
        csv:
          'nvs,data,nvs,0x9000,0x15000\notadata,data,ota,0x1e000,0x2000\napp0,app,ota_0,0x20000,0x1b0000\n' +
          'app1,app,ota_1,0x1d0000,0x1b0000\nfs,data,littlefs,0x380000,0x80000\n',
      },
    ],
  },
  {
    id: 'raft-single',
    name: 'Raft, single app',
    source: RAFT_SOURCE,
    facts: [
      {
        flashSize: 4 * MIB,
        csv:
          'nvs,data,nvs,0x9000,0x6000\nphy_init,data,phy,0xf000,0x1000\nfs,data,spiffs,0x10000,0xf0000\n' +
          'factory,app,factory,0x100000,0x200000\n',
      },
    ],
  },
  {
    id: 'idf-single',
    name: 'ESP-IDF, single factory app',
    source: 'espressif/esp-idf, components/partition_table/partitions_singleapp.csv, 1ca82de6',
    facts: [
      {
        flashSize: 2 * MIB,
        csv: 'nvs,data,nvs,0x9000,0x6000\nphy_init,data,phy,0xf000,0x1000\nfactory,app,factory,0x10000,1M\n',
      },
    ],
  },
  {
    id: 'idf-two-ota',
    name: 'ESP-IDF, factory app and two OTA slots',
    source: 'espressif/esp-idf, components/partition_table/partitions_two_ota.csv, 4d53e5c5',
    facts: [
      {
        flashSize: 4 * MIB,
        csv:
          'nvs,data,nvs,0x9000,0x4000\notadata,data,ota,0xd000,0x2000\nphy_init,data,phy,0xf000,0x1000\n' +
          'factory,app,factory,0x10000,1M\nota_0,app,ota_0,0x110000,1M\nota_1,app,ota_1,0x210000,1M\n',
      },
    ],
  },
  {
    id: 'arduino-default',
    name: 'Arduino, default',
    source: arduino('default.csv', 'acf6c7b9; default_8MB.csv, 8de5fc2a; default_16MB.csv, 7d457335'),
    facts: [
      {
        flashSize: 4 * MIB,
        csv:
          `${ARDUINO}app0,app,ota_0,0x10000,0x140000\napp1,app,ota_1,0x150000,0x140000\n` +
          'spiffs,data,spiffs,0x290000,0x160000\ncoredump,data,coredump,0x3f0000,0x10000\n',
      },
      {
        flashSize: 8 * MIB,
        csv:
          `${ARDUINO}app0,app,ota_0,0x10000,0x330000\napp1,app,ota_1,0x340000,0x330000\n` +
          'spiffs,data,spiffs,0x670000,0x180000\ncoredump,data,coredump,0x7f0000,0x10000\n',
      },
      {
        flashSize: 16 * MIB,
        csv:
          `${ARDUINO}app0,app,ota_0,0x10000,0x640000\napp1,app,ota_1,0x650000,0x640000\n` +
          'spiffs,data,spiffs,0xc90000,0x370000\n',
      },
    ],
  },
  {
    id: 'arduino-min-spiffs',
    name: 'Arduino, minimal SPIFFS (large apps, updates over the air)',
    source: arduino('min_spiffs.csv', '387773f1'),
    facts: [
      {
        flashSize: 4 * MIB,
        csv:
          `${ARDUINO}app0,app,ota_0,0x10000,0x1e0000\napp1,app,ota_1,0x1f0000,0x1e0000\n` +
          'spiffs,data,spiffs,0x3d0000,0x30000\n',
      },
    ],
  },
  {
    id: 'arduino-no-ota',
    name: 'Arduino, no OTA',
    source: arduino('no_ota.csv', '161b1673'),
    facts: [
      {
        flashSize: 4 * MIB,
        csv:
          `${ARDUINO}app0,app,ota_0,0x10000,0x200000\nspiffs,data,spiffs,0x210000,0x1e0000\n` +
          'coredump,data,coredump,0x3f0000,0x10000\n',
      },
    ],
  },
  {
    id: 'arduino-huge-app',
    name: 'Arduino, huge app (no OTA)',
    source: arduino('huge_app.csv', '0982989f'),
    facts: [
      {
        flashSize: 4 * MIB,
        csv:
          `${ARDUINO}app0,app,ota_0,0x10000,0x300000\nspiffs,data,spiffs,0x310000,0xe0000\n` +
          'coredump,data,coredump,0x3f0000,0x10000\n',
      },
    ],
  },
];

/**
 * The rows of a template for a flash of this size with its table at this address, in bytes; null if the flash is smaller than the
 * smallest one that it is known for, or too small for it behind that table. Where its project names no table for the size, or the
 * table was moved, what lies before apps and file systems keeps its distance to the table, and these share the rest in proportion:
 * equal apps stay equal, starts and app sizes are multiples of 64 KiB, and the last file system takes what is left.
 */
export function templateRows(
  { facts, id }: Template,
  flashSize: number,
  tableAddress = DEFAULT_TABLE,
): readonly TableEntry[] | null {
  const known = facts.findLast((fact) => fact.flashSize <= flashSize);
  if (known === undefined) return null;
  const rows = readCsv(known.csv, { name: id }).rows.map(({ address: _address, ...entry }) => entry);
  const moved = Math.max(0, tableAddress - DEFAULT_TABLE);
  if (known.flashSize === flashSize && moved === 0) return rows;
  const fitted = scaled(rows, known.flashSize, flashSize, moved);
  return fitted.every(({ size }) => size > 0) ? fitted : null;
}

function isFlexible(row: TableEntry): boolean {
  return row.type === TYPE_APP || fileSystemOf(row) !== null;
}

function scaled(rows: readonly TableEntry[], from: number, to: number, moved: number): TableEntry[] {
  const first = rows.find(isFlexible)?.offset ?? 0;
  const fixedBefore = rows.filter(({ offset }) => offset < first);
  const start = alignedUp(Math.max(first, ...fixedBefore.map(({ offset, size }) => offset + size + moved)), TYPE_APP);
  const behind = rows.filter(({ offset }) => offset >= first);
  const flexible = sizeOf(behind.filter(isFlexible));
  const room = (to - start - sizeOf(behind.filter((row) => !isFlexible(row)))) / flexible;
  // What a project leaves free stays free: only where it would not fit any more does a layout for this size shrink.
  const factor = Math.min(room, from === to ? 1 : (to - start) / (from - first));
  const last = rows.findLast((row) => isFlexible(row) && row.type !== TYPE_APP);
  let at = start;
  const grown = rows.map((row): TableEntry => {
    if (row.offset < first) return { ...row, offset: row.offset + moved };
    const offset = alignedUp(at, row.type);
    const size = isFlexible(row) ? Math.floor((row.size * factor) / APP_ALIGNMENT) * APP_ALIGNMENT : row.size;
    at = offset + size;
    return { ...row, offset, size };
  });
  const rest = to - at;
  if (last === undefined || rest <= 0) return grown;
  // Behind the last file system everything is data, so it moves by any number of erase units; apps keep their alignment.
  const own = rows.indexOf(last);
  const shift = grown.slice(own + 1).some(({ type }) => type === TYPE_APP) ? rest - (rest % APP_ALIGNMENT) : rest;
  return grown.map((row, i) => {
    if (i < own) return row;
    return i === own ? { ...row, size: row.size + shift } : { ...row, offset: row.offset + shift };
  });
}
