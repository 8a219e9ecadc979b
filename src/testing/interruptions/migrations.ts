/** Changed layouts whose content moves: what each leaves is worked out here, byte by byte and without the app. */
import type { ImageChip } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { buildLittleFs } from '../../virtual-boards/esp/firmware/littlefs.ts';
import { readFiles } from '../../virtual-boards/esp/firmware/littlefs-read.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import type { TableRow } from '../../virtual-boards/esp/firmware/partition-table.ts';
import {
  buildPartitionTable,
  RAFT_OTA_ROWS,
  RAFT_SINGLE_ROWS,
} from '../../virtual-boards/esp/firmware/partition-table.ts';
import { SAMPLE_FILES } from '../../virtual-boards/esp/firmware/sample-files.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import { isEqualBytes, noise } from '../bytes.ts';
import type { Cells } from './cells.ts';
import { cellsOf } from './cells.ts';
import { onlyWhole } from './may-boot.ts';
import { dropFiles } from './page.ts';
import type { Ends, Scenario } from './scenario.ts';

const TABLE = { offset: 0x8000, size: 0x1000 };
const UNIT = 0x1000;
/** How far the second slot moves, in bytes: less than the app in it is long, so that source and destination overlap. */
const STEP = 0x10000;
/** How much of a file system’s partition holds something: more than a block that is erased at once. */
const HELD = 0x14000;

interface Migration {
  readonly name: string;
  readonly rows: readonly TableRow[];
  /** What is put on the board first. */
  readonly prepare: (flash: Uint8Array) => void;
  /** What the change does besides writing the table. */
  readonly apply: (flash: Uint8Array, before: Uint8Array) => void;
  /** What else than the table is rewritten in one go, without which nothing starts. */
  readonly window?: Place;
  /** A LittleFS that stays in its place; its files are compared, as the app decides how its blocks change. */
  readonly littleFs?: LittleFs;
  /** The place to which the app moves over itself: under the new table nothing starts before all of it is there. */
  readonly late?: Place;
}

/** Where firmware finds a LittleFS under the old table and under the new one. */
interface LittleFs {
  readonly before: Place;
  readonly after: Place;
}

/** A range of the flash. */
interface Place {
  readonly offset: number;
  readonly size: number;
}

/**
 * Two of the scenarios for a chip whose board has another layout: Raft's of 4 MB with two OTA slots is put on it first, with an app in
 * each slot.
 */
export function migrationsOfRaft(chipId: ImageChip): Scenario[] {
  const rows = RAFT_OTA_ROWS;
  const [first] = rows.filter(({ type }) => type === 0);
  const install = (flash: Uint8Array): void => {
    flash.fill(0xff, 0xf000);
    flash.set(buildPartitionTable(rows), TABLE.offset);
    const app = { project: 'raft-demo', version: '2.9.0', seed: 29, chipId, size: 120 * 1024 };
    flash.set(buildAppImage(app), first?.offset ?? 0);
  };
  return changesOf(rows, chipId, install)
    .filter(({ name }) => name === 'grow-slots' || name === 'shrink-files')
    .map(scenarioOf);
}

/** The scenarios for a layout with two OTA slots and a file system behind them. */
export function migrations(rows: readonly TableRow[], chipId: ImageChip): Scenario[] {
  return changesOf(rows, chipId, () => undefined).map(scenarioOf);
}

