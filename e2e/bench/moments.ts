/** An operation of a flash. */
export type Doing = 'read' | 'erase' | 'program';

/** The methods of any virtual flash. */
interface Watchable<R extends unknown[], E extends unknown[], P extends unknown[], F, G> {
  read(...args: R): Uint8Array;
  erase(...args: E): F;
  program(...args: P): G;
}

/** Notifies a test of the exact moment at which a flash is read, erased or programmed: timing alone would miss it. */
export class Moments {
  readonly #counts: Record<Doing, number> = { read: 0, erase: 0, program: 0 };
  readonly #waiting = new Set<() => void>();

  /** Watches this flash from now on. */
  watch<R extends unknown[], E extends unknown[], P extends unknown[], F, G>(flash: Watchable<R, E, P, F, G>): void {
    flash.read = this.#tap('read', flash.read.bind(flash));
    flash.erase = this.#tap('erase', flash.erase.bind(flash));
    flash.program = this.#tap('program', flash.program.bind(flash));
  }

  /** Resolves at the k-th such operation from now, counted from 1; an erase has begun by then. */
  next(doing: Doing, k = 1): Promise<void> {
    const wanted = this.#counts[doing] + k;
    return new Promise((resolve) => {
      const look = () => {
        if (this.#counts[doing] < wanted) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
    });
  }

  #tap<A extends unknown[], T>(doing: Doing, work: (...args: A) => T): (...args: A) => T {
    return (...args) => {
      const done = work(...args);
      this.#counts[doing] += 1;
      for (const look of this.#waiting) look();
      return done;
    };
  }
}
