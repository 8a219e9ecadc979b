/** A large drop is unpacked in small pieces, between which the worker does what else is asked of it, and can be stopped. */
import { zipSync } from 'fflate';
import { beforeAll, expect, test } from 'vitest';
import { stopped } from '../../flash/failure.ts';
import type { Source, Unpacked } from '../../flash/dropped-file.ts';
import type { YieldNow } from '../../flash/yielding.ts';
import { boardOf as dfuBoardOf, FAMILY as DFU, flashOf } from '../../testing/dfu/boards.ts';
import { elfFile, esp32Sections, hexFile, joined, pattern, source, uf2Blocks } from '../../testing/esp/archives.ts';
import { boardOf } from '../../testing/esp/placements.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { unpackEsp } from './unpack.ts';
import { LONG } from '../../testing/long.ts';

const MIB = 1 << 20;
const bytes = pattern(2 * MIB, 3);
const text = hexFile([[0x10000, pattern(MIB, 3)]]);

const DROPS: readonly (readonly [what: string, sources: () => readonly Source[], mib: number])[] = [
  ['a HEX file', () => [source('a.hex', text)], text.length / MIB],
  [
    'a HEX file in an archive',
    () => [source('a.zip', zipSync({ 'a.hex': new TextEncoder().encode(text) }))],
    text.length / MIB,
  ],
  [
    'a UF2 file with one MD5 of all its bytes',
    () => [source('a.uf2', joined(uf2Blocks(0x10000, bytes, { family: null, md5: 'end' })))],
    4,
  ],
  ['an archive', () => [source('a.zip', zipSync({ 'a.bin': bytes }, { level: 1 }))], 2],
  [
    'an archive that unpacks to a thousand times its size',
    () => [source('a.zip', zipSync({ 'a.bin': new Uint8Array(16 * MIB) }))],
    16,
  ],
  [
    'an archive with a directory of 20,000 rows',
    () => [
      source(
        'a.zip',
        zipSync(Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`obj/${i}.o`, new Uint8Array()]))),
      ),
    ],
    2,
  ],
  ['a folder', () => Array.from({ length: 8 }, (_, i) => source(`b/${i}.bin`, bytes.subarray(0, MIB / 4))), 2],
  [
    'an ELF file',
    () => [
      source(
        'a.elf',
        elfFile({ sections: [...esp32Sections(), { name: '.flash.text2', address: 0x40140020, data: bytes }] }),
      ),
    ],
    2,
  ],
];

let unpack: (sources: readonly Source[], yieldNow: YieldNow) => Promise<Unpacked>;
let unpackDfu: typeof unpack;
beforeAll(async () => {
  const flash = new Uint8Array(0x400000).fill(0xff);
  flash.set(buildPartitionTable(RAFT_OTA_ROWS), 0x8000);
  const [esp, dfu] = [await boardOf(flash), await dfuBoardOf('f405', flashOf())];
  unpack = (sources, yieldNow) => unpackEsp(sources, esp, { yieldNow });
  unpackDfu = (sources, yieldNow) => DFU.unpack(sources, dfu, { yieldNow });
});

test.each(DROPS)('%s', LONG, async (_, sources, mib) => {
  const drop = sources();
  let calls = 0;
  const count = () => Promise.resolve(void calls++);
  await unpack(drop, count);
  // A piece of a MiB takes 5 to 20 ms of a processor.
  expect(calls).toBeGreaterThanOrEqual(mib);
  expect(calls).toBeLessThan(20_000);

  // Wherever a stop comes, it ends the unpacking.
  for (const at of [1, Math.ceil(calls / 2), calls]) {
    let left = at;
    const stopAt = () => (--left <= 0 ? Promise.reject(stopped()) : Promise.resolve());
    await expect(unpack(drop, stopAt)).rejects.toMatchObject({ facts: { kind: 'stopped' } });
  }
});

test('on a board in DFU mode', async () => {
  let calls = 0;
  await unpackDfu([source('a.hex', text)], () => Promise.resolve(void calls++));
  expect(calls).toBeGreaterThan(text.length / MIB);
});
