/**
 * What firmware finds when it mounts LittleFS and reads its files (littlefs `SPEC.md`, disk versions 2.0 and 2.1): esp_littlefs 1.10 and
 * later take the number of blocks from the superblock (`cfg.block_count = 0`), earlier ones and MicroPython from their partition.
 */
import { viewOf } from './bytes.ts';
import { crcOf } from './littlefs.ts';

const UTF8 = new TextDecoder();
const BLOCK = 4096;
const FILE = 0x001;
const SUPERBLOCK = 0x0ff;
const [FOLDER_AT, INLINE, BLOCKS] = [0x200, 0x201, 0x202];
/** Groups of tag types. */
const [NAMES, SPLICES, ENDS, TAILS] = [0x000, 0x400, 0x500, 0x600];
const [INSERT, REMOVE, FORWARD_CRC, CONTINUED] = [0x401, 0x4ff, 0x5ff, 0x601];

const VERSIONS = [0x00020000, 0x00020001];
/** The library's `LFS_NAME_MAX`, `LFS_FILE_MAX` and `LFS_ATTR_MAX`. */
const LIMITS = [255, 0x7fffffff, 1022];

type Pair = readonly [number, number];

/** Where a file's bytes are: in its folder's own blocks, or in a list of blocks that begins with the last. */
type Content = { readonly data: Uint8Array } | { readonly head: number; readonly size: number };

/** A name with its type, and where its folder or its bytes are; null for what is none. */
interface Entry {
  readonly type: number;
  readonly name: string;
  readonly folder: Pair | null;
  readonly content: Content | null;
}

/**
 * The number of blocks of `lfs_mount`'s configuration: any, as the superblock says, or exactly that of the partition. `within` is any with
 * which the library can also go on writing: of a file system that is larger than its partition, it would erase blocks that are not there.
 */
export type BlockCount = 'any' | 'exact' | 'within';

const NAMELESS: Entry = { type: 0, name: '', folder: null, content: null };

interface Metadata {
  readonly revision: number;
  readonly entries: readonly Entry[];
  /** Where a folder goes on that does not fit into one pair of blocks. */
  readonly next: Pair | null;
}

/** A file and its path: `/www/index.html`. */
type Found = Entry & { readonly path: string };

/** How many files a partition holds; null if the library would not mount it. */
export function countFiles(partition: Uint8Array, wanted: BlockCount = 'any'): number | null {
  return filesIn(partition, wanted)?.length ?? null;
}

/** The bytes of each file by its path; null if the library would not mount the partition, or not read one of its files. */
export function readFiles(partition: Uint8Array, wanted: BlockCount = 'any'): ReadonlyMap<string, Uint8Array> | null {
  const files = filesIn(partition, wanted)?.map(({ path, content }) => [path, bytesOf(partition, content)] as const);
  const isRead = (file: readonly [string, Uint8Array | null]): file is readonly [string, Uint8Array] =>
    file[1] !== null;
  return files?.every(isRead) === true ? new Map(files) : null;
}

/** Every file; null if the library would not mount the partition. Each pair of blocks is read once. */
function filesIn(partition: Uint8Array, wanted: BlockCount): Found[] | null {
  const seen = new Set<string>();
  const root: Pair = [0, 1];
  const blocks = blockCountIn(newest(partition, root));
  const room = Math.floor(partition.length / BLOCK);
  if (blocks === null || (wanted === 'exact' && blocks !== room) || (wanted === 'within' && blocks > room)) return null;
  const files: Found[] = [];
  const queue = [{ pair: root, path: '/' }];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const { pair, path } = at;
    if (seen.has(String(pair))) continue;
    seen.add(String(pair));
    // `lfs_dir_fetchmatch`: a pair with a block behind the last one is corrupt.
    const own = pair.every((block) => block < blocks) ? newest(partition, pair) : null;
    if (own === null) return null;
    for (const entry of own.entries) {
      if (entry.type === FILE) files.push({ ...entry, path: path + entry.name });
      if (entry.folder !== null) queue.push({ pair: entry.folder, path: `${path}${entry.name}/` });
    }
    if (own.next !== null) queue.push({ pair: own.next, path });
  }
  return files;
}

/** How many blocks the superblock says there are; null if `lfs_mount` refuses it or there is none. */
function blockCountIn(root: Metadata | null): number | null {
  const [first] = root?.entries ?? [];
  if (first?.type !== SUPERBLOCK || first.name !== 'littlefs' || first.content === null) return null;
  if (!('data' in first.content) || first.content.data.length < 24) return null;
  const [version = 0, size, count = 0, ...most] = wordsOf(first.content.data);
  const fits = LIMITS.every((limit, i) => (most[i] ?? 0) <= limit);
  return VERSIONS.includes(version) && size === BLOCK && count > 0 && fits ? count : null;
}

