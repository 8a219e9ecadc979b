/** Test support: damage on virtual ESP boards, for each kind of problem that its place and its start can have. Nothing of the app imports it. */
import type { Range } from '../../flash/map.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { TABLE } from '../../virtual-boards/esp/firmware/factory.ts';
import type { TableRow } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import type { NorFlash } from '../../virtual-boards/nor-flash.ts';

/** Damage, and what its first planned repair may change. */
export interface EspDamage {
  readonly kind: string;
  /** How it differs from the others of its kind. */
  readonly how?: string;
  readonly board?: string;
  readonly harm: (flash: NorFlash) => void;
  /** Whether the apps have to be read whole before it is found. */
  readonly examine?: true;
  /** Where the repair writes; absent where a person has to do something first: choose a file, edit rows. */
  readonly writes?: readonly Range[];
  /** Whether the board starts nothing before it is repaired. */
  readonly dead?: true;
}

const region = 'flash';
const TABLE_UNIT = { region, address: TABLE, size: 0x1000 };
const BOOTLOADER_UNIT = { region, address: 0x1000, size: 0x7000 };
const OTADATA = { region, address: 0x1e000, size: 0x2000 };
const APP0 = 0x20000;
const APP1 = 0x1d0000;
/** The size of a row, in bytes. */
const ROW = 32;

const bytesAt = (address: number, ...data: readonly number[]) => {
  return (flash: NorFlash) => flash.load(address, Uint8Array.from(data));
};
const erased = (address: number, size: number) => (flash: NorFlash) =>
  flash.load(address, new Uint8Array(size).fill(0xff));

/** What looks encrypted where the bootloader and the table belong; an xorshift, so that it is the same each time. */
function noise(flash: NorFlash): void {
  let state = 0x2545f491;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  };
  for (const address of [0x1000, TABLE]) flash.load(address, Uint8Array.from({ length: 0x1000 }, next));
}

/** The table of the board with its rows changed, and a right MD5. */
function table(change: (rows: TableRow[]) => readonly TableRow[]) {
  return (flash: NorFlash) => flash.load(TABLE, buildPartitionTable(change(RAFT_OTA_ROWS.map((row) => ({ ...row })))));
}

/** The table with one field of one row changed. */
function row(label: string, to: Partial<TableRow>) {
  return table((rows) => rows.map((each) => (each.label === label ? { ...each, ...to } : each)));
}

const SECOND_APP = buildAppImage({ project: 'raft-demo', version: '3.0.0', seed: 3, size: 0x20230 });

/** An app in the second slot, and the first one harmed. */
function tornApp(harm: (flash: NorFlash) => void) {
  return (flash: NorFlash) => {
    flash.load(APP1, SECOND_APP);
    harm(flash);
  };
}

const TABLE_WRITTEN = { writes: [TABLE_UNIT], dead: true } as const;

