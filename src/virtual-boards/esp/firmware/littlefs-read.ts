/** What firmware finds when it mounts LittleFS and reads its files (littlefs `SPEC.md`, disk versions 2.0 and 2.1). */
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
export function countFiles(partition: Uint8Array): number | null {
  return filesIn(partition)?.length ?? null;
}

/** The bytes of each file by its path; null if the library would not mount the partition, or not read one of its files. */
export function readFiles(partition: Uint8Array): ReadonlyMap<string, Uint8Array> | null {
  const files = filesIn(partition)?.map(({ path, content }) => [path, bytesOf(partition, content)] as const);
  const isRead = (file: readonly [string, Uint8Array | null]): file is readonly [string, Uint8Array] =>
    file[1] !== null;
  return files?.every(isRead) === true ? new Map(files) : null;
}

/** Every file; null if the library would not mount the partition. Each pair of blocks is read once. */
function filesIn(partition: Uint8Array): Found[] | null {
  const seen = new Set<string>();
  const root: Pair = [0, 1];
  const files: Found[] = [];
  const queue = [{ pair: root, path: '/' }];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const { pair, path } = at;
    if (seen.has(String(pair))) continue;
    seen.add(String(pair));
    const own = newest(partition, pair);
    if (own === null || (pair === root && own.entries[0]?.type !== SUPERBLOCK)) return null;
    for (const entry of own.entries) {
      if (entry.type === FILE) files.push({ ...entry, path: path + entry.name });
      if (entry.folder !== null) queue.push({ pair: entry.folder, path: `${path}${entry.name}/` });
    }
    if (own.next !== null) queue.push({ pair: own.next, path });
  }
  return files;
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

/** The newer one of a pair's blocks with at least one whole commit. */
function newest(partition: Uint8Array, [a, b]: Pair): Metadata | null {
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
