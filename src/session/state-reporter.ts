/** Reports a session's state: at once, or a few times a second where it changes more often than anyone can read. */
import type { Clock } from '../flash/clock.ts';
import type { SessionState } from './state.ts';
import { DISCONNECTED } from './state.ts';

/** The shortest time between two progress reports, in ms: more would cost the page frames and help nobody. */
const TELL_MS = 125;

/** The state that was reported last, and when the next progress may be. */
export class StateReporter {
  #state: SessionState = DISCONNECTED;
  #at = 0;

  constructor(
    private readonly clock: Clock,
    private readonly onState: (state: SessionState) => void,
  ) {}

  /** The state that was reported last. */
  get state(): SessionState {
    return this.#state;
  }

  /** Reports a state at once. */
  say(state: SessionState): void {
    this.#state = state;
    this.#at = 0;
    this.onState(state);
  }

  /** Lets `show` report progress, unless that was done a moment ago. */
  tell(show: () => void): void {
    const now = this.clock.now();
    if (now < this.#at) return;
    show();
    this.#at = now + TELL_MS;
  }
}
