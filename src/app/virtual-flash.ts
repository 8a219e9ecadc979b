/** The flash of virtual boards that were written to, kept in this browser: one copy a board, until it is reset. */
import type { DBSchema, IDBPDatabase } from 'idb';
import { openDB } from 'idb';

/** A database of its own: it belongs to the simulation, and none of the app's records are in it. */
const NAME = 'sectorwise-virtual-boards';

interface Tables extends DBSchema {
  /** By the id of a board: the bytes of each of its memories. */
  flash: { key: string; value: readonly Uint8Array<ArrayBuffer>[] };
}

let opened: Promise<IDBPDatabase<Tables>> | null = null;

function database(): Promise<IDBPDatabase<Tables>> {
  opened ??= openDB<Tables>(NAME, 1, { upgrade: (made) => void made.createObjectStore('flash') });
  return opened;
}

/**
 * The memories of a board as they were left, in its own order; null if it was never changed, if the browser denies storage, or
 * if another version of the app made the board with other sizes.
 */
export async function storedFlash(id: string, sizes: readonly number[]): Promise<readonly Uint8Array[] | null> {
  try {
    const kept: unknown = await (await database()).get('flash', id);
    if (!Array.isArray(kept) || kept.length !== sizes.length) return null;
    const memories = kept.filter(
      (each, i): each is Uint8Array => each instanceof Uint8Array && each.length === sizes[i],
    );
    return memories.length === sizes.length ? memories : null;
  } catch {
    return null;
  }
}

/** The ids of the boards that were changed; empty if the browser denies storage. */
export async function changedBoards(): Promise<readonly string[]> {
  try {
    return await (await database()).getAllKeys('flash');
  } catch {
    return [];
  }
}

/** Keeps the memories of a board. False if the browser denies storage: the board then lasts as long as the page. */
export async function storeFlash(id: string, memories: readonly Uint8Array<ArrayBuffer>[]): Promise<boolean> {
  try {
    await (await database()).put('flash', memories, id);
    return true;
  } catch {
    return false;
  }
}

/** Forgets a board: it is recreated. */
export async function deleteFlash(id: string): Promise<void> {
  try {
    await (await database()).delete('flash', id);
  } catch {
    // What cannot be opened keeps nothing either.
  }
}
