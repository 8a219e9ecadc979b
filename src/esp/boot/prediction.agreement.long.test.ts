/**
 * Compares the app's boot prediction with the virtual board's bootloader on random boards: two implementations of ESP-IDF's
 * bootloader_utility.c that share no code.
 */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { NorFlash } from '../../virtual-boards/nor-flash.ts';
import { bootDecision } from '../../virtual-boards/esp/boot.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { assembleImage } from '../../virtual-boards/esp/firmware/image.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import type { OtadataRecord } from '../../virtual-boards/esp/firmware/otadata.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import type { TableRow } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { readAppImage } from '../../formats/app-image.ts';
import { viewOf } from '../../formats/binary.ts';
import { HASHES } from '../../formats/hashes.ts';
import { readTable } from '../partitions/table.ts';
import { DATA, TYPE_DATA } from '../partitions/types.ts';
import { holdsWholeApp, predictBoot, rowsCounted } from './prediction.ts';
import type { BootRow } from './prediction.ts';
import { cases } from '../../testing/cases.ts';

const RUNS = cases(5000);
const TABLE = 0x8000;
const FLASH_SIZE = 0x200000;
const ESP32 = 0;
/** App partitions are at multiples of 64 KiB; the first, at 0, ends where the bootloader starts. */
const PLACE = 0x10000;
const PLACES = 20;
const OTADATA = [0x9000, 0xb000];
/** Larger than 4 KiB, so that a partition of 4 KiB truncates the long app. */
const ROOM = 0x2000;

const app = buildAppImage({ project: 'tiny', version: '1', size: 1024, seed: 1 });
const foreign = buildAppImage({ project: 'tiny', version: '1', size: 1024, seed: 1, chipId: 9 });
const long = buildAppImage({ project: 'long', version: '1', size: 0x1800, seed: 1 });
const plain = assembleImage({ chipId: 0, entry: 0x40080400, mode: 2, size: 1, frequency: 0, minRev: 0, maxRev: 399 }, [
  { load: 0x3ffb0000, data: new Uint8Array(64).fill(7) },
]);

function patched(image: Uint8Array, at: number, change: number): Uint8Array {
  const copy = image.slice();
  const place = at < 0 ? copy.length + at : at;
  copy[place] = (copy[place] ?? 0) ^ change;
  return copy;
}

const IMAGES = {
  whole: app,
  'without a hash': patched(app, 23, 1),
  'without a description': plain,
  long,
  nothing: new Uint8Array(),
  'a wrong checksum': patched(app, -33, 0x55),
  'a wrong checksum and no hash': patched(patched(app, -33, 0x55), 23, 1),
  'a wrong hash': patched(app, -1, 0x55),
  'a wrong hash and no description': patched(plain, -1, 0x55),
  'a wrong magic': patched(app, 0, 1),
  'another chip': foreign,
  'a changed segment': patched(app, 400, 0x10),
  'an impossible segment': patched(app, 28, 2),
  'too many segments': patched(app, 1, 0x1f),
  'cut short': app.subarray(0, 500),
} as const;

// The board's own bootloader is 25 KB, and the ROM sums and hashes it at each boot: this one loads much faster.
const bootloader = assembleImage(
  { chipId: 0, entry: 0x4008064c, mode: 2, size: 1, frequency: 0, minRev: 0, maxRev: 399 },
  [{ load: 0x3fff0030, data: new Uint8Array(32) }],
);

const seq = fc.oneof(
  fc.nat(40),
  fc.constantFrom(0, 1, 2, 0x7fffffff, 0x80000000, 0xfffffff0, 0xfffffffd, 0xfffffffe, 0xffffffff),
);
const state = fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 0xffffffff), fc.constantFrom(5, 0x7fffffff));
const record: fc.Arbitrary<OtadataRecord | null> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(null) },
  { weight: 5, arbitrary: fc.record({ seq, state }) },
  { weight: 2, arbitrary: fc.record({ seq, state, crc: fc.constantFrom(0, 1, 0xffffffff) }) },
);
const records = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(record, record) },
  // Equal sequence numbers, as left by an interruption or a careless tool.
  {
    weight: 1,
    arbitrary: fc.tuple(seq, state, state).map(([n, a, b]) => [
      { seq: n, state: a },
      { seq: n, state: b },
    ]),
  },
);

