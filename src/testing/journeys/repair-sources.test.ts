/** What a person has repairs a board: a dropped file by itself, and a backup of before, but none of the damage itself. */
import { expect, test } from 'vitest';
import { sleep } from '../../flash/clock.ts';
import type { Range } from '../../flash/map.ts';
import { bytesSource } from '../../session/sources.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { raftDemo150 } from '../../virtual-boards/esp/firmware/raft-demo.ts';
import { openDfuWorld } from '../dfu/world.ts';
import type { Between } from '../esp/world.ts';
import { flash, openWorld, workOf } from '../esp/world.ts';
import { connectedOf } from '../plain-world.ts';
import { Wire } from '../wire.ts';
import { backedUp, backupsOf, wrongIn } from '../repair/keeping.ts';
import { carriedOut, elsewhere, findingsOn } from '../repair/repairing.ts';
import { LONG } from '../long.ts';

const [BOOTLOADER, TABLE, APP0, APP1, NVS] = [0x1000, 0x8000, 0x20000, 0x1d0000, 0x9000];
const APP_SIZE = 0x1b0000;
const erased = (size: number) => new Uint8Array(size).fill(0xff);
const at = (address: number, size: number) => ({ region: 'flash', address, size });

/** A board with a store, in which the session finds backups by their ids. */
function openKeeping({ store = memoryStore(), ...between }: Between = {}) {
  const world = openWorld('esp32-raft', undefined, {}, { store, backup: backupsOf(store), ...between });
  return { ...world, store };
}

/** A wire on which every digest is asked for past the end of the flash once it is told so, which the loader refuses. */
class Refusing extends Wire {
  refuses = false;

  override toBoard = (bytes: Uint8Array): Uint8Array => {
    const isDigest = bytes[0] === 0xc0 && bytes[1] === 0 && bytes[2] === 0x13;
    return this.refuses && isDigest ? bytes.with(12, 0x7f) : bytes;
  };
}

test.each<[what: string, range: Range, harm: readonly [number, Uint8Array], says: RegExp]>([
  ['partition table', at(TABLE, 0x1000), [TABLE + 0x6c, Uint8Array.of(0)], /MD5/],
  ['bootloader', at(BOOTLOADER, 0x7000), [BOOTLOADER + 0x1000, erased(0x1000)], /Segment 1 has an invalid length/],
  ['app', at(APP0, APP_SIZE), [APP0 + 0x8000, erased(0x1000)], /checksum|SHA-256|hash/i],
  ['settings', at(NVS, 0x15000), [NVS + 4, Uint8Array.of(1, 0, 0, 0)], /No NVS in it/],
  ['files', at(0x380000, 0x80000), [0x380000, new Uint8Array(0x2000)], /superblock|No LittleFS/],
])(
  '%s: a backup of before repairs it, one of the damage does not, whatever the board holds by now',
  LONG,
  async (_, range, harm, says) => {
    const world = openKeeping();
    const { session, made } = world;
    await session.connect();
    const before = await backedUp(world);
    made.flash.load(...harm);
    await session.dispatch({ do: 'reconnect' });
    const after = await backedUp(world);
    expect(await wrongIn(world, after, range)).toBe('It holds what is on the board now.');
    expect(await wrongIn(world, before, range)).toBeNull();
    // The board holds something else by now, and the backup is damaged all the same.
    made.flash.load(range.address, erased(range.size));
    await session.dispatch({ do: 'reconnect' });
    expect(await wrongIn(world, after, range)).toMatch(says);
    expect(workOf(session, 'idle').kind).toBe('idle');
  },
);

test('the plan that was shown is shown again after backups were checked', LONG, async () => {
  const world = openKeeping();
  const { session } = world;
  await session.connect();
  const backup = await backedUp(world);
  await session.dispatch({ do: 'add-files', files: [bytesSource('raft-demo.bin', raftDemo150())] });
  const planned = workOf(session, 'planned');
  await wrongIn(world, backup, at(APP0, APP_SIZE));
  expect(workOf(session, 'planned').plan).toBe(planned.plan);
});

