/** The user's settings for each board, stored on this computer. */
import type { Chosen } from '../flash/target.ts';
import type { Database } from './database.ts';

/** Settings by `boardKey`. Neither call rejects: a browser that denies storage is not a failure. */
export interface SettingsStore {
  /** The settings of a board; empty if there are none, or none are stored. */
  load(key: string): Promise<Chosen>;
  save(key: string, chosen: Chosen): Promise<void>;
}

/** Settings in memory, which last as long as the tab. */
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

/** Settings in the browser's database; if it is unavailable (private window, full disk) they last as long as the tab. */
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

/** Settings stored by another version may have any shape: only string values are used. */
function chosenIn(kept: unknown): Chosen {
  if (typeof kept !== 'object' || kept === null) return {};
  return Object.fromEntries(
    Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
