import { viewOf } from './bytes.ts';

const BLOCK = 4096;
/** esp_littlefs programs 128 bytes at a time: a commit ends on such a boundary. */
const PROGRAM = 128;

/** littlefs's CRC: polynomial 0x04C11DB7 reflected, no inversion at either end (`lfs_util.c`). */
function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return crc >>> 0;
}

/** One half of the superblock's pair: a single commit (littlefs `SPEC.md`, disk version 2.0). */
function superblock(revision: number, blockCount: number): Uint8Array {
  const block = new Uint8Array(BLOCK).fill(0xff);
  const view = viewOf(block);
  view.setUint32(0, revision, true);
  let at = 4;
  let before = 0xffffffff;
  const tag = (type: number, id: number, size: number): void => {
    const value = ((type << 20) | (id << 10) | size) >>> 0;
    // Each tag is stored big-endian, XORed with the one before.
    view.setUint32(at, (value ^ before) >>> 0);
    before = value;
    at += 4;
  };
  // Hex dumps of formatted partitions begin: revision, F0 0F FF F7, "littlefs", 2F E0 00 10.
  tag(0x0ff, 0, 8);
  block.set(new TextEncoder().encode('littlefs'), at);
  at += 8;
  tag(0x201, 0, 24);
  for (const word of [0x00020000, BLOCK, blockCount, 255, 0x7fffffff, 1022]) {
    view.setUint32(at, word, true);
    at += 4;
  }
  const end = Math.ceil((at + 8) / PROGRAM) * PROGRAM;
  tag(0x500, 0x3ff, end - at - 4);
  view.setUint32(at, crcOf(block.subarray(0, at)), true);
  return block;
}

/**
 * A partition of `size` bytes that looks like an empty LittleFS: the metadata pair in its first two blocks, with
 * magic, block size and block count, the rest erased. A sample for detection only: it is not claimed to mount.
 */
export function buildLittleFs(size: number): Uint8Array {
  const out = new Uint8Array(size).fill(0xff);
  out.set(superblock(1, size / BLOCK), 0);
  out.set(superblock(2, size / BLOCK), BLOCK);
  return out;
}
