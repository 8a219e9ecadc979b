/** The judge's own reading of files, against images of the real library, and what it lets pass as the same content. */
import { createHash } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { buildLittleFs } from '../../../virtual-boards/esp/firmware/littlefs.ts';
import { readFiles } from '../../../virtual-boards/esp/firmware/littlefs-read.ts';
import { buildPartitionTable } from '../../../virtual-boards/esp/firmware/partition-table.ts';
import { SAMPLE_FILES } from '../../../virtual-boards/esp/firmware/sample-files.ts';
import { isObject } from '../../../formats/json.ts';
import { LITTLEFS_IMAGES, littleFsImage, littleFsTruth } from '../../contents/littlefs-images.ts';
import { contentDifference, holderOf } from './content.ts';
import type { Cells, Row } from './reader.ts';

function digests(files: Iterable<readonly [string, Uint8Array]>): string[] {
  return Array.from(files, ([path, data]) => `${path} ${createHash('sha256').update(data).digest('hex')}`).sort();
}

function truths(name: string): string[] {
  const truth = littleFsTruth(name);
  const entries = isObject(truth) && Array.isArray(truth['entries']) ? truth['entries'].filter(isObject) : [];
  return entries
    .flatMap(({ type, path, sha256 }) => (type === 'file' ? [`${String(path)} ${String(sha256)}`] : []))
    .sort();
}

// A move that a cut left unfinished is for the library to finish: the judge reads what jobs have completed.
it.each(LITTLEFS_IMAGES.filter((name) => !name.startsWith('cut')))(
  '%s: its files are read as the library does',
  (name) => {
    expect(digests(readFiles(littleFsImage(name)) ?? [])).toEqual(truths(name));
  },
);

const OLD = buildLittleFs(0x40000, SAMPLE_FILES);

describe('content of another size', () => {
  test('is the same if it holds the same files', () => {
    expect(contentDifference(OLD, buildLittleFs(0x20000, SAMPLE_FILES))).toBeNull();
    expect(contentDifference(OLD, OLD.slice())).toBeNull();
  });

  test('is not the same without one of them, with one more, or cut off', () => {
    expect(contentDifference(OLD, buildLittleFs(0x20000, SAMPLE_FILES.slice(1)))).toBe(
      '/config.json is not what it was',
    );
    const more = { name: 'z.txt', data: new Uint8Array(3), modified: 0 };
    expect(contentDifference(OLD, buildLittleFs(0x20000, [...SAMPLE_FILES, more]))).toBe(
      'it holds 5 files instead of 4',
    );
    expect(contentDifference(OLD, new Uint8Array(0x20000).fill(0xff))).toBe('its file system does not mount');
    expect(contentDifference(OLD, OLD.subarray(0, 0x3000))).toBe('its file system does not mount');
  });

  test('is compared byte by byte where it is no file system, or has its size', () => {
    const [long, short] = [new Uint8Array(16).fill(7), new Uint8Array(8).fill(7)];
    expect(contentDifference(long, short)).toBeNull();
    expect(contentDifference(long, Uint8Array.from([7, 8]))).toBe('its byte at +0x1 changed');
    const other = OLD.slice();
    other.set([0], 0x3ffff);
    expect(contentDifference(OLD, other)).toBe('its byte at +0x3ffff changed');
  });
});

test('what has moved is found where it is now, and what was cut off is not', () => {
  const row = { label: 'fs', type: 1, subtype: 0x82, offset: 0x10000, size: 0x10000 };
  const flash = (own: typeof row, data: Uint8Array): Cells => {
    const bytes = new Uint8Array(0x40000).fill(0xff);
    bytes.set(buildPartitionTable([own]), 0x8000);
    bytes.set(data, own.offset);
    return { start: 0, bytes };
  };
  const old: Row = { label: 'fs', type: 1, subtype: 0x82, address: 0x10000, size: 0x10000 };
  const before = flash(row, buildLittleFs(0x10000, SAMPLE_FILES));
  const moved = { ...row, offset: 0x20000, size: 0xc000 };
  expect(holderOf(old, before, flash(moved, buildLittleFs(0xc000, SAMPLE_FILES)))?.address).toBe(0x20000);
  expect(holderOf(old, before, flash(moved, buildLittleFs(0xc000)))).toBeUndefined();
  const junk = new Uint8Array(0x10000).fill(0x5a);
  expect(holderOf(old, flash(row, junk), flash(moved, junk.subarray(0, 0xc000)))).toBeUndefined();
  const half = junk.slice().fill(0xff, 0xc000);
  expect(holderOf(old, flash(row, half), flash(moved, half.subarray(0, 0xc000)))?.address).toBe(0x20000);
});
