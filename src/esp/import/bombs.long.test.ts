/** Decompression bombs and other hostile files get an answer in complete sentences, in bounded time. */
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import type { Source, Unpacked } from '../../flash/dropped-file.ts';
import { elfFile, HEX_END, hexRecord, joined, pattern, source, uf2Blocks } from '../../testing/esp/archives.ts';
import { changed, unpack } from '../../testing/esp/unpacked.ts';
import { cpuTimer } from '../../testing/cpu.ts';

const app = buildAppImage({ project: 'blink', version: '2', seed: 3, size: 0x800 });
const mtime = '2026-01-05T10:00:00Z';

describe('decompression bombs and other hostile files', () => {
  const seconds = async (sources: readonly Source[]): Promise<Unpacked> => {
    const spent = cpuTimer();
    const { unpacked, wrong } = await unpack(sources);
    expect(wrong).toEqual([]);
    expect(spent()).toBeLessThan(15_000);
    return unpacked;
  };

  /** An archive with 60 MiB of zeros, and the offset of its directory entry. To pack it takes half a second. */
  let packed = new Uint8Array();
  let row = 0;
  beforeAll(() => {
    packed = zipSync({ 'a.bin': new Uint8Array(60 << 20) }, { mtime, level: 1 });
    row = packed.length - 22 - 46 - 5;
  });

  test('three entries of 60 MiB that share the same few bytes', async () => {
    const rows = ['a', 'b', 'c'].map((name) => changed(packed.subarray(row, -22), [[46, name.charCodeAt(0)]]));
    const end = changed(packed.subarray(-22), [
      [8, 3],
      [10, 3],
      [12, 3 * 51],
    ]);
    const { parts, left } = await seconds([source('bomb.zip', joined([packed.subarray(0, row), ...rows, end]))]);
    expect(parts.map(({ name, data }) => [name, data.length])).toEqual([
      ['a.bin', 60 << 20],
      ['b.bin', 60 << 20],
    ]);
    expect(left).toEqual([{ name: 'c.bin', why: 'too much at once: together at most 128 MiB are read' }]);
  });

  test('sixty-four entries that each unpack to 60 MiB', async () => {
    const letters = Array.from({ length: 64 }, (_, i) => 0x30 + i);
    const rows = letters.map((letter) => changed(packed.subarray(row, -22), [[46, letter]]));
    const end = changed(packed.subarray(-22), [
      [8, 64],
      [10, 64],
      [12, (64 * 51) & 0xff],
      [13, (64 * 51) >> 8],
    ]);
    const spent = cpuTimer();
    const { parts, left } = await seconds([source('bomb.zip', joined([packed.subarray(0, row), ...rows, end]))]);
    // Unpacking a megabyte for each look at a few bytes would take longer.
    expect(spent()).toBeLessThan(15_000);
    expect([parts.length, left.length]).toEqual([2, 62]);
  });

  test('an entry that unpacks to more than its stated size', async () => {
    // Its size in the directory: 1,000 bytes.
    const small = changed(packed, [
      [row + 24, 0xe8],
      [row + 25, 3],
      [row + 26, 0],
      [row + 27, 0],
    ]);
    const { parts, findings } = await seconds([source('bomb.zip', small)]);
    expect([parts.length, findings.map(({ kind }) => kind)]).toEqual([0, ['zip-entry-damaged']]);
  });

  test('an entry whose stated size is more than its bytes can unpack to', async () => {
    const packed = zipSync({ 'a.bin': app }, { mtime });
    const row = packed.length - 22 - 46 - 5;
    const { parts, findings } = await seconds([
      source(
        'a.zip',
        changed(packed, [
          [row + 26, 0xff],
          [row + 27, 3],
        ]),
      ),
    ]);
    expect([parts.length, findings.map(({ kind }) => kind)]).toEqual([0, ['zip-entry-damaged']]);
  });

  test('a HEX file whose records are all in different places', async () => {
    const lines: string[] = [];
    for (let upper = 0; upper < 0x400; upper++) {
      lines.push(hexRecord(4, 0, [upper >> 8, upper & 0xff]));
      for (let at = 0; at < 0x10000; at += 0x1000) lines.push(hexRecord(0, at, [1]));
    }
    const { parts, findings } = await seconds([source('a.hex', [...lines, HEX_END].join('\n'))]);
    expect([parts.length, findings.map(({ kind }) => kind)]).toEqual([0, ['runs-too-many']]);
  });

  test('UF2 blocks that each have a checksum over all bytes before them', async () => {
    const blocks = uf2Blocks(0x1000, pattern(0x80000, 1), { md5: 'end' }).map((block, i) => {
      const view = new DataView(block.buffer);
      view.setUint32(484, 0x1000, true);
      view.setUint32(488, (i + 1) * 256, true);
      return block;
    });
    const { parts } = await seconds([source('a.uf2', joined(blocks))]);
    // Regions larger than the data in the file are accepted.
    expect(parts.length).toBeLessThan(2);
  });

  test('an ELF file with a thousand sections that share the same megabytes', async () => {
    const large = elfFile({ sections: [{ name: '.a', address: 0x3f400020, data: pattern(1 << 20, 1) }] });
    const headers = 52;
    const out = new Uint8Array(large.length + 1000 * 40);
    out.set(large);
    const view = new DataView(out.buffer);
    for (let i = 0; i < 1000; i++) out.set(large.subarray(headers + 40, headers + 80), large.length + i * 40);
    view.setUint32(32, large.length, true);
    view.setUint16(48, 1000, true);
    view.setUint16(50, 0, true);
    const { parts, left } = await seconds([source('a.elf', out)]);
    expect([parts.length, left[0]?.why]).toEqual([0, 'too large: 1000 MiB for the chip']);
  });
});
