/** What is built, edited and brought to another size: the same files as a model says, in an image that the library goes on with. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PartitionBytes } from '../../../flash/partition-contents.ts';
import { NEVER_YIELD } from '../../../flash/yielding.ts';
import { hexOf, sameBytes } from '../../../formats/binary.ts';
import { cases } from '../../../testing/cases.ts';
import { SPIFFS_IMAGES, spiffsImage as imageOf, spiffsTruth } from '../../../testing/contents/spiffs-images.ts';
import type { FileEdit, NewFile, Rewritten } from '../file-system.ts';
import { SPIFFS } from './codec.ts';
import type { SpiffsParameters } from './geometry.ts';
import { geometryOf, INDEX_ID, listedAt } from './geometry.ts';
import { openSpiffs } from './open.ts';
import { SpiffsVolume } from './volume.ts';
import { LONG } from '../../../testing/long.ts';

const KIB = 1024;
const IDF = SPIFFS.usualParameters(64 * KIB);
const ARDUINO_8266 = { blockSize: 8192, metaSize: 0, countsBlocks: false, alignedTables: true };
const SHAPES: readonly SpiffsParameters[] = [
  IDF,
  { ...IDF, pageSize: 512 },
  { ...IDF, metaSize: 0 },
  { ...IDF, ...ARDUINO_8266 },
];

function bytesOf(image: Uint8Array): PartitionBytes {
  return { size: image.length, read: (offset, size) => Promise.resolve(image.slice(offset, offset + size)) };
}

/** Every file that can be read, by path, with its date; and whether anything is found wrong. */
async function contentOf(image: Uint8Array): Promise<{ files: Map<string, string>; findings: readonly string[] }> {
  const opened = await openSpiffs(bytesOf(image));
  const files = new Map<string, string>();
  for (const { path, modified } of opened?.tree.entries ?? []) {
    files.set(path, `${modified} ${hexOf((await opened?.readFile(path)) ?? new Uint8Array(0))}`);
  }
  return { files, findings: opened?.tree.findings.map(({ says }) => says) ?? ['not SPIFFS'] };
}

function dataOf(result: Rewritten): Uint8Array {
  if ('refusal' in result) throw new Error(result.refusal.says);
  return result.data;
}

/** A model's line for a file; SPIFFS without bytes for a date keeps none. */
function expected({ metaSize }: SpiffsParameters, data: Uint8Array, modified: number | null): string {
  return `${metaSize < 4 ? null : modified} ${hexOf(data)}`;
}

/** A file with data says where the tables begin; nothing else does. */
const KEPT: NewFile = { path: '/kept', kind: 'file', data: new Uint8Array(9).fill(3), modified: 5000 };

const paths = fc.constantFrom('/a', '/b/c', '/b/d', '/index.html', '/ü.txt', '/log', '/a-name-of-thirty-one-character');
const dates = fc.option(fc.integer({ min: 1, max: 2_000_000_000 }).map((seconds) => seconds * 1000));
const contents = fc.oneof(
  fc.uint8Array({ maxLength: 30 }),
  fc.tuple(fc.integer({ min: 0, max: 9000 }), fc.nat(255)).map(([size, byte]) => new Uint8Array(size).fill(byte)),
  fc.constantFrom(0, 250, 251, 252, 502, 507, 1014).map((size) => new Uint8Array(size).fill(7)),
);
const writes = fc.record({
  edit: fc.constant('write-file' as const),
  path: paths,
  data: contents,
  modified: dates,
});
const anyEdit: fc.Arbitrary<FileEdit> = fc.oneof(
  { weight: 4, arbitrary: writes },
  fc.record({ edit: fc.constant('delete-file' as const), path: paths }),
  fc.record({ edit: fc.constant('rename-file' as const), path: paths, to: paths }),
  fc.constant({ edit: 'compact' as const }),
);

/** What an edit makes of a model; false if it has to be refused. */
function apply(model: Map<string, string>, edit: FileEdit, parameters: SpiffsParameters): boolean {
  if (edit.edit === 'write-file') model.set(edit.path, expected(parameters, edit.data, edit.modified));
  if (edit.edit === 'delete-file') return model.delete(edit.path);
  if (edit.edit !== 'rename-file') return true;
  const content = model.get(edit.path);
  if (content === undefined || (model.has(edit.to) && edit.to !== edit.path)) return false;
  model.delete(edit.path);
  model.set(edit.to, content);
  return true;
}

