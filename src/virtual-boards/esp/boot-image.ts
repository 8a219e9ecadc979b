import { sha256 } from '@noble/hashes/sha2.js';
import { hex, hex8, readWrapped, textOf, viewOf } from './boot-flash.ts';
import type { ReadableFlash } from './boot-flash.ts';
import type { BootLog } from './boot-log.ts';
import type { Place } from './boot-table.ts';
import type { Chip, Window } from './chips/chip.ts';

/** The app description that an app prints when it starts (`esp_app_desc_t`). */
export interface AppWords {
  readonly project: string;
  readonly version: string;
  readonly compiled: string;
  readonly idf: string;
  readonly elfSha: string;
}

/** An image that the bootloader can start: length in bytes, and app description or null. */
export interface LoadableImage {
  readonly length: number;
  readonly app: AppWords | null;
}

const HEADER = 24;
const PAGE = 0x10000;
const SIXTEEN_MB = 0x1000000;
/** How fast a bootloader maps, sums and hashes, in bytes per ms, from published boot logs. */
const BYTES_PER_MS = 2700;

const within = (windows: readonly Window[], first: number, last: number): boolean =>
  windows.some((window) => first >= window.from && last < window.to);

/** The XOR of all bytes and a seed; an image's checksum starts from 0xEF. */
export function xorOf(bytes: Uint8Array, seed: number): number {
  let sum = seed;
  for (const value of bytes) sum ^= value;
  return sum;
}

function headerWords(header: Uint8Array, at: number, setting: ImageSetting): { tag: string; words: string } | null {
  const { chip: own, revision } = setting;
  const view = viewOf(header);
  if (view.getUint8(0) !== 0xe9) {
    return { tag: 'esp_image', words: `image at ${hex(at)} has invalid magic byte (nothing flashed here?)` };
  }
  const chip = view.getUint16(12, true);
  if (chip !== own.chipId) {
    return { tag: 'boot_comm', words: `mismatch chip ID, expected ${own.chipId}, found ${chip}` };
  }
  const show = (value: number): string => `v${Math.floor(value / 100)}.${value % 100}`;
  const [least, most] = [view.getUint16(15, true), view.getUint16(17, true)];
  const limit = revision < least ? `>= ${show(least)}` : `<= ${show(most)}`;
  // 0 and 65535 mean that no limit was set.
  if (revision < least || (most !== 0 && most !== 0xffff && revision > most)) {
    return { tag: 'boot_comm', words: `chip revision check failed. Required ${limit}, found ${show(revision)}.` };
  }
  const count = view.getUint8(1);
  if (count > 16) return { tag: 'esp_image', words: `image at ${hex(at)} segment count ${count} exceeds max 16` };
  return null;
}

function segmentWords(chip: Chip, index: number, load: number, size: number, dataAt: number): string | null {
  if (size % 4 !== 0 || size >= SIXTEEN_MB) return `invalid segment length ${hex(size)}`;
  if (within(chip.mapped, load, load) && dataAt % PAGE !== load % PAGE) {
    return `Segment ${index} load address 0x${hex8(load)}, doesn't match data 0x${hex8(dataAt)}`;
  }
  return null;
}

function describe(image: Uint8Array): AppWords | null {
  if (image.length < 0x120 || viewOf(image).getUint32(32, true) !== 0xabcd5432) return null;
  const text = (at: number, size: number): string => textOf(image.subarray(at, at + size));
  const elfSha = [...image.subarray(176, 208)].map((value) => value.toString(16).padStart(2, '0')).join('');
  return {
    version: text(48, 32),
    project: text(80, 32),
    compiled: `${text(128, 16)} ${text(112, 16)}`,
    idf: text(144, 32),
    elfSha,
  };
}

/** The chip that an image must match, and its revision × 100. */
export interface ImageSetting {
  readonly chip: Chip;
  readonly revision: number;
}

/**
 * Checks the app image in a partition as `components/bootloader_support/src/esp_image_format.c` does, and logs the same
 * messages; null if the app is not bootable. Two simplifications: an image that exceeds its partition is refused at that
 * segment, with the message that the real one prints at the end, and segments over the bootloader's own RAM are not
 * detected.
 */
export function checkApp(
  flash: ReadableFlash,
  place: Place,
  setting: ImageSetting,
  log: BootLog,
): LoadableImage | null {
  const { chip } = setting;
  const refuse = (words: string, tag = 'esp_image'): null => {
    log.error(tag, words);
    return null;
  };
  if (place.size > SIXTEEN_MB) return refuse(`partition size ${hex(place.size)} invalid, larger than 16MB`);
  const read = (at: number, size: number): Uint8Array => readWrapped(flash, place.offset + at, size);
  const tooLong = (length: number): null =>
    refuse(`Image length ${length} doesn't fit in partition length ${place.size}`);
  const header = read(0, HEADER);
  const bad = headerWords(header, place.offset, setting);
  if (bad !== null) return refuse(bad.words, bad.tag);
  let [length, sum] = [HEADER, 0xef];
  for (let index = 0; index < viewOf(header).getUint8(1); index++) {
    const segment = viewOf(read(length, 8));
    const [load, size] = [segment.getUint32(0, true), segment.getUint32(4, true)];
    const dataAt = place.offset + length + 8;
    const words = segmentWords(chip, index, load, size, dataAt);
    if (words !== null) return refuse(words);
    const mapped = within(chip.mapped, load, load);
    const loaded = !mapped && load >= 0x10000000;
    const kind = loaded ? 'load' : mapped ? 'map' : '';
    const shown = `size=${size.toString(16).padStart(5, '0')}h (${String(size).padStart(6)}) ${kind}`;
    log.info('esp_image', `segment ${index}: paddr=${hex8(dataAt)} vaddr=${hex8(load)} ${shown}`);
    if (loaded && size > 0 && !within(chip.loaded, load, load + size - 1)) {
      return refuse(`Segment ${index} 0x${hex8(load)}-0x${hex8(load + size)} invalid: bad load address range`);
    }
    if (length + 8 + size > place.size) return tooLong(length + 8 + size);
    sum = xorOf(read(length + 8, size), sum);
    log.spend(size / BYTES_PER_MS);
    length += 8 + size;
  }
  const summed = (length + 16) & ~15;
  const stored = read(summed - 1, 1)[0] ?? 0;
  if (stored !== sum) return refuse(`Checksum failed. Calculated ${hex(sum)} read ${hex(stored)}`);
  const hashed = viewOf(header).getUint8(23) !== 0;
  length = summed + (hashed ? 32 : 0);
  if (length > place.size) return tooLong(length);
  const image = read(0, length);
  if (hashed && sha256(image.subarray(0, summed)).some((value, i) => value !== image[summed + i])) {
    return refuse('Image hash failed - image is corrupt');
  }
  return { length, app: describe(image) };
}
