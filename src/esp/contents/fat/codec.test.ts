/** Builds, edits and resizes FAT partitions; what is in them is read back, and only what has to change changes. */
import { describe, expect, it } from 'vitest';
import { ascii, holdsAt, sameBytes } from '../../../formats/binary.ts';
import { crc32 } from '../../../formats/crc32.ts';
import { NEVER_YIELD } from '../../../flash/yielding.ts';
import { fatImage } from '../../../testing/contents/fat-images.ts';
import type { FileEdit, NewFile, Rewritten } from '../file-system.ts';
import { imageBytes } from '../../../flash/partition-contents.ts';
import { fatCodec, fatParameters } from './codec.ts';

const DATE = Date.UTC(2026, 4, 6, 7, 8, 10);
const WRAPPED = 'aged-wl-128k-wrapped';

function file(path: string, size: number, seed = 1): NewFile {
  return {
    path,
    kind: 'file',
    data: Uint8Array.from({ length: size }, (_, i) => (i * seed + 7) & 0xff),
    modified: DATE,
  };
}

function bytesIn(result: Rewritten): Uint8Array {
  if (!('data' in result)) throw new Error(result.refusal.says);
  return result.data;
}

function refusalIn(result: Rewritten) {
  if ('data' in result) throw new Error('it was not refused');
  return result.refusal;
}

async function listed(image: Uint8Array) {
  const files = await fatCodec.open(imageBytes(image));
  if (files === null) throw new Error('not a FAT');
  return files;
}

async function paths(image: Uint8Array): Promise<readonly string[]> {
  return (await listed(image)).tree.entries.map(({ path }) => path);
}

async function contents(image: Uint8Array) {
  const { tree, readFile } = await listed(image);
  const files = tree.entries.filter(({ kind }) => kind === 'file');
  return Promise.all(files.map(async ({ path, modified }) => ({ path, modified, crc: crc32(await readFile(path)) })));
}

async function edited(image: Uint8Array, ...edits: readonly FileEdit[]): Promise<Uint8Array> {
  return bytesIn(await fatCodec.edit(image, edits, NEVER_YIELD));
}

function build(
  files: readonly NewFile[],
  size = 0x40000,
  parameters = fatParameters(size, '4096'),
): Promise<Rewritten> {
  return fatCodec.build(files, size, parameters, NEVER_YIELD);
}

/** The sectors of 4096 bytes in which two images differ. */
function changedSectors(a: Uint8Array, b: Uint8Array): number[] {
  const sectors = Array.from({ length: a.length / 4096 }, (_, i) => i);
  return sectors.filter((i) => {
    const at = i * 4096;
    return a.subarray(at, at + 4096).some((byte, j) => byte !== b[at + j]);
  });
}

