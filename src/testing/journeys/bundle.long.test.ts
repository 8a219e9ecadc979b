/** Recovery bundles through the whole app: made of one virtual board, applied to another, and the whole flash compared. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Layout, Partition } from '../../flash/layout.ts';
import type { FileView } from '../../session/state.ts';
import { bytesSource } from '../../session/sources.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import { bundleOf } from '../board-bundle.ts';
import { archiveOf, filesIn } from '../bundles.ts';
import { OnProgram } from '../esp/on-program.ts';
import type { World } from '../esp/world.ts';
import { consent, differences, flash, openWorld, workOf } from '../esp/world.ts';
import { makeLibrary } from '../library.ts';

type Connected = Extract<World['session']['state'], { kind: 'connected' }>;

function stateOf({ session: { state } }: World): Connected {
  if (state.kind !== 'connected') throw new Error(JSON.stringify(state).slice(0, 300));
  return state;
}

function partitionNamed({ partitions }: Layout, name: string): Partition {
  const own = partitions.find((each) => each.name === name);
  if (own === undefined) throw new Error(`no ${name}`);
  return own;
}

/** A board with other settings, an unusable table, no otadata, and a torn app: it starts nothing. */
async function broken(id = 'esp32-raft'): Promise<World> {
  const world = openWorld(id);
  await world.session.connect();
  const { layout } = stateOf(world).board;
  const { flash: cells } = world.made;
  const nvs = partitionNamed(layout, 'nvs');
  await world.session.dispatch({
    do: 'edit-contents',
    range: nvs,
    edits: [{ edit: 'set', namespace: 'wifi', key: 'ssid', type: 'string', value: 'attic' }],
  });
  await flash(world.session);
  expect(workOf(world.session, 'ended').outcome).toBe('verified');
  await world.session.dispatch({ do: 'disconnect' });
  cells.erase(partitionNamed(layout, 'partition table').address, 0x1000);
  cells.erase(partitionNamed(layout, 'otadata').address, 0x2000);
  cells.erase(partitionNamed(layout, 'app0').address + 0x20000, 0x3000);
  cells.program(partitionNamed(layout, 'fs').address + 0x70000, new Uint8Array(64).fill(0x11));
  return world;
}

async function drop(world: World, bundle: Uint8Array): Promise<Connected> {
  await world.session.connect();
  await world.session.dispatch({ do: 'add-files', files: [bytesSource('raft.bundle.zip', bundle)] });
  return stateOf(world);
}

async function agreeToAll({ session }: World): Promise<void> {
  for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
}

let bundle: Uint8Array;
let donor: Uint8Array;
let layout: Layout;

beforeAll(async () => {
  bundle = await bundleOf('esp32-raft');
  const world = openWorld('esp32-raft');
  await world.session.connect();
  donor = world.made.flash.snapshot();
  ({ layout } = stateOf(world).board);
});

/** The flash of a board after the bundle: the donor's bytes where it has some, the board's own elsewhere. */
function expected(before: Uint8Array): Uint8Array {
  const whole = before.slice();
  for (const { name, address, size } of manifest(bundle)) {
    expect(name).not.toBe('nvs');
    whole.set(donor.subarray(address, address + size), address);
  }
  return whole;
}

function manifest(archive: Uint8Array): readonly { name: string; address: number; size: number; file: string }[] {
  return JSON.parse(new TextDecoder().decode(filesIn(archive)['manifest.json'])).images;
}

/** The flash as the job left it: the bootloader may write otadata. */
function started({ made: board }: World): Uint8Array {
  const left = board.beforeStart();
  if (left === null) throw new Error('it did not start');
  return left;
}

const names = (files: readonly FileView[]) => files.map(({ name }) => name);

