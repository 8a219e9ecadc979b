/** What a session must never do: take a yes for another question, forget a promise, go silent. */
import { describe, expect, test } from 'vitest';
import type { Family, Inspection } from '../flash/family.ts';
import { askKey, refusals } from '../flash/finding.ts';
import { layoutOf, mapOf, plainDigest } from '../flash/testing.ts';
import { PlainTarget } from './plain-target.ts';
import { Session } from './session.ts';
import type { Work } from './state.ts';

const map = mapOf(8, 8, 8, 8);
const layout = layoutOf(map);
const ask = refusals({ sure: { says: () => 'Sure?', next: 'Say yes.', consent: 'Yes.' } });

/** A family of boards that are only bytes; a file's name says where it goes. */
function plainFamily(changes: Partial<Family> = {}): Family {
  return {
    inspect: async (target) => ({
      identity: await target.identify(),
      layout,
      contents: [],
      findings: [],
      boot: null,
      examinable: null,
      protections: [],
      settings: [],
      saves: [],
    }),
    choose: (board) => board,
    unpack: async (sources) => ({
      container: null,
      says: '',
      parts: await Promise.all(sources.map(async (s) => ({ name: s.path, data: await s.read(0, s.size) }))),
      left: [],
      findings: [],
    }),
    recognise: () => ({ kind: 'data', says: 'Data.', findings: [] }),
    choices: ({ name, data }) => [
      { id: name, name, why: '', fits: true, region: 'flash', address: Number(name), size: data.length },
    ],
    segments: ({ file, choice }) =>
      choice === null ? [] : [{ region: 'flash', address: choice.address, data: file.data }],
    check: () => [],
    layout: () => layout,
    afterwards: () => '',
    rank: () => 0,
    bootVerdict: () => null,
    expected: () => null,
    ...changes,
  };
}

function makeWorld(changes: Partial<Family> = {}) {
  const flash = Uint8Array.from({ length: 32 }, (_, i) => i + 1);
  const world = { flash, fault: (_step: string): void => undefined, key: 'one' };
  const session = new Session<Inspection>({
    family: plainFamily(changes),
    connect: async () => new PlainTarget(world.flash, map, plainDigest, (step) => world.fault(step)),
    md5: plainDigest,
    version: 'test',
    now: () => 0,
    onState: () => undefined,
  });
  return { world, session };
}

function workOf(session: Session<Inspection>): Work {
  if (session.state.kind !== 'together') throw new Error(JSON.stringify(session.state));
  return session.state.work;
}

async function flash(session: Session<Inspection>): Promise<void> {
  const work = workOf(session);
  await session.dispatch({ do: 'flash', plan: work.kind === 'planned' ? work.plan.image.md5 : '' });
}

const drop = (session: Session<Inspection>, at: number, ...data: number[]) =>
  session.dispatch({ do: 'add-file', name: String(at), data: Uint8Array.from(data) });

describe('a yes', () => {
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

  test('to a question that is not asked counts for nothing', async () => {
    const { session } = makeWorld(asking);
    await session.connect();
    await drop(session, 0, 99);
    await session.dispatch({ do: 'consent', ask: askKey(ask('sure', { in: 'file', name: 'other' })), yes: true });
    expect(workOf(session)).toMatchObject({ granted: [] });
  });

  test('to a plan that is not shown any more writes nothing', async () => {
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

describe('a promise', () => {
  /** Pulls the cable at the k-th step of a write into the middle of unit 8..15, then connects again. */
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

  test.each([0, 1, 2, 3])('is kept when the cable is pulled at step %i and the file is taken away', async (k) => {
    const { session, world } = await interruptedAt(k);
    await session.dispatch({ do: 'remove-file', id: 1 });
    await session.dispatch({ do: 'reconnect' });
    await flash(session);
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

test('what nobody foresaw is said, and the session goes on', async () => {
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
    kind: 'apart',
    failure: { kind: 'mistake', values: { reason: 'a parser slipped' } },
  });
  broken = false;
  await session.dispatch({ do: 'reconnect' });
  expect(workOf(session).kind).toBe('planned');
});

test('a board that is gone after a job has ended is not said to be connected', async () => {
  const { session } = makeWorld();
  await session.connect();
  await drop(session, 0, 1);
  await flash(session);
  expect(workOf(session)).toMatchObject({ kind: 'ended', outcome: 'nothing-to-do', connected: true });
  session.lost({ name: 'link-lost', kind: 'lost', says: '', next: '', values: {} });
  expect(workOf(session)).toMatchObject({ kind: 'ended', connected: false });
});
