/**
 * States on their way from the worker to the page, a dozen each second. What is large and did not change since the last
 * one travels once: the plan over thousands of units, the board with all that was read of it, the files. To copy them at
 * every state would cost the page more time than to draw them, and both ends more memory than all else; and what is the
 * same object again need not be worked out again. The states of units travel as one byte each.
 */
import type { Inspection } from '../flash/family.ts';
import type { UnitState } from '../flash/job.ts';
import type { Plan } from '../flash/plan.ts';
import type { ContainerView, FileView, SessionState, UnitStates, Work } from '../session/state.ts';

/** A state as it travels: what is marked in `same` stands for the last of its kind that came whole. */
export interface EncodedState {
  readonly state: SessionState;
  readonly same: { readonly [name in keyof Parts]: boolean };
  /** The states of units, as codes; null if this state has none. */
  readonly units: Uint8Array | null;
}

/** What is large, and stays as it is for long. */
interface Parts {
  readonly board: Inspection;
  readonly files: readonly FileView[];
  readonly containers: readonly ContainerView[];
  readonly plan: Plan | null;
}

type Together = Extract<SessionState, { readonly kind: 'connected' }>;

const NO_PLAN: Plan = { version: 1, image: { size: 0, md5: '' }, stretches: [], equal: [] };
const NO_BOARD: Inspection = {
  identity: { family: '', chip: '', revision: '', key: null, facts: [] },
  layout: { map: { regions: [] }, partitions: [], guards: [], ciphered: [] },
  contents: [],
  findings: [],
  boot: null,
  examinable: null,
  protections: [],
  settings: [],
  saves: [],
};
const NOTHING: Parts = { board: NO_BOARD, files: [], containers: [], plan: NO_PLAN };
const ALL_NEW: EncodedState['same'] = { board: false, files: false, containers: false, plan: false };

const CODES: Readonly<Record<UnitState, number>> = {
  waiting: 0,
  unknown: 1,
  written: 2,
  'awaiting-commit': 3,
  verified: 4,
  wrong: 5,
  unproved: 6,
  incomplete: 7,
};
const STATES: readonly UnitState[] = [
  'waiting',
  'unknown',
  'written',
  'awaiting-commit',
  'verified',
  'wrong',
  'unproved',
  'incomplete',
];

/** The sender's end: packs states in the order in which they are sent. */
export function makeStateEncoder(): (state: SessionState) => EncodedState {
  let sent: Parts | null = null;
  return (state) => {
    if (state.kind !== 'connected') return { state, same: ALL_NEW, units: null };
    const own = partsOf(state);
    const same = {
      board: own.board === sent?.board,
      files: own.files === sent?.files,
      containers: own.containers === sent?.containers,
      plan: own.plan !== null && own.plan === sent?.plan,
    };
    sent = { ...own, plan: own.plan ?? sent?.plan ?? null };
    const { work } = state;
    const units = 'units' in work ? coded(work.units) : null;
    return { state: assembled(state, chosen(same, NOTHING, own), []), same, units };
  };
}

/** The receiver's end: unpacks them in the same order. */
export function makeStateDecoder(): (parcel: EncodedState) => SessionState {
  let got: Parts = NOTHING;
  return ({ state, same, units }) => {
    if (state.kind !== 'connected') return state;
    const own = chosen(same, got, partsOf(state));
    got = { ...own, plan: own.plan ?? got.plan };
    return assembled(state, own, decoded(units ?? new Uint8Array()));
  };
}

// Loops rather than iterators: these make an object for each of thousands of units, a dozen times each second.
function coded(units: UnitStates): Uint8Array {
  const codes = new Uint8Array(units.length);
  units.forEach((state, i) => (codes[i] = CODES[state]));
  return codes;
}

function decoded(codes: Uint8Array): UnitStates {
  return Array.from(codes, (code) => STATES[code] ?? 'unknown');
}

function partsOf({ board, files, containers, work }: Together): Parts {
  return { board, files, containers, plan: 'plan' in work ? work.plan : null };
}

/** Each part from the first where it is the same, else from the second. */
function chosen(same: EncodedState['same'], before: Parts, now: Parts): Parts {
  return {
    board: same.board ? before.board : now.board,
    files: same.files ? before.files : now.files,
    containers: same.containers ? before.containers : now.containers,
    plan: same.plan ? before.plan : now.plan,
  };
}

function assembled(state: Together, { board, files, containers, plan }: Parts, units: UnitStates): SessionState {
  return { ...state, board, files, containers, work: withLarge(state.work, plan, units) };
}

function withLarge(work: Work, plan: Plan | null, units: UnitStates): Work {
  if (plan === null || !('plan' in work)) return work;
  return 'units' in work ? { ...work, plan, units } : { ...work, plan };
}
