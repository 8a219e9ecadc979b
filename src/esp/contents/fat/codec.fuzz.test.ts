/** Edits do to a FAT what they do to a model of it; damaged and cut images are read and edited in bounded time, or refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../flash/failure.ts';
import { NEVER_YIELD } from '../../../flash/yielding.ts';
import { crc32 } from '../../../formats/crc32.ts';
import { cases } from '../../../testing/cases.ts';
import { fatImage } from '../../../testing/contents/fat-images.ts';
import { cpuTimer } from '../../../testing/cpu.ts';
import type { FileEdit } from '../file-system.ts';
import { imageBytes } from '../../../flash/partition-contents.ts';
import { fatCodec, fatParameters } from './codec.ts';
import type { WearLevellingMode } from './locate.ts';
import { LONG } from '../../../testing/long.ts';

const IMAGES = ['cut-wl4096-04', 'cut-safe512-05', 'aged-wl-128k-wrapped', 'empty-wl-512k'] as const;

/** What is in a file system, by path; a file's content by its CRC, folders null, what cannot be read `broken`. */
async function modelOf(image: Uint8Array): Promise<Map<string, number | 'broken' | null>> {
  const files = await fatCodec.open(imageBytes(image));
  const model = new Map<string, number | 'broken' | null>();
  for (const { path, kind } of files?.tree.entries ?? []) {
    if (kind === 'folder') {
      model.set(path, null);
      continue;
    }
    try {
      model.set(path, crc32((await files?.readFile(path)) ?? new Uint8Array()));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      model.set(path, 'broken');
    }
  }
  return model;
}

const names = fc.constantFrom(
  'a',
  'B.TXT',
  'c d.txt',
  'größe.dat',
  'a long name of more than one entry.html',
  '日本',
  'x~1',
);
const paths = fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
const data = fc.nat(9000).map((size) => Uint8Array.from({ length: size }, (_, i) => (i * 31 + size) & 0xff));
const edits = fc.oneof(
  fc.record({ edit: fc.constant('write-file' as const), path: paths, data, modified: fc.constant(null) }),
  fc.record({ edit: fc.constant('make-folder' as const), path: paths }),
  fc.record({ edit: fc.constant('delete-file' as const), path: paths }),
  fc.record({ edit: fc.constant('rename-file' as const), path: paths, to: paths }),
  fc.record({ edit: fc.constant('compact' as const) }),
);

function makeFolders(model: Map<string, unknown>, path: string): void {
  for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
    if (!model.has(path.slice(0, at))) model.set(path.slice(0, at), null);
  }
}

/** The same edit of the model. Only asked for where the codec took the edit. */
function apply(model: Map<string, number | 'broken' | null>, edit: FileEdit): void {
  if (edit.edit === 'write-file') {
    makeFolders(model, edit.path);
    model.set(edit.path, crc32(edit.data));
  } else if (edit.edit === 'make-folder') {
    makeFolders(model, edit.path);
    model.set(edit.path, null);
  } else if (edit.edit === 'delete-file') {
    for (const path of Array.from(model.keys()))
      if (path === edit.path || path.startsWith(`${edit.path}/`)) model.delete(path);
  } else if (edit.edit === 'rename-file') {
    makeFolders(model, edit.to);
    for (const [path, value] of Array.from(model)) {
      if (path !== edit.path && !path.startsWith(`${edit.path}/`)) continue;
      model.delete(path);
      model.set(edit.to + path.slice(edit.path.length), value);
    }
  }
}

/** Whether the model says that an edit has to be refused, apart from its size. */
function isWrong(model: Map<string, unknown>, edit: FileEdit): boolean {
  const through = (path: string): boolean =>
    [...model].some(([file, value]) => value !== null && path.startsWith(`${file}/`));
  if (edit.edit === 'write-file') return through(edit.path) || model.get(edit.path) === null;
  if (edit.edit === 'make-folder') return through(edit.path) || model.has(edit.path);
  if (edit.edit === 'delete-file') return !model.has(edit.path);
  if (edit.edit !== 'rename-file') return false;
  if (!model.has(edit.path) || edit.to.startsWith(`${edit.path}/`)) return true;
  return (edit.to !== edit.path && model.has(edit.to)) || through(edit.to);
}

