/** What can be read of damaged contents is kept, byte for byte, and the result is as sound as a new one. */
import { describe, expect, it } from 'vitest';
import { NEVER_YIELD } from '../../flash/yielding.ts';
import { fatCodec, fatParameters } from './fat/codec.ts';
import { filesOf, salvaged } from './convert.ts';
import type { FileSystemCodec, NewFile, OpenFileSystem, Rewritten } from './file-system.ts';
import { imageBytes } from '../../flash/partition-contents.ts';
import { littleFs } from './littlefs/littlefs.ts';
import { edit, make, salvage } from './nvs/edit.ts';
import { listNvs } from './nvs/list.ts';
import { readNvs } from './nvs/read.ts';
import { SPIFFS } from './spiffs/codec.ts';

const SIZE = 128 * 1024;

function dataOf(result: Rewritten): Uint8Array {
  if ('refusal' in result) throw new Error(result.refusal.says);
  return result.data;
}

async function opened<P>(codec: FileSystemCodec<P>, image: Uint8Array): Promise<OpenFileSystem> {
  const found = await codec.open(imageBytes(image));
  if (found === null) throw new Error('not found');
  return found;
}

const isProblem = ({ verdict }: { readonly verdict: string }) => verdict === 'problem' || verdict === 'warning';

describe('settings', () => {
  const set = (key: string, value: string) => ({ edit: 'set', namespace: 'wifi', key, type: 'string', value }) as const;
  const some = Array.from({ length: 40 }, (_, i) => set(`key${i}`, `a value that takes some room, number ${i}`));
  const image = dataOf(edit(dataOf(make(0x6000)), some));
  const namesIn = (data: Uint8Array) => listNvs(data).settings.map(({ key, value }) => `${key}=${value}`);

  it('of damaged entries go, all others stay, and the firmware starts with them', () => {
    const damaged = image.slice();
    // The data of the entry that the first value begins in.
    damaged.fill(0, 0x1040 - 0x1000 + 0x40, 0x1040 - 0x1000 + 0x60);
    const before = namesIn(damaged);
    const saved = dataOf(salvage(damaged));
    const reading = readNvs(saved);
    expect(reading).toMatchObject({ failed: null, repairs: [] });
    expect(namesIn(saved)).toEqual(namesIn(image).filter((name) => before.includes(name)));
    expect(namesIn(saved).length).toBeGreaterThan(30);
  });

  it('are read from pages that the firmware ignores, and from a partition that it cannot start', () => {
    const torn = image.slice();
    // The CRC of the first page's header.
    torn.fill(0, 28, 32);
    expect(namesIn(torn).length).toBeLessThan(40);
    expect(namesIn(dataOf(salvage(torn)))).toEqual(namesIn(image));
    const full = image.slice();
    for (let page = 0x1000; page < full.length; page += 0x1000)
      if (full[page] === 0xff) full.copyWithin(page, 0, 0x1000);
    expect(readNvs(full).failed).not.toBeNull();
    const saved = dataOf(salvage(full));
    expect(readNvs(saved)).toMatchObject({ failed: null, repairs: [] });
    expect(namesIn(saved)).toEqual(namesIn(image));
  });

  it('with nothing left are blank', () => {
    expect(dataOf(salvage(new Uint8Array(0x4000))).every((byte) => byte === 0xff)).toBe(true);
  });
});

const FILES: readonly NewFile[] = ['/a.txt', '/b/c.bin', '/b/d.bin', '/e.bin'].map((path, i) => ({
  path,
  kind: 'file',
  data: new Uint8Array(6000 + 100 * i).map((_, n) => (n * 7) ^ (n >> 8) ^ (i * 37)),
  modified: null,
}));

async function checked<P>(codec: FileSystemCodec<P>, parameters: P, format: string, victim: string) {
  const image = dataOf(await codec.build(FILES, SIZE, parameters, NEVER_YIELD));
  const own = FILES.find(({ path }) => path === victim)?.data ?? new Uint8Array();
  const text = Buffer.from(image).indexOf(Buffer.from(own.subarray(0, 64)));
  return { image, at: text, saved: (damaged: Uint8Array) => salvaged(damaged, codec, format, NEVER_YIELD) };
}

describe('a file system', () => {
  it('SPIFFS without one page of a file: that file is given up by name, the others are the same', async () => {
    const { image, at, saved } = await checked(SPIFFS, SPIFFS.usualParameters(SIZE), 'spiffs', '/b/d.bin');
    const damaged = image.slice();
    // The head of the page: its object, its number in it, and its flags.
    damaged.fill(0, at - (at % 0x100), at);
    const result = await saved(damaged);
    const now = await opened(SPIFFS, dataOf(result));
    const files = await filesOf(now, NEVER_YIELD);
    expect(now.tree.findings.filter(isProblem)).toEqual([]);
    if (!Array.isArray(files)) throw files;
    expect(result.lost).toEqual(['/b/d.bin']);
    expect(files.map(({ path }) => path)).toEqual(['/a.txt', '/b/c.bin', '/e.bin']);
    for (const file of files) expect(file.data).toEqual(FILES.find(({ path }) => path === file.path)?.data);
  });

  it('LittleFS that is whole stays the same', async () => {
    const { image, saved } = await checked(littleFs, littleFs.usualParameters(SIZE), 'littlefs', '/e.bin');
    const before = await opened(littleFs, image);
    const whole = dataOf(await saved(image));
    expect(await filesOf(await opened(littleFs, whole), NEVER_YIELD)).toEqual(await filesOf(before, NEVER_YIELD));
    expect((await opened(littleFs, whole)).tree.findings.filter(isProblem)).toEqual([]);
  });

  it('FAT whose chain of clusters ends early: that file goes', async () => {
    const { image, saved } = await checked(fatCodec, fatParameters(SIZE, 'none'), 'fat', '/a.txt');
    const damaged = image.slice();
    // FAT12 from sector 1 (reserved 1): the first cluster's entry becomes the end of its chain.
    const fat = 0x1000;
    damaged[fat + 3] = 0xff;
    damaged[fat + 4] = ((damaged[fat + 4] ?? 0) & 0xf0) | 0x0f;
    const broken = await opened(fatCodec, damaged);
    const lost = broken.tree.findings.filter(({ kind }) => kind === 'fat-file-broken').length;
    expect(lost).toBe(1);
    const result = await saved(damaged);
    const now = await opened(fatCodec, dataOf(result));
    expect(now.tree.findings.filter(isProblem)).toEqual([]);
    expect(result.lost).toHaveLength(1);
    expect(now.tree.entries.filter(({ kind }) => kind === 'file')).toHaveLength(FILES.length - 1);
  });
});
