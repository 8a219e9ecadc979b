import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildAppImage } from './app-image.ts';
import type { AppOptions } from './app-image.ts';
import { buildBootloaderImage } from './bootloader-image.ts';
import { buildLittleFs } from './littlefs.ts';
import { buildNvs } from './nvs.ts';
import { buildOtadata } from './otadata.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from './partition-table.ts';
import { raftDemo142, raftDemo150 } from './raft-demo.ts';

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1').replace(/\0.*$/s, '');
const digest = (name: string, bytes: Uint8Array): string => createHash(name).update(bytes).digest('hex');

/** The bitwise CRC-32 of `zlib`, from an initial register; ESP-IDF's records start from 0 and end inverted. */
function crc(bytes: Uint8Array, register: number): number {
  let value = register;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const low = (value ^ (byte >> bit)) & 1;
      value = (value >>> 1) ^ (low === 1 ? 0xedb88320 : 0);
    }
  }
  return value >>> 0;
}
const romCrc = (bytes: Uint8Array): number => ~crc(bytes, 0) >>> 0;

/** Walks an image by its own lengths: its segments, whether the sums are right, and where it ends. */
function walk(image: Uint8Array): { segments: { load: number; at: number; size: number }[]; end: number } {
  const segments: { load: number; at: number; size: number }[] = [];
  let [at, sum] = [24, 0xef];
  for (let i = 0; i < (image[1] ?? 0); i++) {
    const [load, size] = [view(image).getUint32(at, true), view(image).getUint32(at + 4, true)];
    segments.push({ load, at: at + 8, size });
    for (const byte of image.subarray(at + 8, at + 8 + size)) sum ^= byte;
    at += 8 + size;
  }
  while (at % 16 !== 15) at++;
  expect(image[0]).toBe(0xe9);
  expect(image[at]).toBe(sum);
  expect(image[23]).toBe(1);
  const hash = Buffer.from(image.subarray(at + 1, at + 33)).toString('hex');
  expect(hash).toBe(digest('sha256', image.subarray(0, at + 1)));
  return { segments, end: at + 33 };
}

/** Whether an ESP32 maps this load address from flash, and where its window ends. */
function windowOf(load: number): [mapped: boolean, end: number] {
  if (load < 0x3f800000) return [true, 0x3f800000];
  if (load < 0x40000000) return [false, 0x3ffe0000];
  return load < 0x400a0000 ? [false, 0x400a0000] : [true, 0x40400000];
}

describe('app images', () => {
  const base: AppOptions = { project: 'demo', version: '3.2.1', seed: 5 };

  it.each([1024, 4096, 0x10000, 0x3fff0, 0x40000, 0x96000, 0x1b0000, 0x200000])('of %i bytes are valid', (size) => {
    const image = buildAppImage({ ...base, size });
    expect(image).toHaveLength(size);
    const { segments, end } = walk(image);
    expect(end).toBe(size);
    for (const { load, at, size: length } of segments) {
      expect(length % 4).toBe(0);
      const [mapped, limit] = windowOf(load);
      expect([mapped ? at % 0x10000 : 0, load + length < limit]).toEqual([mapped ? load % 0x10000 : 0, true]);
    }
  });

  it('have an app description', () => {
    const options = { ...base, idf: 'v5.3.1', time: '12:34:56', date: 'Feb  3 2026', secureVersion: 4 };
    const image = buildAppImage({ ...options, chipId: 9, minRev: 2, maxRev: 199 });
    expect(view(image).getUint32(32, true)).toBe(0xabcd5432);
    expect(view(image).getUint32(36, true)).toBe(4);
    const field = (at: number, size: number): string => text(image.subarray(32 + at, 32 + at + size));
    expect([field(16, 32), field(48, 32), field(80, 16), field(96, 16), field(112, 32)]).toEqual([
      '3.2.1',
      'demo',
      '12:34:56',
      'Feb  3 2026',
      'v5.3.1',
    ]);
    expect(image.subarray(176, 208).some((byte) => byte !== 0)).toBe(true);
    expect([12, 15, 17].map((at) => view(image).getUint16(at, true))).toEqual([9, 2, 199]);
  });

  it('are the same every time, and compress like firmware', () => {
    const image = raftDemo142();
    expect(Buffer.compare(raftDemo142(), image)).toBe(0);
    expect(image.length).toBeGreaterThan(590 * 1024);
    expect(image.length).toBeLessThanOrEqual(600 * 1024);
    walk(image);
    const packed = deflateSync(image).length / image.length;
    expect(packed).toBeGreaterThan(0.35);
    expect(packed).toBeLessThan(0.75);
  });

  it('share some erase units with their next version', () => {
    const [before, after] = [raftDemo142(), raftDemo150()];
    walk(after);
    let equal = 0;
    for (let at = 0; at + 0x1000 <= before.length; at += 0x1000) {
      if (Buffer.compare(before.subarray(at, at + 0x1000), after.subarray(at, at + 0x1000)) === 0) equal++;
    }
    expect(equal).toBeGreaterThan(50);
    expect(equal).toBeLessThan(before.length / 0x1000 - 30);
  });

  it('refuses sizes that cannot be built', () => {
    for (const size of [0, 1008, 1030]) expect(() => buildAppImage({ ...base, size })).toThrow(RangeError);
  });
});

