/** Opens a LittleFS over bytes that are read piece by piece: metadata first, files when they are asked for. */
import type { PartitionBytes } from '../../../flash/partition-contents.ts';
import type { Finding } from '../../../flash/finding.ts';
import { bytes as sizeText } from '../../../flash/finding.ts';
import { count } from '../../../flash/english.ts';
import { viewOf } from '../../../formats/binary.ts';
import type { OpenFileSystem } from '../file-system.ts';
import { blocksFor, ctzOf, partIn, pointersIn } from './ctz.ts';
import { blockValues, littleFsFailure, littleFsFinding, placeAt } from './findings.ts';
import type { Mounted } from './mount.ts';
import { mount } from './mount.ts';
import { versionText } from './superblock.ts';
import { TYPE } from './tags.ts';
import type { LittleFsEntry, Tree } from './tree.ts';
import { readTree, usedBlocks } from './tree.ts';

/** An opened LittleFS with what editing needs to know beyond its tree. */
export interface OpenLittleFs extends OpenFileSystem {
  /** Null where the superblock is lost. */
  readonly mounted: Mounted | null;
  readonly files: Tree | null;
}

/** A file in blocks of its own: reads its blocks, each once. */
class CtzReader {
  readonly #parts = new Map<number, Uint8Array>();
  readonly #mounted: Pick<Mounted, 'reader' | 'superblock'>;
  readonly #bytes: PartitionBytes;
  readonly #entry: Pick<LittleFsEntry, 'path' | 'struct'>;
  readonly size: number;
  readonly length: number;
  readonly head: number;

  constructor(
    mounted: Pick<Mounted, 'reader' | 'superblock'>,
    bytes: PartitionBytes,
    entry: Pick<LittleFsEntry, 'path' | 'struct'>,
  ) {
    [this.#mounted, this.#bytes, this.#entry] = [mounted, bytes, entry];
    const { head, size } = ctzOf(entry.struct);
    this.length = blocksFor(size, mounted.reader.blockSize);
    [this.size, this.head] = [size, head];
    if (this.length > Math.min(mounted.superblock.blockCount, mounted.reader.blocks))
      throw this.#failure(head, 'would have to be followed by too many others');
  }

  /** The number of the block that holds part `index`, found as the library does: by the longest skips from the last one. */
  async block(index: number): Promise<number> {
    let block = this.head;
    for (let current = this.length - 1; current > index;) {
      const power = Math.min(31 - Math.clz32(current - index), pointersIn(current) - 1);
      block = viewOf(await this.part(current, block)).getUint32(4 * power, true);
      current -= 2 ** power;
    }
    return block;
  }

  /** What of part `index` is stored in a block: its pointers and its data. */
  async part(index: number, block: number): Promise<Uint8Array> {
    const { reader, superblock } = this.#mounted;
    const known = this.#parts.get(block);
    const { start, end } = partIn(index, this.size, reader.blockSize);
    const needed = 4 * pointersIn(index) + end - start;
    if (known !== undefined && known.length >= needed) return known;
    if (block >= superblock.blockCount) throw this.#failure(block, 'lies behind the end of the file system');
    if (!reader.holds(block)) throw this.#failure(block, 'lies behind the end of the partition');
    const read = await this.#bytes.read(block * reader.blockSize, needed);
    this.#parts.set(block, read);
    return read;
  }

  #failure(block: number, why: string) {
    const { blockSize } = this.#mounted.reader;
    const values = { path: this.#entry.path, ...blockValues(block, blockSize), why };
    return littleFsFailure('littlefs-unreadable', { values, place: placeAt(block * blockSize) });
  }
}

/** The blocks of a file, the first one first, and its bytes; rejects with a `Failure` where its blocks cannot be read. */
export async function readCtz(
  mounted: Pick<Mounted, 'reader' | 'superblock'>,
  bytes: PartitionBytes,
  entry: Pick<LittleFsEntry, 'path' | 'struct'>,
): Promise<{ readonly data: Uint8Array; readonly blocks: readonly number[] }> {
  const ctz = new CtzReader(mounted, bytes, entry);
  const data = new Uint8Array(ctz.size);
  const blocks = Array.from({ length: ctz.length }, () => 0);
  for (let index = ctz.length - 1; index >= 0; index--) {
    const block = await ctz.block(index);
    const { start, end } = partIn(index, ctz.size, mounted.reader.blockSize);
    const own = 4 * pointersIn(index);
    data.set((await ctz.part(index, block)).subarray(own, own + end - start), start);
    blocks[index] = block;
  }
  return { data, blocks };
}

/** What is said about the superblock's size beside the partition's. */
function sizeFindings({ superblock }: Mounted, partition: number): Finding[] {
  const says = superblock.blockCount * superblock.blockSize;
  if (says === partition) return [];
  const kind = says > partition ? 'littlefs-larger' : 'littlefs-smaller';
  return [littleFsFinding(kind, placeAt(0), { says, has: partition })];
}

/** What is said about a pending move and orphans. */
function stateFindings({ state, reader }: Mounted): Finding[] {
  const found: Finding[] = [];
  if (state.orphans) found.push(littleFsFinding('littlefs-orphans', placeAt(0)));
  if (state.move !== null) {
    const { id, pair } = state.move;
    const place = placeAt(pair[0] * reader.blockSize);
    found.push(littleFsFinding('littlefs-pending-move', place, { id, ...blockValues(pair[0], reader.blockSize) }));
  }
  return found;
}

/** A superblock that is lost: no files, and the reason. */
function lost(blockSize: number, partition: number): OpenLittleFs {
  const finding = littleFsFinding('littlefs-no-superblock', placeAt(0), { first: 0, second: 1 });
  return {
    mounted: null,
    files: null,
    tree: {
      kind: 'files',
      format: 'LittleFS',
      details: `blocks of ${sizeText(blockSize)}`,
      entries: [],
      usedBytes: 0,
      totalBytes: partition,
      findings: [finding],
    },
    readFile: (path) => Promise.reject(littleFsFailure('littlefs-no-file', { values: { path } })),
  };
}

/** Opens a LittleFS; null if the bytes are none. Rejects only if the bytes themselves cannot be had. */
export async function openLittleFs(bytes: PartitionBytes): Promise<OpenLittleFs | null> {
  const mounted = await mount(bytes);
  if (mounted === null) return null;
  if ('lost' in mounted) return lost(mounted.lost, bytes.size);
  const { superblock, reader } = mounted;
  const files = await readTree(mounted);
  const known = new Map(files.entries.map((entry) => [entry.path, entry]));
  const { blockSize } = reader;
  const blocks = `${count(superblock.blockCount, 'block')} of ${sizeText(blockSize)}`;
  return {
    mounted,
    files,
    tree: {
      kind: 'files',
      format: 'LittleFS',
      details: `version ${versionText(superblock.version)}, ${blocks}`,
      entries: files.entries.map(({ path, kind, size, modified }) => ({ path, kind, size, modified })),
      usedBytes: usedBlocks(mounted) * blockSize,
      totalBytes: superblock.blockCount * blockSize,
      findings: [
        ...sizeFindings(mounted, bytes.size),
        ...stateFindings(mounted),
        ...mounted.findings,
        ...files.findings,
      ],
    },
    readFile: async (path) => {
      const entry = known.get(path);
      if (entry?.kind !== 'file' || !entry.opens) throw littleFsFailure('littlefs-no-file', { values: { path } });
      if (entry.struct.type !== TYPE.ctzStruct) return entry.struct.data.slice();
      return (await readCtz(mounted, bytes, entry)).data;
    },
  };
}