test('what the board refuses while backups are checked is said of the backup, and the plan stays', LONG, async () => {
  const wires: Refusing[] = [];
  const wired: Between['wired'] = (board, clock) => {
    const wire = new Refusing(board, clock);
    wires.push(wire);
    return wire;
  };
  const world = openKeeping({ wired });
  const { session } = world;
  await session.connect();
  const backup = await backedUp(world);
  await session.dispatch({ do: 'add-files', files: [bytesSource('raft-demo.bin', raftDemo150())] });
  const planned = workOf(session, 'planned');
  for (const wire of wires) wire.refuses = true;
  const ranges = [APP0, APP1].map((address) => ({ backup, range: at(address, APP_SIZE) }));
  await session.dispatch({ do: 'check-backups', ranges });
  const failed = {
    failed: true,
    wrong: expect.stringMatching(/^The flash chip failed to execute a command \(digest of /),
  };
  expect(connectedOf(session).checked).toEqual(ranges.map((each) => ({ ...each, ...failed })));
  expect(workOf(session, 'planned').plan).toBe(planned.plan);
  // The board is as usable as before.
  for (const wire of wires) wire.refuses = false;
  await flash(session);
  expect(workOf(session, 'ended').outcome).toBe('verified');
});

test('a choice that is followed at once by a check of backups is planned all the same', LONG, async () => {
  const world = openKeeping();
  const { session } = world;
  await session.connect();
  const backup = await backedUp(world);
  await session.dispatch({ do: 'add-files', files: [bytesSource('raft-demo.bin', raftDemo150())] });
  expect(workOf(session, 'planned').plan.stretches.length).toBeGreaterThan(0);
  const [file] = connectedOf(session).files;
  const chosen = session.dispatch({ do: 'use', id: file?.id ?? 0, yes: false });
  await session.dispatch({ do: 'check-backups', ranges: [{ backup, range: at(TABLE, 0x1000) }] });
  await chosen;
  expect(workOf(session, 'idle').kind).toBe('idle');
});

test('a stop while a backup is compared with the board leaves the board connected', LONG, async () => {
  const world = openKeeping();
  const { session, clock } = world;
  await session.connect();
  const backup = await backedUp(world);
  const checking = session.dispatch({ do: 'check-backups', ranges: [{ backup, range: at(APP0, APP_SIZE) }] });
  await sleep(clock, 300);
  expect(workOf(session, 'surveying').progress.says).toBe('Checking what the backups hold');
  await session.dispatch({ do: 'cancel' });
  await checking;
  expect(workOf(session, 'idle').kind).toBe('idle');
});

test('a backup whose bytes are gone from this browser says so, and nothing else is disturbed', LONG, async () => {
  const world = openKeeping();
  const { session, store } = world;
  await session.connect();
  const backup = await backedUp(world);
  const [record] = await store.backups();
  const unit = record?.kind === 'open' ? record.backup.units.find(({ address }) => address === NVS) : undefined;
  await store.putContents([{ md5: unit?.md5 ?? '', data: new Uint8Array(0x1000) }]);
  expect(await wrongIn(world, backup, at(NVS, 0x15000))).toMatch(/^[A-Z].+\.$/);
  expect(await wrongIn(world, backup, at(TABLE, 0x1000))).toBe('It holds what is on the board now.');
  expect(workOf(session, 'idle').kind).toBe('idle');
});

test('a board without an app: the app in a backup starts again, and nothing else changes', LONG, async () => {
  const world = openKeeping();
  const { session, made } = world;
  await session.connect();
  const backup = await backedUp(world);
  made.flash.load(APP0, erased(APP_SIZE));
  await session.dispatch({ do: 'reconnect' });
  const found = findingsOn(world).find(({ kind }) => kind === 'no-app-starts');
  expect(found?.restores).toEqual([at(APP0, APP_SIZE), at(APP1, APP_SIZE)]);
  const [range] = found?.restores ?? [];
  if (range === undefined) throw new Error('nothing to restore');
  expect(await wrongIn(world, backup, range)).toBeNull();
  // The second slot was blank then, too.
  expect(await wrongIn(world, backup, at(APP1, APP_SIZE))).toBe('It holds what is on the board now.');
  const before = made.flash.snapshot();
  await session.dispatch({ do: 'restore', backup, range });
  await carriedOut(session);
  expect(workOf(session, 'ended').start?.verdict?.good).toBe(true);
  expect(elsewhere(before, made.beforeStart() ?? before, [range])).toEqual([]);
});

test('of a dropped build the bootloader alone is written, once it is known to be what is missing', LONG, async () => {
  const world = openKeeping();
  const { session, made } = world;
  made.flash.load(BOOTLOADER, erased(0x7000));
  await session.connect();
  const files = [
    bytesSource('build/bootloader.bin', buildBootloaderImage({ flashMegabytes: 4 })),
    bytesSource('build/raft-demo.bin', raftDemo150()),
  ];
  await session.dispatch({ do: 'add-files', files });
  const own = connectedOf(session).repairFiles?.find(({ name }) => name.endsWith('bootloader.bin'));
  const [place] = own?.places ?? [];
  const [range] = findingsOn(world).find(({ kind }) => kind === 'bootloader-blank')?.restores ?? [];
  if (own === undefined || place === undefined || range === undefined) throw new Error('nothing to repair with');
  expect([place.address, own.container, own.places.length]).toEqual([BOOTLOADER, 'build', 1]);
  const before = made.flash.snapshot();
  await session.dispatch({ do: 'use-only', file: own.id, choice: place.id });
  await carriedOut(session);
  expect(workOf(session, 'ended').start?.verdict?.good).toBe(true);
  expect(elsewhere(before, made.beforeStart() ?? before, [range])).toEqual([]);
  // The rest of the build is still there, left out.
  expect(connectedOf(session).files.map(({ used }) => used)).toEqual([true, false]);
});

test('nothing is worked out of dropped files for a board with nothing to repair', LONG, async () => {
  const { session } = openKeeping();
  await session.connect();
  await session.dispatch({ do: 'add-files', files: [bytesSource('raft-demo.bin', raftDemo150())] });
  expect(connectedOf(session).repairFiles).toBeUndefined();
});

test('in DFU mode: a dropped module that fits where one is damaged is offered', async () => {
  const { session, made } = openDfuWorld('photon');
  const user = 0x080a0000;
  const whole = made.flash.read(user, 0x20000).slice();
  made.flash.load(user + 0x3000, Uint8Array.of((whole[0x3000] ?? 0) ^ 1));
  await session.connect();
  const found = findingsOn({ session }).find(({ kind }) => kind === 'module-crc-wrong');
  await session.dispatch({ do: 'add-files', files: [bytesSource('application.bin', whole.subarray(0, 0x5a38))] });
  const [own] = connectedOf(session).repairFiles ?? [];
  const place = own?.places.find(({ address }) => address === found?.restores?.[0]?.address);
  if (own === undefined || place === undefined) throw new Error('nothing to repair with');
  await session.dispatch({ do: 'use-only', file: own.id, choice: place.id });
  await carriedOut(session);
  expect(workOf(session, 'ended').outcome).toBe('verified');
  expect(elsewhere(whole, made.flash.read(user, 0x20000), [])).toEqual([]);
});

test('a table that a repair made is no file that the board could be repaired with', LONG, async () => {
  const { session, made } = openKeeping();
  const table = made.flash.snapshot().slice(TABLE, TABLE + 0x1000);
  made.flash.load(TABLE + 0x6c, Uint8Array.of(0));
  await session.connect();
  await session.dispatch({ do: 'write-bytes', name: 'partitions.bin', data: table, address: TABLE });
  expect(connectedOf(session).files.map(({ name }) => name)).toEqual(['partitions.bin']);
  expect(connectedOf(session).repairFiles).toBeUndefined();
});