describe('a SPIFFS image', () => {
  it('is built with every file, and its parameters are found again', async () => {
    const files = fc.uniqueArray(
      fc.record({ path: paths, kind: fc.constant('file' as const), data: contents, modified: dates }),
      { selector: ({ path }) => path, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...SHAPES), files, async (parameters, drawn: readonly NewFile[]) => {
        const all = [...drawn, KEPT];
        const image = dataOf(await SPIFFS.build(all, 128 * KIB, parameters, NEVER_YIELD));
        const lines = all.map(({ path, data, modified }) => [path, expected(parameters, data, modified)] as const);
        expect(await contentOf(image)).toEqual({ files: new Map(lines), findings: [] });
        expect(SPIFFS.parametersOf(image)).toEqual(parameters);
      }),
      { numRuns: cases(12) },
    );
  });

  it('without any data is taken for one of ESP-IDF, and says so', async () => {
    const image = dataOf(await SPIFFS.build([], 64 * KIB, IDF, NEVER_YIELD));
    expect(SPIFFS.parametersOf(image)).toEqual(IDF);
    expect((await contentOf(image)).findings).toEqual([
      'Nothing in it says which lengths the firmware was built with, as no file has data. Assumed are those of ESP-IDF: ' +
        '32 bytes for a name and 4 bytes for its date.',
    ]);
  });

  it('holds after any edits what a model holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...SHAPES), fc.array(anyEdit, { maxLength: 25 }), async (parameters, edits) => {
        let image = dataOf(await SPIFFS.build([KEPT], 64 * KIB, parameters, NEVER_YIELD));
        let model = new Map([[KEPT.path, expected(parameters, KEPT.data, KEPT.modified)]]);
        for (const edit of edits) {
          const next = new Map(model);
          const possible = apply(next, edit, parameters);
          const result = await SPIFFS.edit(image, [edit], NEVER_YIELD);
          const refused = 'refusal' in result ? result.refusal.kind : null;
          expect(refused === 'contents-too-large' || (refused === null) === possible).toBe(true);
          if ('data' in result) [image, model] = [result.data, next];
        }
        const { files, findings } = await contentOf(image);
        expect(findings).toEqual([]);
        expect(files).toEqual(model);
      }),
      { numRuns: cases(10) },
    );
  });

  it('that was used for long is edited without a change to its other files or to blocks that need none', async () => {
    const image = imageOf('aged-idf-64k');
    const before = await contentOf(image);
    const [first = ''] = before.files.keys();
    const edits: FileEdit[] = [
      { edit: 'delete-file', path: first },
      { edit: 'write-file', path: '/new.txt', data: new Uint8Array(300).fill(1), modified: null },
    ];
    const edited = dataOf(await SPIFFS.edit(image, edits, NEVER_YIELD));
    const after = await contentOf(edited);
    before.files.delete(first);
    expect(after.files.get('/new.txt')).toBe(`null ${'01'.repeat(300)}`);
    after.files.delete('/new.txt');
    expect(after).toEqual(before);
    const changed = Array.from({ length: 16 }, (_, block) => block * 4096).filter(
      (at) => hexOf(image.subarray(at, at + 4096)) !== hexOf(edited.subarray(at, at + 4096)),
    );
    expect(changed.length).toBeLessThan(8);
    expect(sameBytes(dataOf(await SPIFFS.edit(edited, [], NEVER_YIELD)), edited)).toBe(true);
  });

  it('keeps its bytes where a file is written as it is', async () => {
    const image = imageOf('gen-idf-64k');
    const data = await openSpiffs(bytesOf(image)).then((opened) => opened?.readFile('/d/15.bin'));
    const edit = { edit: 'write-file', path: '/d/15.bin', data: data ?? new Uint8Array(0), modified: null } as const;
    expect(sameBytes(dataOf(await SPIFFS.edit(image, [edit], NEVER_YIELD)), image)).toBe(true);
  });
});

describe('several edits at once', () => {
  it('come to what they come to one by one', async () => {
    const image = dataOf(await SPIFFS.build([KEPT], 64 * KIB, IDF, NEVER_YIELD));
    const edits: FileEdit[] = [
      { edit: 'rename-file', path: '/kept', to: '/other' },
      { edit: 'write-file', path: '/other', data: KEPT.data, modified: 9000 },
      { edit: 'write-file', path: '/a/b', data: new Uint8Array(700).fill(1), modified: null },
      { edit: 'rename-file', path: '/a', to: '/c' },
    ];
    const { files } = await contentOf(dataOf(await SPIFFS.edit(image, edits, NEVER_YIELD)));
    expect([...files].map(([path, line]) => [path, line.split(' ')[0]])).toEqual([
      ['/c/b', 'null'],
      ['/other', '9000'],
    ]);
    const folder = await SPIFFS.edit(image, [{ edit: 'make-folder', path: '/x' }], NEVER_YIELD);
    expect('refusal' in folder && folder.refusal.kind).toBe('bad-file-name');
  });

  it('that delete everything leave the lengths to be seen in what is deleted', async () => {
    for (const parameters of SHAPES) {
      const image = dataOf(await SPIFFS.build([KEPT], 64 * KIB, parameters, NEVER_YIELD));
      const edited = dataOf(await SPIFFS.edit(image, [{ edit: 'delete-file', path: KEPT.path }], NEVER_YIELD));
      expect(SPIFFS.parametersOf(edited)).toEqual(parameters);
      expect((await contentOf(edited)).findings).toEqual([]);
    }
  });
});

