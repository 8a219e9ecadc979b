/** A large file of an archive is packed piece by piece, so that other tasks run in between, and unpacks to the same bytes. */
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { zipFiles } from './zip-files.ts';

test.each([
  [0, 1],
  [1, 1],
  [0x40000, 1],
  [0x40001, 2],
  [0x140000, 5],
])('%i bytes', async (size, turns) => {
  const data = new Uint8Array(size).map((_, i) => (i * 7919) >> 3);
  const entries = [{ path: '/a', kind: 'file', size, modified: null }] as const;
  let taken = 0;
  const yieldNow = () => {
    taken++;
    return Promise.resolve();
  };
  const zip = await zipFiles(entries, () => Promise.resolve(data), yieldNow);
  expect(Buffer.compare(unzipSync(zip)['a'] ?? new Uint8Array(1), data)).toBe(0);
  expect(taken).toBe(turns);
});