describe('a bundle of one board on another', () => {
  test('brings everything but the settings, and the board starts with its own', async () => {
    const world = await broken();
    const before = world.made.flash.snapshot();
    const { containers, files } = await drop(world, bundle);
    expect(containers[0]?.bundle).toMatchObject({
      name: 'raft-demo 1.4.2',
      notes: 'As it leaves the bench.',
      signer: null,
      misfit: null,
      targets: ['ESP32 with at least 4 MiB of flash'],
      keeps: [
        { name: 'nvs', role: 'settings' },
        { name: 'app1', role: 'app' },
      ],
    });
    // An empty slot has nothing to bring.
    expect(containers[0]?.bundle?.brings.map(({ name }) => name)).toEqual([
      'bootloader',
      'partition table',
      'otadata',
      'app0',
      'fs',
    ]);
    expect(containers[0]?.findings.map(({ kind }) => kind)).toEqual(['bundle-unsigned']);
    expect(names(files)).toHaveLength(5);
    await agreeToAll(world);
    await flash(world.session);
    const ended = workOf(world.session, 'ended');
    expect(ended.outcome).toBe('verified');
    expect(ended.start?.verdict).toMatchObject({ good: true });
    expect(differences(started(world), expected(before))).toEqual([]);
  });

  test('that was interrupted is resumed, and the flash is the same', async () => {
    const world = await broken();
    const before = world.made.flash.snapshot();
    await drop(world, bundle);
    await agreeToAll(world);
    world.made.flash.faults = new OnProgram(2, () => world.port.unplug());
    await flash(world.session);
    expect(workOf(world.session, 'ended')).toMatchObject({ connected: false, failure: { kind: 'lost' } });
    world.made.flash.faults = null;
    world.port.plug();
    await world.session.dispatch({ do: 'reconnect' });
    const { interrupted } = stateOf(world);
    if (interrupted === null) throw new Error('nothing to resume');
    expect(interrupted.noResume).toBeNull();
    await world.session.dispatch({ do: 'resume', job: interrupted.job });
    const ended = workOf(world.session, 'ended');
    expect(ended.outcome).toBe('verified');
    expect(ended.start?.verdict).toMatchObject({ good: true });
    expect(differences(started(world), expected(before))).toEqual([]);
  });

  test('with the settings in it replaces them, and says so first', async () => {
    const world = await broken();
    const { containers } = await drop(world, await bundleOf('esp32-raft', { more: ['nvs'] }));
    expect(containers[0]?.findings.map(({ kind }) => kind)).toEqual(['bundle-unsigned', 'bundle-replaces-settings']);
    await agreeToAll(world);
    await flash(world.session);
    expect(workOf(world.session, 'ended').outcome).toBe('verified');
    const { address, size } = partitionNamed(layout, 'nvs');
    const own = started(world).subarray(address, address + size);
    expect(differences(own, donor.subarray(address, address + size))).toEqual([]);
  });

  test('is used as a whole or not at all, also in a folder beside other things with a manifest.json', async () => {
    const own = filesIn(bundle);
    const [image] = manifest(bundle);
    const torn = (own[image?.file ?? ''] ?? new Uint8Array()).slice();
    torn[torn.length - 1] = (torn.at(-1) ?? 0) ^ 1;
    const inFolder = Object.entries({ ...own, [image?.file ?? '']: torn }).map(([name, data]) => [
      `rescue/${name}`,
      data,
    ]);
    const other = new TextEncoder().encode('{"name":"a page","icons":[]}');
    const archive = archiveOf({ 'manifest.json': other, ...Object.fromEntries(inFolder) });
    const { containers, files } = await drop(openWorld('esp32-raft'), archive);
    expect(containers.map(({ findings }) => findings.map(({ kind }) => kind))).toEqual([['bundle-changed']]);
    expect(names(files)).toEqual([]);
  });

  test('signed is said with its key', async () => {
    const world = await broken();
    const { containers } = await drop(world, await bundleOf('esp32-raft', { sign: true }));
    expect(containers[0]?.findings.map(({ kind }) => kind)).toEqual(['bundle-signed']);
    expect(containers[0]?.bundle?.signer?.key).toMatch(/^[0-9a-f]{64}$/);
    expect(stateOf(world).work.kind).toBe('planned');
  });

  test('fits a board with more flash, and as a folder too', async () => {
    const world = openWorld('esp32-16mb-header-4mb');
    await world.session.connect();
    const files = Object.entries(filesIn(bundle)).map(([name, data]) => bytesSource(`raft/${name}`, data));
    await world.session.dispatch({ do: 'add-files', files });
    const { containers, work } = stateOf(world);
    expect(containers[0]).toMatchObject({ name: 'raft', kind: 'recovery bundle', bundle: { misfit: null } });
    expect(work.kind).toBe('planned');
  });
});

