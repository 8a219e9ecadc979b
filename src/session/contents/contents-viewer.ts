/** What is looked into: what it holds, the file and the bytes that a person asked for. */
import type { Cancel, FailureFacts } from '../../flash/failure.ts';
import { factsOf, unlessStopped } from '../../flash/failure.ts';
import type {
  ContentsPlace,
  OpenedPartition,
  PartitionBytes,
  PartitionListing,
  SettingsFile,
} from '../../flash/partition-contents.ts';
import { isSamePlace } from '../../flash/partition-contents.ts';
import type { YieldNow } from '../../flash/yielding.ts';
import { yielding } from '../../flash/yielding.ts';
import type { SessionContext } from '../session-parts.ts';
import { saveName, zipFiles } from './zip-files.ts';

/** An intent that ends in a file to save. Whoever asks may number it: the file comes back with that number. */
export interface Ticketed {
  readonly ticket?: number;
}

/** The intents that look into partitions; none of them changes anything. */
export type LookIntent =
  /** Open the place with exactly this range; null closes the one that is open. */
  | { readonly do: 'open-contents'; readonly range: ContentsPlace | null }
  /** Read a file to preview it, or save it as a file. */
  | ({
      readonly do: 'read-file';
      readonly range: ContentsPlace;
      readonly path: string;
      readonly save: boolean;
    } & Ticketed)
  /** Save all files as one ZIP archive. */
  | ({ readonly do: 'save-files'; readonly range: ContentsPlace } & Ticketed)
  /** Save all settings as one file. */
  | ({ readonly do: 'save-settings'; readonly range: ContentsPlace; readonly as: SettingsFile } & Ticketed)
  /** Read bytes to look at; `offset` from the partition's start. */
  | { readonly do: 'read-bytes'; readonly range: ContentsPlace; readonly offset: number; readonly size: number }
  /** Find bytes at `from` or behind it, and read the place around them. */
  | { readonly do: 'find-bytes'; readonly range: ContentsPlace; readonly wanted: Uint8Array; readonly from: number };

/** What is shown of an opened partition; offsets in bytes from its start. */
export interface ContentsView {
  readonly range: ContentsPlace;
  /**
   * Which file it is, where it holds settings and was dropped: ids of files begin again with each connection. `md5` in hex, without
   * the edits that are chosen for it.
   */
  readonly dropped?: { readonly name: string; readonly md5: string };
  /** Null if it cannot be opened; `why` says why not, as a sentence. */
  readonly listing: PartitionListing | null;
  readonly why: string;
  /** The last thing asked for that could not be read; null if there is none. */
  readonly problem: FailureFacts | null;
  /** What is to be said of the last thing that was saved; empty if nothing is. */
  readonly notice: string;
  /** The file being previewed. */
  readonly file: { readonly path: string; readonly data: Uint8Array } | null;
  readonly bytes: { readonly offset: number; readonly data: Uint8Array } | null;
  /** Where the bytes were found; `offset` is null if they are nowhere. Null before anything was looked for. */
  readonly found: { readonly offset: number | null; readonly size: number } | null;
}

/** What is to be looked into: its bytes, how it is opened, and what files saved from it are named after. */
export interface ViewedSource {
  readonly bytes: PartitionBytes;
  readonly name: string;
  readonly open: (yieldNow: YieldNow) => Promise<OpenedPartition>;
  /** The MD5 (hex) of all its bytes; absent where they are not in memory. */
  readonly digest?: () => string;
}

/** What looking needs. */
export type LookParts = Pick<SessionContext, 'turn' | 'clock' | 'onFile'> & { readonly cancel: Cancel };

/** The most bytes of a file that are previewed, and of a partition that are shown at once. */
const MOST_SHOWN = 1 << 20;
/** How many bytes are shown around what was found; a whole number of rows. */
const AROUND = 0x400;

/** What is opened where nobody knows any format. */
export const UNKNOWN: Promise<OpenedPartition> = Promise.resolve({
  listing: { kind: 'unknown' },
  readFile: () => Promise.reject(new RangeError('reading a file of nothing')),
});

/** Looks into one place at a time. */
export class ContentsViewer {
  #view: ContentsView | null = null;
  #opened: OpenedPartition | null = null;

  /** What is shown; null if nothing is open. The same object until it changes. */
  get view(): ContentsView | null {
    return this.#view;
  }

