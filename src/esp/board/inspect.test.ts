/** Findings and contents of a board, other than those of the table rules. */
import { describe, expect, test } from 'vitest';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { raftDemo150 } from '../../virtual-boards/esp/firmware/raft-demo.ts';
import { BROKEN_BOARDS } from '../../testing/rules/board.ts';
import { DAMAGED_TABLE, flashWith, SOUND } from '../../testing/rules/samples.ts';
import type { TestIdentity } from '../../testing/esp/placements.ts';
import { boardOf } from '../../testing/esp/placements.ts';
import { gapsBetween } from '../partitions/gaps.ts';

/** The findings about a flash, without the good ones. */
async function concerns(flash: Uint8Array, identity?: TestIdentity) {
  return (await boardOf(flash, identity)).findings.filter(({ verdict }) => verdict !== 'good');
}

test.each(BROKEN_BOARDS)('reports $kind', async ({ kind, also = [], flash, identity, says }) => {
  const findings = await concerns(flash, identity);
  expect(new Set(findings.map((finding) => finding.kind))).toEqual(new Set([kind, ...also]));
  expect(findings.find((finding) => finding.kind === kind)?.says).toMatch(says);
});

test.each<[string, Uint8Array]>([
  ['a sound board', SOUND],
  ['blank otadata, as a new board has it', flashWith((f) => f.fill(0xff, 0x1e000, 0x20000))],
])('reports nothing about %s', async (_, flash) => {
  expect(await concerns(flash)).toEqual([]);
});

test('advice on the layout is among the findings', async () => {
  const rows = RAFT_OTA_ROWS.map((row) => (row.label === 'fs' ? { ...row, size: 0x40000 } : row));
  const findings = await concerns(flashWith((f) => f.set(buildPartitionTable(rows), 0x8000)));
  expect(findings.map(({ kind, says }) => [kind, says])).toEqual([
    ['flash-unused', 'The end of the flash is not in any partition: 256 KiB from 0x3C0000.'],
  ]);
});

describe('gaps', () => {
  test('between ranges, in any order, overlapping or past the end', () => {
    const range = (address: number, size: number) => ({ region: 'flash', address, size });
    const gaps = (...ranges: [number, number][]) =>
      gapsBetween(
        ranges.map(([address, size]) => range(address, size)),
        0x1000,
      ).map(({ address, size }) => [address, size]);
    expect(gaps()).toEqual([[0, 0x1000]]);
    expect(gaps([0x800, 0x100], [0, 0x400])).toEqual([
      [0x400, 0x400],
      [0x900, 0x700],
    ]);
    expect(gaps([0, 0x900], [0x100, 0x100], [0x900, 0x700])).toEqual([]);
    expect(gaps([0x800, 0xffffffff], [0x2000, 0x10])).toEqual([[0, 0x800]]);
  });

  test('are read, and their content is reported', async () => {
    const rows = RAFT_OTA_ROWS.map((row) => (row.label === 'fs' ? { ...row, offset: 0x390000, size: 0x60000 } : row));
    const flash = flashWith((f) => {
      f.set(buildPartitionTable(rows), 0x8000);
      f.fill(0xff, 0x3f0000);
    });
    const { contents } = await boardOf(flash);
    expect(
      contents.filter(({ kind }) => kind === 'gap').map(({ address, size, says }) => [address, size, says]),
    ).toEqual([
      [0, 0x1000, 'Outside every partition: blank.'],
      [0x380000, 0x10000, 'Outside every partition: unrecognised data.'],
      [0x3f0000, 0x10000, 'Outside every partition: blank in its first 4 KiB.'],
    ]);
  });
});

test.each<[string, Uint8Array, string, RegExp]>([
  [
    'a bootloader',
    SOUND,
    'bootloader',
    /^A bootloader for the ESP32 and 4 MiB of flash, made with ESP-IDF v5\.3\.1\. Its header says DIO, 40 MHz\.$/,
  ],
  [
    'nothing',
    flashWith((f) => f.fill(0xff, 0x1000, 0x8000)),
    'blank',
    /^Blank \(erased\) in its first 4 KiB: no bootloader\.$/,
  ],
  ['something else', flashWith((f) => f.fill(0, 0x1000, 0x8000)), 'unknown', /^No bootloader: contains other data\./],
])('the content at the bootloader’s address: %s', async (_, flash, kind, says) => {
  const { contents } = await boardOf(flash);
  expect(contents.find(({ address }) => address === 0x1000)).toMatchObject({
    kind,
    size: 0x7000,
    says: expect.stringMatching(says),
  });
});

test.each<[string, Uint8Array, string, RegExp, string]>([
  [
    'nothing',
    flashWith((f) => f.fill(0xff, 0x8000, 0x9000)),
    'blank',
    /^Blank \(erased\): no partition table\.$/,
    'table-blank',
  ],
  [
    'something else',
    flashWith((f) => f.fill(0, 0x8000, 0x9000)),
    'unknown',
    /^No partition table: contains other data\.$/,
    'table-no-magic',
  ],
  [
    'a row that is damaged',
    flashWith((f) => f.fill(0, 0x8040, 0x8060)),
    'partition table',
    /^Damaged: 2 partitions, then neither a partition nor the end marker\.$/,
    'table-row-damaged',
  ],
  ['a byte that is damaged', DAMAGED_TABLE, 'partition table', /^5 partitions, its MD5 is wrong\.$/, 'table-md5-wrong'],
])('the content at the partition table’s address: %s', async (_, flash, kind, says, reported) => {
  const { contents, findings } = await boardOf(flash);
  expect(contents.find(({ address }) => address === 0x8000)).toMatchObject({
    kind,
    says: expect.stringMatching(says),
  });
  expect(findings.filter(({ verdict }) => verdict === 'problem').map((finding) => finding.kind)).toEqual([reported]);
});

