import { sha256 } from '@noble/hashes/sha2.js';
import { hex8, readWrapped, textOf, viewOf } from './boot-flash.ts';
import type { ReadableFlash } from './boot-flash.ts';
import { xorOf } from './boot-image.ts';
import type { BootLog } from './boot-log.ts';
import { bannerLines } from './chips/chip.ts';
import type { Chip, ResetCause } from './chips/chip.ts';
import type { Fuses } from './fuses.ts';

/** What the second stage takes from its own image. */
export interface SecondStage {
  readonly chipId: number;
  /** The flash size in bytes that its header claims; the rest of the boot relies on it. */
  readonly flashSize: number;
  readonly sizeText: string;
  readonly speed: string;
  readonly mode: string;
  /** The ESP-IDF version and compile time of the build; empty if an image does not show them. */
  readonly idf: string;
  readonly compiled: string;
}

const HEADER = 24;
const MODES = ['QIO', 'QOUT', 'DIO', 'DOUT', 'FAST READ', 'SLOW READ'];
const SPEEDS: Readonly<Record<number, { text: string; divider: number }>> = {
  0: { text: '40MHz', divider: 2 },
  1: { text: '26.7MHz', divider: 3 },
  2: { text: '20MHz', divider: 4 },
  15: { text: '80MHz', divider: 1 },
};
/** Interval between the ROM's `invalid header` lines, in ms (arduino-esp32's forum, topic 1245889). */
const INVALID_EVERY_MS = 41;
/** How long a ROM that repeats that endlessly does so here, in ms: a jumping clock has to come to rest. */
const ENDLESS_MS = 10_000;
/** Bytes of an image that an ESP32's ROM reads at once, and bytes of a segment header. */
const [AT_ONCE, HEAD] = [16, 8];

function describe(image: Uint8Array): { idf: string; compiled: string } {
  if (image.length < HEADER + 88) return { idf: '', compiled: '' };
  if (image[32] !== 0x50) {
    // Older images have these strings somewhere among others; ours have them here, see bootloader-image.ts.
    const idf = textOf(image.subarray(64, 96));
    return idf.startsWith('v4.') ? { idf, compiled: textOf(image.subarray(96, 112)) } : { idf: '', compiled: '' };
  }
  // esp_bootloader_desc_t of ESP-IDF components/esp_bootloader_format: magic byte 80, then the strings.
  return { idf: textOf(image.subarray(40, 72)), compiled: textOf(image.subarray(72, 96)) };
}

const hexOf = (bytes: Uint8Array): string => [...bytes].map((value) => value.toString(16).padStart(2, '0')).join('');

/**
 * The mask ROM's part: loads the image at the chip's bootloader offset, which must end before `limit`, and logs what the
 * ROM prints; null if the chip would hang until its watchdog resets it. Stricter than silicon in one respect: without
 * secure boot an ESP32's ROM ignores the appended SHA-256, and later ROMs print "Attempting to boot anyway..."; here a
 * wrong one stops the boot.
 */
export function loadSecondStage(
  flash: ReadableFlash,
  limit: number,
  { chip, cause, fuses }: { readonly chip: Chip; readonly cause: ResetCause; readonly fuses: Fuses },
  log: BootLog,
): SecondStage | null {
  const { rom, bootloader } = chip;
  const inRam = (from: number, to: number): boolean => bootloader.ram.some((ram) => from >= ram.from && to <= ram.to);
  for (const line of bannerLines(rom.banner, cause, 'flash')) log.plain(line);
  const header = readWrapped(flash, bootloader.offset, HEADER);
  const view = viewOf(header);
  if (view.getUint8(0) !== 0xe9) {
    const times = rom.invalidHeaders === 'endless' ? ENDLESS_MS / INVALID_EVERY_MS : rom.invalidHeaders;
    const from = log.now;
    for (let i = 0; i < times; i++) {
      log.spend(from + i * INVALID_EVERY_MS - log.now);
      log.plain(`invalid header: 0x${hex8(view.getUint32(0, true))}`);
    }
    return null;
  }
  const speed = SPEEDS[view.getUint8(3) & 0x0f] ?? { text: '20MHz', divider: 4 };
  const mode = MODES[view.getUint8(2)] ?? 'SLOW READ';
  for (const line of rom.pins) log.plain(line);
  log.plain(`mode:${mode}, clock div:${speed.divider}`);
  let [length, sum] = [HEADER, 0xef];
  for (let index = 0; index < view.getUint8(1); index++) {
    const tail = length % AT_ONCE;
    if (rom.logsSplitHeaders && tail + HEAD > AT_ONCE) log.plain(`ho 0 tail ${tail} room ${AT_ONCE - tail}`);
    const segment = viewOf(readWrapped(flash, bootloader.offset + length, HEAD));
    const [load, size] = [segment.getUint32(0, true), segment.getUint32(4, true)];
    log.plain(`load:0x${hex8(load)},len:${rom.length(size)}`);
    // The real ROM copies to wherever it is told and crashes silently.
    if (!inRam(load, load + size) || bootloader.offset + length + 8 + size > limit) return null;
    sum = xorOf(readWrapped(flash, bootloader.offset + length + 8, size), sum);
    length += 8 + size;
  }
  const summed = (length + 16) & ~15;
  const image = readWrapped(flash, bootloader.offset, summed + 32);
  const stored = image[summed - 1] ?? 0;
  if (stored !== sum) {
    for (const line of rom.checksumWrong(sum, stored, fuses)) log.plain(line);
    return null;
  }
  const digest = sha256(image.subarray(0, summed));
  if (view.getUint8(23) !== 0 && digest.some((value, i) => value !== image[summed + i])) {
    log.plain('SHA-256 comparison failed:');
    log.plain(`Calculated: ${hexOf(digest)}`);
    log.plain(`Expected: ${hexOf(image.subarray(summed))}`);
    return null;
  }
  log.plain(`entry 0x${hex8(view.getUint32(4, true))}`);
  const sizeCode = view.getUint8(3) >> 4;
  // The bootloader takes an unknown size for 2 MB (bootloader_esp32.c).
  const megabytes = sizeCode <= 4 ? 1 << sizeCode : 2;
  return {
    chipId: view.getUint16(12, true),
    flashSize: megabytes * 0x100000,
    sizeText: `${megabytes}MB`,
    speed: speed.text,
    mode,
    ...describe(image.subarray(0, summed)),
  };
}
