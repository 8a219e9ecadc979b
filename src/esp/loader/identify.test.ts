/** Flash size by JEDEC id; files and backups of the largest size are accepted. */
import { describe, expect, test } from 'vitest';
import { LARGEST_FILE } from '../arrange/identify.ts';
import { LARGEST_BACKUP_FILE } from '../../backups/backup-file.ts';
import { flashSizeOf } from './identify.ts';

const MEBI = 0x100000;

describe('flash size', () => {
  test.each([
    [0x12, MEBI / 4],
    [0x16, 4 * MEBI],
    [0x1a, 64 * MEBI],
    [0x1b, 128 * MEBI],
    [0x20, 64 * MEBI],
    [0x21, 128 * MEBI],
    [0x32, MEBI / 4],
    [0x3a, 64 * MEBI],
  ])('code %i: %i bytes', (code, size) => {
    expect(flashSizeOf((code << 16) | 0x40ef)).toBe(size);
  });

  test.each([0x1c, 0x22])('code %i, 256 MiB: only the half that an image header can hold is used', (code) => {
    expect(flashSizeOf(code << 16)).toBe(128 * MEBI);
  });

  test.each([0x00, 0x11, 0x1d, 0x23, 0xff])('code %i: unknown', (code) => {
    expect(flashSizeOf(code << 16)).toBeNull();
  });
});

test('a file and a backup of the largest flash are accepted', () => {
  const largest = flashSizeOf(0x1b << 16) ?? Infinity;
  expect(LARGEST_FILE).toBeGreaterThanOrEqual(largest);
  expect(LARGEST_BACKUP_FILE).toBeGreaterThan(largest);
});
