/** Whether the entries of an NVS partition are encrypted, and with these keys. */
import { Cells, ENTRY_STATE } from './cells.ts';
import { Item } from './entry.ts';
import type { Xts } from './xts.ts';
import { xtsOf } from './xts.ts';

/**
 * How the entries are stored: in the clear (`keys-unused` where keys were given), encrypted with the keys given, or
 * encrypted with others or with keys that were not given.
 */
export type CipherState = 'plain' | 'keys-unused' | 'encrypted' | 'keys-missing' | 'keys-wrong';

/** Looks at the written entries of an image: with the right keys, some of them are sound. */
export function chooseCipher(
  image: Uint8Array,
  keys?: Uint8Array,
): { readonly state: CipherState; readonly xts: Xts | null } {
  const xts = keys === undefined ? null : xtsOf(keys);
  const plain = new Cells(image, null);
  if (xts !== null) {
    if (hasSound(new Cells(image, xts))) return { state: 'encrypted', xts };
    if (hasSound(plain)) return { state: 'keys-unused', xts: null };
    return looksEncrypted(plain) ? { state: 'keys-wrong', xts: null } : { state: 'encrypted', xts };
  }
  return { state: !hasSound(plain) && looksEncrypted(plain) ? 'keys-missing' : 'plain', xts: null };
}

/** Whether the entries are encrypted, with keys from a partition or from eFuses. */
export function isCiphered(image: Uint8Array): boolean {
  return chooseCipher(image).state === 'keys-missing';
}

/** The written entries of pages with a right header. */
function* written(cells: Cells): Generator<{ readonly item: Item; readonly at: number }> {
  for (let page = 0; page < cells.pages; page++) {
    if (!cells.header(page).crcRight) continue;
    for (const [at, state] of cells.states(page).entries())
      if (state === ENTRY_STATE.written) yield { item: new Item(cells.entry(page, at)), at };
  }
}

function hasSound(cells: Cells): boolean {
  for (const { item, at } of written(cells)) if (item.isConsistent(at)) return true;
  return false;
}

/** At least two entries, a namespace and a value, and none with a key that ends as the library ends keys. */
function looksEncrypted(cells: Cells): boolean {
  let entries = 0;
  for (const { item } of written(cells)) {
    if (item.bytes[23] === 0 && item.bytes[22] === 0) return false;
    entries++;
  }
  return entries >= 2;
}
