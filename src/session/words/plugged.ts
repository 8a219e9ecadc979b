/** What a person does next after a board was lost, once it is plugged in again. */
import type { FailureFacts } from '../../flash/failure.ts';
import type { SessionState } from '../state.ts';

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