describe('an image after a power cut', () => {
  const names = SPIFFS_IMAGES.filter((name) => name.startsWith('cut-'));

  it.each(names)('%s is edited as the check of SPIFFS leaves it', async (name) => {
    const truth = spiffsTruth(name) as {
      entries: { path: string; size: number }[];
      afterCheck: { entries: { path: string; size: number }[] | null };
    };
    const kept = truth.afterCheck.entries ?? truth.entries;
    const edit: FileEdit = { edit: 'write-file', path: '/new', data: new Uint8Array(10), modified: null };
    const edited = dataOf(await SPIFFS.edit(imageOf(name), [edit], NEVER_YIELD));
    const opened = await openSpiffs(bytesOf(edited));
    expect(opened?.tree.findings).toEqual([]);
    const sizes = opened?.tree.entries.map(({ path, size }) => `${path} ${size}`) ?? [];
    expect(sizes.toSorted()).toEqual([...kept.map(({ path, size }) => `${path} ${size}`), '/new 10'].toSorted());
  });

  it('is refused where a file is damaged, until that file is deleted', async () => {
    const image = imageOf('gen-idf-nonascii-64k');
    const write: FileEdit = { edit: 'write-file', path: '/new', data: new Uint8Array(10), modified: null };
    const result = await SPIFFS.edit(image, [write], NEVER_YIELD);
    expect('refusal' in result && result.refusal.kind).toBe('contents-damaged');
    const deletions = ['/ü4.dat', '/ü6.dat'].map((path): FileEdit => ({ edit: 'delete-file', path }));
    const edited = await contentOf(dataOf(await SPIFFS.edit(image, [...deletions, write], NEVER_YIELD)));
    expect(edited.findings).toEqual([]);
    expect(edited.files.has('/new')).toBe(true);
  });
});

/** An image with `/kept` and `/a` of this many bytes, whose header in page 3 lost the bit of its number that makes it an index. */
async function misnumbered(size: number): Promise<SpiffsVolume> {
  const file: NewFile = { path: '/a', kind: 'file', data: new Uint8Array(size).fill(5), modified: 7000 };
  const image = dataOf(await SPIFFS.build([KEPT, file], 64 * KIB, IDF, NEVER_YIELD));
  const volume = new SpiffsVolume(geometryOf(IDF, 16), image);
  volume.put16(volume.at(3), volume.header(3).id & ~INDEX_ID);
  return volume;
}

describe('a file whose header has the number of data', () => {
  const write: FileEdit = { edit: 'write-file', path: '/new', data: new Uint8Array(10), modified: null };

  // The larger one has a second index page.
  it.each([600, 30_000])(
    'and %i bytes is read as the library reads it, and gets its own number by an edit',
    async (size) => {
      const { image } = await misnumbered(size);
      const before = await contentOf(image);
      expect(before.files.get('/a')).toBe(`7000 ${'05'.repeat(size)}`);
      expect(before.findings).toEqual([
        expect.stringMatching(/^\/a can be read, but the number in page 3 at 0x300 is not/),
      ]);
      for (const edit of [write, { edit: 'compact' } as const]) {
        const { files, findings } = await contentOf(dataOf(await SPIFFS.edit(image, [edit], NEVER_YIELD)));
        expect(findings).toEqual([]);
        files.delete('/new');
        expect(files).toEqual(before.files);
      }
    },
  );

  it('is refused where its table has to be mended, too, until it is deleted', async () => {
    const volume = await misnumbered(600);
    const second = volume.at(3) + listedAt(volume.geometry, 1).at;
    volume.put16(second, volume.listed(3, 0));
    const result = await SPIFFS.edit(volume.image, [write], NEVER_YIELD);
    expect('refusal' in result && result.refusal.says).toContain(
      '/a: its header in page 3 at 0x300 has the number of data',
    );
    const deletion: FileEdit = { edit: 'delete-file', path: '/a' };
    const { files, findings } = await contentOf(
      dataOf(await SPIFFS.edit(volume.image, [deletion, write], NEVER_YIELD)),
    );
    expect([...files.keys()].toSorted()).toEqual(['/kept', '/new']);
    expect(findings).toEqual([]);
  });
});