const sorted = (model: Map<string, unknown>) => [...model].sort(([a], [b]) => (a < b ? -1 : 1));

describe('random edits', () => {
  it('do the same to a model, and leave nothing behind', LONG, async () => {
    const levelling = fc.constantFrom<WearLevellingMode>('4096', 'performance', 'safety', 'none');
    await fc.assert(
      fc.asyncProperty(levelling, fc.array(edits, { maxLength: 25 }), async (how, list) => {
        const size = 0x20000;
        const built = await fatCodec.build([], size, fatParameters(size, how), NEVER_YIELD);
        if (!('data' in built)) throw new Error(built.refusal.says);
        let image = built.data;
        const model = new Map<string, number | 'broken' | null>();
        const wrong: string[] = [];
        for (const edit of list) {
          const result = await fatCodec.edit(image, [edit], NEVER_YIELD);
          const how = 'data' in result ? 'taken' : result.refusal.kind;
          const isRight = isWrong(model, edit)
            ? how !== 'taken'
            : ['taken', 'contents-too-large', 'bad-file-name'].includes(how);
          if (!isRight) wrong.push(`${how}: ${JSON.stringify({ ...edit, data: null })}`);
          if ('data' in result) {
            apply(model, edit);
            image = result.data;
          }
        }
        expect(wrong).toEqual([]);
        expect(sorted(await modelOf(image))).toEqual(sorted(model));
        expect((await fatCodec.open(imageBytes(image)))?.tree.findings).toEqual([]);
        const larger = await fatCodec.resize(image, 0x60000, NEVER_YIELD);
        if (!('data' in larger)) throw new Error(larger.refusal.says);
        expect(sorted(await modelOf(larger.data))).toEqual(sorted(model));
      }),
      { numRuns: cases(20) },
    );
  });
});

describe('damaged images', () => {
  const IMAGE_DATA = new Map(IMAGES.map((name) => [name, fatImage(name)]));
  const one = fc.constantFrom(...IMAGES).map((name) => IMAGE_DATA.get(name)?.slice() ?? new Uint8Array());
  // Boot sector, FATs, directories and the states of wear levelling are where damage matters: at the start and the end.
  const place = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 0.15, noNaN: true }));
  const damage = fc.array(fc.tuple(place, fc.nat(255), fc.nat(40)), { minLength: 1, maxLength: 12 });

  /** Everything that is wrong with how an image is read, edited and resized. */
  async function faults(image: Uint8Array): Promise<readonly string[]> {
    const elapsed = cpuTimer();
    const found: string[] = [];
    const files = await fatCodec.open(imageBytes(image));
    for (const { path } of files?.tree.entries ?? []) {
      if (!/^(\/[^/]+)+$/.test(path) || path.split('/').includes('..')) found.push(`path ${path}`);
    }
    const before = JSON.stringify(sorted(await modelOf(image)));
    const [path, modified] = ['/new file.txt', null];
    const edit = { edit: 'write-file', path, data: new Uint8Array(5000), modified } as const;
    const results = [
      await fatCodec.edit(image, [edit, { edit: 'delete-file', path }], NEVER_YIELD),
      await fatCodec.resize(image, image.length + 0x10000, NEVER_YIELD),
    ];
    // What is taken costs no file.
    for (const [i, result] of results.entries()) {
      if ('data' in result && JSON.stringify(sorted(await modelOf(result.data))) !== before) found.push(`change ${i}`);
    }
    if (elapsed() > 2000) found.push(`${elapsed()} ms`);
    return found;
  }

  it('are read, edited or refused, whatever is changed in them', LONG, async () => {
    await fc.assert(
      fc.asyncProperty(one, damage, async (image, changes) => {
        for (const [where, value, length] of changes) {
          const at = Math.floor(where * (image.length - 1));
          image.fill(value, at, at + length + 1);
        }
        expect(await faults(image)).toEqual([]);
      }),
      { numRuns: cases(80) },
    );
  });

  it('are read as far as they go where they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(one, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), async (image, part, whole) => {
        const size = Math.floor(part * image.length);
        expect(await faults(image.subarray(0, whole ? size - (size % 4096) : size))).toEqual([]);
      }),
      { numRuns: cases(40) },
    );
  });
});
