/** LittleFS images that are changed or resized: everything else stays, and only units change that have to. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEVER_YIELD } from '../../../flash/yielding.ts';
import { sameBytes } from '../../../formats/binary.ts';
import { cases } from '../../../testing/cases.ts';
import { damagedImage } from '../../../testing/contents/damage.ts';
import { LITTLEFS_IMAGES, littleFsImage } from '../../../testing/contents/littlefs-images.ts';
import { applied, drafts, linesOf, modelOf } from '../../../testing/contents/littlefs-model.ts';
import { countedBytes } from '../../../testing/contents/littlefs-vectors.ts';
import type { FileEdit, Rewritten } from '../file-system.ts';
import { littleFs } from './littlefs.ts';
import { mountIn } from './parameters.ts';
import { openLittleFs } from './read.ts';
import { byLength, LONG } from '../../../testing/long.ts';

/** The changed image; fails if it was refused. */
function dataOf(result: Rewritten): Uint8Array {
  expect(result).toHaveProperty('data');
  return 'data' in result ? result.data : new Uint8Array(0);
}

async function edited(image: Uint8Array, edits: readonly FileEdit[]): Promise<Uint8Array> {
  return dataOf(await littleFs.edit(image, edits, NEVER_YIELD));
}

function refusalOf(result: Rewritten): string | null {
  return 'refusal' in result ? result.refusal.kind : null;
}

/** The numbers of the blocks that differ. */
function changedBlocks(a: Uint8Array, b: Uint8Array): number[] {
  const blocks = Array.from({ length: a.length / 4096 }, (_, block) => block);
  return blocks.filter(
    (at) => !sameBytes(a.subarray(at * 4096, (at + 1) * 4096), b.subarray(at * 4096, (at + 1) * 4096)),
  );
}

const WRITE: FileEdit = {
  edit: 'write-file',
  path: '/new.txt',
  data: Uint8Array.of(1, 2, 3),
  modified: 1_700_000_000_000,
};