function changesOf(rows: readonly TableRow[], chipId: ImageChip, install: (flash: Uint8Array) => void): Migration[] {
  const named = (label: string) => rows.find((row) => row.label === label);
  const [app0, app1, fs, otadata] = [named('app0'), named('app1'), named('fs'), named('otadata')];
  if (app0 === undefined || app1 === undefined || fs === undefined || otadata === undefined) return [];
  const app = buildAppImage({ project: 'raft-demo', version: '3.0.0', seed: 30, chipId, size: 100 * 1024 + 0x230 });
  const prepare = (seq: number) => (flash: Uint8Array) => {
    install(flash);
    flash.fill(0xff, fs.offset, fs.offset + fs.size);
    flash.set(app, app1.offset);
    flash.set(buildOtadata({ seq }, seq === 1 ? null : { seq: seq - 1 }), otadata.offset);
  };
  const changed = (changes: Readonly<Record<string, Partial<TableRow>>>) =>
    rows.map((row) => ({ ...row, ...changes[row.label] }));
  const larger = changed({
    app0: { size: app0.size + STEP },
    app1: { offset: app1.offset + STEP, size: app1.size + STEP },
    fs: { offset: fs.offset + 2 * STEP, size: fs.size - 2 * STEP },
  });
  const moved = (to: number) => (flash: Uint8Array, before: Uint8Array) => {
    flash.set(before.subarray(app1.offset, app1.offset + app1.size), to);
    flash.fill(0xff, fs.offset + 2 * STEP, fs.offset + fs.size);
  };
  const size = Math.floor((app1.offset + app1.size - app0.offset) / 3 / STEP) * STEP;
  const third = { ...app1, label: 'app2', subtype: 0x12, offset: app0.offset + 2 * size, size };
  const three = [
    ...changed({ app0: { size }, app1: { offset: app0.offset + size, size } }).filter(({ label }) => label !== 'fs'),
    third,
    fs,
  ];
  return [
    { name: 'grow-slots', rows: larger, prepare: prepare(1), apply: moved(app1.offset + STEP) },
    { name: 'move-running', rows: larger, prepare: prepare(2), apply: moved(app1.offset + STEP) },
    {
      name: 'add-slot',
      rows: three,
      prepare: prepare(4),
      apply: (flash: Uint8Array, before: Uint8Array) => {
        flash.set(before.subarray(app1.offset, app1.offset + size), app0.offset + size);
        // An empty slot has nothing at its start.
        flash.fill(0xff, third.offset, third.offset + UNIT);
        // Slot 1 of three with a number above 4 is 5; the record that is not current is written.
        flash.fill(0xff, otadata.offset + UNIT, otadata.offset + 2 * UNIT);
        flash.set(buildOtadata({ seq: 5 }, null).subarray(0, 32), otadata.offset + UNIT);
      },
    },
    {
      // Nobody knows how much of it is used: its content is given up by consent.
      name: 'shrink-files',
      rows: changed({ fs: { size: fs.size / 2 } }),
      prepare: (flash: Uint8Array) => {
        prepare(1)(flash);
        flash.set(noise(HELD, 6), fs.offset);
      },
      apply: (flash: Uint8Array) => flash.fill(0xff, fs.offset, fs.offset + fs.size / 2),
    },
    {
      name: 'shrink-littlefs',
      rows: changed({ fs: { size: fs.size / 2 } }),
      prepare: (flash: Uint8Array) => {
        prepare(1)(flash);
        flash.set(buildLittleFs(fs.size, SAMPLE_FILES), fs.offset);
      },
      apply: () => undefined,
      littleFs: { before: fs, after: { offset: fs.offset, size: fs.size / 2 } },
    },
    {
      name: 'grow-littlefs',
      rows,
      prepare: (flash: Uint8Array) => {
        prepare(1)(flash);
        flash.set(buildPartitionTable(changed({ fs: { size: fs.size / 2 } })), TABLE.offset);
        flash.set(buildLittleFs(fs.size / 2, SAMPLE_FILES), fs.offset);
      },
      apply: () => undefined,
      littleFs: { before: { offset: fs.offset, size: fs.size / 2 }, after: fs },
    },
    singleApp(rows, { app0, fs, prepare: prepare(1) }),
  ];
}

/** Two OTA slots become one app without updates: it moves over itself, and otadata is gone. */
function singleApp(
  rows: readonly TableRow[],
  { app0, fs, prepare }: { readonly app0: TableRow; readonly fs: TableRow; readonly prepare: Migration['prepare'] },
): Migration {
  const factory = RAFT_SINGLE_ROWS.find(({ type }) => type === 0) ?? app0;
  const [nvs, phy, files] = RAFT_SINGLE_ROWS;
  const end = Math.max(...rows.map(({ offset, size }) => offset + size));
  if (nvs === undefined || phy === undefined || files === undefined || end < factory.offset + factory.size)
    throw new RangeError('no room for a single app');
  const size = Math.min(app0.size, factory.size);
  return {
    name: 'single-app',
    rows: RAFT_SINGLE_ROWS,
    prepare: (flash) => {
      prepare(flash);
      flash.fill(0xff, fs.offset, fs.offset + fs.size);
    },
    apply: (flash, before) => {
      flash.fill(0xff, phy.offset, files.offset + files.size);
      flash.set(before.subarray(app0.offset, app0.offset + size), factory.offset);
    },
    late: { offset: factory.offset, size },
  };
}

