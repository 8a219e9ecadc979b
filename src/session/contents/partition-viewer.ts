/** The partition that a person looks into: what it holds, the file and the bytes that they asked for. */
import type { FailureFacts } from '../../flash/failure.ts';
import { factsOf, unlessStopped } from '../../flash/failure.ts';
import type { Inspection } from '../../flash/family.ts';
import { span } from '../../flash/finding.ts';
import { partitionAt } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import { isSameRange } from '../../flash/map.ts';
import type {
  OpenedPartition,
  PartitionBytes,
  PartitionListing,
  SettingsFile,
} from '../../flash/partition-contents.ts';
import { yielding } from '../../flash/yielding.ts';
import { isTyped, whyNoBytes, whyNoRead } from '../backup-scope.ts';
import type { BoardWork } from '../session-parts.ts';
import { findBytes } from './find-bytes.ts';
import type { ReadWork } from './flash-reader.ts';
import { FlashReader } from './flash-reader.ts';
import { saveName, zipFiles } from './zip-files.ts';

/** The intents that look into partitions; none of them changes anything. */
export type LookIntent =
  /** Open the partition with exactly this range; null closes the one that is open. */
  | { readonly do: 'open-contents'; readonly range: Range | null }
  /** Read a file to preview it, or save it as a file. */
  | { readonly do: 'read-file'; readonly range: Range; readonly path: string; readonly save: boolean }
  /** Save all files as one ZIP archive. */
  | { readonly do: 'save-files'; readonly range: Range }
  /** Save all settings as one file. */
  | { readonly do: 'save-settings'; readonly range: Range; readonly as: SettingsFile }
  /** Read bytes to look at; `offset` from the partition's start. */
  | { readonly do: 'read-bytes'; readonly range: Range; readonly offset: number; readonly size: number }
  /** Find bytes at `from` or behind it, and read the place around them. */
  | { readonly do: 'find-bytes'; readonly range: Range; readonly wanted: Uint8Array; readonly from: number };

/** What is shown of an opened partition; offsets in bytes from its start. */
export interface ContentsView {
  readonly range: Range;
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

/** The most bytes of a file that are previewed, and of a partition that are shown at once. */
const MOST_SHOWN = 1 << 20;
/** How many bytes are shown around what was found; a whole number of rows. */
const AROUND = 0x400;

/** Looks into one partition at a time. */
export class PartitionViewer<I extends Inspection> {
  /** What was read of the board so far. */
  readonly reader = new FlashReader();
  #view: ContentsView | null = null;
  #opened: OpenedPartition | null = null;
  /** The reading of the board that the view is of. */
  #of: object | null = null;
  /** What is being done: an opened partition reads with it, whoever opened it. */
  #reading: ReadWork | null = null;

  /** What is shown of the board as `of` read it; null if no partition of it is open. The same object until it changes. */
  view(of: object | null): ContentsView | null {
    return of === this.#of ? this.#view : null;
  }

  /** What is done for an intent, in words for its progress; empty for what reads nothing. */
  saysOf(intent: LookIntent, { layout }: Inspection): string {
    const name = intent.range === null ? '' : (partitionAt(layout, intent.range)?.name ?? span(intent.range));
    switch (intent.do) {
      case 'open-contents':
        return intent.range === null ? '' : `Looking into ${name}`;
      case 'read-file':
        return `Reading a file of ${name}`;
      case 'save-files':
        return `Reading the files of ${name}`;
      case 'save-settings':
      case 'read-bytes':
        return `Reading ${name}`;
      case 'find-bytes':
        return `Searching ${name}`;
    }
  }