describe('second-stage images', () => {
  it.each([
    [1, 0x00],
    [2, 0x10],
    [4, 0x20],
    [8, 0x30],
    [16, 0x40],
  ] as const)('of %i MB', (flashMegabytes, code) => {
    const image = buildBootloaderImage({ flashMegabytes });
    expect(walk(image).end).toBe(image.length);
    expect(image[3]).toBe(code);
    expect(0x1000 + image.length).toBeLessThan(0x8000);
    expect(view(image).getUint32(32, true)).not.toBe(0xabcd5432);
  });
});

describe('partition tables', () => {
  it('have rows, an MD5 row and erased rows to 0xC00', () => {
    const table = buildPartitionTable(RAFT_OTA_ROWS);
    expect(table).toHaveLength(0xc00);
    expect(Buffer.from(table.subarray(0, 32)).toString('hex')).toBe(
      `aa500102009000000050010${'06e76730000000000000000000000000000000000'}`,
    );
    expect(Buffer.from(table.subarray(160, 192)).toString('hex')).toBe(
      `ebeb${'ff'.repeat(14)}${digest('md5', table.subarray(0, 160))}`,
    );
    expect(table.subarray(192).every((byte) => byte === 0xff)).toBe(true);
    expect(buildPartitionTable(RAFT_OTA_ROWS, { md5: false })[160]).toBe(0xff);
  });
});

describe('otadata', () => {
  it('holds two records', () => {
    const bytes = buildOtadata({ seq: 1 }, { seq: 2, state: 0, crc: 9 });
    const read = (at: number): number => view(bytes).getUint32(at, true);
    expect([read(0), read(24), read(28)]).toEqual([1, 0xffffffff, 0x4743989a]);
    expect([read(0x1000), read(0x1018), read(0x101c)]).toEqual([2, 0, 9]);
    expect(buildOtadata(null, null).every((byte) => byte === 0xff)).toBe(true);
  });
});

describe('NVS', () => {
  const nvs = buildNvs(0x15000, [
    {
      name: 'wifi',
      entries: [
        { key: 'ssid', type: 'string', value: 'workshop' },
        { key: 'boots', type: 'i32', value: -7 },
      ],
    },
    { name: 'app', entries: [{ key: 'mode', type: 'u8', value: 3 }] },
  ]);

  it('has a page header with its CRC, and a bitmap of what is written', () => {
    expect(nvs).toHaveLength(0x15000);
    expect([view(nvs).getUint32(0, true), view(nvs).getUint32(4, true), nvs[8]]).toEqual([0xfffffffe, 0, 0xfe]);
    expect(view(nvs).getUint32(28, true)).toBe(romCrc(nvs.subarray(4, 28)));
    // Six entries: two names, ssid and its text, boots, mode.
    expect([...nvs.subarray(32, 35)]).toEqual([0xaa, 0xfa, 0xff]);
    expect(nvs.subarray(64 + 6 * 32).every((byte) => byte === 0xff)).toBe(true);
  });

  it('has entries with their CRCs', () => {
    const entry = (index: number): Uint8Array => nvs.subarray(64 + index * 32, 96 + index * 32);
    for (const index of [0, 1, 3, 4, 5]) {
      const bytes = entry(index);
      const covered = Uint8Array.from([...bytes.subarray(0, 4), ...bytes.subarray(8)]);
      expect(view(bytes).getUint32(4, true)).toBe(romCrc(covered));
    }
    const keys = [0, 1, 3, 4, 5].map((index) => text(entry(index).subarray(8, 24)));
    expect(keys).toEqual(['wifi', 'ssid', 'boots', 'app', 'mode']);
    expect([...entry(1).subarray(0, 3)]).toEqual([1, 0x21, 2]);
    expect(text(entry(2))).toBe('workshop');
    expect(view(entry(1)).getUint32(28, true)).toBe(romCrc(entry(2).subarray(0, 9)));
    expect(view(entry(3)).getInt32(24, true)).toBe(-7);
  });

  it('refuses what one page cannot hold', () => {
    const entries = Array.from({ length: 127 }, (_, i) => ({ key: `k${i}`, type: 'u8' as const, value: 1 }));
    expect(() => buildNvs(0x3000, [{ name: 'n', entries }])).toThrow(RangeError);
  });
});

describe('the LittleFS sample', () => {
  it('has a metadata pair with magic, block size, block count and a CRC over the commit', () => {
    const fs = buildLittleFs(0x80000);
    for (const [index, block] of [fs.subarray(0, 4096), fs.subarray(4096, 8192)].entries()) {
      expect(view(block).getUint32(0, true)).toBe(index + 1);
      expect(text(block.subarray(8, 16))).toBe('littlefs');
      expect([20, 24, 28].map((at) => view(block).getUint32(at, true))).toEqual([0x20000, 4096, 128]);
      expect(view(block).getUint32(48, true)).toBe(crc(block.subarray(0, 48), 0xffffffff));
    }
  });
});
