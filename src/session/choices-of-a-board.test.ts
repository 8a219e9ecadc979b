/** What is chosen is for one board: it stays while that board comes and goes, and no other one gets a plan from it. */
import { describe, expect, test } from 'vitest';
import { askKey } from '../flash/finding.ts';
import { connectedOf, drop, flash, makeWorld, workOf } from '../testing/plain-world.ts';
import { memoryStore } from '../storage/memory-store.ts';
import { bytesSource } from './sources.ts';

/** A board with a file chosen for an address; without a unique ID where `mac` is null. */
async function chosen(mac?: null) {
  const made = makeWorld();
  if (mac === null) made.world.mac = mac;
  await made.session.connect();
  await drop(made.session, 8, 99);
  expect(workOf(made.session).kind).toBe('planned');
  return made;
}

/** Carries out what is planned, and agrees to what it asks. */
async function agreeAndFlash(session: ReturnType<typeof makeWorld>['session']): Promise<void> {
  const work = workOf(session);
  const asks = work.kind === 'planned' ? work.asks : [];
  for (const ask of asks) await session.dispatch({ do: 'consent', ask: askKey(ask), yes: true });
  await flash(session);
}

describe('a chosen file', () => {
  test.each(['Connect again', 'Disconnect, then the start page'])(
    'is planned for the same board after: %s',
    async (way) => {
      const { session } = await chosen();
      await session.dispatch({ do: way === 'Connect again' ? 'reconnect' : 'disconnect' });
      if (way !== 'Connect again') await session.connect();
      expect(connectedOf(session).files.map(({ name }) => name)).toEqual(['8']);
      expect(workOf(session).kind).toBe('planned');
    },
  );

  test.each(['reconnect', 'disconnect'] as const)('is offered, and not planned, to another board: %s', async (way) => {
    const { session, world } = await chosen();
    await session.dispatch({ do: 'disconnect' });
    world.mac = 'two';
    await (way === 'reconnect' ? session.dispatch({ do: 'reconnect' }) : session.connect());
    expect(connectedOf(session)).toMatchObject({ files: [], again: '8', work: { kind: 'idle' } });
    await session.dispatch({ do: 'use-again' });
    expect(connectedOf(session)).toMatchObject({ files: [{ name: '8' }], work: { kind: 'planned' } });
    expect(connectedOf(session).again).toBeUndefined();
  });

  test('is let go by a cable that was lost, once another board answers', async () => {
    const { session, world } = await chosen();
    session.lost({ name: 'gone', kind: 'lost', says: 'Gone.', next: 'Plug it in.', values: {} });
    world.mac = 'two';
    await session.dispatch({ do: 'reconnect' });
    expect(connectedOf(session)).toMatchObject({ files: [], work: { kind: 'idle' } });
    expect(connectedOf(session).board.findings.map(({ kind }) => kind)).toEqual(['another-board']);
  });

  test('stays with a board without a unique ID that is connected again, and not with the next one that is chosen', async () => {
    const { session } = await chosen(null);
    await session.dispatch({ do: 'reconnect' });
    expect(connectedOf(session).files).toHaveLength(1);
    await session.dispatch({ do: 'disconnect' });
    await session.connect();
    expect(connectedOf(session)).toMatchObject({ files: [], again: '8' });
  });

  test('without a unique ID is let go where another board was chosen, and only the second try to read it succeeds', async () => {
    const { session, world } = await chosen(null);
    await session.dispatch({ do: 'disconnect' });
    world.connect = () => {
      world.connect = () => undefined;
      throw new DOMException('gone', 'NetworkError');
    };
    await session.connect();
    expect(session.state.kind).toBe('disconnected');
    await session.dispatch({ do: 'reconnect' });
    expect(connectedOf(session)).toMatchObject({ files: [], again: '8' });
  });

  test('that was removed is not offered again; of several, the others are', async () => {
    const { session, world } = makeWorld();
    await session.connect();
    const files = ['0', '8'].map((name) => bytesSource(name, Uint8Array.of(80)));
    await session.dispatch({ do: 'add-files', files });
    await session.dispatch({ do: 'remove-file', id: connectedOf(session).files[0]?.id ?? 0 });
    world.mac = 'two';
    await session.connect();
    expect(connectedOf(session).again).toBe('8');
  });
});

test.each([
  ['bytes of a repair', { do: 'write-bytes', name: 'table.bin', address: 8, data: Uint8Array.of(1) }],
  ['an edited layout', { do: 'change-layout', csv: '8' }],
] as const)('%s are let go with their board, and not offered: they were made for it', async (_, intent) => {
  const { session, world } = makeWorld();
  await session.connect();
  await session.dispatch(intent);
  expect(connectedOf(session).files).toMatchObject([{ forOneBoard: true }]);
  world.mac = 'two';
  await session.connect();
  expect(connectedOf(session)).toMatchObject({ files: [], work: { kind: 'idle' } });
  expect(connectedOf(session).again).toBeUndefined();
});

