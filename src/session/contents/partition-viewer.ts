/** What a person looks into while a board is connected: a partition of it, read on demand, or a dropped file. */
import type { Inspection } from '../../flash/family.ts';
import { span } from '../../flash/finding.ts';
import { imageBytes } from '../../flash/partition-contents.ts';
import type { Partition } from '../../flash/layout.ts';
import { partitionAt } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import type { ContentsPlace, PartitionBytes } from '../../flash/partition-contents.ts';
import { isTyped, whyNoBytes, whyNoRead } from '../backup-scope.ts';
import type { BoardWork } from '../session-parts.ts';
import type { ContentsView, ViewedSource, LookIntent } from './contents-viewer.ts';
import { ContentsViewer, UNKNOWN } from './contents-viewer.ts';
import type { ReadWork } from './flash-reader.ts';
import { FlashReader } from './flash-reader.ts';

/** A dropped file as it is looked into: without the edits that are chosen for it. */
export interface DroppedBytes {
  readonly name: string;
  readonly data: Uint8Array;
}

/** The dropped files by their ids; null for one that is there no more. */
export type DroppedFiles = (id: number) => DroppedBytes | null;

/** Looks into one partition or file at a time. */
export class PartitionViewer<I extends Inspection> {
  /** What was read of the board so far. */
  readonly reader = new FlashReader();
  readonly #viewer = new ContentsViewer();
  /** The reading of the board that the view is of. */
  #of: object | null = null;
  /** The partition that is open, as the board was read then, and the other ranges that were read for it. */
  #partition: Partition | undefined;
  #beside: readonly Range[] = [];
  /** What is being done: an opened partition reads with it, whoever opened it. */
  #reading: ReadWork | null = null;

  constructor(private readonly dropped: DroppedFiles) {}

  /**
   * What is shown of the board as `of` read it, or of a file; null if nothing is open, or it was read where `written` says that the
   * board is written, or was since. The same object until it changes.
   */
  view(of: object | null, written: readonly Range[]): ContentsView | null {
    const { view } = this.#viewer;
    return of !== this.#of || view === null || this.#isIn(view.range, written) ? null : view;
  }

  /** Whether something in these ranges was read for what is open of the board. */
  #isIn(open: ContentsPlace, ranges: readonly Range[]): boolean {
    if (open.within !== undefined) return false;
    return [open, ...this.#beside].some((own) => ranges.some((each) => overlaps(own, each)));
  }

  /** What is done for an intent, in words for its progress; empty for what reads nothing. */
  saysOf(intent: LookIntent, { layout }: Inspection): string {
    const name = intent.range === null ? '' : this.#nameOf(intent.range, layout);
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
    await this.#viewer.look({ ...intent, range }, this.#lookedAt(range, work), work);
  }

  /**
   * Looks again into what is open, once a job has changed these ranges and the board was read once more: as `work` has it, and `of`
   * stands for that reading. What the job left alone is not read again. Never rejects: what cannot be read is closed.
   */
  async lookAgain(work: BoardWork<I>, of: object, changed: readonly Range[], onBytes: () => void): Promise<void> {
    const { view } = this.#viewer;
    if (view === null) return;
    this.#of = of;
    const { board, target, md5, cancel } = work;
    const [{ range }, was, is] = [view, this.#partition, partitionAt(board.layout, view.range)];
    const isSame = was?.name === is?.name && was?.type === is?.type;
    if (range.within !== undefined || (isSame && !this.#isIn(range, changed))) return;
    this.reader.at(of);
    this.#reading = { target, map: board.layout.map, md5, cancel, onMore: onBytes };
    try {
      await this.#viewer.lookAgain(this.#lookedAt(range, work), work);
    } catch {
      // Whoever uses the board next is told why it cannot be read.
      this.close();
    }
  }

  /** Closes what is open. */
  close(): void {
    this.#viewer.close();
  }

  #lookedAt(place: ContentsPlace, { family, board, md5 }: BoardWork<I>): ViewedSource | { readonly why: string } {
    const name = this.#nameOf(place, board.layout);
    const { within } = place;
    if (within !== undefined) {
      const file = within.in === 'file' ? this.dropped(within.id) : null;
      if (file === null) return { why: 'It is not among the chosen files any more.' };
      const bytes = imageBytes(file.data);
      return {
        name,
        bytes,
        digest: () => md5(file.data),
        open: (yieldNow) => family.openStored?.({ bytes, type: null, keys: null }, yieldNow) ?? UNKNOWN,
      };
    }
    const why = isTyped(board, place) ? whyNoRead(board, place) : whyNoBytes(board, place);
    if (why !== null) return { why };
    const bytes = this.#bytesOf(place);
    const read = (other: Range) => {
      this.#beside = [...this.#beside, other];
      return this.#bytesOf(other);
    };
    const open: ViewedSource['open'] = (yieldNow) => {
      [this.#partition, this.#beside] = [partitionAt(board.layout, place), []];
      return family.openContents?.(board, place, read, yieldNow) ?? UNKNOWN;
    };
    return { name, bytes, open };
  }

  #nameOf(place: ContentsPlace, layout: Inspection['layout']): string {
    if (place.within?.in === 'file') return this.dropped(place.within.id)?.name ?? '';
    return partitionAt(layout, place)?.name ?? span(place);
  }

  #bytesOf(range: Range): PartitionBytes {
    const now = () => {
      if (this.#reading === null) throw new RangeError('reading for nobody');
      return this.#reading;
    };
    return this.reader.bytesOf(now, range);
  }
}
