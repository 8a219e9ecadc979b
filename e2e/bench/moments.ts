/** What a flash is doing. */
export type Doing = 'read' | 'erase' | 'program';

/** The methods of a virtual flash, of whatever kind. */
interface Watchable<R extends unknown[], E extends unknown[], P extends unknown[], F, G> {
  read(...args: R): Uint8Array;
  erase(...args: E): F;
  program(...args: P): G;
}

/** Tells a test of the very moment at which a flash is read, erased or programmed: time alone would hit another. */
export class Moments {
  readonly #counts: Record<Doing, number> = { read: 0, erase: 0, program: 0 };
  readonly #waiting = new Set<() => void>();

  /** Watches this flash from now on. */
  watch<R extends unknown[], E extends unknown[], P extends unknown[], F, G>(flash: Watchable<R, E, P, F, G>): void {
    flash.read = this.#tap('read', flash.read.bind(flash));
    flash.erase = this.#tap('erase', flash.erase.bind(flash));
    flash.program = this.#tap('program', flash.program.bind(flash));
  }

  /** Resolves as the flash is about to do so for the k-th time from now, counted from 1; an erase has begun then. */
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
