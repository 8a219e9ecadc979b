/**
 * Files for DFU devices: DfuSe files, with bytes at addresses of several memories (ST UM0391), and plain ones, which are
 * firmware followed by a suffix (DFU 1.1, appendix B). Reads what dfu-suffix and dfuse-pack write, and they read what is
 * written here.
 */
import { hex } from '../flash/finding.ts';
import { ADDRESS_END } from '../flash/map.ts';
import { ascii, holdsAt, textOf, viewOf } from './binary.ts';
import { crc32 } from './crc32.ts';

/** Bytes at an address of a memory. */
export interface DfuElement {
  readonly address: number;
  readonly data: Uint8Array;
}

/** The data for one memory, by the number of its alternate setting. */
export interface DfuImage {
  readonly alternate: number;
  readonly name: string | null;
  readonly elements: readonly DfuElement[];
}

/** The device that a file is for; null is any. */
export interface DfuFileDevice {
  readonly vendorId: number | null;
  readonly productId: number | null;
  /** `bcdDevice`. */
  readonly deviceVersion: number | null;
}

/** The result of reading bytes: `foreign` if they are not a DFU file; `offset` is where a damaged one is wrong. */
export type DfuFile =
  | { readonly kind: 'dfuse'; readonly images: readonly DfuImage[]; readonly device: DfuFileDevice }
  /** Firmware without an address, as a view of the file without its suffix. */
  | { readonly kind: 'plain'; readonly data: Uint8Array; readonly device: DfuFileDevice }
  | { readonly kind: 'damaged'; readonly why: string; readonly offset: number }
  | { readonly kind: 'foreign' };

const PREFIX = 11;
const TARGET = 274;
const TARGET_NAME = 255;
const ELEMENT = 8;
const SUFFIX = 16;
const ANY = 0xffff;
/** The most parts of one memory: dfuse-pack makes one for each range of addresses. */
const MOST_ELEMENTS = 0x10000;
const DFUSE = ascii('DfuSe');
const TARGET_MARK = ascii('Target');
const SUFFIX_MARK = ascii('UFD');

/** Whether the first bytes of a file are those of a DfuSe file; a plain DFU file is recognised only by its end. */
export function looksLikeDfuSe(head: Uint8Array): boolean {
  return holdsAt(head, 0, DFUSE);
}

/** Reads a file. Accepts any bytes; the data in the result are views of them. */
export function readDfuFile(file: Uint8Array): DfuFile {
  const isDfuSe = looksLikeDfuSe(file);
  const at = file.length - SUFFIX;
  if (at < 0 || !holdsAt(file, at + 8, SUFFIX_MARK)) {
    return isDfuSe ? damaged('it has no suffix at the end, so it is truncated', file.length) : { kind: 'foreign' };
  }
  const view = viewOf(file);
  const stored = view.getUint32(at + 12, true);
  const length = view.getUint8(at + 11);
  // DFU 1.1's CRC is the register as it is; zlib's is its complement.
  const computed = ~crc32(file.subarray(0, -4)) >>> 0;
  // Firmware may contain these three letters by chance.
  if (!isDfuSe && (stored !== computed || length < SUFFIX || length > file.length)) {
    return length === SUFFIX && stored !== computed ? wrongCrc(stored, computed, at) : { kind: 'foreign' };
  }
  if (stored !== computed) return wrongCrc(stored, computed, at);
  if (length < SUFFIX || length > file.length)
    return damaged(`its suffix has an impossible length, ${length}`, at + 11);
  const word = (offset: number): number | null => {
    const value = view.getUint16(at + offset, true);
    return value === ANY ? null : value;
  };
  const device = { deviceVersion: word(0), productId: word(2), vendorId: word(4) };
  const body = file.subarray(0, file.length - length);
  return isDfuSe ? readDfuSe(body, device) : { kind: 'plain', data: body, device };
}

function damaged(why: string, offset: number): DfuFile {
  return { kind: 'damaged', why, offset };
}

function wrongCrc(stored: number, computed: number, at: number): DfuFile {
  return damaged(`its checksum does not match: stored ${hex(stored)}, computed ${hex(computed)}`, at + 12);
}

