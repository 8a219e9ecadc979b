/** Watches the flash of a virtual board and keeps it in this browser, a moment after it has changed. */
import { hexOf } from '../formats/binary.ts';
import { deleteFlash, storeFlash, storedFlash } from './virtual-flash.ts';

/** A memory of a virtual board. */
export interface BoardMemory {
  readonly size: number;
  load(bytes: Uint8Array): void;
  snapshot(): Uint8Array;
}

/** How often the board is looked at, in ms. */
const LOOK_MS = 500;
/** While it goes on changing it is kept at every so many looks: a whole flash is written each time. */
const PATIENCE = 10;

/**
 * Gives the memories what this browser keeps of the board, and keeps them from now on. `mark` differs if they have changed since
 * it was last asked for; `onKept` hears whether they differ from those of a new board. Must be called before the board starts.
 */
export async function persistBoard(
  id: string,
  memories: readonly BoardMemory[],
  mark: () => string | Promise<string>,
  onKept: (changed: boolean) => void,
): Promise<void> {
  const sizes = memories.map(({ size }) => size);
  const made = await digestOf(memories.map((memory) => memory.snapshot()));
  const kept = await storedFlash(id, sizes);
  for (const [i, memory] of memories.entries()) {
    const own = kept?.[i];
    if (own !== undefined) memory.load(own);
  }
  onKept(kept !== null);

  let [stored, before] = [await mark(), await mark()];
  let waited = 0;
  const look = async (): Promise<void> => {
    const now = await mark();
    const still = now === before;
    before = now;
    if (now === stored || (!still && ++waited < PATIENCE)) return;
    const copies = memories.map((memory) => new Uint8Array(memory.snapshot()));
    [stored, waited] = [now, 0];
    if ((await digestOf(copies)) === made) {
      await deleteFlash(id);
      onKept(false);
    } else if (await storeFlash(id, copies)) onKept(true);
  };
  const again = (): void => {
    setTimeout(() => void look().finally(again), LOOK_MS);
  };
  again();
}

/** SHA-256 over the digests of several memories, in hex. */
export async function digestOf(memories: readonly Uint8Array[]): Promise<string> {
  const digests: string[] = [];
  for (const memory of memories) {
    digests.push(hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(memory)))));
  }
  return digests.join(' ');
}
