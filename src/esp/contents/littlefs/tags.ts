/** Tags, the unit of LittleFS's metadata: 1 bit valid, 11 bits type, 10 bits id, 10 bits size (littlefs SPEC.md, “Metadata tags”). */
import { crc32 } from '../../../formats/crc32.ts';

/** Types of tags, as in SPEC.md. Where a chunk is part of the type it is 0 here. */
export const TYPE = {
  file: 0x001,
  folder: 0x002,
  superblock: 0x0ff,
  folderStruct: 0x200,
  inlineStruct: 0x201,
  ctzStruct: 0x202,
  attribute: 0x300,
  create: 0x401,
  remove: 0x4ff,
  crc: 0x500,
  forwardCrc: 0x5ff,
  softTail: 0x600,
  hardTail: 0x601,
  moveState: 0x7ff,
} as const;

/** The id of tags that belong to no file. */
export const NO_ID = 0x3ff;
/** The size that says “deleted”; also the first size that is too large. */
export const DELETED_SIZE = 0x3ff;
/** What the first tag of a block is XORed with. */
export const FIRST_TAG = 0xffffffff;
/** The pointer that points nowhere. */
export const NO_BLOCK = 0xffffffff;

/** One tag with its fields taken apart. */
export interface Tag {
  readonly type: number;
  readonly id: number;
  readonly size: number;
}

/** A tag as a number, with its valid bit clear, which means valid. */
export function packTag({ type, id, size }: Tag): number {
  return ((type << 20) | (id << 10) | size) >>> 0;
}

/** The fields of a tag. */
export function unpackTag(tag: number): Tag {
  return { type: (tag >>> 20) & 0x7ff, id: (tag >>> 10) & 0x3ff, size: tag & 0x3ff };
}

/** Whether the valid bit says that the tag was never written. */
export function isUnwritten(tag: number): boolean {
  return tag >>> 31 === 1;
}

/** How many bytes of data follow a tag. */
export function dataSize(tag: Pick<Tag, 'size'>): number {
  return tag.size === DELETED_SIZE ? 0 : tag.size;
}

/** The abstract type (type1 in SPEC.md): the upper three bits. */
export function familyOf(type: number): number {
  return type & 0x700;
}

/** Whether a tag ends a commit; its lowest bit is part of the data. */
export function endsCommit(type: number): boolean {
  return (type & 0x780) === TYPE.crc;
}

/** LittleFS's CRC-32: that of ZIP files without the inversions at either end (SPEC.md, “CRC”). `before`: the CRC so far. */
export function lfsCrc(data: Uint8Array, before = 0xffffffff): number {
  return ~crc32(data, ~before) >>> 0;
}
