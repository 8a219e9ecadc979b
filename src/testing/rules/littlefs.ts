/** Test support: damaged and unfinished LittleFS images, for each finding about them. Nothing of the app imports it. */
import { NEVER_YIELD } from '../../flash/yielding.ts';
import { viewOf } from '../../formats/binary.ts';
import { flush } from '../../esp/contents/littlefs/flush.ts';
import { littleFs } from '../../esp/contents/littlefs/littlefs.ts';
import { loadIn } from '../../esp/contents/littlefs/edit.ts';
import { openLittleFs } from '../../esp/contents/littlefs/read.ts';
import { superblockBytes, superblockIn } from '../../esp/contents/littlefs/superblock.ts';
import type { Superblock } from '../../esp/contents/littlefs/superblock.ts';
import { TYPE } from '../../esp/contents/littlefs/tags.ts';
import type { Volume, WritablePair, WritableSlot } from '../../esp/contents/littlefs/volume.ts';
import { twoWords } from '../../esp/contents/littlefs/volume.ts';
import { countedBytes } from '../contents/littlefs-vectors.ts';
import type { RuleCase } from './case.ts';
import { kindsOf } from './case.ts';

const BLOCK = 4096;
const SIZE = 16 * BLOCK;
const FILES = ['/a', '/b', '/folder/c', '/folder/d'];

/** A small file system. */
async function sound(paths: readonly string[] = FILES, size = SIZE): Promise<Uint8Array> {
  const files = paths.map((path) => ({ path, kind: 'file' as const, data: new Uint8Array(9), modified: null }));
  const built = await littleFs.build(files, size, littleFs.usualParameters(size), NEVER_YIELD);
  if ('refusal' in built) throw new Error(built.refusal.says);
  return built.data;
}

/** It, with its metadata changed and written as the library would. */
async function changed(change: (volume: Volume) => void): Promise<Uint8Array> {
  const image = await sound();
  const loaded = loadIn(image);
  if ('says' in loaded) throw new Error(loaded.says);
  change(loaded.volume);
  flush(loaded.volume);
  return image;
}

function put(volume: Volume, name: string, type: number, struct: WritableSlot['struct']): void {
  const bytes = new TextEncoder().encode(name);
  volume.insert(volume.find(volume.root, bytes), { name: bytes, type, struct, attributes: new Map() });
}

const folderAt = (first: number, second: number) => ({ type: TYPE.folderStruct, data: twoWords(first, second) });

function superblockWith(volume: Volume, fields: Partial<Superblock>): void {
  const old = superblockIn(volume.root.slots[0]);
  if (old === null) return;
  const data = superblockBytes({ ...old, ...fields });
  volume.setStruct({ pair: volume.root, index: 0 }, { type: TYPE.inlineStruct, data });
}

/** The pair of the only folder. */
function folderOf(volume: Volume): WritablePair {
  return volume.root.next ?? volume.root;
}

function stateWith(volume: Volume, tag: number): void {
  const state = new Uint8Array(12);
  viewOf(state).setUint32(0, tag, true);
  state.set(twoWords(volume.root.active, volume.root.spare), 4);
  volume.addState(volume.root, state);
}

async function erased(blocks: (volume: Volume) => readonly number[]): Promise<Uint8Array> {
  const image = await sound();
  const loaded = loadIn(image.slice());
  if (!('says' in loaded)) for (const block of blocks(loaded.volume)) image.fill(0, block * BLOCK, (block + 1) * BLOCK);
  return image;
}

async function reportedFor(image: Uint8Array): Promise<readonly string[]> {
  return kindsOf((await openLittleFs(countedBytes(image)))?.tree.findings ?? []);
}

function rule(kind: string, broken: () => Promise<Uint8Array>, also: readonly string[] = []): RuleCase {
  return {
    kind,
    also,
    image: broken,
    broken: async () => reportedFor(await broken()),
    mended: async () => reportedFor(await sound()),
  };
}

const MOVE_OF_A = ((TYPE.remove << 20) | (1 << 10)) >>> 0;

/** Every finding about a LittleFS. */
export const LITTLEFS_CASES: readonly RuleCase[] = [
  rule('littlefs-no-superblock', async () => {
    const image = await sound();
    for (const at of [0, BLOCK]) image.fill(0, at + 40, at + BLOCK);
    return image;
  }),
  rule('littlefs-unsupported', () => changed((volume) => superblockWith(volume, { version: 0x00020002 }))),
  rule('littlefs-larger', () => changed((volume) => superblockWith(volume, { blockCount: 17 }))),
  rule('littlefs-smaller', () => changed((volume) => superblockWith(volume, { blockCount: 15 }))),
  rule('littlefs-pair-damaged', () => erased((volume) => [folderOf(volume).active, folderOf(volume).spare])),
  rule('littlefs-pair-outside', () => changed((volume) => put(volume, 'far', TYPE.folder, folderAt(90, 91)))),
  rule('littlefs-loop', () => changed((volume) => put(volume, 'loop', TYPE.folder, folderAt(0, 1)))),
  rule('littlefs-shared', () =>
    changed((volume) => put(volume, 'same', TYPE.folder, folderAt(folderOf(volume).active, folderOf(volume).spare))),
  ),
  rule('littlefs-fell-back', async () => (await sound()).fill(0, BLOCK + 4, 2 * BLOCK)),
  rule('littlefs-pending-move', () => changed((volume) => stateWith(volume, MOVE_OF_A)), ['littlefs-hidden-by-move']),
  rule('littlefs-hidden-by-move', () => changed((volume) => stateWith(volume, MOVE_OF_A)), ['littlefs-pending-move']),
  rule('littlefs-orphans', () => changed((volume) => stateWith(volume, 0x80000000))),
  rule('littlefs-not-openable', () =>
    changed((volume) => {
      const pair = volume.addPair(volume.root, true);
      const name = Uint8Array.of(0x20);
      if (pair !== null)
        volume.insert({ pair, index: 0 }, { name, type: TYPE.file, struct: folderAt(0, 0), attributes: new Map() });
    }),
  ),
  rule('littlefs-bad-name', () => changed((volume) => put(volume, '..', TYPE.file, folderAt(0, 0)))),
  rule('littlefs-odd-entry', () => changed((volume) => put(volume, 'odd', 0x03, folderAt(0, 0)))),
  rule('littlefs-file-damaged', () =>
    changed((volume) => put(volume, 'far', TYPE.file, { type: TYPE.ctzStruct, data: twoWords(90, 9000) })),
  ),
  rule('littlefs-too-deep', () => sound([`${`/${'n'.repeat(255)}`.repeat(17)}/file`], 4 * SIZE)),
  rule(
    'littlefs-more-findings',
    () =>
      changed((volume) => {
        for (let i = 0; i < 201; i++) put(volume, '..', TYPE.file, folderAt(0, 0));
      }),
    ['littlefs-bad-name'],
  ),
];
