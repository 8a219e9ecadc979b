/** What a folder of a volume holds, by name, kept up to date while entries come and go. */
import type { DirectoryEntry } from './directory.ts';
import { DELETED, parseDirectory } from './directory.ts';
import { ENTRY } from './geometry.ts';
import { foldedName } from './names.ts';

/** The 11 bytes of a short name as text. */
export function shortNameKey(entry: Uint8Array): string {
  return String.fromCharCode(...entry.subarray(0, 11));
}

/** The index of one folder. */
export class FolderIndex {
  readonly entries: DirectoryEntry[] = [];
  /** Short names, those of entries that cannot be used, too. */
  readonly shortNames = new Set<string>();
  readonly #byName = new Map<string, DirectoryEntry>();
  readonly #byAlias = new Map<string, DirectoryEntry>();
  /** The place of the first entry that was never used, and whether there are deleted ones before it. */
  end: number;
  hasDeleted = false;
  /** Whether a name is in it twice, as only damage leaves it: then it cannot be kept up to date. */
  hasTwins = false;

  /** Reads the bytes of the folder. */
  constructor(data: Uint8Array) {
    const { entries, used } = parseDirectory(data);
    this.end = used;
    for (const entry of entries) this.add(entry);
    for (let at = 0; at < used * ENTRY; at += ENTRY) {
      if (data[at] === DELETED) this.hasDeleted = true;
      else this.shortNames.add(shortNameKey(data.subarray(at, at + ENTRY)));
    }
  }

  /** The entry with this name, in whichever case; the first if there are two. */
  find(name: string): DirectoryEntry | null {
    return this.#byName.get(foldedName(name)) ?? null;
  }

  /** The entry with this short name. */
  findAlias(name: string): DirectoryEntry | null {
    return this.#byAlias.get(foldedName(name)) ?? null;
  }

  add(entry: DirectoryEntry): void {
    this.entries.push(entry);
    const [name, alias] = [foldedName(entry.name), foldedName(entry.alias)];
    this.hasTwins ||= this.#byName.has(name) || this.#byAlias.has(alias);
    if (!this.#byName.has(name)) this.#byName.set(name, entry);
    if (!this.#byAlias.has(alias)) this.#byAlias.set(alias, entry);
  }

  /** Takes an entry out of an index without twins. */
  remove(entry: DirectoryEntry): void {
    const place = this.entries.findIndex(({ last }) => last === entry.last);
    if (place >= 0) this.entries.splice(place, 1);
    this.#byName.delete(foldedName(entry.name));
    this.#byAlias.delete(foldedName(entry.alias));
  }
}
