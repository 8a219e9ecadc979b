/**
 * States on their way from the worker to the page, a dozen each second. A part that is the same object as in the state
 * before is not sent again: to copy the plan over thousands of units and the board with all that was read of it at every
 * step would cost the page more time than to draw them. On the page it is the same object again, too.
 */
import type { Inspection } from '../flash/family.ts';
import type { UnitState } from '../flash/job.ts';
import type { SessionState, UnitStates, Work } from '../session/state.ts';

type Connected = Extract<SessionState, { readonly kind: 'connected' }>;

/** What is new in a record since the one before: fields with another value, and the names of those that are gone. */
export interface Changes<T> {
  readonly set: Partial<T>;
  readonly gone: readonly (keyof T)[];
}

/** The units that are in another state than before, as runs of equal states; `to` is the index after the last one. */
export interface UnitChanges {
  readonly length: number;
  readonly runs: readonly { readonly from: number; readonly to: number; readonly state: UnitState }[];
}

/** A state as it travels: whole, or what changed since the last state with a board; null for a part that did not. */
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

/** The sender's end, one for each listener: the first state with a board goes whole, all others as changes. */
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

/** The receiver's end; it has to be given every state in the order in which they were sent, else it throws `RangeError`. */
export function makeStateDecoder(): (parcel: EncodedState) => SessionState {
  let got: Connected | null = null;
  return (parcel) => {
    if (parcel.kind === 'whole') {
      if (parcel.state.kind === 'connected') got = parcel.state;
      return parcel.state;
    }
    if (got === null) throw new RangeError('changes of a state that was never sent');
    const { board, work, ...rest } = got;
    got = {
      ...applied(parcel.rest, rest),
      board: applied(parcel.board, board),
      work: withUnits(applied(parcel.work, work), unitsAfter(parcel.units, unitsOf(work))),
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
