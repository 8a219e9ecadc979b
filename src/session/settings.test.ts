/** The user's settings: applied at once, stored for this board, and never able to lock it out. */
import { describe, expect, test } from 'vitest';
import { Failure, stopped } from '../flash/failure.ts';
import type { Family, Setting } from '../flash/family.ts';
import type { Chosen } from '../flash/target.ts';
import type { PlainWorld } from '../testing/plain-world.ts';
import { drop, makeWorld, plainFamily, connectedOf, workOf } from '../testing/plain-world.ts';
import { memorySettings } from '../storage/settings-store.ts';

const options = [
  { id: 'slow', name: 'Slow' },
  { id: 'fast', name: 'Fast' },
];
const speed: Setting = { id: 'speed', group: 'link', name: 'Speed', help: '', options, value: 'slow', usual: 'slow' };
const once: Setting = { ...speed, id: 'erase', passing: true };
const fixed: Setting = { ...speed, id: 'fixed', fixed: 'This board leaves no choice.' };

/** A family whose boards show their settings. */
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

const valuesOf = (session: Parameters<typeof connectedOf>[0]) =>
  Object.fromEntries(connectedOf(session).board.settings.map(({ id, value }) => [id, value]));

function planOf(session: Parameters<typeof connectedOf>[0]): string {
  const work = workOf(session);
  return work.kind === 'planned' ? work.plan.image.md5 : '';
}