  /** Closes what is open. */
  close(): void {
    [this.#view, this.#opened] = [null, null];
  }

  /**
   * Carries out an intent; `looked` is what its place is, or why it cannot be opened. Throws the `Failure`s of reading; what cannot
   * be read although everything answers is a problem in the view.
   */
  async look(
    intent: LookIntent & { readonly range: ContentsPlace },
    looked: ViewedSource | { readonly why: string },
    parts: LookParts,
  ): Promise<void> {
    const { range } = intent;
    const isOpen = this.#view !== null && isSamePlace(this.#view.range, range);
    if (intent.do === 'open-contents' || !isOpen) await this.#open(range, looked, parts);
    const view = this.#view;
    if (intent.do === 'open-contents' || 'why' in looked || view?.listing === null || view === null) return;
    try {
      this.#view = { ...view, problem: null, notice: '', ...(await this.#asked(intent, view.listing, looked, parts)) };
    } catch (error) {
      const problem = factsOf(error);
      if (problem.kind !== 'refused') throw error;
      this.#view = { ...view, problem };
    }
  }

  /**
   * Opens again what is open, and reads again the file and the bytes that are shown of it, if they are still there. Throws the
   * `Failure`s of reading.
   */
  async lookAgain(looked: ViewedSource | { readonly why: string }, parts: LookParts): Promise<void> {
    const before = this.#view;
    if (before === null) return;
    const { range, file, bytes } = before;
    await this.#open(range, looked, parts);
    const listing = this.#view?.listing;
    const path =
      listing?.kind === 'files' ? listing.entries.find((entry) => entry.path === file?.path)?.path : undefined;
    if (path !== undefined) await this.look({ do: 'read-file', range, path, save: false }, looked, parts);
    if (bytes === null) return;
    await this.look({ do: 'read-bytes', range, offset: bytes.offset, size: bytes.data.length }, looked, parts);
  }

  async #open(range: ContentsPlace, looked: ViewedSource | { readonly why: string }, parts: LookParts): Promise<void> {
    this.close();
    const shown = { range, listing: null, why: '', problem: null, notice: '', file: null, bytes: null, found: null };
    if ('why' in looked) {
      this.#view = { ...shown, why: looked.why };
      return;
    }
    this.#opened = await unlessStopped(parts.cancel, looked.open(yielding(parts, parts.cancel)));
    const { listing } = this.#opened;
    const { name, digest } = looked;
    this.#view = {
      ...shown,
      listing,
      ...(digest !== undefined && listing.kind === 'settings' && { dropped: { name, md5: digest() } }),
    };
  }

  async #asked(
    intent: Exclude<LookIntent, { do: 'open-contents' }>,
    listing: PartitionListing,
    { bytes, name: named }: ViewedSource,
    parts: LookParts,
  ): Promise<Partial<ContentsView>> {
    switch (intent.do) {
      case 'read-file': {
        const data = await this.#read(intent.path, parts);
        if (!intent.save) return { file: { path: intent.path, data: data.slice(0, MOST_SHOWN) } };
        parts.onFile({ name: saveName(intent.path), data }, intent.ticket);
        return {};
      }
      case 'save-files': {
        const entries = listing.kind === 'files' ? listing.entries : [];
        const name = saveName(named);
        const yieldNow = yielding(parts, parts.cancel);
        const data = await zipFiles(entries, (path) => this.#read(path, parts), yieldNow);
        parts.onFile({ name: `${name}.zip`, data }, intent.ticket);
        return {};
      }
      case 'save-settings': {
        const saved = this.#opened?.exportAs?.(intent.as);
        if (saved === undefined) return {};
        const name = saveName(named);
        parts.onFile({ name: `${name}.${intent.as}`, data: new TextEncoder().encode(saved.text) }, intent.ticket);
        return { notice: saved.leftOut.map(({ name: each, why }) => `${each} is left out: ${why}.`).join(' ') };
      }
      case 'read-bytes':
        return { bytes: await windowOf(bytes, intent.offset, Math.min(intent.size, MOST_SHOWN)) };
      case 'find-bytes': {
        const offset = await findBytes(bytes, intent.wanted, intent.from, yielding(parts, parts.cancel));
        const found = { offset, size: intent.wanted.length };
        if (offset === null) return { found };
        const from = Math.max(0, Math.floor(offset / 16) * 16 - AROUND / 4);
        return { found, bytes: await windowOf(bytes, from, AROUND) };
      }
    }
  }

  async #read(path: string, { cancel }: LookParts): Promise<Uint8Array> {
    if (this.#opened === null) throw new RangeError('reading a file of nothing');
    return unlessStopped(cancel, this.#opened.readFile(path));
  }
}

async function windowOf(bytes: PartitionBytes, wanted: number, size: number): Promise<ContentsView['bytes']> {
  const offset = Math.min(Math.max(0, Math.floor(wanted)), bytes.size);
  return { offset, data: await bytes.read(offset, Math.min(size, bytes.size - offset)) };
}

/** The most bytes that are read at once. */
const PIECE = 0x4000;

/** The offset of the first place at or behind `from` that holds these bytes; null if there is none. */
async function findBytes(
  bytes: PartitionBytes,
  wanted: Uint8Array,
  from: number,
  yieldNow: YieldNow,
): Promise<number | null> {
  const [first] = wanted;
  if (first === undefined) return null;
  for (let at = Math.max(0, from); at + wanted.length <= bytes.size; at += PIECE) {
    // Far enough into the next piece that nothing is missed between the two.
    const piece = await bytes.read(at, PIECE + wanted.length - 1);
    await yieldNow();
    for (let i = piece.indexOf(first); i >= 0 && i + wanted.length <= piece.length; i = piece.indexOf(first, i + 1))
      if (wanted.every((byte, k) => piece[i + k] === byte)) return at + i;
  }
  return null;
}