describe('an edit of a LittleFS', () => {
  it('does what it says and nothing else, on images of the library in every state', LONG, async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...LITTLEFS_IMAGES), drafts, async (name, some) => {
        const image = littleFsImage(name);
        const settled = await edited(image, []);
        const model = await modelOf(settled);
        const before = linesOf(model);
        const edits = some.flatMap((draft) => applied(model, draft) ?? []);
        const result = await littleFs.edit(image, edits, NEVER_YIELD);
        expect(refusalOf(result)).toBeOneOf([null, 'contents-too-large']);
        if ('refusal' in result) return;
        expect(linesOf(await modelOf(result.data))).toEqual(linesOf(model));
        expect(linesOf(await modelOf(settled))).toEqual(before);
        const [was, is] = [mountIn(image), mountIn(result.data)];
        expect(is?.superblock).toEqual(was?.superblock);
        expect(is?.state).toEqual({ orphans: false, move: null });
        const open = await openLittleFs(countedBytes(result.data));
        expect(open?.tree.findings.filter(({ verdict }) => verdict !== 'note')).toEqual([]);
      }),
      { numRuns: cases(30) },
    );
  });

  it.each(LITTLEFS_IMAGES)('that is none only finishes what a power cut interrupted: %s', async (name) => {
    const image = littleFsImage(name);
    const settled = await edited(image, []);
    const { state } = mountIn(image) ?? {};
    expect(sameBytes(image, settled)).toBe(state?.move === null && !state.orphans);
    expect(sameBytes(await edited(settled, []), settled)).toBe(true);
  });

  it('appends a small file to the log of its folder, behind what is there', async () => {
    const image = littleFsImage('g-64k-to-512k-grown');
    const after = await edited(image, [WRITE]);
    expect(changedBlocks(image, after)).toHaveLength(1);
    const changed = [...image.keys()].filter((at) => image[at] !== after[at]);
    expect(changed.every((at) => image[at] === 0xff)).toBe(true);
  });

  it('writes a large file into free blocks', async () => {
    const image = littleFsImage('g-64k-to-512k-grown');
    const after = await edited(image, [{ ...WRITE, data: new Uint8Array(20000).fill(7) }]);
    expect(changedBlocks(image, after)).toHaveLength(6);
  });

  it('leaves the image that it was given as it is', async () => {
    const image = littleFsImage('v21-64k-mixed');
    await littleFs.edit(image, [WRITE, { edit: 'compact' }], NEVER_YIELD);
    expect(sameBytes(image, littleFsImage('v21-64k-mixed'))).toBe(true);
  });

  it('brings back what a pending move hides from the firmware', async () => {
    const image = littleFsImage('cut-251-01');
    const hidden = '/d文件86.dat/文件31.dat';
    expect((await modelOf(image)).has(hidden)).toBe(false);
    expect((await modelOf(await edited(image, [WRITE]))).has(hidden)).toBe(true);
  });

  it('is refused where a block of a file became part of a folder that no list names any more', async () => {
    // Once that folder is taken out of the list, nothing else shows that the block is no part of the file.
    const { image } = damagedImage('littlefs', 69_196);
    const path = '/r文件74.dat/d文件24.dat/file54.html';
    const opened = await littleFs.open(countedBytes(image));
    await expect(opened?.readFile(path)).rejects.toMatchObject({ facts: { name: 'littlefs-unreadable' } });
    for (const edits of [[WRITE], [{ edit: 'compact' }]] satisfies FileEdit[][])
      expect(refusalOf(await littleFs.edit(image, edits, NEVER_YIELD))).toBe('contents-damaged');
  });

  it('keeps all files and attributes when it compacts', async () => {
    const image = littleFsImage('v21-512k-relocating');
    const after = await edited(image, [{ edit: 'compact' }]);
    expect(linesOf(await modelOf(after))).toEqual(linesOf(await modelOf(image)));
    expect(mountIn(after)?.pairs.every(({ log }) => log.commitEnds.length === 1)).toBe(true);
  });

  it.each<readonly [string, FileEdit]>([
    ['no-such-file', { edit: 'delete-file', path: '/nothing' }],
    ['no-such-file', { edit: 'rename-file', path: '/nothing', to: '/something' }],
    ['file-exists', { edit: 'write-file', path: '/dir0', data: new Uint8Array(1), modified: null }],
    ['file-exists', { edit: 'make-folder', path: '/ä6.html' }],
    ['file-exists', { edit: 'write-file', path: '/ä6.html/x', data: new Uint8Array(1), modified: null }],
    ['file-exists', { edit: 'rename-file', path: '/dir0', to: '/dir1' }],
    ['bad-file-name', { edit: 'rename-file', path: '/dir0', to: '/dir0/inside' }],
    ['bad-file-name', { edit: 'make-folder', path: '/..' }],
    ['contents-too-large', { edit: 'write-file', path: '/x', data: new Uint8Array(40000), modified: null }],
  ])('is refused with %s', async (kind, edit) => {
    expect(await littleFs.edit(littleFsImage('mk-64k'), [edit], NEVER_YIELD)).toMatchObject({ refusal: { kind } });
  });

  it('is refused where something is damaged', async () => {
    const image = littleFsImage('v21-512k-relocating');
    const pair = mountIn(image)?.pairs.at(-1);
    for (const block of [pair?.active ?? 0, pair?.spare ?? 0]) image.fill(0, block * 4096, (block + 1) * 4096);
    const refused = await littleFs.edit(image, [WRITE], NEVER_YIELD);
    expect(refused).toMatchObject({ refusal: { kind: expect.stringMatching(/^contents-/) } });
  });
});

describe('damaged LittleFS images', () => {
  it('are changed to something that mounts, or refused, whatever bytes changed', LONG, async () => {
    const names = ['v20-64k-multiversion', 'v21-64k-mixed', 'cut-251-07', 'cut-2112-02'];
    const change = fc.record({ at: fc.nat(0x20000), value: fc.nat(255), kind: fc.nat(3), size: fc.nat(4096) });
    const changes = fc.array(change, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), changes, drafts, async (name, some, edits) => {
        const damaged = littleFsImage(name);
        for (const { at, value, kind, size } of some) {
          const from = at % damaged.length;
          if (kind === 0) damaged.fill(value, from, from + size);
          // A block of metadata in a second place is what loops and shared folders are made of.
          else if (kind === 1)
            damaged.copyWithin(from & ~4095, (value * 4096) % damaged.length, ((value * 4096) % damaged.length) + 4096);
          else damaged[from] = value;
        }
        // Where a file cannot be read, edits are refused.
        const model = await modelOf(damaged).catch(() => new Map());
        const possible = edits.flatMap((draft) => applied(model, draft) ?? []);
        const results = [
          await littleFs.edit(damaged, possible, NEVER_YIELD),
          await littleFs.edit(damaged, [{ edit: 'compact' }], NEVER_YIELD),
          await littleFs.resize(damaged, 0x30000, NEVER_YIELD),
        ];
        for (const result of results) expect('refusal' in result || mountIn(result.data)?.mounts).toBe(true);
      }),
      { numRuns: cases(30) },
    );
  });
});