describe('a damaged image', () => {
  it('is edited to one in which nothing is wrong, brought to another size, or refused', LONG, async () => {
    const images = ['aged-idf-64k', 'cut-meta0-02', 'gen-idf-64k'].map(imageOf);
    const places = [
      fc.nat(65535),
      fc.nat(255).map((page) => page * 256 + 4),
      fc.nat(511).map((i) => (i >> 5) * 4096 + (i % 32)),
    ];
    const change = fc.record({
      at: fc.oneof(...places),
      value: fc.oneof(fc.nat(255), fc.constantFrom(0, 0xff, 0xfc, 0xf8)),
    });
    const write: FileEdit = { edit: 'write-file', path: '/new', data: new Uint8Array(700), modified: null };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...images), fc.array(change, { maxLength: 12 }), async (image, changes) => {
        const damaged = image.slice();
        for (const { at, value } of changes) damaged[at] = value;
        const edited = await SPIFFS.edit(damaged, [write], NEVER_YIELD);
        const found = 'data' in edited ? await openSpiffs(bytesOf(edited.data)) : null;
        const problems = found?.tree.findings.filter(({ verdict }) => verdict === 'problem') ?? [];
        expect(problems).toEqual([]);
        for (const file of found?.files ?? []) expect((await found?.readListed(file))?.length).toBe(file.size);
        for (const size of [32, 64, 96]) {
          const resized = await SPIFFS.resize(damaged, size * KIB, NEVER_YIELD);
          expect('refusal' in resized || resized.data.length === size * KIB).toBe(true);
        }
      }),
      { numRuns: cases(15) },
    );
  });
});

describe('SPIFFS of another size', () => {
  it('has the same files, larger or smaller', LONG, async () => {
    for (const name of ['aged-idf-64k', 'mk-esp8266-bs8192-256k', 'part-larger-64k-in-128k', 'cut-meta0-01']) {
      const image = imageOf(name);
      const before = await contentOf(image);
      const larger = dataOf(await SPIFFS.resize(image, 512 * KIB, NEVER_YIELD));
      expect(await contentOf(larger)).toEqual({ files: before.files, findings: [] });
      expect(SPIFFS.parametersOf(larger)).toEqual(SPIFFS.parametersOf(image));
      const smaller = dataOf(await SPIFFS.resize(larger, 192 * KIB, NEVER_YIELD));
      expect(await contentOf(smaller)).toEqual({ files: before.files, findings: [] });
    }
  });

  it('is refused with sizes if its files do not fit', async () => {
    const result = await SPIFFS.resize(imageOf('gen-idf-64k'), 16 * KIB, NEVER_YIELD);
    expect('refusal' in result && result.refusal.says).toBe(
      'The set of 20 files needs 32,881 bytes, and SPIFFS has 7,530 bytes free for it here.',
    );
  });
});

describe('what SPIFFS cannot hold', () => {
  const refusalOf = async (files: readonly NewFile[]): Promise<string | null> => {
    const result = await SPIFFS.build(files, 64 * KIB, IDF, NEVER_YIELD);
    return 'refusal' in result ? result.refusal.kind : null;
  };
  const file = (path: string, size = 1): NewFile => ({
    path,
    kind: 'file',
    data: new Uint8Array(size),
    modified: null,
  });

  it('is refused: names without / or of more than 31 bytes, the same name twice, an empty folder', async () => {
    expect(await refusalOf([file(`/${'x'.repeat(30)}`)])).toBeNull();
    expect(await refusalOf([file(`/${'x'.repeat(31)}`)])).toBe('bad-file-name');
    expect(await refusalOf([file(`/${'ü'.repeat(16)}`)])).toBe('bad-file-name');
    expect(await refusalOf([file('a')])).toBe('bad-file-name');
    expect(await refusalOf([file('/a'), file('/a')])).toBe('file-exists');
    const folder: NewFile = { path: '/b', kind: 'folder', data: new Uint8Array(0), modified: null };
    expect(await refusalOf([folder])).toBe('bad-file-name');
    expect(await refusalOf([folder, file('/b/c')])).toBeNull();
  });

  it('is known before it is built', async () => {
    for (const size of [40_000, 51_000, 53_000]) {
      const { needed, available, each } = SPIFFS.costOf([file('/a', size)], 64 * KIB, IDF);
      expect(each).toEqual([needed]);
      expect(await refusalOf([file('/a', size)])).toBe(needed > available ? 'contents-too-large' : null);
    }
  });
});