function readDfuSe(body: Uint8Array, device: DfuFileDevice): DfuFile {
  const view = viewOf(body);
  if (body.length < PREFIX) return damaged('it ends inside its prefix', body.length);
  const version = view.getUint8(5);
  if (version !== 1) return damaged(`its format has version ${version}, and only 1 is known`, 5);
  // The size in the prefix includes the suffix in dfuse-pack but not in ST's own tools; the checksum covers it.
  const images: DfuImage[] = [];
  let at = PREFIX;
  for (let target = 0; target < view.getUint8(10); target++) {
    if (at + TARGET > body.length || !holdsAt(body, at, TARGET_MARK)) {
      return damaged(`memory ${target} does not begin where it should`, at);
    }
    const alternate = view.getUint8(at + 6);
    const named = view.getUint32(at + 7, true) !== 0;
    const name = named ? textOf(body.subarray(at + 11, at + 11 + TARGET_NAME)) : null;
    const end = at + TARGET + view.getUint32(at + 266, true);
    if (end > body.length) return damaged(`memory ${target} is longer than the file`, at + 266);
    const elements: DfuElement[] = [];
    const count = view.getUint32(at + 270, true);
    if (count > MOST_ELEMENTS)
      return damaged(`memory ${target} claims ${count} parts, and at most ${MOST_ELEMENTS} are read`, at + 270);
    at += TARGET;
    for (let element = 0; element < count; element++) {
      if (at + ELEMENT > end) return damaged(`memory ${target} ends before its part ${element}`, at);
      const address = view.getUint32(at, true);
      const size = view.getUint32(at + 4, true);
      if (size > end - at - ELEMENT) return damaged(`part ${element} of memory ${target} is longer than it`, at + 4);
      if (address + size > ADDRESS_END)
        return damaged(`part ${element} of memory ${target} extends past the last address`, at);
      elements.push({ address, data: body.subarray(at + ELEMENT, at + ELEMENT + size) });
      at += ELEMENT + size;
    }
    if (at !== end) return damaged(`memory ${target} has more in it than its parts`, at);
    images.push({ alternate, name, elements });
  }
  return at === body.length ? { kind: 'dfuse', images, device } : damaged('there is extra data at the end', at);
}

/** Writes a DfuSe file. Throws a `RangeError` for what the format cannot hold: ids, addresses, names that are too long. */
export function writeDfuSe(images: readonly DfuImage[], device: DfuFileDevice): Uint8Array<ArrayBuffer> {
  const sizes = images.map(({ elements }) => elements.reduce((sum, { data }) => sum + ELEMENT + data.length, 0));
  const end = sizes.reduce((sum, size) => sum + TARGET + size, PREFIX);
  const file = new Uint8Array(end + SUFFIX);
  const view = viewOf(file);
  file.set(DFUSE);
  view.setUint8(5, 1);
  view.setUint32(6, end, true);
  view.setUint8(10, within(images.length, 0xff, 'memories'));
  let at = PREFIX;
  for (const [i, { alternate, name, elements }] of images.entries()) {
    file.set(TARGET_MARK, at);
    view.setUint8(at + 6, within(alternate, 0xff, 'alternate setting'));
    view.setUint32(at + 7, name === null ? 0 : 1, true);
    // A name ends with a NUL.
    const letters = new TextEncoder().encode(name ?? '');
    within(letters.length, TARGET_NAME - 1, 'length of a name');
    file.set(letters, at + 11);
    view.setUint32(at + 266, sizes[i] ?? 0, true);
    view.setUint32(at + 270, elements.length, true);
    at += TARGET;
    for (const { address, data } of elements) {
      within(address + data.length, ADDRESS_END, 'end of a part');
      view.setUint32(at, within(address, ADDRESS_END - 1, 'address'), true);
      view.setUint32(at + 4, data.length, true);
      file.set(data, at + ELEMENT);
      at += ELEMENT + data.length;
    }
  }
  for (const [i, id] of [device.deviceVersion, device.productId, device.vendorId].entries()) {
    view.setUint16(end + 2 * i, within(id ?? ANY, ANY, 'id'), true);
  }
  view.setUint16(end + 6, 0x011a, true);
  file.set(SUFFIX_MARK, end + 8);
  view.setUint8(end + 11, SUFFIX);
  view.setUint32(end + 12, ~crc32(file.subarray(0, -4)) >>> 0, true);
  return file;
}

function within(value: number, most: number, what: string): number {
  if (!Number.isInteger(value) || value < 0 || value > most)
    throw new RangeError(`${what}: ${value} is not in 0 to ${most}`);
  return value;
}
