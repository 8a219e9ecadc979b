/** Backups that are being made, in any tab: while there is one, no clean-up takes contents that nothing refers to yet. */
import type { Database } from './database.ts';
import { storageFailure } from './database.ts';
import type { JobLocks } from './locks.ts';

/** The drafts of all tabs. A draft is alive for as long as its tab holds the lock of its name. */
export interface Drafts {
  /** Begins a draft of this tab: its id, and the function that lets go of it when its record is gone or may go. */
  begin(): Promise<{ readonly id: string; readonly letGo: () => void }>;
  /** Ids of drafts whose tabs have ended, for a clean-up to remove. */
  dead(): Promise<readonly string[]>;
}

/** The drafts in a database, with locks that all its tabs share. */
export function draftsIn(database: Database, locks: JobLocks): Drafts {
  const own = new Set<string>();
  return {
    begin: async () => {
      const id = crypto.randomUUID();
      // The lock comes first: a record that no lock goes with is taken for one of a tab that has ended.
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
      // Where the browser does not say who holds a lock, nothing is cleaned up that may still be needed.
      const isAlive = (id: string) => own.has(id) || locks.isTaken(lockOf(id)).catch(() => true);
      const alive = await Promise.all(ids.map(isAlive));
      return ids.filter((_, i) => alive[i] === false);
    },
  };
}

function lockOf(id: string): string {
  return `draft ${id}`;
}
