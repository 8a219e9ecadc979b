/** Opens the flash image of an Espressif chip: which chip it is of, how large its flash is, and whether the file has all of it. */
import { DEFAULT_TABLE, UNIT } from '../esp/flash-geometry.ts';
import { imageLength, LONGEST_TAIL, APP_HEAD_SIZE, readAppHead } from '../formats/app-header.ts';
import { espFamily } from '../esp/family.ts';
import type { TableRow } from '../esp/partitions/table.ts';
import { ROW_SIZE } from '../esp/partitions/table.ts';
import { TYPE_APP } from '../esp/partitions/types.ts';
import { article } from '../flash/english.ts';
import { bytes, hex } from '../flash/finding.ts';
import { LARGEST_FLASH, regionOf, regionSize } from '../flash/map.ts';
import type { AppHead } from '../formats/app-header.ts';
import { bootloaderOffset } from '../formats/chip-ids.ts';
import { CHIPS } from '../formats/chips/catalogue.ts';
import { imageFailure } from './failures.ts';
import { espChanges, flashFile, tableIn } from './flash-file.ts';
import type { ImageFile, ImageOf } from './opened-image.ts';
import type { Security } from '../esp/board/security.ts';
import type { EspDevice } from '../esp/loader/device.ts';
import { REGION } from '../esp/loader/target.ts';
import type { Tuned } from '../flash/target.ts';
import { ImageFlash } from './image-flash.ts';
import { ImageTarget } from './image-target.ts';

/** The smallest flash on any module with one of these chips, in bytes: esptool's smallest size from the ESP32 on is 1 MB. */
const SMALLEST_FLASH = 1 << 20;

/** A bootloader where its chip looks for it; `flashSize` in bytes, as its header says. */
interface FoundBootloader {
  readonly chip: string;
  readonly address: number;
  readonly flashSize: number;
}

/** The bootloader of a flash image, by its header; null if there is none where any chip looks for it. */
export function bootloaderIn(data: Uint8Array): FoundBootloader | null {
  const places = new Set(CHIPS.map(({ bootloader }) => bootloader).filter((place) => place !== null));
  for (const address of places) {
    const head = headAt(data, address);
    const chip = head?.header.chip.name ?? null;
    const flashSize = head?.header.flashSize.bytes ?? null;
    if (head === null || chip === null || flashSize === null || head.description !== null) continue;
    if (bootloaderOffset(chip) === address) return { chip, address, flashSize };
  }
  return null;
}

/** What is at an address of the file, if it starts like an image for an Espressif chip. */
export function headAt(data: Uint8Array, address: number): AppHead | null {
  return readAppHead(data.subarray(address, address + APP_HEAD_SIZE));
}

/**
 * Opens a file as the flash of a chip; `flashSize` in bytes, if a person knows it. Rejects with a `Failure` if the file cannot be
 * that: too short, only a part of it, or of another chip.
 */
export async function openEsp(file: ImageFile, chip: string, flashSize?: number): Promise<ImageOf<'esp'>> {
  const { name, data } = file;
  const found = bootloaderIn(data);
  if (found !== null && found.chip !== chip) {
    const values = { is: article(found.chip), chosen: article(chip), address: hex(found.address) };
    throw imageFailure('flash-image-other-chip', name, values, found.address);
  }
  const hasTable = bootloaderOffset(chip) !== null;
  // The rest of a table may be trimmed, as erased flash often is, but not its first row.
  if (hasTable && data.length < DEFAULT_TABLE + ROW_SIZE) {
    const what = `the partition table at ${hex(DEFAULT_TABLE)}`;
    throw imageFailure('flash-image-too-short', name, { end: hex(data.length), what }, data.length);
  }
  const rows = hasTable ? (await tableIn(data)).rows : [];
  const size = flashSize ?? sizeOf(data.length, found, rows);
  if (size < data.length) {
    const values = { size: bytes(data.length), holder: 'the flash', limit: bytes(size) };
    throw imageFailure('flash-image-too-large', name, values);
  }
  const missing = flashSize === undefined ? await whatIsMissing(data, size, rows) : null;
  if (missing !== null) {
    throw imageFailure('flash-image-incomplete', name, { end: hex(data.length), what: missing }, data.length);
  }
  const flash = espFlash(data, size);
  const held =
    size === data.length
      ? bytes(size)
      : `${bytes(size)}${found?.flashSize === size ? ', by the header of its bootloader' : ''}; the file has ` +
        `${bytes(data.length)}, and the rest is erased`;
  const identity = {
    family: 'esp',
    chip,
    revision: '',
    key: null,
    facts: [{ name: 'File', value: name }, { name: 'Flash size', value: held }, ...(file.facts ?? [])],
    file: { name, size: file.size ?? data.length },
  };
  const device = new EspImage({ flash, identity, file: flashFile(name, flash, espChanges(chip)) });
  return { kind: 'esp', family: espFamily, device };
}

