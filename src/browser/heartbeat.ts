/** Whether the worker that does the device work still answers: the page asks it again and again. */
import type { Clock } from '../flash/clock.ts';
import { count } from '../flash/english.ts';
import type { FailureWords } from '../flash/failure.ts';
import { failures } from '../flash/failure.ts';

/** The register of failures of the device worker as a whole. */
export const WORKER_FAILURES = {
  'worker-stuck': {
    kind: 'mistake',
    says: (v) =>
      `The part of Sectorwise that talks to the board has not answered for ${count(v['seconds'], 'second')}.`,
    next:
      'Wait if the computer is busy. Otherwise restart it: everything that it recorded is kept. A job ' +
      'that was running is then interrupted, and can be resumed once the board is connected again.',
  },
  'worker-ended': {
    kind: 'mistake',
    says: () => 'The part of Sectorwise that talks to the board stopped responding and was restarted.',
    next: 'Connect the board again. If a job was running, you can then resume it, roll it back or abandon it.',
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one of the failures of the device worker. */
export const workerFailure = failures<keyof typeof WORKER_FAILURES>(WORKER_FAILURES);

/** How long the page waits between two questions, in ms. */
const BEAT_MS = 2000;
/** How many questions in a row have no answer before the worker counts as stuck: no work of its own takes this long. */
const MOST_MISSED = 5;

/** How a worker is asked, and what is done when it stops answering or answers again. */
export interface HeartbeatParts {
  readonly clock: Pick<Clock, 'at'>;
  readonly ask: () => void;
  /** `seconds` is for how long it has not answered. */
  readonly onStuck: (seconds: number) => void;
  readonly onBack: () => void;
}

/**
 * Asks a worker until `stop` is called. Only questions count, not time: a page that was frozen or busy has asked nothing
 * meanwhile, and hears what was answered before it asks again.
 */
export class Heartbeat {
  #missed = 0;
  #cancel = (): void => undefined;

  constructor(private readonly parts: HeartbeatParts) {
    this.#beat();
  }

  /** Notes an answer. */
  heard(): void {
    if (this.#missed > MOST_MISSED) this.parts.onBack();
    this.#missed = 0;
  }

  /** Ends the questions. */
  stop(): void {
    this.#cancel();
  }

  #beat(): void {
    this.#missed++;
    if (this.#missed === MOST_MISSED + 1) this.parts.onStuck((MOST_MISSED * BEAT_MS) / 1000);
    this.parts.ask();
    this.#cancel = this.parts.clock.at(BEAT_MS, () => this.#beat());
  }
}
