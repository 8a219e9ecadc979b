/** Any drop gets a kind, choices and named refusals: never an exception, a hang or a stray write. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { factoryFlash } from '../../virtual-boards/esp/firmware/factory.ts';
import { buildLittleFs } from '../../virtual-boards/esp/firmware/littlefs.ts';
import { buildNvs } from '../../virtual-boards/esp/firmware/nvs.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import type { Arrangement } from '../../flash/arrangement.ts';
import { imageIn, isFinal, rankAt } from '../../flash/arrangement.ts';
import type { DroppedFile } from '../../flash/dropped-file.ts';
import { segmentRange } from '../../flash/image.ts';
import type { EraseUnit } from '../../flash/map.ts';
import { regionSize } from '../../flash/map.ts';
import { touchedUnits } from '../../flash/layout.ts';
import { planWrite } from '../../flash/plan.ts';
import type { UnitContent } from '../../flash/survey.ts';
import { unitKey } from '../../flash/survey.ts';
import { espFamily } from '../family.ts';
import type { EspInspection } from '../board/inspection.ts';
import { ERASE, HEADER_SIZE } from '../board/setting-ids.ts';
import { boardOf, encrypting, named } from '../../testing/esp/placements.ts';
import { cpuTimer } from '../../testing/cpu.ts';
import { cases } from '../../testing/cases.ts';

const flash = factoryFlash().snapshot();
const app = buildAppImage({ project: 'blink', version: '2', seed: 3, size: 0x4000 });
/** A small merged image, as it is truncated many times below. */
const merged = flash.slice(0x1000, 0x20000 + app.length);
merged.set(app, 0x1f000);

const GOOD: readonly (readonly [string, Uint8Array])[] = [
  ['app', app],
  ['bootloader', buildBootloaderImage({ flashMegabytes: 4 })],
  ['table', buildPartitionTable(RAFT_OTA_ROWS)],
  [
    'csv',
    new TextEncoder().encode('# Name, Type\nnvs, data, nvs, 0x9000, 0x6000\nfactory, app, factory, 0x10000, 1M\n'),
  ],
  ['littlefs', buildLittleFs(0x80000).slice(0, 0x3000)],
  ['nvs', buildNvs(0x3000, [{ name: 'a', entries: [{ key: 'b', type: 'u8', value: 1 }] }])],
  ['otadata', buildOtadata({ seq: 1 }, { seq: 2 })],
  ['merged', merged],
];

/** A working board, a blank one, one with flash encryption, and one that cannot be read. */
let boards: readonly EspInspection[] = [];
let board: EspInspection;
beforeAll(async () => {
  board = await boardOf(flash);
  boards = [
    board,
    await boardOf(new Uint8Array(0x400000).fill(0xff)),
    await boardOf(flash, { security: encrypting('allowed'), chosen: { [HEADER_SIZE]: '4MB' } }),
    await boardOf(flash, { locked: true, chosen: { [ERASE]: 'all' } }),
  ];
});