/** Damage for the kinds of findings about bootloader, table, entries and apps. */
export const ESP_DAMAGES: readonly EspDamage[] = [
  { kind: 'bootloader-blank', harm: erased(0x1000, 0x7000), dead: true },
  { kind: 'bootloader-missing', how: 'other data', harm: bytesAt(0x1000, 1, 2, 3, 4), dead: true },
  {
    kind: 'bootloader-missing',
    how: 'for another chip',
    harm: (flash) => flash.load(0x1000, buildBootloaderImage({ flashMegabytes: 4, chipId: 9 })),
    dead: true,
  },
  { kind: 'header-size-past-chip', harm: bytesAt(0x1003, 0x40), writes: [BOOTLOADER_UNIT] },
  {
    kind: 'partition-past-header-size',
    board: 'esp32-small-header',
    harm: () => undefined,
    writes: [BOOTLOADER_UNIT],
    dead: true,
  },
  {
    kind: 'plain-on-encrypting-chip',
    board: 'esp32-encrypted',
    harm: (flash) => flash.load(0x1000, buildBootloaderImage({ flashMegabytes: 4 })),
    dead: true,
  },
  { kind: 'noise-on-open-chip', harm: noise, dead: true },
  { kind: 'otadata-unusable', board: 'esp32-otadata-lost', harm: () => undefined, writes: [OTADATA] },
  { kind: 'table-blank', harm: erased(TABLE, 0x1000), dead: true },
  { kind: 'table-no-magic', how: 'other data', harm: (flash) => flash.load(TABLE, new Uint8Array(0x1000)), dead: true },
  { kind: 'table-no-magic', how: 'one byte', harm: bytesAt(TABLE, 0xab), ...TABLE_WRITTEN },
  { kind: 'table-row-damaged', how: 'one byte', harm: bytesAt(TABLE + 2 * ROW, 0xab), ...TABLE_WRITTEN },
  { kind: 'table-row-damaged', how: 'two bytes', harm: bytesAt(TABLE + 4 * ROW, 0, 0), ...TABLE_WRITTEN },
  { kind: 'table-md5-wrong', how: 'one byte', board: 'esp32-damaged-table', harm: () => undefined, ...TABLE_WRITTEN },
  { kind: 'table-md5-wrong', how: 'the MD5', harm: bytesAt(TABLE + 5 * ROW + 20, 0), ...TABLE_WRITTEN },
  {
    kind: 'table-md5-wrong',
    how: 'two names',
    harm: (flash) => [TABLE + 12, TABLE + 3 * ROW + 12].forEach((at) => bytesAt(at, 0x58)(flash)),
    ...TABLE_WRITTEN,
  },
  {
    kind: 'table-md5-twice',
    harm: (flash) => flash.load(TABLE + 6 * ROW, flash.read(TABLE + 5 * ROW, ROW)),
    ...TABLE_WRITTEN,
  },
  {
    kind: 'table-end-missing',
    harm: (flash) => {
      const rest = Array.from({ length: 91 }, (_, i) => ({
        label: `x${i}`,
        type: 0x40,
        subtype: 0,
        offset: 0x3f0000,
        size: 0,
      }));
      flash.load(TABLE, buildPartitionTable([...RAFT_OTA_ROWS, ...rest], { md5: false }));
    },
    dead: true,
  },
  {
    kind: 'row-after-md5',
    harm: (flash) => {
      const [whole, short] = [buildPartitionTable(RAFT_OTA_ROWS), buildPartitionTable(RAFT_OTA_ROWS.slice(0, 4))];
      flash.load(TABLE, short);
      flash.load(TABLE + 5 * ROW, whole.subarray(4 * ROW, 5 * ROW));
    },
    writes: [TABLE_UNIT],
  },
  { kind: 'name-duplicate', harm: row('fs', { label: 'nvs' }), writes: [TABLE_UNIT] },
  { kind: 'partitions-overlap', harm: row('fs', { offset: 0x370000 }) },
  { kind: 'partition-below-table', harm: row('nvs', { offset: 0x4000, size: 0x4000 }) },
  { kind: 'partition-past-flash', harm: row('fs', { size: 0x100000 }), dead: true },
  { kind: 'app-misaligned', harm: row('app1', { offset: 0x1d8000, size: 0x1a0000 }) },
  { kind: 'app-size-odd', harm: row('app1', { size: 0x1afe00 }), writes: [TABLE_UNIT] },
  { kind: 'data-misaligned', harm: row('fs', { offset: 0x380800, size: 0x7f000 }) },
  { kind: 'otadata-size', harm: row('otadata', { size: 0x1000 }) },
  {
    kind: 'otadata-many',
    harm: table((rows) => [
      ...rows.slice(0, 4),
      { label: 'fs', type: 1, subtype: 0x83, offset: 0x380000, size: 0x70000 },
      { label: 'otadata2', type: 1, subtype: 0, offset: 0x3f0000, size: 0x2000 },
    ]),
  },
  { kind: 'must-be-writable', harm: row('otadata', { flags: 2 }), writes: [TABLE_UNIT] },
  { kind: 'ota-duplicate', harm: row('app1', { subtype: 0x10 }), writes: [TABLE_UNIT] },
  { kind: 'nvs-small', harm: row('nvs', { size: 0x2000 }) },
  { kind: 'no-app-starts', harm: erased(APP0, 0x1b0000), dead: true },
  {
    kind: 'no-app-starts',
    how: 'of another chip',
    harm: (flash) =>
      flash.load(APP0, buildAppImage({ project: 'other', version: '1', seed: 4, size: 0x20000, chipId: 9 })),
    dead: true,
  },
  { kind: 'image-checksum-wrong', harm: tornApp(bytesAt(APP0 + 0x8000, 1)), examine: true, writes: [OTADATA] },
  { kind: 'image-hash-wrong', harm: tornApp(bytesAt(APP0 + 0x8000, 1)), examine: true, writes: [OTADATA] },
  {
    kind: 'image-segment-past-end',
    harm: tornApp(bytesAt(APP0 + 0x1c, 0, 0, 0x3f, 0)),
    examine: true,
    writes: [OTADATA],
  },
  { kind: 'image-truncated', harm: tornApp(bytesAt(APP0 + 0x1c, 0, 0, 0x3f, 0)), examine: true, writes: [OTADATA] },
  { kind: 'image-segment-length', harm: tornApp(bytesAt(APP0 + 0x1c, 1, 0, 0, 0)), examine: true, writes: [OTADATA] },
  { kind: 'image-too-many-segments', harm: tornApp(bytesAt(APP0 + 1, 200)), examine: true, writes: [OTADATA] },
  { kind: 'image-no-segments', harm: tornApp(bytesAt(APP0 + 1, 0)), examine: true, writes: [OTADATA] },
];