describe('a LittleFS for a partition of another size', () => {
  it('grows by a commit to its superblock', async () => {
    const image = littleFsImage('v21-64k-mixed');
    const grown = dataOf(await littleFs.resize(image, 0x80000, NEVER_YIELD));
    expect(grown.length).toBe(0x80000);
    expect(mountIn(grown)?.superblock.blockCount).toBe(128);
    expect(changedBlocks(image, grown.slice(0, image.length))).toHaveLength(1);
    expect(linesOf(await modelOf(grown))).toEqual(linesOf(await modelOf(image)));
  });

  it.each([
    ['g-64k-to-512k-grown', 0x40000, 'rewritten'],
    ['v21-64k-mixed', 0x40000, 'replaced'],
  ] as const)(
    'says which image mounts in both places, while its superblock is written, too: %s',
    async (name, size, both) => {
      const image = littleFsImage(name);
      const result = await littleFs.resize(image, size, NEVER_YIELD);
      expect(result).toMatchObject({ mountsUnderBoth: both });
      const data = dataOf(result);
      const common = Math.min(size, image.length);
      const changed = changedBlocks(image.subarray(0, common), data.subarray(0, common));
      expect(changed).toHaveLength(1);
      // The larger partition's bytes behind the smaller one are of no file.
      const inLarger = (bytes: Uint8Array): Uint8Array => {
        const place = new Uint8Array(Math.max(size, image.length)).fill(0xff);
        place.set(bytes);
        return place;
      };
      const torn = changed.flatMap((block) => {
        const [from, to] = [block * 4096, (block + 1) * 4096];
        return [data.slice(from, from + 96), new Uint8Array(4096).fill(0x5a), new Uint8Array(0)].map((left) => {
          const halfWay = image.slice(0, common).fill(0xff, from, to);
          halfWay.set(left, from);
          return halfWay;
        });
      });
      const [whole, smaller] = both === 'rewritten' ? [data, []] : [image, torn];
      for (const place of [inLarger(whole), ...torn.map(inLarger), ...smaller])
        expect(linesOf(await modelOf(place))).toEqual(linesOf(await modelOf(image)));
    },
  );

  it('does not say so where blocks behind the new end are used, or a power cut has to be cleared up with it', async () => {
    const full = littleFsImage('v21-512k-relocating');
    const last = (mountIn(full)?.pairs ?? []).map(({ active, spare }) => Math.max(active, spare));
    const results = [
      await littleFs.resize(full, Math.max(...last) * 4096, NEVER_YIELD),
      await littleFs.resize(littleFsImage('cut-251-01'), 0x80000, NEVER_YIELD),
    ];
    for (const result of results) {
      expect(result).toHaveProperty('data');
      expect(result).not.toHaveProperty('mountsUnderBoth');
    }
  });

  for (const [options, images] of byLength(LITTLEFS_IMAGES, (name) => name === LITTLEFS_IMAGES[0]))
    it.each(images)('shrinks as long as its files fit: %s', options, async (name) => {
      const settled = await edited(littleFsImage(name), []);
      for (const blocks of [96, 48, 24, 12]) {
        const size = blocks * 4096;
        if (size >= settled.length) continue;
        const result = await littleFs.resize(settled, size, NEVER_YIELD);
        expect(refusalOf(result)).toBeOneOf([null, 'contents-too-large']);
        if ('refusal' in result) continue;
        expect(result.data.length).toBe(size);
        expect(mountIn(result.data)?.superblock.blockCount).toBe(blocks);
        expect(linesOf(await modelOf(result.data))).toEqual(linesOf(await modelOf(settled)));
      }
    });
});
