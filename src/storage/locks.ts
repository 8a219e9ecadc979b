/** Which tab works at a job: two that write the journal of one would ruin it, and the board. */

/** Locks on jobs. A lock ends with its tab, however that ends. */
export interface JobLocks {
  /** Takes a job and gives the function that lets go of it; null if it is taken, by another tab or by this one. */
  take(job: string): Promise<(() => void) | null>;
  /** Whether another tab has taken a job. */
  isTaken(job: string): Promise<boolean>;
}

/** A lock of this tab. `gone` resolves when the browser has let go of it, a moment after `left`. */
interface Own {
  left: boolean;
  readonly gone: Promise<void>;
}

/** Locks that all tabs of one browser share. */
export function browserLocks(locks: LockManager): JobLocks {
  const own = new Map<string, Own>();

  const request = (job: string) =>
    new Promise<(() => void) | null>((resolve, reject) => {
      const options = { mode: 'exclusive', ifAvailable: true } as const;
      const holding = locks.request(nameOf(job), options, (lock) => {
        if (lock === null) {
          resolve(null);
          return undefined;
        }
        return new Promise<void>((letGo) => {
          const forget = () => void own.delete(job);
          const held: Own = { left: false, gone: holding.then(forget, forget) };
          own.set(job, held);
          resolve(() => {
            held.left = true;
            letGo();
          });
        });
      });
      holding.catch(reject);
    });

  return {
    take: async (job) => {
      const held = own.get(job);
      if (held?.left === false) return null;
      await held?.gone;
      return request(job);
    },
    isTaken: async (job) => {
      if (own.has(job)) return false;
      const { held = [] } = await locks.query();
      return held.some(({ name }) => name === nameOf(job));
    },
  };
}

/** Locks of one tab alone, for browsers without any; in tests those that share `taken` are like tabs of one browser. */
export function memoryLocks(taken: Set<string> = new Set()): JobLocks {
  const own = new Set<string>();
  return {
    take: async (job) => {
      if (taken.has(job)) return null;
      taken.add(job);
      own.add(job);
      let isOurs = true;
      return () => {
        // Only once: somebody may have taken it since.
        if (!isOurs) return;
        isOurs = false;
        own.delete(job);
        taken.delete(job);
      };
    },
    isTaken: async (job) => taken.has(job) && !own.has(job),
  };
}

function nameOf(job: string): string {
  return `sectorwise job ${job}`;
}
