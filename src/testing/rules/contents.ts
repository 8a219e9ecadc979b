/** Test support: why what a partition holds cannot be changed as asked. Nothing of the app imports it. */
import { makeCancel } from '../../flash/failure.ts';
import type { DroppedFile } from '../../flash/dropped-file.ts';
import { openPartitionFile } from '../../flash-image/open-partition-file.ts';
import type { ContentEdit } from '../../flash/partition-contents.ts';
import { NEVER_YIELD } from '../../flash/yielding.ts';
import type { FileEdit } from '../../esp/contents/file-system.ts';
import { littleFs } from '../../esp/contents/littlefs/littlefs.ts';
import { edit as editNvs, make as makeNvs } from '../../esp/contents/nvs/edit.ts';
import { importJson } from '../../esp/contents/nvs/json.ts';
import type { SettingEdit } from '../../esp/contents/nvs/model.ts';
import { SPIFFS } from '../../esp/contents/spiffs/codec.ts';
import { nvsVectors } from '../contents/nvs-images.ts';
import { openWorld } from '../esp/world.ts';
import { arrangeEsp } from '../../esp/arrange/arrange.ts';
import { rewriteEspContents } from '../../esp/contents/rewrite.ts';
import { smallBoard } from '../esp/small-board.ts';
import type { RuleCase } from './case.ts';
import { kindsOf } from './case.ts';

const SIZE = 0x10000;
const SMALL = new Uint8Array(10);

function dataOf(made: { readonly data: Uint8Array } | { readonly refusal: unknown }): Uint8Array {
  if ('refusal' in made) throw new Error('nothing was made');
  return made.data;
}

/** Why files cannot be changed in a LittleFS of 64 KiB that holds `/a` and `/b`. */
async function files(...edits: readonly FileEdit[]): Promise<string[]> {
  const held = ['/a', '/b'].map((path) => ({ path, kind: 'file', data: SMALL, modified: null }) as const);
  const image = dataOf(await littleFs.build(held, SIZE, littleFs.usualParameters(SIZE), NEVER_YIELD));
  const done = await littleFs.edit(image, edits, NEVER_YIELD);
  return 'refusal' in done ? [done.refusal.kind] : [];
}

/** Why files with these names cannot be in a new SPIFFS. */
async function named(...paths: readonly string[]): Promise<string[]> {
  const wanted = paths.map((path) => ({ path, kind: 'file', data: SMALL, modified: null }) as const);
  const built = await SPIFFS.build(wanted, SIZE, SPIFFS.usualParameters(SIZE), NEVER_YIELD);
  return 'refusal' in built ? [built.refusal.kind] : [];
}

const write = (path: string, size = 10): FileEdit => {
  return { edit: 'write-file', path, data: new Uint8Array(size), modified: null };
};

/** Why settings cannot be changed in an empty NVS of this many bytes. */
function settings(edits: readonly SettingEdit[], image = dataOf(makeNvs(0x3000))): string[] {
  const done = editNvs(image, edits);
  return 'refusal' in done ? [done.refusal.kind] : [];
}

const set = (key: string, type: string, value: string): SettingEdit => {
  return { edit: 'set', namespace: 'a', key, type, value };
};
const strings = (count: number) => Array.from({ length: count }, (_, i) => set(`s${i}`, 'string', 'x'.repeat(2500)));

/** What stands in the way of files that are dropped where the image of an NVS partition is open. */
async function droppedOnPartition(...dropped: readonly DroppedFile[]): Promise<string[]> {
  const made = editNvs(dataOf(makeNvs(0x3000)), [set('k', 'u8', '1')]);
  const opened = await openPartitionFile({ name: 'nvs.bin', data: dataOf(made) });
  if (opened === null) throw new Error('it is not opened');
  const { family, device } = opened;
  const board = await family.inspect(device, makeCancel(), () => undefined);
  const files = dropped.map((file) => ({ file, choice: null }));
  return family.arrange({ files }, board).refusals.map(({ kind }) => kind);
}

function imported(text: string): string[] {
  const read = importJson(new TextEncoder().encode(text), 'settings.json');
  return 'refusal' in read ? [read.refusal.kind] : [];
}

/** An NVS without a blank page, with which the library does not start. */
function withoutBlankPage(): Uint8Array {
  const image = nvsVectors().find(({ name }) => name === 'size-no-blank-page')?.image;
  if (image === undefined) throw new Error('the vector is gone');
  return image;
}

const nvs = { region: 'flash', address: 0x9000, size: 0x15000 };