// "undefined" in quotes is the name of a subtype.
const BROKEN_WORDS = /(?<!")undefined|NaN|\[object/;

/** Arranges files with one of their choices each and returns violations of what must always hold. */
function wrongWith(files: readonly DroppedFile[], here: EspInspection, pick = 0): string[] {
  const wrong: string[] = [];
  const sentence = (says: string) => {
    if (BROKEN_WORDS.test(says) || says === '') wrong.push(`broken words: ${says}`);
  };
  const open = espFamily.arrange({ files: files.map((file) => ({ file, choice: null })) }, here);
  const requested = open.placements.map(({ file, recognised: { kind, says, findings }, choices }) => {
    for (const words of [kind, says, ...findings.map((finding) => finding.says)]) sentence(words);
    for (const { name, why } of choices) sentence(`${name} ${why}`);
    if (new Set(choices.map(({ id }) => id)).size !== choices.length) wrong.push('two choices with one id');
    return { file, choice: choices.length === 0 ? null : (choices[pick % choices.length]?.id ?? null) };
  });
  const arrangement = espFamily.arrange({ files: requested }, here);
  const { refusals, layout, boot, ranks } = arrangement;
  for (const { says, next } of refusals) sentence(`${says} ${next}`);
  const hard = refusals.some(isFinal);
  if (!hard) wrong.push(...unplanned(arrangement, here));
  const limit = Math.max(...here.layout.map.regions.map(regionSize));
  for (const { address, data } of imageIn(arrangement.content)) {
    if (address < 0 || (!hard && address + data.length > limit))
      wrong.push(`bytes at ${address}, ${data.length} of them`);
  }
  sentence(boot.says);
  if (layout.partitions.length < 2) wrong.push('a layout without bootloader and table');
  if (rankAt(ranks, { region: 'flash', address: 0x8000, size: 0x1000 }) < 0) wrong.push('no rank');
  return wrong;
}

/** Refusals that would only come from the planner although the arrangement has none. */
function unplanned({ content, layout }: Arrangement, here: EspInspection): string[] {
  // Broken tables let partitions share an erase unit.
  if (content.kind === 'overlap') return ['two claim the same bytes, and nobody refuses it'];
  const { image } = content;
  if (layout.partitions.some(({ address, size }) => address % 0x1000 !== 0 || size % 0x1000 !== 0)) return [];
  const unitContent = ({ size }: EraseUnit): UnitContent =>
    here.esp.readable ? { kind: 'bytes', data: new Uint8Array(size) } : { kind: 'unreadable' };
  const units = touchedUnits(layout, image.map(segmentRange));
  const survey = new Map(units.map((unit) => [unitKey(unit), unitContent(unit)]));
  const planning = planWrite({
    layout,
    image,
    promised: [],
    survey,
    md5: ({ length }) => `${length}`,
    rank: () => 0,
  });
  return planning.kind === 'refused' ? planning.refusals.map(({ says }) => `refused by the planner: ${says}`) : [];
}

describe.each(GOOD)('%s', (name, good) => {
  test('truncated at every 64th byte', () => {
    // Each run hashes every part of a merged image: every 1024th byte is enough to hit each boundary in it.
    const step = good.length > 0x10000 ? 0x400 : 64;
    for (let size = 0; size < good.length; size += step)
      expect(wrongWith([named(`${name}.bin`, good.slice(0, size))], board, size / step)).toEqual([]);
  });

  test('with random changes', () => {
    const change = fc.tuple(fc.oneof(fc.nat(Math.min(0x200, good.length - 1)), fc.nat(good.length - 1)), fc.nat(255));
    const property = fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), fc.nat(11), (changes, pick) => {
      const data = good.slice();
      for (const [at, byte] of changes) data[at] = byte;
      expect(wrongWith([named(name, data)], boards[pick % 4] ?? board, pick)).toEqual([]);
    });
    fc.assert(property, { numRuns: cases(good.length > 0x10000 ? 40 : 150) });
  });
});

test('random bytes, with and without a known magic', () => {
  const start = fc.constantFrom(
    [],
    [0xe9],
    [0xaa, 0x50],
    [0xeb, 0x3c, 0x90],
    [0xe9, 3, 2, 0x20],
    [0x7f, 0x45, 0x4c, 0x46],
    [0xff, 0xfe],
  );
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 0x3000 }), fc.nat(11), fc.string(), (head, tail, pick, name) => {
      expect(wrongWith([named(name, Uint8Array.from([...head, ...tail]))], boards[pick % 4] ?? board, pick)).toEqual(
        [],
      );
    }),
    { numRuns: cases(300) },
  );
});

