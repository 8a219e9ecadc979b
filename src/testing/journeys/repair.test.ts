/** Repairs on virtual boards: pressed, planned, carried out; the whole flash is compared. */
import { expect, test } from 'vitest';
import { memoryStore } from '../../storage/memory-store.ts';
import type { Backup } from '../../storage/records.ts';
import type { Store } from '../../storage/store.ts';
import { connectedOf } from '../plain-world.ts';
import { consent, differences, flash, openWorld, workOf } from '../esp/world.ts';
import { TABLE } from '../../virtual-boards/esp/firmware/factory.ts';
import { carriedOut, elsewhere } from '../repair/repairing.ts';
import { LONG } from '../long.ts';

/** The backup with this id, as the library finds it. */
async function kept(store: Store, id: string): Promise<Backup | null> {
  const own = (await store.backups()).flatMap((record) => (record.kind === 'open' ? [record.backup] : []));
  return own.find((each) => each.id === id) ?? null;
}

/** The id of the backup that was just made. */
async function onlyBackup(store: Store): Promise<string> {
  const [record] = await store.backups();
  if (record?.kind !== 'open') throw new Error('nothing was kept');
  return record.backup.id;
}

test('bytes to write are planned as a file for their address, which a person can still take back', async () => {
  const { session, made } = openWorld('esp32-raft');
  await session.connect();
  const before = made.flash.snapshot();
  const data = Uint8Array.of(1, 2, 3, 4);
  await session.dispatch({ do: 'write-bytes', name: 'spare.bin', address: 0x3f0000, data });
  const [file] = connectedOf(session).files;
  expect(file).toMatchObject({ name: 'spare.bin', typed: 0x3f0000 });
  expect(workOf(session, 'planned').purpose.kind).toBe('flash');
  await session.dispatch({ do: 'remove-file', id: file?.id ?? 0 });
  expect(workOf(session, 'idle').kind).toBe('idle');
  await session.dispatch({ do: 'write-bytes', name: 'spare.bin', address: 0x3f0000, data });
  await consent(session, 'content-replaced');
  await flash(session);
  expect(workOf(session, 'ended').outcome).toBe('verified');
  expect(differences(before, made.beforeStart() ?? before)).toEqual([[0x3f0000, 0x3f0003]]);
  // They were made for this board: the next one is not to get them too.
  await session.dispatch({ do: 'reconnect' });
  expect(connectedOf(session).files).toEqual([]);
  expect(workOf(session, 'idle').kind).toBe('idle');
});

test('of a backup of the whole board only the damaged partition is restored', LONG, async () => {
  const store = memoryStore();
  const { session, made } = openWorld('esp32-raft', undefined, {}, { store, backup: (id) => kept(store, id) });
  await session.connect();
  await session.dispatch({ do: 'back-up', range: null });
  const whole = made.flash.snapshot();
  const backup = await onlyBackup(store);
  made.flash.load(TABLE, new Uint8Array(0x1000).fill(0xff));
  // What the firmware changed since then stays as it is.
  made.flash.load(0x3f0000, Uint8Array.of(1, 2, 3, 4));
  await session.dispatch({ do: 'reconnect' });
  const found = connectedOf(session).board.findings.find(({ kind }) => kind === 'table-blank');
  expect(found?.restores).toEqual([{ region: 'flash', address: TABLE, size: 0x1000 }]);
  const [range = { region: 'flash', address: 0, size: 0 }] = found?.restores ?? [];
  await session.dispatch({ do: 'restore', backup, range });
  const planned = workOf(session, 'planned');
  expect(planned.plan.stretches.map(({ address, size }) => [address, size])).toEqual([[TABLE, 0x1000]]);
  expect(planned.purpose).toMatchObject({
    kind: 'restore',
    name: expect.stringMatching(/^the layout with [^;]*$/),
    range,
  });
  const before = made.flash.snapshot();
  await carriedOut(session);
  expect(workOf(session, 'ended').start?.verdict?.good).toBe(true);
  const after = made.beforeStart() ?? before;
  expect(elsewhere(before, after, [range])).toEqual([]);
  expect(differences(whole.slice(TABLE, TABLE + 0x1000), after.slice(TABLE, TABLE + 0x1000))).toEqual([]);
});

test('of an erase unit that a range shares with others only the bytes of the range come back', async () => {
  const store = memoryStore();
  const { session, made } = openWorld('esp32-raft', undefined, {}, { store, backup: (id) => kept(store, id) });
  await session.connect();
  await session.dispatch({ do: 'back-up', range: null });
  const whole = made.flash.snapshot();
  const [own, beside] = [0x3f0200, 0x3f0000];
  for (const at of [own, beside]) made.flash.load(at, Uint8Array.of(1, 2, 3, 4));
  await session.dispatch({ do: 'reconnect' });
  const before = made.flash.snapshot();
  const range = { region: 'flash', address: own, size: 0x100 };
  await session.dispatch({ do: 'restore', backup: await onlyBackup(store), range });
  await carriedOut(session);
  const after = made.beforeStart() ?? before;
  expect(elsewhere(before, after, [range])).toEqual([]);
  expect(differences(whole.slice(own, own + 0x100), after.slice(own, own + 0x100))).toEqual([]);
});

test('a range that a backup does not hold is no plan', async () => {
  const store = memoryStore();
  const { session } = openWorld('esp32-raft', undefined, {}, { store, backup: (id) => kept(store, id) });
  await session.connect();
  await session.dispatch({ do: 'back-up', range: { region: 'flash', address: 0x9000, size: 0x15000 } });
  const backup = await onlyBackup(store);
  const range = { region: 'flash', address: TABLE, size: 0x1000 };
  await session.dispatch({ do: 'restore', backup, range });
  expect(workOf(session, 'idle').kind).toBe('idle');
});