const place = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 1, max: PLACES - 1 }) },
  { weight: 1, arbitrary: fc.constant(0) },
);
const size = fc.oneof(
  { weight: 8, arbitrary: fc.constant(PLACE) },
  { weight: 1, arbitrary: fc.constantFrom(0, 0x200, 0x1000) },
);
const appRow = (subtype: fc.Arbitrary<number>): fc.Arbitrary<TableRow> =>
  fc.tuple(subtype, place, size).map(([sub, at, length]) => {
    return { label: `app${sub}`, type: 0, subtype: sub, offset: at * PLACE, size: length };
  });
const otadataPlace = fc.constantFrom(...OTADATA, ...OTADATA, ...OTADATA, 0);
const otadataRow: fc.Arbitrary<TableRow> = fc
  .tuple(otadataPlace, fc.constantFrom(0x2000, 0x2000, 0x2000, 0x3000, 0x1000))
  .map(([offset, length]) => ({ label: 'otadata', type: 1, subtype: 0, offset, size: length }));
const few = (row: fc.Arbitrary<TableRow>): fc.Arbitrary<TableRow[]> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<TableRow[]>([]) },
    { weight: 6, arbitrary: fc.array(row, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(row, { minLength: 2, maxLength: 3 }) },
  );
const slots: fc.Arbitrary<TableRow[]> = fc.oneof(
  // ota_0 and up; any numbers, so with gaps, duplicates or without ota_0; about sixteen rows and more.
  fc
    .integer({ min: 0, max: 16 })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, n) => appRow(fc.constant(0x10 + n))))),
  fc.array(appRow(fc.integer({ min: 0x10, max: 0x1f })), { maxLength: 6 }),
  fc.array(appRow(fc.integer({ min: 0x10, max: 0x1f })), { minLength: 15, maxLength: 20 }),
);
const others: readonly TableRow[] = [
  { label: 'nvs', type: 1, subtype: 2, offset: 0xd000, size: 0x3000 },
  { label: 'tee', type: 0, subtype: 0x30, offset: 0x10000, size: 0x10000 },
  { label: 'own', type: 0x40, subtype: 0, offset: 0x1f0000, size: 0x10000 },
];
const rows = fc
  .tuple(few(otadataRow), few(appRow(fc.constant(0))), few(appRow(fc.constant(0x20))), slots, fc.subarray([...others]))
  .chain((parts) => {
    const all = parts.flat();
    return fc.shuffledSubarray(all, { minLength: all.length });
  });

type Flaw = 'none' | 'no-md5' | 'md5-wrong' | 'past-header' | 'row-after-md5' | 'row-damaged';
const flaw: fc.Arbitrary<Flaw> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Flaw>('none') },
  { weight: 3, arbitrary: fc.constantFrom<Flaw>('no-md5', 'row-after-md5') },
  { weight: 1, arbitrary: fc.constantFrom<Flaw>('md5-wrong', 'past-header', 'row-damaged') },
);

const image = fc.oneof(
  { weight: 2, arbitrary: fc.constant('whole' as const) },
  { weight: 3, arbitrary: fc.constantFrom(...(Object.keys(IMAGES) as readonly (keyof typeof IMAGES)[])) },
);

const world = fc.record({
  rows,
  flaw,
  records,
  images: fc.array(image, { minLength: PLACES, maxLength: PLACES }),
  rollback: fc.boolean(),
});

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function tableOf({ rows: good, flaw: has }: World): Uint8Array {
  const past = { label: 'past', type: 1, subtype: 6, offset: FLASH_SIZE, size: 0x1000 };
  const table = buildPartitionTable(has === 'past-header' ? [...good, past] : good, { md5: has !== 'no-md5' });
  const at = good.length * 32;
  if (has === 'md5-wrong') table[at + 20] = (table[at + 20] ?? 0) ^ 1;
  if (has === 'row-damaged' && at > 0) table[at - 32] = 0;
  // The last row is moved after the MD5 row of the rows before it.
  if (has === 'row-after-md5' && at > 0) {
    const last = table.slice(at - 32, at);
    table.set(buildPartitionTable(good.slice(0, -1)).subarray(at - 32, at), at - 32);
    table.set(last, at);
  }
  return table;
}