describe('a FAT made from files', () => {
  it.each(['4096', 'performance', 'safety', 'none'] as const)('reads back, levelling %s', async (levelling) => {
    const files = [file('/a.txt', 5000), file('/Sub folder/größe.dat', 0), file('/Sub folder/deep/x.Y', 12_000, 3)];
    const image = bytesIn(await build(files, 0x40000, fatParameters(0x40000, levelling)));
    expect(image).toHaveLength(0x40000);
    expect((await listed(image)).tree.findings).toEqual([]);
    expect(await paths(image)).toEqual([
      '/Sub folder',
      '/Sub folder/deep',
      '/Sub folder/deep/x.Y',
      '/Sub folder/größe.dat',
      '/a.txt',
    ]);
    const read = await contents(image);
    for (const { path, data } of files) expect(read).toContainEqual({ path, crc: crc32(data), modified: DATE });
  });

  it('has the parameters that it was made with', async () => {
    const parameters = { ...fatParameters(0x40000, 'performance'), fatCopies: 1, clusterSectors: 4 };
    const image = bytesIn(await build([], 0x40000, parameters));
    expect(await fatCodec.parametersOf(image)).toEqual(parameters);
    expect(await fatCodec.parametersOf(new Uint8Array(0x40000))).toBeNull();
  });

  it.each([
    [2000, 12],
    [4118, 12],
    [4125, 12],
    [4200, 16],
    [8192, 16],
  ])('of %s sectors is of the type that its clusters make, FAT%s', async (sectors, bits) => {
    const image = bytesIn(await build([], sectors * 512, { ...fatParameters(sectors * 512, 'none'), sectorSize: 512 }));
    expect((await listed(image)).tree.details).toMatch(new RegExp(`^FAT${bits},`));
  });

  it('gives names that are alike their own short names', async () => {
    const files = Array.from({ length: 12 }, (_, i) => file(`/a long name ${i}.html`, 10, i));
    const image = bytesIn(await build(files));
    const aliases = new Set<string>();
    for (let at = 0x4000; at < 0x5000; at += 32)
      if (image[at + 11] === 0x20) aliases.add(image.slice(at, at + 11).join());
    expect(aliases.size).toBe(12);
    expect(await contents(image)).toHaveLength(12);
  });

  it('is refused with its size before it is built where it is too large', async () => {
    const files = [file('/large.bin', 200_000), file('/larger.bin', 100_000)];
    const cost = fatCodec.costOf(files, 0x40000, fatParameters(0x40000, '4096'));
    expect(cost).toEqual({ needed: 303_104, available: 229_376, each: [200_704, 102_400] });
    const refusal = refusalIn(await build(files));
    expect(refusal).toMatchObject({ kind: 'contents-too-large', values: { needed: 303_104, available: 229_376 } });
  });

  it('says how much a partition needs that is too small for any', async () => {
    const refusal = refusalIn(await build([], 0x6000));
    expect(refusal).toMatchObject({
      kind: 'contents-too-large',
      values: { what: 'An empty file system', available: 8192 },
    });
  });

  it.each([
    ['/a/../b', 'it ends in a dot'],
    ['/a\\b', 'it contains'],
    ['/a:b', 'it contains'],
    ['/dot.', 'it ends in a dot'],
    ['/a//b', 'it is empty'],
    ['a', 'it does not begin with /'],
    [`/${'ö'.repeat(128)}`, 'it is longer'],
  ])('refuses the name %s', async (path, why) => {
    const refusal = refusalIn(await build([file(path, 1)]));
    expect(refusal.kind).toBe('bad-file-name');
    expect(refusal.says).toContain(why);
  });
});

