/** LittleFS: every image of the real library is read as the library reads it, and no bytes make the reader hang or grow. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cases } from '../../../testing/cases.ts';
import { LITTLEFS_IMAGES, littleFsImage, littleFsTruth } from '../../../testing/contents/littlefs-images.ts';
import { countedBytes, differences } from '../../../testing/contents/littlefs-vectors.ts';
import { openLittleFs } from './read.ts';
import { LONG } from '../../../testing/long.ts';

/** Opens an image and reads every file that is listed; returns how many could be read. */
async function readAll(image: Uint8Array): Promise<number> {
  const open = await openLittleFs(countedBytes(image));
  let read = 0;
  for (const { path, kind } of open?.tree.entries ?? []) {
    if (kind === 'folder') continue;
    await open?.readFile(path).then(
      () => read++,
      () => 0,
    );
  }
  return read;
}

describe('LittleFS images of the real library', () => {
  it.each(LITTLEFS_IMAGES)('%s is read as the library reads it', async (name) => {
    const image = littleFsImage(name);
    const truth = littleFsTruth(name);
    const record = { file: `${name}.bin.gz`, truth: `${name}.json`, kind: 'littlefs', size: image.length };
    expect(await differences(image, record, truth, {})).toEqual([]);
  });

  it('is listed by reading little more than its logs, without any file', async () => {
    const bytes = countedBytes(littleFsImage('v21-512k-relocating'));
    const open = await openLittleFs(bytes);
    const pairs = open?.mounted?.pairs ?? [];
    const logs = pairs.reduce((sum, { log }) => sum + log.end, 0);
    expect(pairs.length).toBeGreaterThan(10);
    expect(bytes.counts.bytes).toBeLessThan(1.5 * logs);
  });

  it('is read in a partition of another size, and the size is a finding', async () => {
    const small = littleFsImage('v21-64k-mixed');
    const larger = new Uint8Array(0x40000).fill(0xff);
    larger.set(small);
    const open = await openLittleFs(countedBytes(larger));
    expect(open?.tree.findings.map(({ kind }) => kind)).toEqual(['littlefs-smaller']);
    const cut = await openLittleFs(countedBytes(littleFsImage('v21-512k-relocating').slice(0, 0x60000)));
    expect(cut?.tree.findings[0]?.kind).toBe('littlefs-larger');
  });

  it('says which pair is lost and lists the rest', async () => {
    const image = littleFsImage('v21-512k-relocating');
    const whole = await openLittleFs(countedBytes(image));
    const lost = whole?.mounted?.pairs.at(-1);
    for (const block of [lost?.active ?? 0, lost?.spare ?? 0]) image.fill(0, block * 4096, (block + 1) * 4096);
    const open = await openLittleFs(countedBytes(image));
    const kinds = open?.tree.findings.map(({ kind }) => kind);
    expect(kinds).toContain('littlefs-pair-damaged');
    const paths = new Set(whole?.tree.entries.map(({ path }) => path));
    expect(open?.tree.entries.length).toBeGreaterThan(20);
    expect(open?.tree.entries.filter(({ path }) => !paths.has(path))).toEqual([]);
  });

  it('is no LittleFS when blank or other bytes', async () => {
    expect(await openLittleFs(countedBytes(new Uint8Array(0x10000).fill(0xff)))).toBeNull();
    expect(await openLittleFs(countedBytes(new Uint8Array(10)))).toBeNull();
    expect(await openLittleFs(countedBytes(new Uint8Array(0)))).toBeNull();
  });

  it('is said to be lost without a superblock', async () => {
    const image = littleFsImage('v21-64k-mixed');
    for (const at of [0, 4096]) image.fill(0, at + 64, at + 100);
    const open = await openLittleFs(countedBytes(image));
    expect(open?.tree.findings.map(({ kind }) => kind)).toEqual(['littlefs-no-superblock']);
    expect(open?.tree.entries).toEqual([]);
  });
});

describe('damaged LittleFS images', () => {
  it('are read when cut off anywhere', async () => {
    const image = littleFsImage('v20-64k-multiversion');
    for (let size = 0; size <= image.length; size += 4096) await readAll(image.slice(0, size));
    expect(await readAll(image)).toBeGreaterThan(0);
  });

  it('are read whatever bytes changed', LONG, async () => {
    const images = ['v20-64k-multiversion', 'v21-64k-mixed', 'cut-251-07'].map(littleFsImage);
    const change = fc.record({ at: fc.nat(0x20000), value: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...images),
        fc.array(change, { minLength: 1, maxLength: 12 }),
        async (image, changes) => {
          const changed = image.slice();
          for (const { at, value } of changes) changed[at % changed.length] = value;
          const bytes = countedBytes(changed);
          await openLittleFs(bytes);
          expect(bytes.counts.bytes).toBeLessThan(2 * changed.length);
          await readAll(changed);
        },
      ),
      { numRuns: cases(100) },
    );
  });
});
