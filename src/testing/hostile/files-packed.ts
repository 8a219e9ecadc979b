/** Hostile files that hold bytes for addresses: Intel HEX and UF2. */
import { HEX_END, hexFile, hexRecord, joined, pattern, source, uf2Blocks } from '../esp/archives.ts';
import { edited } from '../rules/samples.ts';
import type { HostileDrop } from './drop.ts';

const hex = (lines: readonly string[]) => [source('a.hex', lines.join('\n'))];
const HEX = hexFile([[0x9000, pattern(64, 1)]])
  .trimEnd()
  .split('\n');
const uf2 = (blocks: readonly Uint8Array[]) => [source('a.uf2', joined(blocks))];
const STM32_UF2 = { family: 0x57755a57 } as const;
const word = (blocks: readonly Uint8Array[], of: number, at: number, value: number) =>
  blocks.map((block, i) => (i === of ? edited(block, (_, view) => view.setUint32(at, value, true)) : block));
/** One byte in each 4 KiB, from address 0 on. */
function sparseHex(pages: number) {
  const lines: string[] = [];
  for (let page = 0; page < pages; page++) {
    if (page % 16 === 0) lines.push(hexRecord(4, 0, [page >> 12, (page >> 4) & 0xff]));
    lines.push(hexRecord(0, (page % 16) * 0x1000, [1]));
  }
  return hex([...lines, HEX_END]);
}

const HEX_DROPS: readonly HostileDrop[] = [
  {
    name: 'a HEX file with one byte in each page below 128 MiB (an ESP32)',
    attacks: 'sparse bytes: a page of memory for each byte took 1.6 GB',
    comes: 'left out, runs-too-many',
    drop: () => sparseHex(0x7fff),
  },
  {
    name: 'a HEX file with one byte in each page of 3 GiB (15.7 MB, an STM32)',
    attacks: 'sparse bytes: a page of memory for each byte took 5.7 GB',
    comes: 'left out, runs-too-many',
    drop: () => sparseHex(0xc0000),
    board: 'STM32',
  },
  {
    name: 'a HEX file whose first address is past the flash, and a million more',
    attacks: 'sparse bytes: bytes kept that have no place',
    comes: 'left out, address-past-flash',
    drop: () => sparseHex(0xc0000),
    long: true,
  },
  {
    name: 'a HEX record that says 255 bytes and has three',
    attacks: 'HEX: reading behind the end of a line',
    comes: 'left out, hex-length',
    drop: () => hex([':FF900000010203', ...HEX]),
  },
  {
    name: 'a HEX record with a checksum that is wrong',
    attacks: 'HEX: a checksum that nobody computes',
    comes: 'left out, hex-checksum',
    drop: () => hex(HEX.map((line, i) => (i === 1 ? `${line.slice(0, -2)}00` : line))),
  },
  {
    name: 'HEX records that overlap with other bytes',
    attacks: 'HEX: whichever comes last wins',
    comes: 'left out, hex-overlap',
    drop: () => hex([hexRecord(0, 0x9000, [1, 2, 3]), hexRecord(0, 0x9001, [9, 9]), HEX_END]),
  },
  {
    name: 'a HEX file without its end',
    attacks: 'HEX: half a file taken for all of it',
    comes: 'left out, hex-end-missing',
    drop: () => hex(HEX.slice(0, -1)),
  },
  {
    name: 'a HEX file that goes on after its end',
    attacks: 'HEX: two files in one',
    comes: '1 part, hex-after-end',
    drop: () => hex([...HEX, hexRecord(0, 0xa000, [1]), HEX_END]),
  },
  {
    name: 'a HEX file with record type 255',
    attacks: 'HEX: a table that is read behind its end',
    comes: 'left out, hex-type',
    drop: () => hex([hexRecord(0xff, 0, [1]), ...HEX]),
  },
  {
    name: 'a HEX file of a million empty lines',
    attacks: 'HEX: lines without a limit',
    comes: '1 part',
    drop: () => hex([HEX[0] ?? '', ...Array.from({ length: 1_000_000 }, () => ''), ...HEX.slice(1)]),
  },
  {
    name: 'a HEX line of 4 MB',
    attacks: 'HEX: a line without an end',
    comes: 'left out, hex-length',
    drop: () => hex([`:${'0'.repeat(4_000_000)}`]),
  },
  {
    name: 'a HEX file at the last byte of 4 GiB, and one more',
    attacks: 'HEX: addresses that wrap to 0',
    comes: 'left out, address-past-flash',
    drop: () => hex([hexRecord(4, 0, [0xff, 0xff]), hexRecord(0, 0xffff, [1, 2]), HEX_END]),
    board: 'STM32',
  },
];

