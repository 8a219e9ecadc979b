/** Reads files that lie in blocks of their own. */
import { viewOf } from '../../../formats/binary.ts';
import { blocksFor, ctzOf, partIn, pointersIn } from './ctz.ts';
import { blockValues, littleFsFailure, placeAt } from './findings.ts';
import type { MetadataPair, PairReader } from './pairs.ts';
import type { Reading } from './reading.ts';
import { piece } from './reading.ts';
import type { Superblock } from './superblock.ts';
import type { LittleFsEntry } from './tree.ts';

/** Stands for a block that is not known yet. */
const NO_BLOCK = -1;

/** The blocks that a file can lie in. */
export interface CtzSource {
  readonly reader: Pick<PairReader, 'blockSize' | 'blocks' | 'holds'>;
  readonly superblock: Pick<Superblock, 'blockCount'>;
  /** The blocks that no file can have, as they hold its file system's metadata. */
  readonly pairs: readonly Pick<MetadataPair, 'active' | 'spare'>[];
}

/** A file in blocks of its own: reads its blocks, each once. */
class CtzReader {
  readonly #parts = new Map<number, Uint8Array>();
  readonly #mounted: CtzSource;
  readonly #metadata: ReadonlySet<number>;
  readonly #entry: Pick<LittleFsEntry, 'path' | 'struct'>;
  readonly size: number;
  readonly length: number;
  readonly head: number;

  constructor(mounted: CtzSource, entry: Pick<LittleFsEntry, 'path' | 'struct'>) {
    [this.#mounted, this.#entry] = [mounted, entry];
    this.#metadata = new Set(mounted.pairs.flatMap(({ active, spare }) => [active, spare]));
    const { head, size } = ctzOf(entry.struct);
    this.length = blocksFor(size, mounted.reader.blockSize);
    [this.size, this.head] = [size, head];
    if (this.length > Math.min(mounted.superblock.blockCount, mounted.reader.blocks))
      throw this.failure(head, 'would have to be followed by too many others');
  }

  /** The number of the block that holds part `index`, found as the library does: by the longest skips from the last one. */
  *block(index: number): Reading<number> {
    let block = this.head;
    for (let current = this.length - 1; current > index;) {
      const power = Math.min(31 - Math.clz32(current - index), pointersIn(current) - 1);
      block = viewOf(yield* this.part(current, block)).getUint32(4 * power, true);
      current -= 2 ** power;
    }
    return block;
  }

  /** What of part `index` is stored in a block: its pointers and its data. */
  *part(index: number, block: number): Reading<Uint8Array> {
    const { reader, superblock } = this.#mounted;
    const known = this.#parts.get(block);
    const { start, end } = partIn(index, this.size, reader.blockSize);
    const needed = 4 * pointersIn(index) + end - start;
    if (known !== undefined && known.length >= needed) return known;
    if (block >= superblock.blockCount) throw this.failure(block, 'lies behind the end of the file system');
    if (!reader.holds(block)) throw this.failure(block, 'lies behind the end of the partition');
    // Nothing else shows that one of the pointers, which lie among the data and have no checksum, is wrong.
    if (this.#metadata.has(block)) throw this.failure(block, 'holds a folder and no part of a file');
    const read = yield* piece(block * reader.blockSize, needed);
    this.#parts.set(block, read);
    return read;
  }

  /** Why a block cannot be read. */
  failure(block: number, why: string) {
    const { blockSize } = this.#mounted.reader;
    const values = { path: this.#entry.path, ...blockValues(block, blockSize), why };
    return littleFsFailure('littlefs-unreadable', { values, place: placeAt(block * blockSize) });
  }
}

/** The blocks of a file, the first one first, and its bytes; throws a `Failure` where its blocks cannot be read. */
export function* readCtz(
  mounted: CtzSource,
  entry: Pick<LittleFsEntry, 'path' | 'struct'>,
): Reading<{ readonly data: Uint8Array; readonly blocks: readonly number[] }> {
  const ctz = new CtzReader(mounted, entry);
  const data = new Uint8Array(ctz.size);
  const blocks = Array.from({ length: ctz.length }, () => NO_BLOCK);
  for (let index = ctz.length - 1; index >= 0; index--) {
    const block = yield* ctz.block(index);
    const { start, end } = partIn(index, ctz.size, mounted.reader.blockSize);
    const own = 4 * pointersIn(index);
    data.set((yield* ctz.part(index, block)).subarray(own, own + end - start), start);
    if (blocks.includes(block)) throw ctz.failure(block, 'would have to hold two parts of it');
    blocks[index] = block;
  }
  return { data, blocks };
}
