/** What a session must never do: take consent for another question, forget a promise, go silent. */
import { describe, expect, test } from 'vitest';
import { Failure, stopped } from '../flash/failure.ts';
import { askKey, refusals } from '../flash/finding.ts';
import { instantClock } from '../virtual-boards/clock.ts';
import { layoutOf } from '../testing/flash.ts';
import { drop, flash, makeWorld, map, plainFamily, connectedOf, workOf } from '../testing/plain-world.ts';

const ask = refusals({ sure: { says: () => 'Sure?', next: 'Say yes.', consent: 'Yes.' } });

describe('consent', () => {
  const asking = { check: () => [ask('sure', { in: 'device' })] };

  test('is needed before anything is written', async () => {
    const { session, world } = makeWorld(asking);
    await session.connect();
    await drop(session, 0, 99);
    await flash(session);
    expect(world.flash[0]).toBe(1);
    await session.dispatch({ do: 'consent', ask: askKey(ask('sure', { in: 'device' })), yes: true });
    await flash(session);
    expect(world.flash[0]).toBe(99);
  });

  test('is forgotten with the board and the plan that it was given for', async () => {
    const { session } = makeWorld(asking);
    await session.connect();
    await drop(session, 0, 99);
    await session.dispatch({ do: 'consent', ask: askKey(ask('sure', { in: 'device' })), yes: true });
    expect(workOf(session)).toMatchObject({ granted: [expect.any(String)] });
    await session.dispatch({ do: 'reconnect' });
    expect(workOf(session)).toMatchObject({ kind: 'planned', granted: [] });
  });

  test('to a question that is not asked has no effect', async () => {
    const { session } = makeWorld(asking);
    await session.connect();
    await drop(session, 0, 99);
    await session.dispatch({ do: 'consent', ask: askKey(ask('sure', { in: 'file', name: 'other' })), yes: true });
    expect(workOf(session)).toMatchObject({ granted: [] });
  });

  test('to a plan, and flashing it, count for nothing once something else was chosen', async () => {
    const { session, world } = makeWorld(asking);
    await session.connect();
    await drop(session, 0, 99);
    const work = workOf(session);
    if (work.kind !== 'planned') throw new Error(work.kind);
    const [file] = connectedOf(session).files;
    const chosen = session.dispatch({ do: 'use', id: file?.id ?? 0, yes: false });
    const agreed = session.dispatch({ do: 'consent', ask: askKey(ask('sure', { in: 'device' })), yes: true });
    await session.dispatch({ do: 'flash', plan: work.plan.image.md5 });
    await Promise.all([chosen, agreed]);
    expect(workOf(session).kind).not.toBe('ended');
    expect(connectedOf(session).files.map(({ used }) => used)).toEqual([false]);
    expect(world.flash[0]).toBe(1);
  });

  test('to a plan that is no longer shown writes nothing', async () => {
    const { session, world } = makeWorld();
    await session.connect();
    await drop(session, 0, 99);
    const work = workOf(session);
    const old = work.kind === 'planned' ? work.plan.image.md5 : '';
    await drop(session, 20, 98);
    await session.dispatch({ do: 'flash', plan: old });
    expect(world.flash[0]).toBe(1);
    expect(workOf(session).kind).toBe('planned');
  });
});

test('a plan that changes the layout is described in the new one, and calls what only the board has former', async () => {
  const part = (name: string, address: number, size: number) =>
    ({ region: 'flash', name, role: 'data', type: 'data', address, size }) as const;
  const withParts = (...partitions: ReturnType<typeof part>[]) => ({ ...layoutOf(map), partitions });
  const { session } = makeWorld({
    inspect: async (...given) => ({
      ...(await plainFamily().inspect(...given)),
      layout: withParts(part('old', 0, 24)),
    }),
    layout: () => withParts(part('young', 16, 8)),
  });
  const reported = () => {
    const work = workOf(session);
    return 'layout' in work ? work.layout.partitions.map(({ name, address }) => [name, address]) : [];
  };
  const names = [
    ['former old', 0],
    ['young', 16],
  ];
  await session.connect();
  await drop(session, 0, 99);
  await drop(session, 16, 98);
  expect(reported()).toEqual(names);
  await flash(session);
  expect(reported()).toEqual(names);
  const work = workOf(session);
  const [, first, second] = work.kind === 'ended' ? work.report.plan : [];
  expect(first).toMatch(/: the file differs from the flash in former old;/);
  expect(second).toMatch(/: the file differs from the flash in young;/);
});