describe('nothing is written of a bundle', () => {
  /** What is said of the drop, and what could be written of it. */
  const came = (world: World) => {
    const { containers, files, work } = stateOf(world);
    return [containers.flatMap(({ findings }) => findings.map(({ kind }) => kind)), names(files), work.kind];
  };

  test('that was changed', async () => {
    const world = await broken();
    const before = world.made.flash.snapshot();
    const own = filesIn(bundle);
    const app = manifest(bundle).find(({ name }) => name === 'app0')?.file ?? '';
    const changed = { ...own, [app]: (own[app] ?? new Uint8Array()).map((byte, i) => (i === 5000 ? byte ^ 4 : byte)) };
    await drop(world, archiveOf(changed));
    expect(came(world)).toEqual([['bundle-changed'], [], 'idle']);
    expect(differences(world.made.flash.snapshot(), before)).toEqual([]);
  });

  test('whose signature is not its own', async () => {
    const world = await broken();
    const signature =
      filesIn(await bundleOf('esp32-raft', { sign: true, more: ['nvs'] }))['signature.json'] ?? new Uint8Array();
    await drop(world, archiveOf({ ...filesIn(bundle), 'signature.json': signature }));
    expect(came(world)).toEqual([['bundle-signature-wrong'], [], 'idle']);
  });

  test.each(['esp32s3-raft', 'esp32c3-raft'])('for another board than %s', async (id) => {
    const world = openWorld(id);
    await drop(world, bundle);
    expect(came(world)).toEqual([['bundle-for-another-board'], [], 'idle']);
    expect(stateOf(world).containers[0]?.bundle?.misfit).toContain('it is for the ESP32');
  });

  test('that lies among other files', async () => {
    const world = openWorld('esp32-raft');
    await drop(world, archiveOf({ 'raft.bundle.zip': bundle, 'readme.txt': new Uint8Array(5) }));
    expect(came(world)).toEqual([['bundle-among-others'], [], 'idle']);
  });
});

test('a bundle of a build has what the build writes, and a board that takes it starts', async () => {
  const library = makeLibrary(memoryStore());
  let making = Promise.resolve();
  const world = openWorld(
    'esp32-raft',
    undefined,
    {},
    {
      onBundle: (from, request) => {
        if ('backup' in from) throw new Error('not of the files');
        making = library.library.bundleOfBuild(from, request);
      },
    },
  );
  await drop(world, bundle);
  const request = { name: 'as flashed', notes: '', parts: [], sign: null };
  await world.session.dispatch({ do: 'make-bundle', of: 'files', request });
  await making;
  const own = library.files.at(-1)?.data ?? new Uint8Array();
  expect(manifest(own).map(({ name }) => name)).toEqual(manifest(bundle).map(({ name }) => name));
  expect(stateOf(world).work.kind).toBe('planned');
  const other = openWorld('esp32-raft');
  const before = other.made.flash.snapshot();
  const app = partitionNamed(layout, 'app0');
  other.made.flash.erase(app.address + 0x10000, 0x1000);
  await drop(other, own);
  await agreeToAll(other);
  await flash(other.session);
  expect(workOf(other.session, 'ended')).toMatchObject({ outcome: 'verified', start: { verdict: { good: true } } });
  expect(differences(started(other), before)).toEqual([]);
});