  /**
   * Carries out an intent; `of` stands for the reading of the board. Throws the `Failure`s of the device; what cannot be read
   * although the board answers is a problem in the view.
   */
  async look(intent: LookIntent, work: BoardWork<I>, of: object, onBytes: (done: number) => void): Promise<void> {
    if (this.#of !== of) this.close();
    this.#of = of;
    const { range } = intent;
    if (range === null) return this.close();
    let done = 0;
    const onMore = (bytes: number) => onBytes((done += bytes));
    const { target, board, md5, cancel } = work;
    this.#reading = { target, map: board.layout.map, md5, cancel, onMore };
    const isOpen = this.#view !== null && isSameRange(this.#view.range, range);
    if (intent.do === 'open-contents' || !isOpen) await this.#open(range, work);
    const view = this.#view;
    if (intent.do === 'open-contents' || view?.listing === null || view === null) return;
    try {
      this.#view = { ...view, problem: null, notice: '', ...(await this.#asked(intent, view.listing, work)) };
    } catch (error) {
      const problem = factsOf(error);
      if (problem.kind !== 'refused') throw error;
      this.#view = { ...view, problem };
    }
  }

  /** Closes what is open. */
  close(): void {
    [this.#view, this.#opened] = [null, null];
  }

  async #open(range: Range, work: BoardWork<I>): Promise<void> {
    this.close();
    const { family, board, cancel } = work;
    const shown = { range, listing: null, why: '', problem: null, notice: '', file: null, bytes: null, found: null };
    const why = isTyped(board, range) ? whyNoRead(board, range) : whyNoBytes(board, range);
    if (why !== null) {
      this.#view = { ...shown, why };
      return;
    }
    const opening = family.openContents?.(board, range, (place) => this.#bytesOf(place));
    this.#opened = opening === undefined ? null : await unlessStopped(cancel, opening);
    this.#view = { ...shown, listing: this.#opened?.listing ?? { kind: 'unknown' } };
  }

  async #asked(
    intent: Exclude<LookIntent, { do: 'open-contents' }>,
    listing: PartitionListing,
    work: BoardWork<I>,
  ): Promise<Partial<ContentsView>> {
    const { range } = intent;
    const bytes = this.#bytesOf(range);
    switch (intent.do) {
      case 'read-file': {
        const data = await this.#read(intent.path, work);
        if (!intent.save) return { file: { path: intent.path, data: data.slice(0, MOST_SHOWN) } };
        work.onFile({ name: saveName(intent.path), data });
        return {};
      }
      case 'save-files': {
        const entries = listing.kind === 'files' ? listing.entries : [];
        const name = saveName(partitionAt(work.board.layout, range)?.name ?? 'files');
        const yieldNow = yielding(work, work.cancel);
        work.onFile({
          name: `${name}.zip`,
          data: await zipFiles(entries, (path) => this.#read(path, work), yieldNow),
        });
        return {};
      }
      case 'save-settings': {
        const saved = this.#opened?.exportAs?.(intent.as);
        if (saved === undefined) return {};
        const name = saveName(partitionAt(work.board.layout, range)?.name ?? 'settings');
        work.onFile({ name: `${name}.${intent.as}`, data: new TextEncoder().encode(saved.text) });
        return { notice: saved.leftOut.map(({ name: each, why }) => `${each} is left out: ${why}.`).join(' ') };
      }
      case 'read-bytes':
        return { bytes: await windowOf(bytes, intent.offset, Math.min(intent.size, MOST_SHOWN)) };
      case 'find-bytes': {
        const offset = await findBytes(bytes, intent.wanted, intent.from, yielding(work, work.cancel));
        const found = { offset, size: intent.wanted.length };
        if (offset === null) return { found };
        const from = Math.max(0, Math.floor(offset / 16) * 16 - AROUND / 4);
        return { found, bytes: await windowOf(bytes, from, AROUND) };
      }
    }
  }

  #bytesOf(range: Range): PartitionBytes {
    const now = () => {
      if (this.#reading === null) throw new RangeError('reading for nobody');
      return this.#reading;
    };
    return this.reader.bytesOf(now, range);
  }

  async #read(path: string, { cancel }: BoardWork<I>): Promise<Uint8Array> {
    if (this.#opened === null) throw new RangeError('reading a file of nothing');
    return unlessStopped(cancel, this.#opened.readFile(path));
  }
}

async function windowOf(bytes: PartitionBytes, wanted: number, size: number): Promise<ContentsView['bytes']> {
  const offset = Math.min(Math.max(0, Math.floor(wanted)), bytes.size);
  return { offset, data: await bytes.read(offset, size) };
}
