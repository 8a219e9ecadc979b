/** Contents of a board rewritten: what stands in the way of one partition says so, and ends nothing else. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../flash/failure.ts';
import type { Range } from '../../flash/map.ts';
import type { ContentEdit } from '../../flash/partition-contents.ts';
import { NEVER_YIELD } from '../../flash/yielding.ts';
import { smallBoard } from '../../testing/esp/small-board.ts';
import { openEspContents } from './open-partition.ts';
import { rebuildEspContents } from './rebuild.ts';
import { rewriteEspContents } from './rewrite.ts';

const NVS = { region: 'flash', address: 0x9000, size: 0x6000 };
const FILES = { region: 'flash', address: 0x10000, size: 0x10000 };
const SET: ContentEdit = { edit: 'set', namespace: 'wifi', key: 'n', type: 'u8', value: '7' };
const FOLDER: ContentEdit = { edit: 'make-folder', path: '/a' };

const settings = vector('nvs/aged-v55-3000-mixed').slice(0, 0x3000);
const files = vector('littlefs/mk-64k');

function vector(name: string): Uint8Array {
  const file = new URL(`../../testing/contents/vectors/${name}.bin.gz`, import.meta.url);
  return new Uint8Array(gunzipSync(readFileSync(file)));
}

/** A board with settings, files and a partition for keys at this address. */
function boardWith(keysAt: number) {
  return smallBoard({
    flash: 4,
    rows: [
      ['nvs', 1, 2, NVS.address, NVS.size, 'nvs'],
      ['files', 1, 0x83, FILES.address, FILES.size, 'littlefs'],
      ['keys', 1, 4, keysAt, 0x1000, 'nothing'],
    ],
  });
}

/** What the flash holds; `keys` is what is read of the keys. */
function reading(keys: Uint8Array) {
  return ({ address }: Range): Promise<Uint8Array> => {
    const nvs = new Uint8Array(NVS.size).fill(0xff);
    nvs.set(settings);
    return Promise.resolve(address === NVS.address ? nvs : address === FILES.address ? files.slice() : keys);
  };
}

describe('a partition for keys that lies past the end of the flash', () => {
  const read = reading(new Uint8Array());

  test('is none: settings are read and changed without keys', async () => {
    const board = await boardWith(0x410000);
    const request = { files: [], contents: [{ range: NVS, edits: [SET] }] };
    const [done] = await rewriteEspContents(request, board, read, NEVER_YIELD);
    expect(done?.result).toHaveProperty('differs');
    const bytesOf = (range: Range) => ({
      size: range.size,
      read: async (offset: number, size: number) => (await read(range)).subarray(offset, offset + size),
    });
    expect((await openEspContents(board, NVS, bytesOf)).listing).toHaveProperty('kind', 'settings');
  });
});

describe('a mistake in a codec', () => {
  // Nobody can have keys of no bytes, so the cipher throws.
  const read = reading(new Uint8Array());

  test('is a refusal of the partition where it happens, and the others are rewritten', async () => {
    const board = await boardWith(0x20000);
    const contents = [
      { range: NVS, edits: [SET] },
      { range: FILES, edits: [FOLDER] },
    ];
    const [nvs, other] = await rewriteEspContents({ files: [], contents }, board, read, NEVER_YIELD);
    expect(nvs?.result).toMatchObject({
      refusal: {
        kind: 'contents-unreadable',
        place: { range: NVS },
        says: expect.stringContaining('inside Sectorwise'),
      },
    });
    expect(other?.result).toHaveProperty('differs');
  });

  test('is why a new layout cannot keep a content', async () => {
    const board = await boardWith(0x20000);
    const after = { size: 0x4000, format: 'nvs' };
    const [nvs] = await rebuildEspContents([{ before: NVS, after }], board, read, NEVER_YIELD);
    expect(nvs?.result).toMatchObject({ refusal: { kind: 'contents-unreadable', place: { range: NVS } } });
  });

  test('does not hide that the board is gone', async () => {
    const board = await boardWith(0x20000);
    const facts = { name: 'gone', kind: 'lost', says: 'The board is gone.', next: 'Connect it.' } as const;
    const gone = () => Promise.reject(new Failure(facts));
    const contents = [{ range: FILES, edits: [FOLDER] }];
    await expect(rewriteEspContents({ files: [], contents }, board, gone, NEVER_YIELD)).rejects.toMatchObject({
      facts,
    });
  });
});

test('a file that cannot be read is why a new layout cannot keep its file system, and ends nothing else', async () => {
  const image = vector('spiffs/aged-idf-64k');
  // The header of a file's page: it is deleted now.
  image.fill(0, 0x6100, 0x6140);
  const before = { region: 'flash', address: 0x10000, size: image.length };
  const board = await smallBoard({ flash: 4, rows: [['fs', 1, 0x82, before.address, before.size, 'nothing']] });
  const rebuild = { before, after: { size: 2 * image.length, format: 'spiffs' } };
  const [fs] = await rebuildEspContents([rebuild], board, () => Promise.resolve(image), NEVER_YIELD);
  expect(fs?.result).toMatchObject({ refusal: { says: expect.stringContaining('would not be the same') } });
});
