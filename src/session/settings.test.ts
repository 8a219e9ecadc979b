/** What a person chooses about the way of working: taken up at once, kept for this board, and never a way to lock it out. */
import { describe, expect, test } from 'vitest';
import type { Family, Setting } from '../flash/family.ts';
import type { Chosen } from '../flash/target.ts';
import { drop, makeWorld, plainFamily, togetherOf, workOf } from './plain-world.ts';
import { memorySettings } from './settings-store.ts';

const options = [
  { id: 'slow', name: 'Slow' },
  { id: 'fast', name: 'Fast' },
];
const speed: Setting = { id: 'speed', name: 'Speed', help: '', options, value: 'slow', usual: 'slow' };
const once: Setting = { ...speed, id: 'erase', passing: true };
const fixed: Setting = { ...speed, id: 'fixed', fixed: 'This board leaves no choice.' };

/** A family whose boards show what is chosen. */
const choosing: Partial<Family> = {
  inspect: async (target, cancel, say) => ({
    ...(await plainFamily().inspect(target, cancel, say)),
    settings: [speed, once, fixed],
  }),
  choose: (board, chosen) => ({
    ...board,
    settings: board.settings.map((each) => ({ ...each, value: chosen[each.id] ?? each.value })),
  }),
};

const valuesOf = (session: Parameters<typeof togetherOf>[0]) =>
  Object.fromEntries(togetherOf(session).board.settings.map(({ id, value }) => [id, value]));

describe('a choice', () => {
  test('is taken up by the device and by the plan, and kept for this board only', async () => {
    const { session, world } = makeWorld(choosing);
    await session.connect();
    await drop(session, 0, 99);
    await session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    expect(world.tuned.at(-1)).toEqual({ speed: 'fast' });
    expect(valuesOf(session)).toMatchObject({ speed: 'fast' });
    expect(workOf(session).kind).toBe('planned');
    await session.dispatch({ do: 'reconnect' });
    expect(world.tuned.at(-1)).toEqual({ speed: 'fast' });
    expect(valuesOf(session)).toMatchObject({ speed: 'fast' });
    world.mac = 'two';
    await session.dispatch({ do: 'reconnect' });
    expect(world.tuned.at(-1)).toEqual({});
    expect(valuesOf(session)).toMatchObject({ speed: 'slow' });
  });

  test('is not lost when the next comes at once, nor when something else does', async () => {
    const { session } = makeWorld(choosing);
    await session.connect();
    void session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    void session.dispatch({ do: 'set', id: 'erase', value: 'fast' });
    await drop(session, 0, 99);
    expect(valuesOf(session)).toMatchObject({ speed: 'fast', erase: 'fast' });
    expect(workOf(session).kind).toBe('planned');
  });

  test('puts the plan aside at once: a yes to it writes nothing', async () => {
    const { session, world } = makeWorld(choosing);
    await session.connect();
    await drop(session, 0, 99);
    const shown = workOf(session);
    const before = world.flash.slice();
    void session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    await session.dispatch({ do: 'flash', plan: shown.kind === 'planned' ? shown.plan.image.md5 : '' });
    expect(world.flash).toEqual(before);
    expect(workOf(session).kind).toBe('planned');
  });

  test('does not bring a board back that was lost meanwhile', async () => {
    const { session } = makeWorld(choosing);
    await session.connect();
    await drop(session, 0, 99);
    const choice = session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    session.lost({ name: 'gone', kind: 'lost', says: 'Gone.', next: 'Plug it in.', values: {} });
    await choice;
    expect(session.state).toMatchObject({ kind: 'apart', failure: { name: 'gone' } });
  });

  test('for one time only is forgotten when the board is read again', async () => {
    const { session } = makeWorld(choosing);
    await session.connect();
    await session.dispatch({ do: 'set', id: 'erase', value: 'fast' });
    await session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    expect(valuesOf(session)).toMatchObject({ erase: 'fast', speed: 'fast' });
    await session.dispatch({ do: 'reconnect' });
    expect(valuesOf(session)).toMatchObject({ erase: 'slow', speed: 'fast' });
  });

  test.each([
    ['that the board does not offer', { id: 'speed', value: 'warp' }],
    ['of a setting that it does not have', { id: 'colour', value: 'fast' }],
    ['where it leaves none', { id: 'fixed', value: 'fast' }],
  ])('%s changes nothing', async (_, wish) => {
    const { session, world } = makeWorld(choosing);
    await session.connect();
    await session.dispatch({ do: 'set', ...wish });
    expect(valuesOf(session)).toEqual({
      speed: 'slow',
      erase: 'slow',
      fixed: 'slow',
      backup: 'all',
      compare: 'around',
    });
    expect(world.tuned).toEqual([{}]);
  });

  test('that the link does not carry ends the connection, and the next one begins without it', async () => {
    const settings = memorySettings();
    const { session, world } = makeWorld(choosing, { settings });
    await session.connect();
    world.refuses = (chosen: Chosen) => chosen['speed'] === 'fast';
    await session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    expect(session.state).toMatchObject({ kind: 'apart', failure: { kind: 'mistake' } });
    await session.dispatch({ do: 'reconnect' });
    expect(valuesOf(session)).toMatchObject({ speed: 'slow' });
  });

  test('that the link carried once and no more is dropped, so that the board can be reached again', async () => {
    const { session, world } = makeWorld(choosing);
    await session.connect();
    await session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    world.refuses = (chosen: Chosen) => chosen['speed'] === 'fast';
    await session.dispatch({ do: 'reconnect' });
    expect(session.state.kind).toBe('apart');
    await session.dispatch({ do: 'reconnect' });
    expect(valuesOf(session)).toMatchObject({ speed: 'slow' });
  });
});

test('what a person chose may be work of its own, without any file', async () => {
  const { session, world } = makeWorld({
    ...choosing,
    wishes: (_, board) =>
      board.settings[0]?.value === 'fast' ? [{ region: 'flash', address: 0, data: Uint8Array.of(77) }] : [],
  });
  await session.connect();
  expect(workOf(session)).toEqual({ kind: 'idle' });
  await session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
  const work = workOf(session);
  await session.dispatch({ do: 'flash', plan: work.kind === 'planned' ? work.plan.image.md5 : '' });
  expect([...world.flash.subarray(0, 2)]).toEqual([77, 2]);
});