function wordsOf(data: Uint8Array): number[] {
  return Array.from({ length: 6 }, (_, i) => viewOf(data).getUint32(4 * i, true));
}

/** The bytes of a file; null if it is not in the partition. A file that nobody wrote to has none. */
function bytesOf(partition: Uint8Array, content: Content | null): Uint8Array | null {
  if (content === null) return new Uint8Array();
  if ('data' in content) return content.data;
  if (content.size > partition.length) return null;
  const data = new Uint8Array(content.size);
  const starts = startsOf(content.size);
  let block = content.head;
  for (const [i, start] of [...starts.entries()].toReversed()) {
    const bytes = partition.subarray(block * BLOCK, (block + 1) * BLOCK);
    if (bytes.length < BLOCK) return null;
    data.set(bytes.subarray(pointersOf(i), pointersOf(i) + Math.min(BLOCK, content.size - start)), start);
    if (i > 0) block = viewOf(bytes).getUint32(0, true);
  }
  return data;
}

/** Where the bytes of each block of a list begin in a file of this size: block n begins with a pointer for each power of 2 in n. */
function startsOf(size: number): number[] {
  const starts: number[] = [];
  for (let at = 0; at < size; at += BLOCK - pointersOf(starts.length - 1)) starts.push(at);
  return starts;
}

/** How many bytes of pointers the block with this number begins with. */
function pointersOf(index: number): number {
  return index === 0 ? 0 : 4 * (32 - Math.clz32(index & -index));
}

/** The newer one of a pair's blocks with at least one whole commit; null if one of them cannot be read, being behind the partition. */
function newest(partition: Uint8Array, [a, b]: Pair): Metadata | null {
  // Both revisions are read first, and `esp_partition_read` fails there.
  if ((Math.max(a, b) + 1) * BLOCK > partition.length) return null;
  const [first, second] = [readBlock(partition, a), readBlock(partition, b)];
  if (first === null || second === null) return first ?? second;
  // Revisions wrap around.
  return ((first.revision - second.revision) | 0) > 0 ? first : second;
}

/** What the commits of a block come to, up to the first that is not whole; null if there is none. */
function readBlock(partition: Uint8Array, block: number): Metadata | null {
  const bytes = partition.subarray(block * BLOCK, (block + 1) * BLOCK);
  if (bytes.length < BLOCK) return null;
  const view = viewOf(bytes);
  const revision = view.getUint32(0, true);
  let whole: Metadata | null = null;
  let [entries, next, before, from]: [Entry[], Pair | null, number, number] = [[], null, 0xffffffff, 0];
  for (let at = 4; at + 4 <= BLOCK;) {
    const tag = (view.getUint32(at) ^ before) >>> 0;
    const [type, id, size] = [(tag >>> 20) & 0x7ff, (tag >>> 10) & 0x3ff, tag & 0x3ff];
    const length = size === 0x3ff ? 0 : size;
    const data = at + 4;
    if (tag >>> 31 === 1 || data + length > BLOCK) break;
    before = tag;
    at = data + length;
    const group = type & 0x700;
    if (group === ENDS && type !== FORWARD_CRC) {
      if (length < 4 || view.getUint32(data, true) !== crcOf(bytes.subarray(from, data))) break;
      whole = { revision, entries: [...entries], next };
      // The lowest bit of the type says what the first bit of the next tag is.
      before = (tag ^ ((type & 1) << 31)) >>> 0;
      from = at;
    } else if (group === NAMES) entries[id] = { ...NAMELESS, type, name: UTF8.decode(bytes.subarray(data, at)) };
    else if (type === FOLDER_AT && length === 8)
      entries[id] = { ...(entries[id] ?? NAMELESS), folder: pairAt(view, data) };
    else if (type === INLINE) entries[id] = { ...(entries[id] ?? NAMELESS), content: { data: bytes.slice(data, at) } };
    else if (type === BLOCKS && length === 8) {
      const [head, size] = pairAt(view, data);
      entries[id] = { ...(entries[id] ?? NAMELESS), content: { head, size } };
    } else if (group === SPLICES && type === INSERT) entries.splice(id, 0, NAMELESS);
    else if (group === SPLICES && type === REMOVE) entries = entries.filter((_, i) => i !== id);
    // Another tail takes its place: the folder ends here, and the next in the list of all folders follows.
    else if (group === TAILS) next = type === CONTINUED && length === 8 ? pairAt(view, data) : null;
  }
  return whole;
}

function pairAt(view: DataView, at: number): Pair {
  return [view.getUint32(at, true), view.getUint32(at + 4, true)];
}
