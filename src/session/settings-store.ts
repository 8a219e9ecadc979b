/** What a person chose for each board, kept on this computer. */
import type { Chosen } from '../flash/target.ts';

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

const TABLE = 'chosen';

/** Choices in the browser's own database; where it is denied (a private window, a full disk) they last as long as the tab. */
export function browserSettings(name: string): SettingsStore {
  const memory = memorySettings();
  const ask = async <T>(mode: IDBTransactionMode, work: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const database = await open(name);
    try {
      return await answer(work(database.transaction(TABLE, mode).objectStore(TABLE)));
    } finally {
      database.close();
    }
  };
  return {
    load: async (key) => {
      const kept: unknown = await ask('readonly', (table) => table.get(key)).catch(() => undefined);
      return kept === undefined ? memory.load(key) : chosenIn(kept);
    },
    save: async (key, chosen) => {
      await memory.save(key, chosen);
      await ask('readwrite', (table) => table.put(chosen, key)).catch(() => undefined);
    },
  };
}

function open(name: string): Promise<IDBDatabase> {
  const opening = indexedDB.open(name, 1);
  opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(TABLE));
  return answer(opening);
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () =>
      reject(new Error('the database does not answer', { cause: request.error })),
    );
  });
}

/** What another version kept may look like anything: only words count. */
function chosenIn(kept: unknown): Chosen {
  if (typeof kept !== 'object' || kept === null) return {};
  return Object.fromEntries(
    Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