test('a silent board is judged once listening ends', async () => {
  const { session } = makeWorld({
    bootJudge: () => {
      let heard = '';
      return {
        hear: (text) => {
          heard += text;
          return null;
        },
        end: () => ({ partition: null, good: false, says: `Silent after “${heard}”.` }),
      };
    },
  });
  await session.connect();
  await drop(session, 0, 99);
  await flash(session);
  expect(workOf(session)).toMatchObject({
    kind: 'ended',
    start: { verdict: { good: false, says: 'Silent after “”.' } },
  });
});

describe('a promise', () => {
  /** Pulls the cable at step k of a write into the middle of unit 8..15, then connects again. */
  async function interruptedAt(k: number) {
    const { session, world } = makeWorld();
    await session.connect();
    await drop(session, 10, 90, 91);
    let step = 0;
    world.fault = () => {
      if (step++ === k) throw new DOMException('gone', 'NetworkError');
    };
    await flash(session);
    world.fault = () => undefined;
    return { session, world };
  }
  const kept = [9, 10, 13, 14, 15, 16];
  const keptNow = (bytes: Uint8Array) => [8, 9, 12, 13, 14, 15].map((at) => bytes[at]);

  test.each([1, 2])('is kept when the cable is pulled at step %i and another file is flashed', async (k) => {
    const { session, world } = await interruptedAt(k);
    await session.dispatch({ do: 'remove-file', id: 1 });
    await drop(session, 0, 77);
    await session.dispatch({ do: 'reconnect' });
    await flash(session);
    expect(world.flash[0]).toBe(77);
    expect(keptNow(world.flash)).toEqual(kept);
  });

  test.each([0, 1, 2, 3])('that was kept (cut at step %i) does not undo what the board writes later', async (k) => {
    const { session, world } = await interruptedAt(k);
    await session.dispatch({ do: 'reconnect' });
    await flash(session);
    world.flash[8] = 200;
    await session.dispatch({ do: 'remove-file', id: 1 });
    await drop(session, 0, 77);
    await session.dispatch({ do: 'reconnect' });
    await flash(session);
    expect(world.flash[0]).toBe(77);
    expect(world.flash[8]).toBe(200);
  });
});

test('an unexpected error is reported, and the session continues', async () => {
  let broken = true;
  const { session } = makeWorld({
    check: () => {
      if (broken) throw new RangeError('a parser slipped');
      return [];
    },
  });
  await session.connect();
  await drop(session, 0, 99);
  expect(session.state).toMatchObject({
    kind: 'disconnected',
    failure: { kind: 'mistake', values: { reason: 'a parser slipped' } },
  });
  broken = false;
  await session.dispatch({ do: 'reconnect' });
  expect(workOf(session).kind).toBe('planned');
});

test('a board that is gone after a job has ended is not shown as connected', async () => {
  const { session } = makeWorld();
  await session.connect();
  await drop(session, 0, 1);
  await flash(session);
  expect(workOf(session)).toMatchObject({ kind: 'ended', outcome: 'nothing-to-do', connected: true });
  session.lost({ name: 'link-lost', kind: 'lost', says: '', next: '', values: {} });
  expect(workOf(session)).toMatchObject({ kind: 'ended', connected: false });
});

const gone = () => new Failure({ name: 'gone', kind: 'lost', says: 'Gone.', next: 'Plug it in.' });

test('a board that is lost while its wrong bytes are read is not shown as connected', async () => {
  const { session, world } = makeWorld();
  await session.connect();
  await drop(session, 8, 1, 2, 3, 4, 5, 6, 7, 8);
  let programmed = 0;
  world.fault = (step) => {
    if (step === 'program') programmed++;
    if (step === 'digest' && programmed > 0) world.flash[8] = 0;
    // Read only to report the first difference: the previous content was read earlier.
    if (step === 'read' && programmed === 2) throw gone();
  };
  await flash(session);
  expect(workOf(session)).toMatchObject({ kind: 'ended', outcome: 'wrong', connected: false });
});

test('a job that lost its link once, was resumed and then stopped leaves the board connected', async () => {
  const { session, world } = makeWorld();
  await session.connect();
  await drop(session, 8, 1, 2, 3, 4, 5, 6, 7, 8);
  world.fault = (step) => {
    if (step === 'program') throw gone();
  };
  await flash(session);
  expect(workOf(session)).toMatchObject({ kind: 'ended', outcome: 'failed', connected: false });
  world.fault = () => undefined;
  await session.dispatch({ do: 'reconnect' });
  const job = connectedOf(session).interrupted?.job ?? '';
  world.fault = (step) => {
    if (step === 'erase') void session.dispatch({ do: 'cancel' });
  };
  await session.dispatch({ do: 'resume', job });
  expect(workOf(session)).toMatchObject({ kind: 'ended', outcome: 'stopped', connected: true });
});

