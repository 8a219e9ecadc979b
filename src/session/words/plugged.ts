/** What a person does next with a board that a job has left, or that was lost, once it is plugged in again. */
import type { FailureFacts } from '../../flash/failure.ts';
import type { SessionState, Work } from '../state.ts';

/** The failures whose next step begins with plugging the board in. */
const UNPLUGGED: ReadonlySet<string> = new Set(['link-lost', 'dfu-lost', 'not-plugged-in']);

const PLUGGED = 'The board is plugged in: press “Connect again”.';

/** The failure because of which the page waits for a board to be plugged in again; null if there is none. */
export function plugFailure(state: SessionState): FailureFacts | null {
  const ended = state.kind === 'connected' && state.work.kind === 'ended' && !state.work.connected ? state.work : null;
  const failure = state.kind === 'disconnected' ? state.failure : (ended?.failure ?? null);
  return failure !== null && UNPLUGGED.has(failure.name) ? failure : null;
}

/** The same state with the next step for a board that is plugged in again; the state itself where none was lost. */
export function pluggedAgain(state: SessionState): SessionState {
  const failure = plugFailure(state);
  if (failure === null) return state;
  const now = { ...failure, next: PLUGGED };
  if (state.kind === 'disconnected') return { ...state, failure: now };
  if (state.kind !== 'connected' || state.work.kind !== 'ended') return state;
  return { ...state, work: { ...state.work, failure: now } };
}

/** What happens first where a person wants something of a board that a job has left, in brackets behind the button’s name. */
export function againFirst({
  connected,
  start,
}: Pick<Extract<Work, { kind: 'ended' }>, 'connected' | 'start'>): string {
  return connected || start !== null ? '(reads the board first)' : '(connects again first)';
}

/** The button after a job: a board that is there is read again, also where it runs its firmware; one that was lost is found first. */
export function againWords({
  connected,
  start,
}: Pick<Extract<Work, { kind: 'ended' }>, 'connected' | 'start'>): string {
  return connected || start !== null ? 'Read the board again' : 'Connect again';
}