describe('an edit', () => {
  it('changes the sectors of the file, the FATs and its folder, and no other', async () => {
    const image = bytesIn(await build([file('/a.txt', 100), file('/b.bin', 9000), file('/sub/c.txt', 10)]));
    const [path, modified] = ['/a.txt', DATE];
    const after = await edited(image, { edit: 'write-file', path, data: file(path, 120).data, modified });
    // The root directory and one cluster.
    expect(changedSectors(image, after)).toHaveLength(2);
    const larger = await edited(image, { edit: 'write-file', path, data: file(path, 5000).data, modified });
    expect(changedSectors(image, larger)).toHaveLength(5);
    const renamed = await edited(image, { edit: 'rename-file', path, to: '/z.txt' });
    expect(changedSectors(image, renamed)).toHaveLength(1);
  });

  it('changes nothing if what is written is there already', async () => {
    const image = bytesIn(await build([file('/a.txt', 5000)]));
    const after = await edited(image, {
      edit: 'write-file',
      path: '/a.txt',
      data: file('', 5000).data,
      modified: DATE,
    });
    expect(sameBytes(after, image)).toBe(true);
  });

  it('leaves the image as it is that it was given', async () => {
    const image = fatImage(WRAPPED);
    await edited(image, { edit: 'delete-file', path: '/FILE24.TXT' });
    expect(sameBytes(image, fatImage(WRAPPED))).toBe(true);
  });

  it('keeps the state of wear levelling and every other file of an image in use', async () => {
    const image = fatImage(WRAPPED);
    const before = await contents(image);
    const data = file('', 300).data;
    const after = await edited(image, { edit: 'write-file', path: '/FILE24.TXT', data, modified: DATE });
    expect(sameBytes(after.subarray(118784), image.subarray(118784))).toBe(true);
    const others = (list: Awaited<ReturnType<typeof contents>>) => list.filter(({ path }) => path !== '/FILE24.TXT');
    expect(others(await contents(after))).toEqual(others(before));
    expect(await contents(after)).toContainEqual({ path: '/FILE24.TXT', crc: crc32(data), modified: DATE });
  });

  it('completes a record of wear levelling that was half written when the power failed', async () => {
    const image = fatImage('cut-wl4096-01');
    const after = await edited(image, { edit: 'delete-file', path: '/FILE17.TXT' });
    const states = (data: Uint8Array) => [data.subarray(118784, 122880), data.subarray(122880, 126976)] as const;
    expect(sameBytes(...states(image))).toBe(false);
    expect(sameBytes(...states(after))).toBe(true);
    expect(await paths(after)).toEqual((await paths(image)).filter((path) => path !== '/FILE17.TXT'));
  });

  it('finishes what safety mode had begun when the power failed', async () => {
    const image = fatImage('cut-safe512-03');
    const after = await edited(image, { edit: 'make-folder', path: '/new' });
    const kinds = (await listed(after)).tree.findings.map(({ kind }) => kind);
    expect(kinds).not.toContain('wl-erase-pending');
    expect(await paths(after)).toEqual([...(await paths(image)), '/new'].sort());
  });

  it('replaces a file whatever the case of its name, and makes the folders on the way', async () => {
    const image = bytesIn(await build([file('/Read Me.txt', 10)]));
    const data = file('', 20).data;
    const after = await edited(
      image,
      { edit: 'write-file', path: '/READ ME.TXT', data, modified: null },
      { edit: 'write-file', path: '/x/y/z.bin', data, modified: null },
    );
    expect(await contents(after)).toEqual([
      { path: '/Read Me.txt', crc: crc32(data), modified: null },
      { path: '/x/y/z.bin', crc: crc32(data), modified: null },
    ]);
  });

  it('moves a folder with what is in it, and lets it lead back to its new parent', async () => {
    const image = bytesIn(await build([file('/a/b/c.txt', 10), file('/d/e.txt', 10)]));
    const after = await edited(image, { edit: 'rename-file', path: '/a/b', to: '/d/B' });
    expect(await paths(after)).toEqual(['/a', '/d', '/d/B', '/d/B/c.txt', '/d/e.txt']);
    const back = await edited(after, { edit: 'rename-file', path: '/d/B', to: '/a/b' });
    const again = await edited(back, { edit: 'rename-file', path: '/a/b', to: '/d/B' });
    expect(sameBytes(again, after)).toBe(true);
  });

  it('frees what it deletes, folders with everything in them', async () => {
    const image = bytesIn(await build([]));
    const full = await edited(image, {
      edit: 'write-file',
      path: '/a/b/large.bin',
      data: file('', 200_000).data,
      modified: DATE,
    });
    const after = await edited(full, { edit: 'delete-file', path: '/a' });
    expect((await listed(after)).tree.usedBytes).toBe(0);
  });

  it('lets folders grow, but not the root directory', async () => {
    const image = bytesIn(await build([], 0x100000, { ...fatParameters(0x100000, '4096'), rootEntries: 128 }));
    const write = (folder: string, i: number): FileEdit => ({
      edit: 'write-file',
      path: `${folder}/a name of two entries ${i}`,
      data: new Uint8Array(),
      modified: null,
    });
    const many = Array.from({ length: 60 }, (_, i) => i);
    const grown = await edited(image, ...many.map((i) => write('/sub', i)));
    expect((await listed(grown)).tree.usedBytes).toBe(8192);
    const refusal = refusalIn(
      await fatCodec.edit(
        image,
        many.map((i) => write('', i)),
        NEVER_YIELD,
      ),
    );
    expect(refusal).toMatchObject({ kind: 'contents-too-large', values: { available: 4096, needed: 4128 } });
  });

  it('shows to the library no entry that was behind the end of a folder', async () => {
    const image = bytesIn(await build([file('/a.txt', 10)]));
    // As a sector is that was half written when the power failed: an end, and then what it held before.
    image.fill(0xff, 4 * 4096 + 2 * 32, 5 * 4096);
    const after = await edited(image, { edit: 'make-folder', path: '/new' });
    expect((await listed(after)).tree.findings).toEqual([]);
    expect(await paths(after)).toEqual(['/a.txt', '/new']);
  });

  it('keeps the label of the volume and the attributes of files when it is recreated', async () => {
    const image = bytesIn(await build([file('/a.txt', 10)]));
    const root = 4 * 4096;
    // The file hidden and read-only, then the label, as FatFs writes it.
    image[root + 11] = 0x23;
    image.set(
      [...'DATA LOG   '].map((character) => character.charCodeAt(0)),
      root + 32,
    );
    image[root + 32 + 11] = 0x08;
    const compact = await edited(image, { edit: 'compact' });
    const moved = bytesIn(await fatCodec.resize(compact, 0x20000, NEVER_YIELD));
    for (const after of [image, compact, moved]) {
      expect((await listed(after)).tree.details).toMatch(/label “DATA LOG”$/);
      const at = Array.from(after.keys()).find((i) => holdsAt(after, i, ascii('A       TXT'))) ?? 0;
      expect(after[at + 11]).toBe(0x23);
    }
  });

  it('recreates the volume when it is compacted, with the same files', async () => {
    const image = fatImage('cut-wl4096-04');
    expect((await listed(image)).tree.findings.map(({ kind }) => kind)).toContain('fat-unusable-entries');
    const after = await edited(image, { edit: 'compact' });
    expect((await listed(after)).tree.findings).toEqual([]);
    expect(await contents(after)).toEqual(await contents(image));
    expect(await paths(after)).toEqual(await paths(image));
  });

  const REFUSED: readonly { readonly edit: FileEdit; readonly kind: string }[] = [
    { edit: { edit: 'delete-file', path: '/none' }, kind: 'no-such-file' },
    { edit: { edit: 'rename-file', path: '/none', to: '/b' }, kind: 'no-such-file' },
    { edit: { edit: 'rename-file', path: '/a', to: '/c.txt' }, kind: 'file-exists' },
    { edit: { edit: 'rename-file', path: '/a', to: '/a/b/c' }, kind: 'bad-file-name' },
    { edit: { edit: 'make-folder', path: '/A' }, kind: 'file-exists' },
    { edit: { edit: 'write-file', path: '/a', data: new Uint8Array(1), modified: null }, kind: 'file-exists' },
    { edit: { edit: 'write-file', path: '/c.txt/d', data: new Uint8Array(1), modified: null }, kind: 'file-exists' },
    {
      edit: { edit: 'write-file', path: '/LONGNA~1.TXT', data: new Uint8Array(1), modified: null },
      kind: 'bad-file-name',
    },
    {
      edit: { edit: 'write-file', path: '/big', data: new Uint8Array(300_000), modified: null },
      kind: 'contents-too-large',
    },
  ];
  it.each(REFUSED)('refuses to $edit.edit $edit.path, with $kind', async ({ edit, kind }) => {
    const image = bytesIn(await build([file('/a/b.txt', 1), file('/c.txt', 1), file('/long name here.txt', 1)]));
    expect(refusalIn(await fatCodec.edit(image, [edit], NEVER_YIELD)).kind).toBe(kind);
  });

  it('refuses a file system in which files share clusters', async () => {
    const image = bytesIn(await build([file('/a.txt', 100), file('/b.txt', 100)]));
    // The first cluster of the second file.
    const entry = image.indexOf('B'.charCodeAt(0), 4096 * 4);
    image[entry + 26] = 2;
    const refusal = refusalIn(await fatCodec.edit(image, [{ edit: 'delete-file', path: '/a.txt' }], NEVER_YIELD));
    expect(refusal.kind).toBe('contents-damaged');
    expect(refusal.says).toContain('/b.txt shares a cluster');
  });

  it('gives no cluster away that a file has and the FAT calls free', async () => {
    const image = bytesIn(await build([file('/a.txt', 100), file('/b.txt', 100)]));
    // The FATs' entries of cluster 2, behind the dummy sector and the boot sector.
    for (const at of [0x2003, 0x3003]) image.fill(0, at, at + 1);
    image[0x2004] = (image[0x2004] ?? 0) & 0xf0;
    image[0x3004] = (image[0x3004] ?? 0) & 0xf0;
    expect((await listed(image)).tree.findings).toMatchObject([
      { kind: 'fat-cluster-free', values: { path: '/a.txt' } },
    ]);
    const after = await edited(image, { edit: 'write-file', path: '/c.txt', data: file('', 200).data, modified: DATE });
    expect(await contents(after)).toEqual(expect.arrayContaining(await contents(image)));
    const compact = await edited(after, { edit: 'compact' });
    expect((await listed(compact)).tree.findings).toEqual([]);
    expect(await contents(compact)).toEqual(await contents(after));
  });

  it('refuses what is no FAT', async () => {
    expect(refusalIn(await fatCodec.edit(new Uint8Array(0x20000), [], NEVER_YIELD)).kind).toBe('contents-unreadable');
  });
});

