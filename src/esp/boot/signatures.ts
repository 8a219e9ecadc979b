/** The signatures behind an app (ESP-IDF, bootloader_support: esp_secure_boot.h, secure_boot.h; espsecure). */
import { isFilledWith, viewOf } from '../../formats/binary.ts';
import { crc32 } from '../../formats/crc32.ts';

/** A version 1 signature: a version word of 0 and 64 bytes, directly behind the image. */
export const V1_SIZE = 4 + 64;
/** Version 2 signatures begin at the next multiple of this, in bytes: at most three blocks, one behind another. */
export const V2_ALIGNMENT = 0x1000;
/** The size of a version 2 block, in bytes, and the most there are. */
export const V2_SIZE = 1216;
export const MOST_V2 = 3;

const V2_MAGIC = 0xe7;
const SCHEMES: Readonly<Record<number, string>> = { 2: 'RSA-3072', 3: 'ECDSA' };
/** The places in a block: the key as eFuses digest it, and the CRC over everything before it. */
const KEY_AT = 36;
const RSA_KEY_SIZE = 384 + 4 + 384 + 4;
const CRC_AT = 1196;
/** The bytes of an ECDSA point by the curve's number: NIST P-192, P-256 and P-384. */
const POINT_SIZES: Readonly<Record<number, number>> = { 1: 48, 2: 64, 3: 96 };

/** A version 2 block. Only the chip can tell whether its signature is valid. */
export interface SignatureBlock {
  /** `RSA-3072` or `ECDSA`. */
  readonly scheme: string;
  readonly crcRight: boolean;
  /** The bytes whose SHA-256 the chip's eFuses hold; null for a curve that is not known. */
  readonly key: Uint8Array | null;
}

/** Whether a version 1 signature is at `at`. */
export function hasV1(data: Uint8Array, at: number): boolean {
  if (data.length < at + V1_SIZE || viewOf(data).getUint32(at, true) !== 0) return false;
  const signature = data.subarray(at + 4, at + V1_SIZE);
  return !isFilledWith(signature, 0) && !isFilledWith(signature, 0xff);
}

/** Whether a version 2 block begins at `at`. */
export function hasV2(data: Uint8Array, at: number): boolean {
  return data[at] === V2_MAGIC && SCHEMES[data[at + 1] ?? 0] !== undefined;
}

/** The version 2 blocks at the start of these bytes, in order, up to the first place without one. */
export function blocksIn(data: Uint8Array): readonly SignatureBlock[] {
  const blocks: SignatureBlock[] = [];
  for (let at = 0; at + V2_SIZE <= data.length && blocks.length < MOST_V2 && hasV2(data, at); at += V2_SIZE) {
    const block = data.subarray(at, at + V2_SIZE);
    const crcRight = viewOf(block).getUint32(CRC_AT, true) === crc32(block.subarray(0, CRC_AT));
    blocks.push({ scheme: SCHEMES[block[1] ?? 0] ?? '', crcRight, key: keyIn(block) });
  }
  return blocks;
}

function keyIn(block: Uint8Array): Uint8Array | null {
  if (block[1] === 2) return block.subarray(KEY_AT, KEY_AT + RSA_KEY_SIZE);
  const point = POINT_SIZES[block[KEY_AT] ?? 0];
  return point === undefined ? null : block.subarray(KEY_AT, KEY_AT + 1 + point);
}