const UF2_DROPS: readonly HostileDrop[] = [
  {
    name: 'a UF2 file with one byte in each 16 KiB',
    attacks: 'sparse bytes: a page of memory for each byte',
    comes: 'left out, runs-too-many',
    drop: () =>
      uf2(
        uf2Blocks(0, pattern(0x1000, 1), { ...STM32_UF2, payload: 1 }).map((block, i) =>
          edited(block, (_, view) => view.setUint32(12, i * 0x4000, true)),
        ),
      ),
    board: 'STM32',
  },
  {
    name: 'a UF2 file cut off in a block',
    attacks: 'UF2: half a block',
    comes: 'left out, uf2-cut-short',
    drop: () => [source('a.uf2', joined(uf2Blocks(0x9000, pattern(1024, 1))).slice(0, 700))],
  },
  {
    name: 'a UF2 block of 4 GiB',
    attacks: 'UF2: a size that nobody compares with the block',
    comes: 'left out, uf2-payload-size',
    drop: () => uf2(word(uf2Blocks(0x9000, pattern(1024, 1)), 1, 16, 0xffffffff)),
  },
  {
    name: 'UF2 blocks that say there are four billion',
    attacks: 'UF2: a list of as many as are announced',
    comes: 'left out, uf2-blocks-missing',
    drop: () => uf2(uf2Blocks(0x9000, pattern(1024, 1)).flatMap((block) => word([block], 0, 24, 0xffffffff))),
  },
  {
    name: 'UF2 blocks that are missing',
    attacks: 'UF2: half a file taken for all of it',
    comes: 'left out, uf2-blocks-missing',
    drop: () => uf2(uf2Blocks(0x9000, pattern(4096, 1)).filter((_, i) => i % 2 === 0)),
  },
  {
    name: 'UF2 blocks that overlap with other bytes',
    attacks: 'UF2: whichever comes last wins',
    comes: 'left out, uf2-overlap',
    drop: () => uf2(word(uf2Blocks(0x9000, pattern(1024, 1)), 1, 12, 0x9010)),
  },
  {
    name: 'UF2 blocks that each have a checksum over all bytes before them',
    attacks: 'UF2: checksums of regions that grow, computed again for each block',
    comes: '1 part, refused ?reaches-over overlaps-boot',
    drop: () =>
      uf2(
        uf2Blocks(0x1000, pattern(0x80000, 1), { md5: 'end' }).map((block, i) =>
          edited(block, (_, view) => {
            view.setUint32(484, 0x1000, true);
            view.setUint32(488, (i + 1) * 256, true);
          }),
        ),
      ),
  },
  {
    name: 'a UF2 file of a hundred families',
    attacks: 'UF2: a file for each family',
    comes: 'left out',
    drop: () =>
      uf2(Array.from({ length: 100 }, (_, i) => uf2Blocks(0x9000, pattern(256, i), { family: 0x1000 + i })).flat()),
  },
  {
    name: 'a UF2 file for a Raspberry Pi',
    attacks: 'UF2: a family that nobody compares',
    comes: 'left out',
    drop: () => uf2(uf2Blocks(0x10000000, pattern(1024, 1), { family: 0xe48bff56 })),
  },
];

/** Files that hold bytes for addresses, piece by piece. */
export const PACKED_DROPS: readonly HostileDrop[] = [...HEX_DROPS, ...UF2_DROPS];