/** Why edits of the settings of a board, and a layout, cannot be planned, or what is asked first. */
async function onBoard(edits: readonly ContentEdit[], csv: string | null = null): Promise<string[]> {
  const { session } = openWorld('esp32-raft');
  await session.connect();
  if (csv !== null) await session.dispatch({ do: 'change-layout', csv });
  await session.dispatch({ do: 'edit-contents', range: nvs, edits });
  const { state } = session;
  if (state.kind !== 'connected') throw new Error('the board was lost');
  const { work } = state;
  return kindsOf(work.kind === 'refused' ? work.refusals : work.kind === 'planned' ? work.asks : []);
}

/** A layout without settings. */
const WITHOUT_NVS =
  'otadata,data,ota,0x1e000,0x2000\napp0,app,ota_0,0x20000,0x1b0000\n' +
  'app1,app,ota_1,0x1d0000,0x1b0000\nfiles,data,littlefs,0x380000,0x80000\n';

/** Why edits of two partitions, which share flash or do not, cannot be flashed together. */
async function overlapping(shared: boolean): Promise<string[]> {
  const [first, second] = [nvs.address, nvs.address + (shared ? 0x4000 : 0x6000)];
  const board = await smallBoard({
    flash: 4,
    rows: [
      ['one', 1, 2, first, 0x6000, 'nvs'],
      ['two', 1, 2, second, 0x6000, 'nvs'],
    ],
  });
  const contents = [first, second].map((address) => ({
    range: { region: 'flash', address, size: 0x6000 },
    edits: [set('k', 'u8', '1')],
  }));
  const request = { files: [], contents };
  const read = () => Promise.resolve(dataOf(makeNvs(0x6000)));
  const rewritten = await rewriteEspContents(request, board, read, NEVER_YIELD);
  return kindsOf(arrangeEsp({ ...request, rewritten }, board).refusals);
}

/** One case for each kind. */
export const CONTENT_CASES: readonly RuleCase[] = [
  {
    kind: 'contents-too-large',
    broken: () => files(write('/large', 2 * SIZE)),
    mended: () => files(write('/small')),
  },
  {
    kind: 'no-such-file',
    broken: () => files({ edit: 'delete-file', path: '/c' }),
    mended: () => files({ edit: 'delete-file', path: '/a' }),
  },
  {
    kind: 'file-exists',
    broken: () => files({ edit: 'make-folder', path: '/a' }),
    mended: () => files({ edit: 'make-folder', path: '/c' }),
  },
  {
    kind: 'bad-file-name',
    broken: () => files(write(`/${'n'.repeat(256)}`)),
    mended: () => files(write(`/${'n'.repeat(255)}`)),
  },
  {
    kind: 'bad-file-names',
    broken: () => named(`/${'a'.repeat(31)}`, `/${'b'.repeat(31)}`),
    mended: () => named(`/${'a'.repeat(30)}`, `/${'b'.repeat(30)}`),
  },
  {
    kind: 'settings-do-not-pack',
    broken: () => settings(strings(4), dataOf(makeNvs(0x4000))),
    mended: () => settings(strings(3), dataOf(makeNvs(0x4000))),
  },
  {
    kind: 'no-such-setting',
    broken: () => settings([{ edit: 'delete-setting', namespace: 'a', key: 'k' }]),
    mended: () => settings([set('k', 'u8', '1'), { edit: 'delete-setting', namespace: 'a', key: 'k' }]),
  },
  {
    kind: 'bad-setting',
    broken: () => settings([set('k', 'u8', '256')]),
    mended: () => settings([set('k', 'u8', '255')]),
  },
  {
    kind: 'settings-file-wrong',
    broken: () => imported('{ "format": "nvs-settings", "version": 2, "settings": [] }'),
    mended: () => imported('{ "format": "nvs-settings", "version": 1, "settings": [] }'),
  },
  {
    kind: 'contents-damaged',
    broken: () => settings([set('k', 'u8', '2')], withoutBlankPage()),
    mended: () => settings([set('k', 'u8', '2')]),
  },
  {
    kind: 'contents-unreadable',
    broken: () => onBoard([{ edit: 'make-folder', path: '/a' }]),
    mended: () => onBoard([set('k', 'u8', '1')]),
  },
  {
    kind: 'contents-recreated',
    broken: () => onBoard([{ edit: 'make', format: 'nvs' }]),
    mended: () => onBoard([{ edit: 'compact' }]),
  },
  {
    kind: 'edits-overlap',
    broken: () => overlapping(true),
    mended: () => overlapping(false),
  },
  {
    kind: 'edits-overwritten',
    broken: () => onBoard([set('k', 'u8', '1')], WITHOUT_NVS),
    mended: () => onBoard([set('k', 'u8', '1')]),
  },
  {
    kind: 'no-place-in-partition',
    broken: () => droppedOnPartition({ name: 'app.bin', data: SMALL }),
    mended: () => droppedOnPartition(),
  },
];