test('a stop that nobody requested is reported as a mistake, not ignored', async () => {
  const { session } = makeWorld({ examine: () => Promise.reject(stopped()) });
  await session.connect();
  await session.dispatch({ do: 'examine' });
  expect(session.state).toMatchObject({ kind: 'disconnected', failure: { kind: 'mistake' } });
  await session.dispatch({ do: 'reconnect' });
  expect(workOf(session)).toEqual({ kind: 'idle' });
});

test('an intent that stops a survey but cannot be carried out starts the survey again', async () => {
  const { session } = makeWorld();
  await session.connect();
  const planning = drop(session, 0, 99);
  // This family has nothing more to read.
  await session.dispatch({ do: 'read-out' });
  await planning;
  expect(workOf(session).kind).toBe('planned');
});

test('a board that cannot show its content is written, and never reported as verified', async () => {
  const { session, world } = makeWorld();
  world.open = false;
  await session.connect();
  await drop(session, 8, 1, 2, 3, 4, 5, 6, 7, 8);
  expect(workOf(session)).toMatchObject({ kind: 'planned', unprovable: 1 });
  await flash(session);
  expect(workOf(session)).toMatchObject({
    kind: 'ended',
    outcome: 'unproved',
    units: ['unproved'],
    report: {
      outcome: 'unproved',
      says: expect.stringContaining('Written, but not verifiable: the board’s content cannot be read.'),
      kept: [],
    },
  });
  expect([...world.flash.subarray(8, 16)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(JSON.stringify(world.states)).not.toContain('"verified"');
});

describe('another board', () => {
  const reported = (session: Parameters<typeof connectedOf>[0]) =>
    connectedOf(session).board.findings.map(({ kind, says }) => `${kind}: ${says}`);

  test('is reported if the previous one was expected', async () => {
    const { session, world } = makeWorld();
    await session.connect();
    await session.dispatch({ do: 'reconnect' });
    expect(reported(session)).toEqual([]);
    world.mac = 'two';
    await session.dispatch({ do: 'reconnect' });
    expect(reported(session)).toEqual([
      'another-board: This is a different board: Bytes two is connected now, Bytes one was connected before.',
    ]);
    await session.dispatch({ do: 'reconnect' });
    expect(reported(session)).toEqual([]);
  });

  test('is not remarked on if any board was expected', async () => {
    const { session, world } = makeWorld();
    await session.connect();
    world.mac = 'two';
    await session.connect();
    expect(reported(session)).toEqual([]);
  });

  test.each([
    ['another MAC', 'two'],
    ['no MAC', null],
  ])('with %s is not given what was promised to the first', async (_, mac) => {
    const { session, world } = makeWorld();
    await session.connect();
    await drop(session, 10, 90, 91);
    world.fault = (step) => {
      if (step === 'program') throw new DOMException('gone', 'NetworkError');
    };
    await flash(session);
    const other = Uint8Array.from({ length: 32 }, (_, i) => 100 + i);
    Object.assign(world, { mac, flash: other.slice(), fault: () => undefined });
    await session.dispatch({ do: 'remove-file', id: 2 });
    await session.dispatch({ do: 'reconnect' });
    expect(workOf(session)).toEqual({ kind: 'idle' });
    expect(world.flash).toEqual(other);
  });
});

test('setting the date back by an hour in the middle of a job neither delays its progress nor distorts its figures', async () => {
  /** The progress shown for a job that takes 500 ms per step, and the duration in its report. */
  const reported = async (setBackMs: number) => {
    let time = 0;
    let date = Date.UTC(2026, 9, 25, 3);
    const clock = { ...instantClock(), now: () => time };
    const { session, world } = makeWorld({}, { clock, now: () => date });
    await session.connect();
    await drop(session, 0, ...Array.from({ length: 32 }, (_, i) => 100 + i));
    world.states.length = 0;
    world.fault = (step) => {
      if (step.startsWith('program') && time > 0) [date, setBackMs] = [date - setBackMs, 0];
      time += 500;
      date += 500;
    };
    await flash(session);
    const works = world.states.flatMap((state) => (state.kind === 'connected' ? [state.work] : []));
    const end = works.findLast((work) => work.kind === 'ended');
    return {
      progress: works.flatMap((work) => (work.kind === 'flashing' ? [work.progress] : [])),
      ms: end?.report?.timings.ms,
    };
  };
  const usual = await reported(0);
  expect(usual.progress.length).toBeGreaterThan(4);
  expect(usual.progress.some(({ bytesPerSecond }) => bytesPerSecond !== null)).toBe(true);
  expect(usual.ms).toBeGreaterThan(2000);
  expect(await reported(3_600_000)).toEqual(usual);
});