describe('another size', () => {
  it.each(['empty-wl-512k', WRAPPED, 'aged-safe512-256k'])(
    'grows %s with its files, and uses all of it',
    async (name) => {
      const image = fatImage(name);
      const larger = bytesIn(await fatCodec.resize(image, 0x100000, NEVER_YIELD));
      expect(larger).toHaveLength(0x100000);
      expect(await contents(larger)).toEqual(await contents(image));
      const { totalBytes, findings } = (await listed(larger)).tree;
      expect(totalBytes).toBeGreaterThan(0x100000 - 0x10000);
      expect(findings).toEqual([]);
    },
  );

  it('keeps each cluster where it is if none is behind the new end', async () => {
    const image = bytesIn(await build([file('/a.bin', 50_000)], 0x80000));
    const smaller = bytesIn(await fatCodec.resize(image, 0x40000, NEVER_YIELD));
    expect(sameBytes(smaller.subarray(0x2000, 0x14000), image.subarray(0x2000, 0x14000))).toBe(true);
    expect(await contents(smaller)).toEqual(await contents(image));
  });

  it('moves the files that would be behind the new end', async () => {
    let image = bytesIn(await build([file('/a.bin', 300_000), file('/b.bin', 50_000)], 0x80000));
    image = await edited(image, { edit: 'delete-file', path: '/a.bin' });
    const smaller = bytesIn(await fatCodec.resize(image, 0x20000, NEVER_YIELD));
    expect(await contents(smaller)).toEqual(await contents(image));
    const refusal = refusalIn(await fatCodec.resize(image, 0x10000, NEVER_YIELD));
    expect(refusal).toMatchObject({ kind: 'contents-too-large', values: { needed: 53_248, available: 32_768 } });
  });

  it('takes larger FATs where those that are there do not reach', async () => {
    const parameters = { ...fatParameters(0x40000, 'none'), sectorSize: 512 };
    const image = bytesIn(await build([file('/a.bin', 50_000)], 0x40000, parameters));
    const larger = bytesIn(await fatCodec.resize(image, 0x300000, NEVER_YIELD));
    expect((await listed(larger)).tree.details).toMatch(/^FAT16, 6,0\d\d clusters/);
    expect(await contents(larger)).toEqual(await contents(image));
  });
});
