/** Locks on jobs: two tabs that write the journal of one job would ruin it, and the board. */

/** Locks on jobs. A lock ends with its tab, however the tab ends. */
export interface JobLocks {
  /** Takes the lock on a job; resolves with the function that releases it, or null if this or another tab holds it. */
  take(job: string): Promise<(() => void) | null>;
  /** Whether another tab holds the lock on a job. */
  isTaken(job: string): Promise<boolean>;
}

/** A lock of this tab. `left`: released; `gone` resolves shortly after, when the browser has freed it. */
interface Own {
  left: boolean;
  readonly gone: Promise<void>;
}

/** Locks shared by all tabs of a browser, through the Web Locks API. */
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

/**
 * Locks of one tab, for browsers without the Web Locks API; in tests, locks that share `taken` act like tabs of one browser.
 */
export function memoryLocks(taken: Set<string> = new Set()): JobLocks {
  const own = new Set<string>();
  return {
    take: async (job) => {
      if (taken.has(job)) return null;
      taken.add(job);
      own.add(job);
      let isOurs = true;
      return () => {
        // Releasing twice must not release a lock that someone else has taken since.
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
