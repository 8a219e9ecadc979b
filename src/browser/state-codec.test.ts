import { serialize } from 'node:v8';
import { expect, test } from 'vitest';
import type { Inspection } from '../flash/family.ts';
import type { Plan } from '../flash/plan.ts';
import { makeStateEncoder, makeStateDecoder } from './state-codec.ts';
import type { SessionState } from '../session/state.ts';
import { DISCONNECTED } from '../session/state.ts';
import { plainInspection } from '../testing/plain-world.ts';

const unit = {
  region: 'flash',
  address: 0,
  size: 4096,
  pieces: [],
  before: null,
  after: 'a',
  why: '',
  backup: 'none',
} as const;
const plan = (md5: string): Plan => ({
  version: 1,
  image: { size: 4096, md5 },
  stretches: [{ region: 'flash', address: 0, size: 4096, units: [unit], rank: 0, encrypt: false }],
  equal: [],
});

// Every unit state: one that is decoded as another would be noticed here.
const UNITS = ['waiting', 'unknown', 'written', 'awaiting-commit', 'verified', 'wrong', 'unproved'] as const;

function flashing(of: Plan, board: Inspection, done: number): SessionState {
  const progress = { says: 'Writing', done, total: 4096, bytesPerSecond: null, leftMs: null };
  return {
    kind: 'connected',
    board,
    files: [],
    containers: [],
    interrupted: null,
    work: {
      kind: 'flashing',
      purpose: { kind: 'flash' },
      plan: of,
      layout: board.layout,
      unprovable: 0,
      progress,
      units: UNITS,
      stopping: false,
    },
  };
}

const board = plainInspection(
  { family: 'esp', chip: 'ESP32', revision: 'v3.1', key: null, facts: [] },
  { map: { regions: [] }, partitions: [], guards: [], ciphered: [] },
);

test('every state arrives as it was sent, and a plan and a board are copied once', () => {
  const [first, second] = [plan('1'), plan('2')];
  const states = [
    DISCONNECTED,
    flashing(first, board, 0),
    flashing(first, board, 1),
    { kind: 'connecting', says: 'Again' } as const,
    flashing(first, board, 2),
    flashing(second, board, 3),
    flashing(second, board, 4),
  ];
  const pack = makeStateEncoder();
  const unpack = makeStateDecoder();
  const parcels = states.map((state) => structuredClone(pack(state)));
  const arrived = parcels.map(unpack);
  expect(arrived).toEqual(states);
  expect(parcels.map((parcel) => JSON.stringify(parcel).includes('"stretches":[{'))).toEqual([
    false,
    true,
    false,
    false,
    false,
    true,
    false,
  ]);
  expect(parcels.map((parcel) => JSON.stringify(parcel).includes('"chip":"ESP32"'))).toEqual([
    false,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
  const plans = arrived.flatMap((state) =>
    state.kind === 'connected' && 'plan' in state.work ? [state.work.plan] : [],
  );
  expect(
    plans.map((each) => plans.indexOf(each)),
    'the same plan is the same object',
  ).toEqual([0, 0, 0, 3, 3]);
});

test('nothing stays of the work before, and of a board with another setting only that is sent', () => {
  const setting = { id: 'speed', group: 'link' as const, name: 'Speed', help: '', options: [], usual: '1', value: '1' };
  const before = flashing(plan('1'), { ...board, settings: [setting] }, 0);
  if (before.kind !== 'connected') throw new Error(before.kind);
  const chosen = { ...before.board, settings: [{ ...setting, value: '2' }] };
  const states: SessionState[] = [
    before,
    { ...before, work: { kind: 'idle' } },
    { ...before, board: chosen, work: { kind: 'idle' } },
    flashing(plan('2'), chosen, 1),
  ];
  const pack = makeStateEncoder();
  const parcels = states.map((state) => structuredClone(pack(state)));
  expect(parcels.map(makeStateDecoder())).toEqual(states);
  expect(parcels[2]).toMatchObject({ board: { set: { settings: chosen.settings }, gone: [] }, work: null, rest: null });
});

test('a new listener is sent the whole state', () => {
  const first = makeStateEncoder();
  const states = [flashing(plan('1'), board, 0), flashing(plan('1'), board, 1)];
  states.forEach(first);
  const state = flashing(plan('1'), board, 2);
  expect(makeStateDecoder()(makeStateEncoder()(state))).toEqual(state);
  expect(() => makeStateDecoder()(first(state)), 'changes alone are no state').toThrow(RangeError);
});

test.each([10, 10_000])('a step of a job on a board of %i partitions with as many units is a few bytes', (count) => {
  const many = <T>(make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
  const partition = { region: 'flash', size: 4096, role: 'data', type: 'data' } as const;
  const partitions = many((i) => ({ ...partition, name: `part${i}`, address: i * 4096 }));
  const large: Inspection = { ...board, layout: { ...board.layout, partitions } };
  const [stretch] = plan('1').stretches;
  if (stretch === undefined) throw new Error('no stretch');
  const of = { ...plan('1'), stretches: [{ ...stretch, units: many((i) => ({ ...unit, address: i * 4096 })) }] };
  const step = (written: number): SessionState => {
    const state = flashing(of, large, written * 4096);
    if (state.kind !== 'connected' || state.work.kind !== 'flashing') throw new Error(state.kind);
    return { ...state, work: { ...state.work, units: many((i) => (i < written ? 'written' : 'waiting')) } };
  };
  const pack = makeStateEncoder();
  const [, ...steps] = [0, 2, 4, 6, 8].map((written) => serialize(pack(step(written))).length);
  expect(Math.max(...steps)).toBeLessThan(300);
});