/** The scenario for a chip of 16 MB under a header of 4 MB: the file system moves past that, and the header is changed. */
export function largerFlash(rows: readonly TableRow[], chipId: ImageChip, idf: string): Scenario[] {
  const fs = rows.find(({ label }) => label === 'fs');
  if (fs === undefined) return [];
  const [offset, size] = [0x400000, 0xc00000];
  const bootloader = buildBootloaderImage({ flashMegabytes: 16, chipId, idf });
  const window = { offset: 0x1000, size: bootloader.length };
  return [
    scenarioOf({
      name: 'larger-flash',
      rows: rows.map((row) => (row === fs ? { ...row, offset, size } : row)),
      prepare: (flash) => {
        flash.fill(0xff, fs.offset, fs.offset + fs.size);
        flash.set(noise(HELD, 7), fs.offset);
      },
      apply: (flash, before) => {
        flash.set(bootloader, window.offset);
        flash.set(before.subarray(fs.offset, fs.offset + fs.size), offset);
      },
      window,
    }),
  ];
}

function scenarioOf({ name, rows, prepare, apply, window, late, littleFs }: Migration): Scenario {
  const table = buildPartitionTable(rows);
  const whole = onlyWhole();
  return {
    name,
    purpose: 'flash',
    plan: (page) => dropFiles(page, [{ name: 'partitions.bin', data: table }]),
    from: (kind) => {
      const store = memoryStore();
      const page = kind.open({ store, onRestart: () => undefined });
      const cells = cellsOf(page.memories);
      const [before = new Uint8Array()] = cells;
      prepare(before);
      const after = before.slice();
      apply(after, before);
      after.set(table, TABLE.offset);
      const besides = littleFs === undefined ? [] : [littleFs.after];
      return Promise.resolve({ cells, store, owed: [after, ...cells.slice(1)], besides });
    },
    mayBoot: (boot, now, ends) => {
      const half = whole(boot, now, ends) ?? (littleFs === undefined ? null : withoutFiles(littleFs, now, ends));
      if (half !== null || boot.kind === 'app') return half;
      // The page says that the board starts at every moment but while this is rewritten.
      const settled = [TABLE, ...(window === undefined ? [] : [window])].every(
        (place) => isAt(ends.before, now, place) || isAt(ends.after, now, place),
      );
      const arriving = late !== undefined && isAt(ends.after, now, TABLE) && !isAt(ends.after, now, late);
      return settled && !arriving ? `nothing, although a whole table is there (${boot.says})` : null;
    },
  };
}

/** An app without its files; null if its firmware finds all of them where the table says. */
function withoutFiles({ before, after }: LittleFs, now: Cells, ends: Ends): string | null {
  const place = isAt(ends.before, now, TABLE) ? before : isAt(ends.after, now, TABLE) ? after : null;
  // Nothing starts while the table is rewritten.
  if (place === null) return null;
  const files = ([cells = new Uint8Array()]: Cells, { offset, size }: Place) =>
    readFiles(cells.subarray(offset, offset + size), 'within');
  const [found, own] = [files(now, place), files(ends.before, before)];
  if (found === null) return 'an app whose files do not mount';
  const differ = [...(own ?? [])].filter(([path, data]) => !isEqualBytes(found.get(path) ?? new Uint8Array(), data));
  return own !== null && own.size > 0 && found.size === own.size && differ.length === 0
    ? null
    : 'an app with other files';
}

function isAt([a = new Uint8Array()]: Cells, [b = new Uint8Array()]: Cells, { offset, size }: Place): boolean {
  return isEqualBytes(a.subarray(offset, offset + size), b.subarray(offset, offset + size));
}
