import { expect, test } from 'vitest';
import type { Inspection } from '../flash/family.ts';
import type { Plan } from '../flash/plan.ts';
import { makeStateEncoder, makeStateDecoder } from './state-codec.ts';
import type { SessionState } from '../session/state.ts';
import { DISCONNECTED } from '../session/state.ts';

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

test('every state arrives as it was sent, and a plan and a board are copied once', () => {
  const board: Inspection = {
    identity: { family: 'esp', chip: 'ESP32', revision: 'v3.1', key: null, facts: [] },
    layout: { map: { regions: [] }, partitions: [], guards: [], ciphered: [] },
    contents: [],
    findings: [],
    boot: null,
    examinable: null,
    protections: [],
    settings: [],
    saves: [],
  };
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
