/** Writes commits into a metadata block (littlefs SPEC.md, “Metadata tags”, “LFS_TYPE_CRC”, “LFS_TYPE_FCRC”). */
import { viewOf } from '../../../formats/binary.ts';
import { VERSION } from './superblock.ts';
import { DELETED_SIZE, FIRST_TAG, NO_ID, TYPE, lfsCrc, packTag } from './tags.ts';

/** A tag with its data; null says that what the tag names is deleted. */
export interface LogEntry {
  readonly type: number;
  readonly id: number;
  readonly data: Uint8Array | null;
}

/** How commits are written: sizes in bytes. */
export interface CommitStyle {
  /** Commits end on multiples of it. */
  readonly programSize: number;
  readonly version: number;
}

/** Room that every commit keeps for its CRC. */
const CRC_ROOM = 8;
/** The most that a commit's end takes before it is aligned: a forward CRC and a CRC. */
const END_ROOM = 20;
const NOTHING = new Uint8Array(0);

/** How many bytes an entry takes in a log. */
export function entrySize({ data }: Pick<LogEntry, 'data'>): number {
  return 4 + (data?.length ?? 0);
}

/** Writes one commit into a block, which it changes; the block's bytes behind the commit are erased. */
export class CommitWriter {
  readonly #block: Uint8Array;
  readonly #view: DataView;
  readonly #style: CommitStyle;
  #at: number;
  #before: number;
  #crc: number;

  private constructor(block: Uint8Array, style: CommitStyle, at: number, before: number) {
    [this.#block, this.#style, this.#at, this.#before] = [block, style, at, before];
    this.#view = viewOf(block);
    this.#crc = 0xffffffff;
  }

  /** A commit behind the last one of a log. */
  static append(block: Uint8Array, style: CommitStyle, end: number, lastTag: number): CommitWriter {
    return new CommitWriter(block, style, end, lastTag);
  }

  /** The first commit of a log; erases the block. */
  static start(block: Uint8Array, style: CommitStyle, revision: number): CommitWriter {
    block.fill(0xff);
    viewOf(block).setUint32(0, revision, true);
    const writer = new CommitWriter(block, style, 4, FIRST_TAG);
    writer.#crc = lfsCrc(block.subarray(0, 4));
    return writer;
  }

  /** Writes an entry; false if it does not fit. */
  add({ type, id, data }: LogEntry): boolean {
    const next = this.#at + entrySize({ data });
    if (next > this.#block.length - CRC_ROOM) return false;
    const tag = packTag({ type, id, size: data === null ? DELETED_SIZE : data.length });
    this.#view.setUint32(this.#at, tag ^ this.#before);
    this.#block.set(data ?? NOTHING, this.#at + 4);
    this.#crc = lfsCrc(this.#block.subarray(this.#at, next), this.#crc);
    [this.#at, this.#before] = [next, tag];
    return true;
  }

  /** Ends the commit; where the log ends then, and what its next tag is XORed with. */
  finish(): { readonly end: number; readonly lastTag: number } {
    const { programSize, version } = this.#style;
    const { length } = this.#block;
    const end = Math.ceil(Math.min(this.#at + END_ROOM, length) / programSize) * programSize;
    if (end <= length - programSize && version >= VERSION.v21) {
      const data = new Uint8Array(8);
      viewOf(data).setUint32(0, programSize, true);
      viewOf(data).setUint32(4, lfsCrc(this.#block.subarray(end, end + programSize)), true);
      this.add({ type: TYPE.forwardCrc, id: NO_ID, data });
    }
    const tag = packTag({ type: TYPE.crc, id: NO_ID, size: end - this.#at - 4 });
    this.#view.setUint32(this.#at, tag ^ this.#before);
    const crc = lfsCrc(this.#block.subarray(this.#at, this.#at + 4), this.#crc);
    this.#view.setUint32(this.#at + 4, crc, true);
    return { end, lastTag: tag };
  }
}
