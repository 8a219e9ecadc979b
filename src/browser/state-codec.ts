/**
 * Encodes the states that the worker posts to the page, up to eight each second. A part that is the same object as in the
 * previous state is not sent again: copying a plan of thousands of units and everything read from the board at each step
 * would take the page longer than drawing it. On the page such a part is the same object as before, too.
 */
import type { Inspection } from '../flash/family.ts';
import type { UnitState } from '../flash/job.ts';
import type { SessionState, UnitStates, Work } from '../session/state.ts';

type Connected = Extract<SessionState, { readonly kind: 'connected' }>;

/** The difference between a record and the previous one: fields with a new value, and the names of removed fields. */
export interface Changes<T> {
  readonly set: Partial<T>;
  readonly gone: readonly (keyof T)[];
}

/** The units whose state changed, as runs of equal states; `to` is the index after the last one. */
export interface UnitChanges {
  readonly length: number;
  readonly runs: readonly { readonly from: number; readonly to: number; readonly state: UnitState }[];
}

/** A posted state: whole, or what changed since the last state with a board; null for an unchanged part. */
export type EncodedState =
  | { readonly kind: 'whole'; readonly state: SessionState }
  | {
      readonly kind: 'changes';
      readonly board: Changes<Inspection> | null;
      readonly work: Changes<Work> | null;
      readonly units: UnitChanges;
      readonly rest: Changes<Omit<Connected, 'board' | 'work'>> | null;
    };

const NO_UNITS: UnitStates = [];

/** Makes the encoder for one listener: the first state with a board is sent whole, all later ones as changes. */
export function makeStateEncoder(): (state: SessionState) => EncodedState {
  let sent: Connected | null = null;
  return (state) => {
    if (state.kind !== 'connected') return { kind: 'whole', state };
    const last = sent;
    sent = state;
    if (last === null) return { kind: 'whole', state };
    const { board, work, ...rest } = state;
    const { board: lastBoard, work: lastWork, ...lastRest } = last;
    return {
      kind: 'changes',
      board: changesOf(board, lastBoard),
      work: changesOf(withUnits(work, NO_UNITS), withUnits(lastWork, NO_UNITS)),
      units: unitChangesOf(unitsOf(work), unitsOf(lastWork)),
      rest: changesOf(rest, lastRest),
    };
  };
}

/** Makes the decoder, which needs every state in the order sent; throws a `RangeError` for changes without a state before. */
export function makeStateDecoder(): (encoded: EncodedState) => SessionState {
  let got: Connected | null = null;
  return (encoded) => {
    if (encoded.kind === 'whole') {
      if (encoded.state.kind === 'connected') got = encoded.state;
      return encoded.state;
    }
    if (got === null) throw new RangeError('changes of a state that was never sent');
    const { board, work, ...rest } = got;
    got = {
      ...applied(encoded.rest, rest),
      board: applied(encoded.board, board),
      work: withUnits(applied(encoded.work, work), unitsAfter(encoded.units, unitsOf(work))),
    };
    return got;
  };
}

function changesOf<T extends object>(now: T, before: T): Changes<T> | null {
  const set: Partial<T> = {};
  const gone: (keyof T)[] = [];
  let same = true;
  for (const key in now) {
    if (key in before && now[key] === before[key]) continue;
    set[key] = now[key];
    same = false;
  }
  for (const key in before) if (!(key in now)) gone.push(key);
  return same && gone.length === 0 ? null : { set, gone };
}

function applied<T extends object>(changes: Changes<T> | null, before: T): T {
  if (changes === null) return before;
  const now = { ...before, ...changes.set };
  for (const key of changes.gone) Reflect.deleteProperty(now, key);
  return now;
}

function unitsOf(work: Work): UnitStates {
  return 'units' in work ? work.units : NO_UNITS;
}

function withUnits(work: Work, units: UnitStates): Work {
  return 'units' in work ? { ...work, units } : work;
}

function unitChangesOf(now: UnitStates, before: UnitStates): UnitChanges {
  const runs: { from: number; to: number; state: UnitState }[] = [];
  const isNew = now.length !== before.length;
  now.forEach((state, i) => {
    if (!isNew && state === before[i]) return;
    const last = runs.at(-1);
    if (last?.to === i && last.state === state) last.to++;
    else runs.push({ from: i, to: i + 1, state });
  });
  return { length: now.length, runs };
}

function unitsAfter({ length, runs }: UnitChanges, before: UnitStates): UnitStates {
  if (runs.length === 0 && length === before.length) return before;
  const units: UnitState[] = length === before.length ? [...before] : Array.from({ length }, () => 'unknown');
  for (const { from, to, state } of runs) units.fill(state, from, to);
  return units;
}
