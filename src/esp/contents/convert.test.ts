/** SPIFFS becomes LittleFS and back with every file, or not at all. */
import { describe, expect, it } from 'vitest';
import { NEVER_YIELD } from '../../flash/yielding.ts';
import { converted, filesOf } from './convert.ts';
import type { FileSystemCodec, NewFile, OpenFileSystem, Rewritten } from './file-system.ts';
import { littleFs } from './littlefs/littlefs.ts';
import { SPIFFS } from './spiffs/codec.ts';

const SIZE = 128 * 1024;

function file(path: string, size: number, modified: number | null = null): NewFile {
  return { path, kind: 'file', data: new Uint8Array(size).map((_, i) => i * 7 + size), modified };
}

function dataOf(result: Rewritten): Uint8Array {
  if ('refusal' in result) throw new Error(result.refusal.says);
  return result.data;
}

async function opened<P>(codec: FileSystemCodec<P>, image: Uint8Array): Promise<OpenFileSystem> {
  const bytes = {
    size: image.length,
    read: (at: number, size: number) => Promise.resolve(image.slice(at, at + size)),
  };
  const found = await codec.open(bytes);
  if (found === null) throw new Error('not found again');
  return found;
}

async function made<P>(codec: FileSystemCodec<P>, files: readonly NewFile[]): Promise<OpenFileSystem> {
  return opened(codec, dataOf(await codec.build(files, SIZE, codec.usualParameters(SIZE), NEVER_YIELD)));
}

const FILES = [file('/a.txt', 10, 1_700_000_000_000), file('/b/c.bin', 5000), file('/b/d', 0), file('/ü', 300)];

describe('conversion', () => {
  it('keeps every file with its content and date, to LittleFS and back', async () => {
    const spiffs = await made(SPIFFS, FILES);
    const there = await opened(littleFs, dataOf(await converted(spiffs, littleFs, SIZE, NEVER_YIELD)));
    const back = await opened(SPIFFS, dataOf(await converted(there, SPIFFS, SIZE, NEVER_YIELD)));
    expect(await filesOf(back, NEVER_YIELD)).toEqual(FILES);
  });

  it('is refused with all names that SPIFFS has no room for', async () => {
    const long = `/${'x'.repeat(40)}`;
    const folder: NewFile = { path: '/empty', kind: 'folder', data: new Uint8Array(0), modified: null };
    const result = await converted(
      await made(littleFs, [file(long, 1), folder, file('/ok', 1)]),
      SPIFFS,
      SIZE,
      NEVER_YIELD,
    );
    expect('refusal' in result && result.refusal.kind).toBe('bad-file-names');
    expect('refusal' in result && result.refusal.says).toBe(
      `SPIFFS cannot keep these names: /empty (it has no folders, only names with / in them); ${long} (41 bytes, and 31 are ` +
        'possible with the folders before it).',
    );
  });

  it('is refused with sizes where the files do not fit', async () => {
    const result = await converted(await made(littleFs, [file('/a', 20_000)]), SPIFFS, 16 * 1024, NEVER_YIELD);
    expect('refusal' in result && result.refusal.kind).toBe('contents-too-large');
  });
});
