/** Archives as different programs make them, and archives that are reported instead of read. */
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Source } from '../flash/dropped-file.ts';
import type { ZipEntry } from './zip.ts';
import { readZipDirectory, readZipEntry, unsupported } from './zip.ts';

const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const file = (data: Uint8Array): Source => ({
  path: 'a.zip',
  size: data.length,
  read: (from, to) => Promise.resolve(data.slice(from, to)),
});
const plain = zipSync(
  { 'a.txt': text('hello'), 'ä.txt': text('hello hello hello hello') },
  { mtime: '2026-01-05T10:00:00Z' },
);
/** Where the first row of the directory is. */
const row = plain.findIndex((_, i) => plain[i] === 0x50 && plain[i + 1] === 0x4b && plain[i + 2] === 1);

async function entriesOf(data: Uint8Array): Promise<readonly ZipEntry[]> {
  const directory = await readZipDirectory(file(data));
  if ('fault' in directory) throw new Error(directory.fault);
  return directory.entries;
}

async function contents(data: Uint8Array): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await entriesOf(data)) {
    const content = await readZipEntry(file(data), entry);
    found.push(`${entry.name} ${content.kind === 'bytes' ? new TextDecoder().decode(content.data) : content.what}`);
  }
  return found;
}

type Edits = readonly (readonly [at: number, byte: number])[];

function changed(...edits: Edits): Uint8Array {
  const copy = plain.slice();
  for (const [at, byte] of edits) copy[at] = byte;
  return copy;
}

const CONTENT = ['a.txt hello', 'ä.txt hello hello hello hello'];

describe('an archive', () => {
  it('is read, packed or stored', async () => {
    expect(await contents(plain)).toEqual(CONTENT);
    const stored = zipSync({ 'a.txt': text('hello') }, { level: 0, mtime: '2026-01-05T10:00:00Z' });
    expect(await contents(stored)).toEqual(['a.txt hello']);
  });

  it('is read after a self-extracting program, and before a comment', async () => {
    const program = new Uint8Array([...text('#!/bin/sh\n'), ...plain]);
    expect(await contents(program)).toEqual(CONTENT);
    const commented = new Uint8Array([...changed([plain.length - 2, 4]), ...text('fine')]);
    expect(await contents(commented)).toEqual(CONTENT);
  });

  it('does not list folders', async () => {
    const entries = await entriesOf(
      zipSync({ 'a/': new Uint8Array(), 'a/b.txt': text('b') }, { mtime: '2026-01-05T10:00:00Z' }),
    );
    expect(entries.map(({ name }) => name)).toEqual(['a/b.txt']);
  });

  it('may have names that are not UTF-8', async () => {
    const name = row + 46 + 46 + 'a.txt'.length;
    const [, second] = await entriesOf(changed([name, 0x84], [name + 1, 0x2e]));
    expect(second?.name).toBe('\u0084..txt');
  });

  it('gives the first bytes of an entry without the rest', async () => {
    const [, entry] = await entriesOf(plain);
    if (entry === undefined) throw new Error('no entry');
    const content = await readZipEntry(file(plain), entry, 7);
    expect(content.kind === 'bytes' && new TextDecoder().decode(content.data)).toBe('hello h');
  });
});

describe('an entry that is not unpacked', () => {
  it.each<readonly [why: string, edits: Edits]>([
    ['it is encrypted with a password', [[row + 8, 1]]],
    ['it uses an unsupported compression method (12)', [[row + 10, 12]]],
    [
      'it is in the ZIP64 form, for files over 4 GiB',
      [24, 25, 26, 27].map((at): readonly [number, number] => [row + at, 0xff]),
    ],
  ])('says: %s', async (why, edits) => {
    const [first, second] = await entriesOf(changed(...edits));
    expect([first && unsupported(first), second && unsupported(second)]).toEqual([why, null]);
  });

  it.each<readonly [what: RegExp, edits: Edits]>([
    [/^its CRC-32 is 0x3610A686, and should be 0x/, [[row + 16, 0]]],
    [/^there is no header at its place$/, [[row + 42, 1]]],
    [/^its header would be at 0x[0-9A-F]+, past the end$/, [[row + 45, 1]]],
    [/^its data is truncated$/, [[row + 22, 1]]],
    [/^it cannot have 65541 bytes when 7 are packed$/, [[row + 26, 1]]],
    [/^it unpacks to 5 bytes, and should to 6$/, [[row + 24, 6]]],
    [/^it unpacks to more than the 4 bytes/, [[row + 24, 4]]],
    [/^its packed bytes are damaged, after 0 of 5 bytes$/, [[35, 0xff]]],
  ])('is damaged: %s', async (what, edits) => {
    const [first] = await contents(changed(...edits));
    expect(first?.slice('a.txt '.length)).toMatch(what);
  });
});
