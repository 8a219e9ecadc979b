/** New LittleFS images: as the library formats them, with every file, and refused beforehand when they are too small. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEVER_YIELD } from '../../../flash/yielding.ts';
import { isFilledWith, sameBytes } from '../../../formats/binary.ts';
import { cases } from '../../../testing/cases.ts';
import { cpuTimer } from '../../../testing/cpu.ts';
import { littleFsImage } from '../../../testing/contents/littlefs-images.ts';
import type { Model } from '../../../testing/contents/littlefs-model.ts';
import { applied, drafts, linesOf, modelOf } from '../../../testing/contents/littlefs-model.ts';
import { countedBytes } from '../../../testing/contents/littlefs-vectors.ts';
import type { NewFile } from '../file-system.ts';
import { littleFs } from './littlefs.ts';
import { openLittleFs } from './read.ts';

const DEVICE = littleFs.usualParameters(0);

function file(path: string, size: number): NewFile {
  return { path, kind: 'file', data: new Uint8Array(size).fill(path.length), modified: 1_700_000_000_000 };
}

/** The image; fails if it was refused. */
async function built(files: readonly NewFile[], size: number, parameters = DEVICE): Promise<Uint8Array> {
  const result = await littleFs.build(files, size, parameters, NEVER_YIELD);
  expect(result).toHaveProperty('data');
  return 'data' in result ? result.data : new Uint8Array(0);
}

/** How many bytes are read to list an image, and the bytes of its logs. */
async function listing(image: Uint8Array) {
  const bytes = countedBytes(image);
  const open = await openLittleFs(bytes);
  const logs = (open?.mounted?.pairs ?? []).reduce((sum, { log }) => sum + log.end, 0);
  return {
    read: bytes.counts.bytes,
    logs,
    pairs: open?.mounted?.pairs.length ?? 0,
    entries: open?.tree.entries.length,
  };
}

describe('a new LittleFS', () => {
  it('is the same as what the library formats, byte for byte', async () => {
    expect(sameBytes(await built([], 0x10000), littleFsImage('empty-64k'))).toBe(true);
  });

  it('holds what was put into it, with either disk version', async () => {
    await fc.assert(
      fc.asyncProperty(drafts, fc.constantFrom(0x20000, 0x20001), async (some, version) => {
        const model: Model = new Map();
        for (const draft of some) if (draft.kind < 6) applied(model, draft);
        const files = [...model].map(([path, { data, modified }]): NewFile =>
          data === null
            ? { path, kind: 'folder', data: new Uint8Array(0), modified: null }
            : { path, kind: 'file', data, modified },
        );
        const image = await built(files, 0x60000, { ...DEVICE, version });
        expect(linesOf(await modelOf(image))).toEqual(linesOf(model));
        const open = await openLittleFs(countedBytes(image));
        expect(open?.tree.findings).toEqual([]);
        expect(open?.mounted?.superblock.version).toBe(version);
        expect(open?.tree.usedBytes).toBe(littleFs.costOf(files, 0x60000, { ...DEVICE, version }).needed);
      }),
      { numRuns: cases(40) },
    );
  });

  it('leaves everything erased that its files do not need', async () => {
    const image = await built([file('/a', 5000)], 0x40000);
    expect(isFilledWith(image.subarray(4 * 4096), 0xff)).toBe(true);
  });

  it('splits a folder with many files over pairs, in the order that the library looks them up', async () => {
    const files = Array.from({ length: 400 }, (_, i) => file(`/www/${'x'.repeat(i % 7)}${(i * 7919) % 1000}`, 100));
    const image = await built(files, 0x80000);
    const open = await openLittleFs(countedBytes(image));
    expect(open?.tree.entries.length).toBe(1 + new Set(files.map(({ path }) => path)).size);
    expect(open?.tree.findings).toEqual([]);
  });

  it('is refused with sizes when it is too small, and costOf says so before', async () => {
    const files = [file('/large', 40000), file('/small', 100)];
    const cost = littleFs.costOf(files, 0x8000, DEVICE);
    expect(cost).toEqual({ needed: 0xc000, available: 0x8000, each: [0xa000, 108 + 4] });
    const refused = await littleFs.build(files, 0x8000, DEVICE, NEVER_YIELD);
    expect(refused).toMatchObject({
      refusal: { kind: 'contents-too-large', values: { needed: 0xc000, available: 0x8000 } },
    });
  });

  it.each(['relative', '/a//b', '/a/../b', '/.', `/${'n'.repeat(256)}`, '/a\0b'])(
    'refuses the name %j',
    async (path) => {
      const refused = await littleFs.build([file(path, 1)], 0x10000, DEVICE, NEVER_YIELD);
      expect(refused).toMatchObject({ refusal: { kind: 'bad-file-name' } });
    },
  );

  it('of 1 MB is built in less than 300 ms', async () => {
    const files = Array.from({ length: 150 }, (_, i) => file(`/d${i % 10}/file-${i}.html`, i % 2 === 0 ? 11000 : 100));
    await built(files, 0x100000);
    const used = cpuTimer();
    await built(files, 0x100000);
    expect(used()).toBeLessThan(300);
  });

  it('with 200 files in 1.9 MB is listed by reading less than 1.5 times its logs', async () => {
    const files = Array.from({ length: 200 }, (_, i) => file(`/d${i % 8}/file-${i}.html`, i % 3 === 0 ? 300 : 9000));
    const { read, logs, pairs, entries } = await listing(await built(files, 480 * 4096));
    expect(entries).toBe(208);
    expect(pairs).toBeGreaterThan(8);
    expect(read).toBeLessThan(1.5 * logs);
  });
});
