/** LittleFS partitions as `mklittlefs` makes them (littlefs `SPEC.md`, disk version 2.0; attribute `t`: esp_littlefs). */
import { viewOf } from './bytes.ts';
import { crcRegister } from '../../crc32.ts';

/** A file, or a folder with its files. `modified` in s since 1970. */
export type LittleFsEntry =
  | { readonly name: string; readonly data: Uint8Array; readonly modified: number }
  | { readonly name: string; readonly files: readonly LittleFsEntry[] };

const BLOCK = 4096;
/** esp_littlefs programs 128 bytes at a time: a commit ends on such a boundary. */
const PROGRAM = 128;
/** The largest file that is stored in its folder's own blocks: esp_littlefs' cache size. */
const INLINE = 512;
const TAG = {
  file: 0x001,
  folder: 0x002,
  superblock: 0x0ff,
  folderAt: 0x200,
  inline: 0x201,
  blocks: 0x202,
  time: 0x374,
  end: 0x500,
  next: 0x600,
} as const;
/** The id of tags that belong to no entry. */
const NO_ENTRY = 0x3ff;

/** littlefs's CRC: polynomial 0x04C11DB7 reflected, no inversion at either end (`lfs_util.c`). */
export function crcOf(bytes: Uint8Array): number {
  return crcRegister(0xffffffff, bytes);
}

function words(...values: readonly number[]): Uint8Array {
  const out = new Uint8Array(values.length * 4);
  for (const [i, value] of values.entries()) viewOf(out).setUint32(i * 4, value, true);
  return out;
}

/** One metadata block: a single commit. */
class MetadataBlock {
  readonly bytes = new Uint8Array(BLOCK).fill(0xff);
  #at = 4;
  #before = 0xffffffff;

  constructor(revision: number) {
    viewOf(this.bytes).setUint32(0, revision, true);
  }

  /** Appends a tag with its data. Throws a `RangeError` if the block has no room for it and the end of the commit. */
  put(type: number, id: number, data: Uint8Array): void {
    if (this.#at + 4 + data.length + PROGRAM > BLOCK) throw new RangeError('this folder does not fit into one block');
    this.#tag(type, id, data.length);
    this.bytes.set(data, this.#at);
    this.#at += data.length;
  }

  /** Ends the commit with its CRC. */
  close(): Uint8Array {
    const end = Math.ceil((this.#at + 8) / PROGRAM) * PROGRAM;
    this.#tag(TAG.end, NO_ENTRY, end - this.#at - 4);
    viewOf(this.bytes).setUint32(this.#at, crcOf(this.bytes.subarray(0, this.#at)), true);
    return this.bytes;
  }

  /** Each tag is stored big-endian, XORed with the one before. */
  #tag(type: number, id: number, size: number): void {
    const value = ((type << 20) | (id << 10) | size) >>> 0;
    viewOf(this.bytes).setUint32(this.#at, (value ^ this.#before) >>> 0);
    this.#before = value;
    this.#at += 4;
  }
}

/**
 * A LittleFS that fills `size` bytes, with folders one level deep: the superblock and the root folder in the first two blocks,
 * then each folder's pair, then a block for each file that is too large to be inline. Throws a `RangeError` if a file is larger
 * than a block, or a folder's metadata.
 */
export function buildLittleFs(size: number, entries: readonly LittleFsEntry[] = []): Uint8Array {
  const out = new Uint8Array(size).fill(0xff);
  const folders = sorted(entries).flatMap((entry) => ('files' in entry ? [entry] : []));
  const pairOf = (index: number) => 2 + 2 * index;
  let free = pairOf(folders.length);
  const place = (block: MetadataBlock, id: number, entry: LittleFsEntry): void => {
    const name = new TextEncoder().encode(entry.name);
    if ('files' in entry) {
      const pair = pairOf(folders.indexOf(entry));
      block.put(TAG.folder, id, name);
      block.put(TAG.folderAt, id, words(pair, pair + 1));
      return;
    }
    const { data, modified } = entry;
    block.put(TAG.file, id, name);
    if (data.length > BLOCK) throw new RangeError(`${entry.name} does not fit into one block`);
    if (data.length <= INLINE) block.put(TAG.inline, id, data);
    else {
      out.set(data, free * BLOCK);
      block.put(TAG.blocks, id, words(free++, data.length));
    }
    block.put(TAG.time, id, words(modified, 0));
  };
  // Both halves of the root's pair are there after formatting; the newer one counts.
  const block = new MetadataBlock(2);
  // Hex dumps of formatted partitions begin: revision, F0 0F FF F7, "littlefs", 2F E0 00 10.
  block.put(TAG.superblock, 0, new TextEncoder().encode('littlefs'));
  const superblock = words(0x00020000, BLOCK, size / BLOCK, 255, 0x7fffffff, 1022);
  block.put(TAG.inline, 0, superblock);
  for (const [i, entry] of sorted(entries).entries()) place(block, i + 1, entry);
  if (folders.length > 0) block.put(TAG.next, NO_ENTRY, words(pairOf(0), pairOf(0) + 1));
  out.set(block.close(), BLOCK);
  const first = new MetadataBlock(1);
  first.put(TAG.superblock, 0, new TextEncoder().encode('littlefs'));
  first.put(TAG.inline, 0, superblock);
  out.set(first.close(), 0);
  for (const [i, folder] of folders.entries()) {
    const own = new MetadataBlock(1);
    for (const [id, entry] of sorted(folder.files).entries()) place(own, id, entry);
    if (i + 1 < folders.length) own.put(TAG.next, NO_ENTRY, words(pairOf(i + 1), pairOf(i + 1) + 1));
    out.set(own.close(), pairOf(i) * BLOCK);
  }
  return out;
}

/** Entries in the order of their names' bytes, as littlefs keeps them. */
function sorted(entries: readonly LittleFsEntry[]): LittleFsEntry[] {
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
