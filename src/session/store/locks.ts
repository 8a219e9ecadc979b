/** Which tab works on a job: two tabs must never carry out the same one. */

/** The port to locks between tabs. */
export interface JobLocks {
  /** Takes a job, until the function that this gives is called; null if another tab has it. */
  take(job: string): Promise<(() => void) | null>;
  /** Whether another tab has it. */
  isTaken(job: string): Promise<boolean>;
}

/** Locks of one tab that knows no others. */
export function memoryLocks(): JobLocks {
  return { take: async () => () => undefined, isTaken: async () => false };
}
