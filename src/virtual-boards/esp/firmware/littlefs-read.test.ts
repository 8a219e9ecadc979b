/** What firmware finds in its file system. */
import { expect, test } from 'vitest';
import { buildLittleFs } from './littlefs.ts';
import { countFiles, readFiles } from './littlefs-read.ts';
import { SAMPLE_FILES } from './sample-files.ts';

const made = () => buildLittleFs(0x20000, SAMPLE_FILES);

test('files of all folders are counted', () => {
  expect(countFiles(made())).toBe(4);
  expect(countFiles(buildLittleFs(0x20000))).toBe(0);
});

test('a damaged newer half is passed over: the older one is that of an empty file system', () => {
  const image = made();
  image.set([0], 0x1000 + 40);
  expect(countFiles(image)).toBe(0);
});

test('what is blank, something else, or ends in a folder that is gone does not mount', () => {
  expect(countFiles(new Uint8Array(0x20000).fill(0xff))).toBeNull();
  expect(countFiles(new Uint8Array(0x20000))).toBeNull();
  const image = made();
  image.fill(0xff, 0x2000, 0x3000);
  expect(countFiles(image)).toBeNull();
});

test('a superblock of another number of blocks mounts where the library takes the number from it, and nowhere else', () => {
  const partition = new Uint8Array(0x40000).fill(0xff);
  partition.set(made());
  expect([countFiles(partition), countFiles(partition, 'exact')]).toEqual([4, null]);
  expect(countFiles(made(), 'exact')).toBe(4);
});

test('a partition that ends before a folder does not mount, and one that ends before a file does not give its bytes', () => {
  const image = made();
  const folders = SAMPLE_FILES.filter((entry) => 'files' in entry).length;
  const metadata = (2 + 2 * folders) * 0x1000;
  expect(countFiles(image.subarray(0, metadata - 0x1000))).toBeNull();
  expect(countFiles(image.subarray(0, metadata))).toBe(4);
  expect(readFiles(image.subarray(0, metadata))).toBeNull();
  expect(readFiles(image.subarray(0, metadata), 'within')).toBeNull();
  expect(readFiles(image, 'within')?.size).toBe(4);
});

test('a superblock with a version or a block size that the library refuses does not mount', () => {
  // The superblock's six words lie behind its tag in both halves.
  const changed = (word: number, value: number) => {
    const image = buildLittleFs(0x20000);
    const view = new DataView(image.buffer);
    for (const half of [0, 0x1000]) view.setUint32(half + 0x14 + 4 * word, value, true);
    return image;
  };
  expect(countFiles(changed(0, 0x00020000))).toBe(0);
  expect(countFiles(changed(0, 0x00030000))).toBeNull();
  expect(countFiles(changed(1, 0x2000))).toBeNull();
});