describe('a chosen file, once a job that it is not part of has ended', () => {
  test('is offered, and not planned by itself, after a roll back; used again, it has its choices', async () => {
    const { session, world } = await chosen();
    await drop(session, 16, 98);
    const [file, other] = connectedOf(session).files;
    await session.dispatch({ do: 'place-at', id: file?.id ?? 0, address: 24 });
    await session.dispatch({ do: 'use', id: other?.id ?? 0, yes: false });
    world.fault = (step) => {
      if (step !== 'erase') return;
      world.fault = () => undefined;
      throw new DOMException('gone', 'NetworkError');
    };
    await flash(session);
    await session.dispatch({ do: 'reconnect' });
    await session.dispatch({ do: 'roll-back', job: connectedOf(session).interrupted?.job ?? '' });
    expect(connectedOf(session).files.map(({ forOneBoard }) => forOneBoard)).toEqual([undefined, undefined]);
    await agreeAndFlash(session);
    expect(workOf(session)).toMatchObject({ kind: 'ended', failure: null });
    await session.dispatch({ do: 'reconnect' });
    expect(connectedOf(session)).toMatchObject({ files: [], again: '8 and 1 more', work: { kind: 'idle' } });
    await session.dispatch({ do: 'use-again' });
    expect(connectedOf(session)).toMatchObject({
      files: [
        { name: '8', used: true, typed: 24 },
        { name: '16', used: false },
      ],
      work: { kind: 'planned' },
    });
  });

  test('is as it was dropped for another board', async () => {
    const { session, world } = await chosen();
    await session.dispatch({ do: 'place-at', id: connectedOf(session).files[0]?.id ?? 0, address: 24 });
    world.mac = 'two';
    await session.dispatch({ do: 'reconnect' });
    await session.dispatch({ do: 'use-again' });
    const [file] = connectedOf(session).files;
    expect([file?.name, file?.typed]).toEqual(['8', undefined]);
  });

  test('stays chosen after an erase: it may be what was to follow', async () => {
    const { session } = await chosen();
    await session.dispatch({ do: 'erase', range: { region: 'flash', address: 0, size: 8 } });
    await agreeAndFlash(session);
    expect(workOf(session)).toMatchObject({ kind: 'ended', failure: null });
    await session.dispatch({ do: 'reconnect' });
    expect(connectedOf(session)).toMatchObject({ files: [{ name: '8' }], work: { kind: 'planned' } });
  });

  test('stays chosen where that job was stopped', async () => {
    const { session, world } = await chosen();
    await session.dispatch({ do: 'erase', range: { region: 'flash', address: 0, size: 8 } });
    world.fault = (step) => {
      if (step === 'erase') throw new DOMException('gone', 'NetworkError');
    };
    await agreeAndFlash(session);
    expect(workOf(session)).toMatchObject({ kind: 'ended', outcome: 'failed' });
    expect(connectedOf(session).files).toHaveLength(1);
  });
});

describe('changes to what a partition holds, which are not written', () => {
  const edits = [{ edit: 'set', namespace: 'wifi', key: 'ssid', type: 'string', value: 'attic' }] as const;
  const at = (address: number) => ({ region: 'flash', address, size: 8 });

  /** Two partitions with changes, of which the first is backed up and then written. */
  async function edited() {
    const store = memoryStore();
    const backup = async () => {
      const [record] = await store.backups();
      return record?.kind === 'open' ? record.backup : null;
    };
    const made = makeWorld({}, { store, backup });
    const { session } = made;
    await session.connect();
    await session.dispatch({ do: 'back-up', range: null });
    await drop(session, 0, 99);
    await flash(session);
    await session.dispatch({ do: 'reconnect' });
    for (const range of [at(0), at(16)]) await session.dispatch({ do: 'edit-contents', range, edits });
    return { ...made, backup: (await backup())?.id ?? '' };
  }
  const left = (session: Parameters<typeof connectedOf>[0]) =>
    connectedOf(session).edits?.map(({ range }) => range.address);

  test.each(['restore', 'erase'] as const)(
    'are dropped with what they were to change, as the plan says: %s',
    async (how) => {
      const { session, backup } = await edited();
      await session.dispatch(how === 'erase' ? { do: how, range: at(0) } : { do: how, backup });
      expect(workOf(session)).toMatchObject({
        afterwards: expect.stringContaining('Your changes to 0x0 that are not written yet are dropped.'),
      });
      expect(left(session)).toEqual([0, 16]);
      await agreeAndFlash(session);
      expect(workOf(session)).toMatchObject({ kind: 'ended', failure: null });
      expect(left(session)).toEqual([16]);
    },
  );
});

test('a file that its job has put on the board stays, and nothing is left to write', async () => {
  const { session } = await chosen();
  await flash(session);
  await session.dispatch({ do: 'reconnect' });
  expect(connectedOf(session)).toMatchObject({ files: [{ name: '8' }], work: { plan: { stretches: [] } } });
});
