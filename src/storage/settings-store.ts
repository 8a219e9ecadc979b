/** What a person chose for each board, kept on this computer. */
import type { Chosen } from '../flash/target.ts';
import type { Database } from './database.ts';

/** Where choices are kept, by `boardKey`. Neither call ever rejects: a browser that keeps nothing is no failure. */
export interface SettingsStore {
  /** What was chosen for a board; empty if nothing was, or nothing is kept. */
  load(key: string): Promise<Chosen>;
  save(key: string, chosen: Chosen): Promise<void>;
}

/** Choices in memory: they last as long as the tab. */
export function memorySettings(): SettingsStore {
  const kept = new Map<string, Chosen>();
  return {
    load: (key) => Promise.resolve(kept.get(key) ?? {}),
    save: (key, chosen) => {
      kept.set(key, chosen);
      return Promise.resolve();
    },
  };
}

/** Choices in the browser's own database; where it is denied (a private window, a full disk) they last as long as the tab. */
export function browserSettings(database: Database): SettingsStore {
  const memory = memorySettings();
  return {
    load: async (key) => {
      const reading = database.read(['chosen'], (tx) => tx.objectStore('chosen').get(key));
      const kept: unknown = await reading.catch(() => undefined);
      return kept === undefined ? memory.load(key) : chosenIn(kept);
    },
    save: async (key, chosen) => {
      await memory.save(key, chosen);
      const writing = database.write(['chosen'], 'relaxed', (tx) => tx.objectStore('chosen').put(chosen, key));
      await writing.catch(() => undefined);
    },
  };
}

/** What another version kept may look like anything: only words count. */
function chosenIn(kept: unknown): Chosen {
  if (typeof kept !== 'object' || kept === null) return {};
  return Object.fromEntries(
    Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
