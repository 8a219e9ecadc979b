/** What a person relies on who has only the image of one partition: it is looked into, changed and saved without its board. */
import { describe, expect, it } from 'vitest';
import { openEspStored } from '../esp/contents/stored.ts';
import type { ContentEdit, PartitionListing } from '../flash/partition-contents.ts';
import { imageBytes } from '../flash/partition-contents.ts';
import { bytesSource } from '../session/sources.ts';
import { partitionWith, XTENSA_CRASH } from '../testing/contents/core-dumps.ts';
import { buildCoreDump } from '../virtual-boards/esp/firmware/core-dump.ts';
import { fatImage } from '../testing/contents/fat-images.ts';
import { littleFsImage } from '../testing/contents/littlefs-images.ts';
import { spiffsImage } from '../testing/contents/spiffs-images.ts';
import { consent, flash, workOf } from '../testing/esp/world.ts';
import type { AnySession } from '../testing/esp/world.ts';
import type { SavedFiles } from '../testing/flash-image.ts';
import { espDump, imageSession, openedImage } from '../testing/flash-image.ts';
import { openFlashImage } from './open.ts';

const NVS = espDump('esp32-raft').slice(0x9000, 0x1e000);
const SETTING: ContentEdit = { edit: 'set', namespace: 'wifi', key: 'ssid', type: 'string', value: 'attic' };
const FILE: ContentEdit = { edit: 'write-file', path: '/new.txt', data: Uint8Array.of(1, 2, 3), modified: null };

async function listed(data: Uint8Array): Promise<PartitionListing> {
  return (await openEspStored({ bytes: imageBytes(data), type: null, keys: null })).listing;
}

function connected({ state }: AnySession) {
  if (state.kind !== 'connected') throw new Error(JSON.stringify(state));
  const [partition] = state.board.layout.partitions;
  if (partition === undefined) throw new Error('no partition');
  return { ...state, range: { region: partition.region, address: partition.address, size: partition.size } };
}

describe.each<[string, () => Uint8Array, ContentEdit, string]>([
  ['NVS', () => NVS, SETTING, 'attic'],
  ['LittleFS', () => littleFsImage('v21-64k-mixed'), FILE, '/new.txt'],
  ['SPIFFS', () => spiffsImage('aged-idf-64k'), FILE, '/new.txt'],
  ['FAT', () => fatImage('gen-wl-ss4096-1m'), FILE, '/new.txt'],
])('the image of a %s partition', (format, make, edit, name) => {
  it('opens without a board, is looked into, changed, and saved with only that changed', async () => {
    const data = make();
    const before = await listed(data);
    const files: SavedFiles = [];
    const session = await imageSession(await openedImage(data, {}, 'store.bin'), files);
    const { board, range } = connected(session);
    expect([board.identity.chip, board.layout.partitions.map((each) => each.name), board.boot]).toEqual([
      `${format} partition`,
      ['store'],
      null,
    ]);
    await session.dispatch({ do: 'open-contents', range });
    expect(connected(session).contents?.listing).toEqual(before);

    await session.dispatch({ do: 'edit-contents', range, edits: [edit] });
    await flash(session);
    expect(workOf(session, 'ended')).toMatchObject({ outcome: 'verified', failure: null });
    expect(connected(session).image).toMatchObject({ saved: false, onlyWhole: true });
    await session.dispatch({ do: 'save-image', what: 'image' });
    const [saved] = files;
    expect([saved?.name, saved?.data.length]).toEqual(['store-changed.bin', data.length]);
    const after = await listed(saved?.data ?? new Uint8Array());
    expect(JSON.stringify(before)).not.toContain(name);
    expect(JSON.stringify(after)).toContain(name);
  });
});

it('what is only explained is looked into', async () => {
  const session = await imageSession(await openedImage(partitionWith(buildCoreDump(XTENSA_CRASH))));
  const { board, range } = connected(session);
  expect(board.identity.chip).toBe('Core dump partition');
  await session.dispatch({ do: 'open-contents', range });
  expect(connected(session).contents?.listing).toMatchObject({ kind: 'explained', format: 'Core dump' });
});

it('content is recreated only after a question, and erased as on a board', async () => {
  const session = await imageSession(await openedImage(NVS, {}, 'nvs.bin'));
  const { range } = connected(session);
  await session.dispatch({ do: 'edit-contents', range, edits: [{ edit: 'make', format: 'nvs' }] });
  await consent(session, 'contents-recreated');
  await flash(session);
  await session.dispatch({ do: 'open-contents', range });
  expect(connected(session).contents?.listing).toMatchObject({ kind: 'explained', format: 'Blank' });
});

it('a file that is dropped on it has no place, and the reason says where it has one', async () => {
  const session = await imageSession(await openedImage(NVS, {}, 'nvs.bin'));
  await session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', new Uint8Array(0x1000).fill(7))] });
  expect(workOf(session, 'refused').refusals).toMatchObject([{ kind: 'no-place-in-partition' }]);
});

it('a file that is larger than any flash is left out without being read, with the reason', async () => {
  const session = await imageSession(await openedImage(NVS, {}, 'nvs.bin'));
  const read = () => Promise.reject(new Error('it was read'));
  await session.dispatch({ do: 'add-files', files: [{ path: 'disk.img', size: 2 ** 33, read }] });
  const { files, containers } = connected(session);
  expect(files).toEqual([]);
  expect(containers.flatMap(({ left }) => left)).toEqual([
    { name: 'disk.img', why: 'too large: 8192 MiB, and at most 128 MiB are read' },
  ]);
});

it.each<[string, Uint8Array]>([
  ['random bytes', Uint8Array.from({ length: 0x8000 }, (_, i) => (i * 89 + (i >> 3)) % 251)],
  ['a part of a partition', NVS.slice(0, 0x1234)],
])('%s is no partition, and the failure says what opens', async (_, data) => {
  const opening = await openFlashImage({ name: 'x.bin', data });
  expect(opening).toMatchObject({ kind: 'failure', failure: { name: 'flash-image-not-flash' } });
});