describe('a choice', () => {
  test('is applied to the device and to the plan, and stored for this board only', async () => {
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

  test('is not lost when another choice, or anything else, follows at once', async () => {
    const { session } = makeWorld(choosing);
    await session.connect();
    void session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    void session.dispatch({ do: 'set', id: 'erase', value: 'fast' });
    await drop(session, 0, 99);
    expect(valuesOf(session)).toMatchObject({ speed: 'fast', erase: 'fast' });
    expect(workOf(session).kind).toBe('planned');
  });

  test('withdraws the plan at once: agreeing to it writes nothing', async () => {
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

  test('does not bring back a board that was lost in the meantime', async () => {
    const { session } = makeWorld(choosing);
    await session.connect();
    await drop(session, 0, 99);
    const choice = session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    session.lost({ name: 'gone', kind: 'lost', says: 'Gone.', next: 'Plug it in.', values: {} });
    await choice;
    expect(session.state).toMatchObject({ kind: 'disconnected', failure: { name: 'gone' } });
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
  ])('%s changes nothing', async (_, setting) => {
    const { session, world } = makeWorld(choosing);
    await session.connect();
    await session.dispatch({ do: 'set', ...setting });
    expect(valuesOf(session)).toEqual({
      speed: 'slow',
      erase: 'slow',
      fixed: 'slow',
      backup: 'all',
      compare: 'around',
    });
    expect(world.tuned).toEqual([{}]);
  });

  test('that the link cannot handle ends the connection, and the next one starts without it', async () => {
    const settings = memorySettings();
    const { session, world } = makeWorld(choosing, { settings });
    await session.connect();
    world.refuses = (chosen: Chosen) => chosen['speed'] === 'fast';
    await session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    expect(session.state).toMatchObject({ kind: 'disconnected', failure: { kind: 'mistake' } });
    await session.dispatch({ do: 'reconnect' });
    expect(valuesOf(session)).toMatchObject({ speed: 'slow' });
  });

  test('that the link could handle once but no longer can is dropped, so that the board can be reached again', async () => {
    const { session, world } = makeWorld(choosing);
    await session.connect();
    await session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    world.refuses = (chosen: Chosen) => chosen['speed'] === 'fast';
    await session.dispatch({ do: 'reconnect' });
    expect(session.state.kind).toBe('disconnected');
    await session.dispatch({ do: 'reconnect' });
    expect(valuesOf(session)).toMatchObject({ speed: 'slow' });
  });
});

describe('a choice that needs a new connection', () => {
  /** A board whose `speed` is fixed when it connects. */
  const perConnection = (world: PlainWorld) => {
    world.takesUp = async (chosen, connected) =>
      (chosen['speed'] ?? 'slow') === (connected['speed'] ?? 'slow') ? 'in-force' : 'next-connection';
  };

  test('reconnects at once, with the dropped files, and so does each later connection', async () => {
    const { session, world } = makeWorld(choosing);
    perConnection(world);
    await session.connect();
    await drop(session, 0, 99);
    await session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    expect(world.connected).toEqual([{}, { speed: 'fast' }]);
    expect(valuesOf(session)).toMatchObject({ speed: 'fast' });
    expect(workOf(session).kind).toBe('planned');
    await session.dispatch({ do: 'reconnect' });
    expect(world.connected.slice(2)).toEqual([{ speed: 'fast' }]);
    // Which board it is, and which settings it has, is known only once it answers.
    await session.connect();
    expect(world.connected.slice(3)).toEqual([{}, { speed: 'fast' }]);
    expect(valuesOf(session)).toMatchObject({ speed: 'fast' });
  });

  test('and another one that follows at once are both applied, as by “Back to the usual”', async () => {
    const settings = memorySettings();
    const { session, world } = makeWorld(choosing, { settings });
    perConnection(world);
    await session.connect();
    // The second choice comes while the first is being stored: the board is still connected.
    const save = settings.save.bind(settings);
    let second: Promise<void> | null = null;
    settings.save = async (...given) => {
      await save(...given);
      second ??= session.dispatch({ do: 'set', id: 'erase', value: 'fast' });
    };
    await session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    await second;
    expect(world.connected).toEqual([{}, { speed: 'fast', erase: 'fast' }]);
    expect(valuesOf(session)).toMatchObject({ speed: 'fast' });
    expect(workOf(session)).toEqual({ kind: 'idle' });
  });

  test('is not undone by an intent that arrives while it connects', async () => {
    const { session, world } = makeWorld(choosing);
    perConnection(world);
    await session.connect();
    let asked: Promise<void> | null = null;
    world.connect = () => {
      asked = session.dispatch({ do: 'back-up', range: null });
    };
    await session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    await asked;
    expect(asked).not.toBeNull();
    expect(valuesOf(session)).toMatchObject({ speed: 'fast' });
  });

  test('reconnects once, and not again and again, if the board never applies it', async () => {
    const { session, world } = makeWorld(choosing);
    world.takesUp = async (chosen) => (chosen['speed'] === 'fast' ? 'next-connection' : 'in-force');
    await session.connect();
    await session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    expect(world.connected).toHaveLength(2);
    expect(workOf(session)).toEqual({ kind: 'idle' });
  });

  test('with which no connection works is reported and forgotten, so that the board can be reached again', async () => {
    const { session, world } = makeWorld(choosing);
    perConnection(world);
    world.connect = (chosen) => {
      if (chosen['speed'] === 'fast') throw new Failure({ name: 'deaf', kind: 'lost', says: 'Deaf.', next: 'Again.' });
    };
    await session.connect();
    await session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    expect(session.state).toMatchObject({ kind: 'disconnected', failure: { name: 'deaf' } });
    await session.connect();
    expect(valuesOf(session)).toMatchObject({ speed: 'slow' });
  });

  test('also applies to a board without a unique ID, until it is connected manually', async () => {
    const { session, world } = makeWorld(choosing);
    perConnection(world);
    world.mac = null;
    await session.connect();
    await session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    expect(valuesOf(session)).toMatchObject({ speed: 'fast' });
    await session.dispatch({ do: 'reconnect' });
    expect(world.connected).toEqual([{}, { speed: 'fast' }, {}]);
    expect(valuesOf(session)).toMatchObject({ speed: 'slow' });
  });
});

describe('a choice that is stopped while it is being applied', () => {
  /** The device takes forever to apply it, until stopped; resolves when it begins. */
  function slowly(world: PlainWorld): Promise<void> {
    return new Promise((begun) => {
      world.takesUp = (chosen, _connected, cancel) => {
        if (chosen['speed'] !== 'fast') return Promise.resolve('in-force');
        begun();
        world.takesUp = () => Promise.resolve('in-force');
        return new Promise((_, reject) => cancel.onCancel(() => reject(stopped())));
      };
    });
  }

  test('by the user is not in force, and the board stays connected', async () => {
    const { session, world } = makeWorld(choosing);
    await session.connect();
    const begun = slowly(world);
    const choice = session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    await begun;
    await session.dispatch({ do: 'cancel' });
    await choice;
    expect(workOf(session)).toEqual({ kind: 'idle' });
    expect(valuesOf(session)).toMatchObject({ speed: 'slow' });
  });

  test('by the next intent is applied along with that', async () => {
    const { session, world } = makeWorld(choosing);
    await session.connect();
    const begun = slowly(world);
    const choice = session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    await begun;
    await drop(session, 0, 99);
    await choice;
    expect(valuesOf(session)).toMatchObject({ speed: 'fast' });
    expect(workOf(session).kind).toBe('planned');
  });

  test('while the board connects loses none of the stored settings', async () => {
    const settings = memorySettings();
    const { session, world } = makeWorld(choosing, { settings });
    await session.connect();
    await session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    const begun = slowly(world);
    const meeting = session.dispatch({ do: 'reconnect' });
    await begun;
    await session.dispatch({ do: 'cancel' });
    await meeting;
    expect(session.state).toEqual({ kind: 'disconnected', failure: null });
    await session.dispatch({ do: 'reconnect' });
    expect(valuesOf(session)).toMatchObject({ speed: 'fast' });
  });

  test('at the cost of the link is reported as a lost link, not as a stop', async () => {
    const { session, world } = makeWorld(choosing);
    await session.connect();
    const lost = new Failure({ name: 'cost', kind: 'lost', says: 'Stopping cost the link.', next: 'Connect again.' });
    world.takesUp = (chosen) => (chosen['speed'] === 'fast' ? Promise.reject(lost) : Promise.resolve('in-force'));
    await session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
    expect(session.state).toMatchObject({ kind: 'disconnected', failure: { name: 'cost', kind: 'lost' } });
  });
});

test('nothing can be chosen while no board is listening, because nothing would apply it', async () => {
  const { session, world } = makeWorld(choosing);
  await session.connect();
  await drop(session, 0, 99);
  world.fault = () => {
    throw new Failure({ name: 'gone', kind: 'lost', says: 'Gone.', next: 'Plug it in.' });
  };
  await session.dispatch({ do: 'flash', plan: planOf(session) });
  expect(workOf(session)).toMatchObject({ kind: 'ended', connected: false });
  await session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
  expect(workOf(session)).toMatchObject({ kind: 'ended', connected: false });
});

test('a setting can be work of its own, without any file', async () => {
  const { session, world } = makeWorld({
    ...choosing,
    settingSegments: (board) =>
      board.settings[0]?.value === 'fast' ? [{ region: 'flash', address: 0, data: Uint8Array.of(77) }] : [],
  });
  await session.connect();
  expect(workOf(session)).toEqual({ kind: 'idle' });
  await session.dispatch({ do: 'set', id: 'speed', value: 'fast' });
  await session.dispatch({ do: 'flash', plan: planOf(session) });
  expect([...world.flash.subarray(0, 2)]).toEqual([77, 2]);
});
