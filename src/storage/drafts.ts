/** Backups in progress in any tab: while there is one, no clean-up removes contents that nothing refers to yet. */
import type { Database } from './database.ts';
import { storageFailure } from './database.ts';
import type { JobLocks } from './locks.ts';

/** The drafts of all tabs. A draft is alive while its tab holds the lock with its name. */
export interface Drafts {
  /** Begins a draft of this tab: its id, and the function that releases it once its record is gone or may be removed. */
  begin(): Promise<{ readonly id: string; readonly letGo: () => void }>;
  /** Ids of drafts whose tabs are gone, for a clean-up to remove. */
  dead(): Promise<readonly string[]>;
}

/** The drafts in a database, with locks shared by all tabs. */
export function draftsIn(database: Database, locks: JobLocks): Drafts {
  const own = new Set<string>();
  return {
    begin: async () => {
      const id = crypto.randomUUID();
      // The lock comes first: a record without a lock is taken for one of a closed tab.
      const unlock = await locks.take(lockOf(id)).catch((error: unknown) => {
        throw storageFailure(error);
      });
      const letGo = () => {
        own.delete(id);
        unlock?.();
      };
      own.add(id);
      try {
        await database.write(['drafts'], 'relaxed', (tx) => tx.objectStore('drafts').put({ version: 1 }, id));
      } catch (error) {
        letGo();
        throw error;
      }
      return { id, letGo };
    },
    dead: async () => {
      const ids = await database.read(['drafts'], (tx) => tx.objectStore('drafts').getAllKeys());
      // If the browser does not say who holds a lock, the draft counts as alive: its contents may still be needed.
      const isAlive = (id: string) => own.has(id) || locks.isTaken(lockOf(id)).catch(() => true);
      const alive = await Promise.all(ids.map(isAlive));
      return ids.filter((_, i) => alive[i] === false);
    },
  };
}

function lockOf(id: string): string {
  return `draft ${id}`;
}
