/** What firmware finds when it mounts LittleFS and counts its files (littlefs `SPEC.md`, disk versions 2.0 and 2.1). */
import { viewOf } from './bytes.ts';
import { crcOf } from './littlefs.ts';

const BLOCK = 4096;
const FILE = 0x001;
const SUPERBLOCK = 0x0ff;
const FOLDER_AT = 0x200;
/** Groups of tag types. */
const [NAMES, SPLICES, ENDS, TAILS] = [0x000, 0x400, 0x500, 0x600];
const [INSERT, REMOVE, FORWARD_CRC, CONTINUED] = [0x401, 0x4ff, 0x5ff, 0x601];

type Pair = readonly [number, number];

/** A name's type, and where its folder is; null for what is none. */
interface Entry {
  readonly type: number;
  readonly folder: Pair | null;
}

interface Metadata {
  readonly revision: number;
  readonly entries: readonly Entry[];
  /** Where a folder goes on that does not fit into one pair of blocks. */
  readonly next: Pair | null;
}

/** How many files a partition holds; null if the library would not mount it. Each pair of blocks is read once. */
export function countFiles(partition: Uint8Array): number | null {
  const seen = new Set<string>();
  const [root]: readonly Pair[] = [[0, 1]];
  let files = 0;
  for (const queue: (Pair | undefined)[] = [root]; queue.length > 0;) {
    const pair = queue.shift();
    if (pair === undefined || seen.has(String(pair))) continue;
    seen.add(String(pair));
    const own = newest(partition, pair);
    if (own === null || (pair === root && own.entries[0]?.type !== SUPERBLOCK)) return null;
    files += own.entries.filter(({ type }) => type === FILE).length;
    queue.push(...own.entries.flatMap(({ folder }) => (folder === null ? [] : [folder])), own.next ?? undefined);
  }
  return files;
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
    } else if (group === NAMES) entries[id] = { type, folder: null };
    else if (type === FOLDER_AT && length === 8) entries[id] = { type: 0, ...entries[id], folder: pairAt(view, data) };
    else if (group === SPLICES && type === INSERT) entries.splice(id, 0, { type: 0, folder: null });
    else if (group === SPLICES && type === REMOVE) entries = entries.filter((_, i) => i !== id);
    // Another tail takes its place: the folder ends here, and the next in the list of all folders follows.
    else if (group === TAILS) next = type === CONTINUED && length === 8 ? pairAt(view, data) : null;
  }
  return whole;
}

function pairAt(view: DataView, at: number): Pair {
  return [view.getUint32(at, true), view.getUint32(at + 4, true)];
}
