/** What firmware finds in its file system. */
import { expect, test } from 'vitest';
import { buildLittleFs } from './littlefs.ts';
import { countFiles } from './littlefs-read.ts';
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