describe('what starts', () => {
  test.each<[string, Uint8Array, RegExp]>([
    [
      'with another app to fall back on',
      flashWith((f) => f.set(raftDemo150(), 0x1d0000)),
      /If it does not load, the bootloader tries app1\. Only the headers/,
    ],
    ['with an empty slot after it', SOUND, /tries app1 \(no app in it\)\./],
    [
      'without any other app partition',
      flashWith((f) => f.set(buildPartitionTable(RAFT_OTA_ROWS.filter(({ label }) => label !== 'app1')), 0x8000)),
      /There is no other app to fall back on\./,
    ],
    [
      'nothing, for the bootloader’s place is blank',
      flashWith((f) => f.fill(0xff, 0x1000, 0x8000)),
      /^Nothing starts: there is no ESP32 bootloader at 0x1000, where the flash is blank \(erased\)\./,
    ],
    [
      'nothing, for something else is in the bootloader’s place',
      flashWith((f) => f.set([0xe8], 0x1000)),
      /^Nothing starts: there is no ESP32 bootloader where the chip looks for it, at 0x1000\./,
    ],
    [
      'nothing, for the table is damaged',
      DAMAGED_TABLE,
      /^Nothing starts: the bootloader rejects this partition table, which is damaged\.$/,
    ],
    [
      'nothing, for something else is in the table’s place',
      flashWith((f) => f.fill(0, 0x8000, 0x9000)),
      /^Nothing starts: the bootloader rejects what is at 0x8000, which is no partition table\.$/,
    ],
    [
      'nothing, for the table is blank',
      flashWith((f) => f.fill(0xff, 0x8000, 0x9000)),
      /^Nothing starts: the partition table is blank \(erased\)\. The bootloader accepts that and finds no app in it/,
    ],
    [
      'the slot that otadata selects',
      flashWith((f) => f.set(buildOtadata({ seq: 2 }, null), 0x1e000)),
      /otadata entry 1 is the only valid one, with sequence number 2, which selects app1 \(ota_1\)\. “app1” does not hold a complete app, so “app0” is next\. There is no other app to fall back on\. Only the headers of the apps were read, not all of their bytes\./,
    ],
  ])('%s', async (_, flash, says) => {
    expect((await boardOf(flash)).boot?.says).toMatch(says);
  });

  test.each<[string, Uint8Array]>([
    ['a damaged table', DAMAGED_TABLE],
    ['a blank bootloader', flashWith((f) => f.fill(0xff, 0x1000, 0x8000))],
    ['a table past the size in the header', flashWith((f) => f.set([0x10 | ((f[0x1003] ?? 0) & 0x0f)], 0x1003))],
  ])('an app that %s keeps from starting is known to be there', async (_, flash) => {
    const { boot } = await boardOf(flash);
    const app = { region: 'flash', address: 0x20000, name: 'app0', app: 'the app raft-demo 1.4.2' };
    expect(boot).toMatchObject({ partition: null, apps: [app] });
  });

  test('no app is known to be there where none is', async () => {
    const { boot } = await boardOf(flashWith((f) => f.fill(0xff, 0x20000, 0x21000)));
    expect(boot?.partition).toBeNull();
    expect(boot?.apps).toBeUndefined();
  });
});

describe('how far the reading is', () => {
  /** Every share of the total that is heard, and the totals. */
  const heard = async (flash: Uint8Array) => {
    const all: [done: number, total: number][] = [];
    await boardOf(flash, {}, (done, total) => all.push([done, total]));
    return all;
  };

  const GAP = RAFT_OTA_ROWS.map((row) => (row.label === 'fs' ? { ...row, size: 0x40000 } : row));
  test.each<[string, Uint8Array]>([
    ['a sound board', SOUND],
    ['a board with a gap', flashWith((f) => f.set(buildPartitionTable(GAP), 0x8000))],
  ])('%s: it is all done at the end alone', async (_, flash) => {
    const known = (await heard(flash)).filter(([, total]) => total > 0);
    expect(known.length).toBeGreaterThan(RAFT_OTA_ROWS.length);
    expect(known.slice(0, -1).filter(([done, total]) => done >= total)).toEqual([]);
    const [[done = 0, total] = []] = known.slice(-1);
    expect(done).toBe(total);
    // What is known beforehand is nearly all that there is.
    expect(Math.abs(done - (known[0]?.[1] ?? 0))).toBeLessThan(0x2000);
  });

  test('is not known of a board without a partition table until the end', async () => {
    const all = await heard(flashWith((f) => f.fill(0xff, 0x8000, 0x9000)));
    expect(all.slice(0, -1).filter(([, total]) => total > 0)).toEqual([]);
  });
});
