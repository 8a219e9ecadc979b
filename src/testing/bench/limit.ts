/**
 * The least time that a board needs for some work, from the virtual boards' own constants. Wire and flash count by whichever is
 * longer where the loader overlaps them, then one digest of what was written, then the replies that the loader waits for. See
 * docs/performance.md.
 */
import { deflateSync } from 'node:zlib';
import { PARTICLE_TRANSFER } from '../../virtual-boards/dfu/particle-dfu.ts';
import { eraseTime, programTime as programWords } from '../../virtual-boards/dfu/stm32-flash.ts';
import { DIGEST_MS_PER_SECTOR } from '../../virtual-boards/esp/spi-flash.ts';
import { BLOCK, NOR_TIMES, programTime, SECTOR } from '../../virtual-boards/nor-flash.ts';
import { wireTime, USB_PACE } from '../../virtual-boards/uart.ts';
import { transferTime } from '../../virtual-boards/usb.ts';

/** What carries the loader's frames: a UART at a rate in baud, or the chip's own USB. */
export type Wire = { readonly by: 'uart'; readonly baud: number } | { readonly by: 'usb' };

/** Bytes of an image and the address that they go to. */
export interface Placed {
  readonly address: number;
  readonly data: Uint8Array;
}

/** Bytes of a command's frame without its payload: two END marks and the header; of a bare answer: those and the status. */
const FRAME = 2 + 8;
const ANSWER = FRAME + 2;
/** The largest block of a write, in bytes, and its own header (esptool docs, "Writing Data"). */
const WRITE_BLOCK = 0x4000;
const BLOCK_HEADER = 16;
/** The largest packet of a read, in bytes, which waits for an acknowledgement of four (the stub's `one-packet-in-flight`). */
const READ_PACKET = 0x1000;
const ACKNOWLEDGED = 2 + 4;
/** The payload of the commands that begin a write, read, or ask for a digest; and a digest. */
const WORDS = 16;
const DIGEST = 16;

/** Time for one frame of `bytes` bytes, in ms. */
export function frameMs(wire: Wire, bytes: number): number {
  if (wire.by === 'uart') return wireTime(bytes, wire.baud);
  let ms = 0;
  for (let left = bytes; left > 0;) {
    const next = USB_PACE.next(left);
    left -= next.bytes;
    ms += next.ms;
  }
  return ms;
}

/** A command with its answer, in ms. */
function askMs(wire: Wire, payload: number, answer = 0): number {
  return frameMs(wire, FRAME + payload) + frameMs(wire, ANSWER + answer);
}

/** Time to write images through the stub, each with one begin, and to digest each once, in ms. */
export function writeMs(wire: Wire, images: readonly Placed[]): number {
  return images.reduce((sum, image) => sum + oneWriteMs(wire, image), 0);
}

function oneWriteMs(wire: Wire, { address, data }: Placed): number {
  const packed = deflateSync(data, { level: 9 });
  const sent = packed.length < data.length ? packed : data;
  let travel = 0;
  for (let at = 0; at < sent.length; at += WRITE_BLOCK) {
    const block = sent.subarray(at, at + WRITE_BLOCK);
    travel += frameMs(wire, FRAME + BLOCK_HEADER + escapedSize(block)) + frameMs(wire, ANSWER);
  }
  return askMs(wire, WORDS) + Math.max(travel, flashMs(address, data.length)) + digestMs(wire, data.length);
}

/** Time to erase and program a range of whole sectors, in ms: aligned blocks of 64 KiB are erased at once. */
export function flashMs(address: number, size: number): number {
  const end = Math.ceil((address + size) / SECTOR) * SECTOR;
  let erase = 0;
  for (let at = address - (address % SECTOR); at < end;) {
    const block = at % BLOCK === 0 && end - at >= BLOCK;
    erase += block ? NOR_TIMES.eraseBlock : NOR_TIMES.eraseSector;
    at += block ? BLOCK : SECTOR;
  }
  return erase + programTime(size);
}

/** One digest of `size` bytes, in ms. */
export function digestMs(wire: Wire, size: number): number {
  return askMs(wire, WORDS, DIGEST) + (size / SECTOR) * DIGEST_MS_PER_SECTOR;
}

/** Time to read bytes in one command, in ms: one packet travels at a time, then the digest of all. */
export function readMs(wire: Wire, data: Uint8Array): number {
  let ms = askMs(wire, WORDS);
  for (let at = 0; at < data.length; at += READ_PACKET) {
    ms += frameMs(wire, 2 + escapedSize(data.subarray(at, at + READ_PACKET))) + frameMs(wire, ACKNOWLEDGED);
  }
  return ms + frameMs(wire, 2 + DIGEST);
}

/** The size in bytes once each byte that marks a frame is escaped by two (SLIP). */
function escapedSize(data: Uint8Array): number {
  return data.reduce((sum, byte) => sum + (byte === 0xc0 || byte === 0xdb ? 2 : 1), 0);
}

/** Time for a DfuSe command or a block, in ms: its download, the status that starts it, and the status that ends it. */
function downloadMs(bytes: number): number {
  return transferTime(bytes) + 2 * transferTime(6);
}

/**
 * Time to erase, write and read back sectors of an STM32F2 through Particle's bootloader, in ms. Every block is of the full
 * transfer size, and block numbers count on within a sector.
 */
export function dfuWriteMs(sectors: readonly { readonly size: number; readonly data: Uint8Array }[]): number {
  const command = downloadMs(5);
  return sectors.reduce((sum, { size, data }) => {
    const blocks = Math.ceil(data.length / PARTICLE_TRANSFER);
    const write = blocks * downloadMs(PARTICLE_TRANSFER) + programWords(data.length);
    return sum + command + eraseTime(size) + command + write + dfuReadMs(size);
  }, 0);
}

/** Time to read bytes back through DFU, in ms: the address, an abort, and one upload for each transfer. */
export function dfuReadMs(size: number): number {
  return downloadMs(5) + transferTime(0) + Math.ceil(size / PARTICLE_TRANSFER) * transferTime(PARTICLE_TRANSFER);
}