function isPowerOfTwo(size: number): boolean {
  return (size & (size - 1)) === 0;
}

/** Whether a file has the size of a whole flash chip: merged images end with their last byte, hardly ever here. */
function isWhole(length: number): boolean {
  return length >= SMALLEST_FLASH / 2 && isPowerOfTwo(length);
}

/** The size of the flash that a file is of: its own, or where it is shorter, one that holds all that it names. */
function sizeOf(length: number, bootloader: FoundBootloader | null, rows: readonly TableRow[]): number {
  if (isWhole(length)) return length;
  const end = Math.max(length, ...rows.map(({ offset, size }) => offset + size));
  let size = SMALLEST_FLASH;
  while (size < end && size < LARGEST_FLASH) size *= 2;
  return Math.max(size, bootloader?.flashSize ?? 0);
}

/** What of a flash is missing from its file, as the end of a sentence; null if nothing is known to be. */
async function whatIsMissing(data: Uint8Array, size: number, rows: readonly TableRow[]): Promise<string | null> {
  for (const row of rows) {
    if (row.type !== TYPE_APP || row.offset + APP_HEAD_SIZE > data.length) continue;
    if (headAt(data, row.offset) === null) continue;
    const length = await imageLength(row.offset, row.size, paddedReader(data));
    // An upper bound: what comes after the last segment may be shorter.
    if (row.offset + length > data.length + LONGEST_TAIL)
      return `the app in ${row.name} goes on to ${hex(row.offset + length)}`;
  }
  const last = rows.toSorted((a, b) => a.offset + a.size - b.offset - b.size).at(-1);
  if (size !== data.length || last === undefined || last.offset + last.size <= size) return null;
  return `its partition table has ${last.name} up to ${hex(last.offset + last.size)}`;
}

/** Reads past the end of a file as erased flash does: the header of a segment that is missing has its place all the same. */
function paddedReader(data: Uint8Array) {
  return (address: number, size: number) => {
    const own = data.subarray(address, address + size);
    if (own.length === size) return Promise.resolve(own);
    const padded = new Uint8Array(size);
    padded.set(own);
    return Promise.resolve(padded);
  };
}

/** What a file says of the eFuses of its chip: nothing. */
const NOT_IN_A_FILE: Security = {
  encryption: { on: 'unknown', count: null, manual: 'unknown' },
  secureBoot: 'unknown',
  download: 'open',
  jtag: 'unknown',
  keys: null,
};

/** The flash of an Espressif chip, of `size` bytes, whose first bytes are those of a file; the rest is erased. */
export function espFlash(data: Uint8Array, size: number): ImageFlash {
  const runs = [{ count: size / UNIT, size: UNIT }];
  const access = { read: true, erase: true, write: true };
  const region = { id: REGION, name: 'SPI flash', start: 0, runs, access };
  return new ImageFlash({ regions: [region] }, [{ region: REGION, address: 0, data }], () => null);
}

/** An Espressif board, as far as an image of its flash is one: no loader, no port, no eFuses. */
export class EspImage extends ImageTarget implements EspDevice {
  readonly mode = 'file';
  readonly connection = null;
  readonly withoutStub = null;
  readonly security = NOT_IN_A_FILE;

  get flashSize(): number {
    return regionSize(regionOf(this.parts.flash.map, REGION));
  }

  /** There is no link to tune. */
  tune(): Promise<Tuned> {
    return Promise.resolve('in-force');
  }
}