test('tables with hostile rows: 4 GiB, overlapping, past the end, nameless', () => {
  const word = fc.oneof(
    fc.constantFrom(0, 0x1000, 0x9000, 0x10000, 0x3ff000, 0xfffff000, 0xffffffff),
    fc.nat(0xffffffff),
  );
  const row = fc.record({
    label: fc.string({ maxLength: 16 }),
    type: fc.constantFrom(0, 1, 2, 3, 0x40, 0xff),
    subtype: fc.constantFrom(0, 1, 2, 0x10, 0x11, 0x20, 0x81, 0x82, 0x83),
    offset: word,
    size: word,
    flags: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 94 }), fc.boolean(), fc.nat(6), (rows, asMerged, pick) => {
      const table = buildPartitionTable(rows);
      const image = merged.slice();
      image.set(table, 0x7000);
      expect(wrongWith([named('t.bin', asMerged ? image : table), named('app.bin', app)], board, pick)).toEqual([]);
    }),
    { numRuns: cases(100) },
  );
});

test('boards whose own table has hostile rows are read, and files are placed on them', async () => {
  const word = fc.oneof(fc.constantFrom(0, 0x1000, 0x10000, 0x3ff000, 0xffffffff), fc.nat(0x3fffff));
  const row = fc.record({
    label: fc.string({ maxLength: 16 }),
    type: fc.constantFrom(0, 1, 0x40),
    subtype: fc.constantFrom(0, 2, 0x10, 0x11, 0x83),
    offset: word,
    size: word,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 12 }), fc.nat(6), async (rows, pick) => {
      const other = new Uint8Array(0x400000).fill(0xff);
      other.set(flash.subarray(0x1000, 0x8000), 0x1000);
      other.set(buildPartitionTable(rows), 0x8000);
      expect(
        wrongWith(
          GOOD.slice(0, 3).map(([name, data]) => named(name, data)),
          await boardOf(other),
          pick,
        ),
      ).toEqual([]);
    }),
    { numRuns: cases(30) },
  );
});

test('several valid files at once, in any order and with any choices', () => {
  // By index: a counterexample with all bytes would be unreadable.
  const some = fc.shuffledSubarray([...GOOD.keys()], { minLength: 2, maxLength: 5 });
  fc.assert(
    fc.property(some, fc.nat(11), (numbers, pick) => {
      const files = numbers.flatMap((i) => GOOD.slice(i, i + 1)).map(([name, data]) => named(name, data));
      expect(wrongWith(files, boards[pick % 4] ?? board, pick)).toEqual([]);
    }),
    { numRuns: cases(100) },
  );
});

test('valid files at any address that a container may give', () => {
  const address = fc.oneof(fc.constantFrom(0, 0x1000, 0x8000, 0x9000, 0x20000, 0x1d0000, 0x380000), fc.nat(0x3ff));
  const parts = fc.array(fc.tuple(fc.constantFrom(...GOOD.keys()), address), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(parts, fc.nat(11), (all, pick) => {
      const files = all.flatMap(([i, at]) =>
        GOOD.slice(i, i + 1).map(([name, data]) => ({ name, data, at: at < 0x400 ? at * 0x1000 : at })),
      );
      expect(wrongWith(files, boards[pick % 4] ?? board, pick)).toEqual([]);
    }),
    { numRuns: cases(150) },
  );
});

test('a file of 1 GiB is refused without reading it', () => {
  // Never filled: code that touched its pages would take seconds and a gigabyte.
  const huge = named('huge.bin', new Uint8Array(2 ** 30));
  const spent = cpuTimer();
  const { refusals } = espFamily.arrange({ files: [{ file: huge, choice: null }] }, board);
  expect(refusals.map(({ kind }) => kind)).toEqual(['file-too-large']);
  expect(spent()).toBeLessThan(100);
});

test('128 MiB of the most expensive content are arranged within seconds', () => {
  const blank = new Uint8Array(128 << 20).fill(0xff);
  blank.set(merged);
  const spent = cpuTimer();
  expect(wrongWith([named('worst.bin', blank)], board)).toEqual([]);
  expect(spent()).toBeLessThan(8000);
});