const flash = new NorFlash(FLASH_SIZE);
const BLANK = new Uint8Array(ROOM).fill(0xff);

function build(known: World): void {
  flash.load(TABLE, tableOf(known));
  const otadata = buildOtadata(known.records[0] ?? null, known.records[1] ?? null);
  // Where two otadata partitions are listed, only one of them holds the records.
  flash.load(0x9000, otadata);
  flash.load(0xb000, buildOtadata(known.records[1] ?? null, null));
  for (const [n, kind] of known.images.entries()) {
    // The bootloader starts 4 KiB after the first place.
    const room = n === 0 ? 0x1000 : ROOM;
    flash.load(n * PLACE, BLANK.subarray(0, room));
    flash.load(n * PLACE, IMAGES[kind].subarray(0, room));
  }
}

/** The app's prediction, in the form of the board's `bootDecision`. */
function predicted(rollback: boolean): object {
  const at = { region: 'flash', address: TABLE };
  const reading = readTable(flash.read(TABLE, 0xc00), at, HASHES, { headerSize: FLASH_SIZE });
  const nothing = { booted: null, tried: [], writes: [] };
  if (!reading.accepted) return { accepted: false, ...nothing };
  const counted = rowsCounted(reading.rows, TABLE);
  const ota = counted.findLast((row) => row.type === TYPE_DATA && row.subtype === DATA.ota);
  const sector = (n: 0 | 1): Uint8Array => flash.read((ota?.offset ?? 0) + n * 0x1000, 32);
  const otadata = ota === undefined ? null : ([sector(0), sector(1)] as const);
  const imageOk = (row: BootRow): boolean => {
    const source = { in: 'flash', region: 'flash', address: row.offset } as const;
    return holdsWholeApp(readAppImage(flash.read(row.offset, row.size), HASHES, source), ESP32);
  };
  const { boots, order, writes } = predictBoot({ rows: counted, otadata, imageOk, rollback });
  const tried = boots === null ? order : order.slice(0, order.indexOf(boots) + 1);
  return {
    accepted: true,
    booted: boots?.offset ?? null,
    tried: tried.map((row) => row.offset),
    writes: writes.map((write) => {
      return { address: (ota?.offset ?? 0) + write.record * 0x1000, seq: write.seq, state: write.state };
    }),
  };
}

it(`agrees with the virtual board's bootloader on ${RUNS} random boards`, () => {
  const ends = new Map<string, number>();
  const count = (what: string): void => void ends.set(what, (ends.get(what) ?? 0) + 1);
  flash.load(0x1000, bootloader);
  fc.assert(
    fc.property(world, (known) => {
      build(known);
      const { rollback } = known;
      const { booted, tried, writes, reason } = bootDecision(flash, { rollback });
      const done = writes.map(({ address, bytes }) => {
        const view = viewOf(bytes);
        return { address, seq: view.getUint32(0, true), state: view.getUint32(24, true) };
      });
      expect(predicted(rollback)).toEqual({ accepted: reason !== 'table refused', booted, tried, writes: done });
      count(reason);
      for (const { state: written } of done) count(`writes state ${written}`);
      if (tried.length > 2) count('several tried');
    }),
    { numRuns: RUNS },
  );
  // Agreement would mean little if the random boards never got this far.
  const reasons = ['chosen slot', 'another slot', 'test app', 'no bootable app', 'table refused', 'otadata too small'];
  for (const end of [...reasons, 'writes state 1', 'writes state 2', 'writes state 4', 'several tried']) {
    expect.soft(ends.get(end) ?? 0, end).toBeGreaterThan(RUNS / 150);
  }
  expect(flash.violations).toEqual([]);
});
