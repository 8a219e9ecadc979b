/** LittleFS's superblock entry: the first entry of the pairs that lead to the root directory (SPEC.md, “LFS_TYPE_SUPERBLOCK”). */
import { ascii, holdsAt, viewOf } from '../../../formats/binary.ts';
import type { Slot } from './log.ts';
import { TYPE } from './tags.ts';

/** The magic string, which is the superblock entry's name. */
export const MAGIC = new Uint8Array(ascii('littlefs'));

/** What a superblock says. Sizes in bytes; `version` with the major one in the upper 16 bits. */
export interface Superblock {
  readonly version: number;
  readonly blockSize: number;
  readonly blockCount: number;
  readonly nameMax: number;
  readonly fileMax: number;
  readonly attributeMax: number;
}

/** Disk versions that are read: 2.0 and 2.1. */
export const VERSION = { v20: 0x00020000, v21: 0x00020001 } as const;

/** The largest values that the library's own defaults accept (`LFS_NAME_MAX`, `LFS_FILE_MAX`, `LFS_ATTR_MAX` in lfs.h). */
export const LIMITS = { nameMax: 255, fileMax: 0x7fffffff, attributeMax: 1022 } as const;

/** Block sizes that are looked for; SPEC.md asks for at least 104 bytes. */
const BLOCK_SIZES = Array.from({ length: 12 }, (_, i) => 128 << i);

/** Whether a block size could be one. */
export function isBlockSize(size: number): boolean {
  return BLOCK_SIZES.includes(size);
}

/** Block sizes in the order in which they are tried, the device's own first. */
export const TRIED_BLOCK_SIZES: readonly number[] = [4096, ...BLOCK_SIZES.filter((size) => size !== 4096)];

/** The superblock in the first slot of a pair; null if it holds none. */
export function superblockIn(slot: Slot | undefined): Superblock | null {
  if (slot?.name === null || slot?.type !== 0xff || slot.name.length !== MAGIC.length) return null;
  if (!holdsAt(slot.name, 0, [...MAGIC])) return null;
  if (slot.struct?.type !== TYPE.inlineStruct) return null;
  const data = new Uint8Array(24);
  data.set(slot.struct.data.subarray(0, 24));
  const view = viewOf(data);
  const word = (index: number): number => view.getUint32(index * 4, true);
  return {
    version: word(0),
    blockSize: word(1),
    blockCount: word(2),
    nameMax: word(3),
    fileMax: word(4),
    attributeMax: word(5),
  };
}

/** The 24 bytes of a superblock's struct tag. */
export function superblockBytes(superblock: Superblock): Uint8Array {
  const data = new Uint8Array(24);
  const { version, blockSize, blockCount, nameMax, fileMax, attributeMax } = superblock;
  const view = viewOf(data);
  [version, blockSize, blockCount, nameMax, fileMax, attributeMax].forEach((word, i) => {
    view.setUint32(i * 4, word, true);
  });
  return data;
}

/** The version as it is usually written: `2.1`. */
export function versionText(version: number): string {
  return `${version >>> 16}.${version & 0xffff}`;
}
