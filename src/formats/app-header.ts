/** Headers of Espressif images and the description of an app (`esp_app_format.h`, `esp_app_desc.h`); the length of an image. */
import { hexOf, textOf, viewOf } from './binary.ts';
import { chipNamed, imageChip } from './chip-ids.ts';
import { isEsp8266Image } from './esp8266-image.ts';

/** The first byte of every image. */
export const IMAGE_MAGIC = 0xe9;
/** The size in bytes of the header before the first segment. */
export const HEADER_SIZE = 24;
/** The size in bytes of the header of each segment. */
export const SEGMENT_HEADER_SIZE = 8;
/** What the checksum of an image begins with (esptool, ESP_CHECKSUM_MAGIC). */
export const CHECKSUM_SEED = 0xef;

/** The checksum of an image once these bytes of a segment follow those that gave `sum`: each is combined by XOR. */
export function checksumOver(data: Uint8Array, sum: number): number {
  let all = sum;
  // Megabytes of them: an iterator takes ten times as long.
  for (let at = 0; at < data.length; at++) all ^= data[at] ?? 0;
  return all;
}
/** The most segments that a bootloader accepts (`ESP_IMAGE_MAX_SEGMENTS`). */
export const MAX_SEGMENTS = 16;
/** How many bytes from the start of an image `readAppHead` needs to read everything it can. */
export const APP_HEAD_SIZE = 0x120;

/** The names of SPI modes by their code in the header (`esp_image_spi_mode_t`). */
export const SPI_MODES = ['QIO', 'QOUT', 'DIO', 'DOUT', 'FAST_READ', 'SLOW_READ'];
const FLASH_SIZES_MB = [1, 2, 4, 8, 16, 32, 64, 128];
const DESCRIPTION_AT = HEADER_SIZE + SEGMENT_HEADER_SIZE;
/** The first word of an app's description (`esp_app_desc_t`). */
export const DESCRIPTION_MAGIC = 0xabcd5432;
// Up to and with the ELF's SHA-256; what follows is reserved or newer than some descriptions.
const DESCRIPTION_SIZE = 176;
// esp_bootloader_desc_t at the same place (ESP-IDF 5.1 and later): magic, then the version as a number and ESP-IDF's as text.
const BOOTLOADER_DESCRIPTION = { magic: 0x50, size: 80 } as const;

/** The header of an image; a name, size or frequency is null if its code has no meaning. */
export interface AppHeader {
  readonly segmentCount: number;
  readonly spiMode: { readonly code: number; readonly name: string | null };
  readonly flashSize: { readonly code: number; readonly bytes: number | null };
  readonly frequency: { readonly code: number; readonly mhz: number | null };
  readonly entry: number;
  /** `id` is null in an image for the ESP8266, which is known by its addresses. */
  readonly chip:
    { readonly id: number; readonly name: string | null } | { readonly id: null; readonly name: 'ESP8266' };
  /** Chip revisions: `min` is the old one-byte field, the full ones are major × 100 + minor. */
  readonly revision: { readonly min: number; readonly minFull: number; readonly maxFull: number };
  readonly hashAppended: boolean;
}

/** What an app says about itself; texts are cut at NUL and made printable, `elfSha256` is hex. */
export interface AppDescription {
  readonly project: string;
  readonly version: string;
  readonly date: string;
  readonly time: string;
  readonly idf: string;
  readonly elfSha256: string;
  readonly secureVersion: number;
}

/** What the first bytes of an image contain. */
export interface AppHead {
  readonly header: AppHeader;
  /** Null if there is none, as in a bootloader, or if the bytes end too early. */
  readonly description: AppDescription | null;
}

/** Reads the header of an image; null if the magic is wrong or fewer than 24 bytes are there. */
export function readAppHeader(data: Uint8Array): AppHeader | null {
  if (data.length < HEADER_SIZE) return null;
  if (isEsp8266Image(data)) return readEsp8266Header(data);
  if (data[0] !== IMAGE_MAGIC) return null;
  const view = viewOf(data);
  const spiMode = view.getUint8(2);
  const sizeCode = view.getUint8(3) >> 4;
  const frequency = view.getUint8(3) & 0xf;
  const megabytes = FLASH_SIZES_MB[sizeCode];
  const id = view.getUint16(12, true);
  const chip = imageChip(id);
  return {
    segmentCount: view.getUint8(1),
    spiMode: { code: spiMode, name: SPI_MODES[spiMode] ?? null },
    flashSize: { code: sizeCode, bytes: megabytes === undefined ? null : megabytes << 20 },
    frequency: { code: frequency, mhz: chip?.frequencies[frequency] ?? null },
    entry: view.getUint32(4, true),
    chip: { id, name: chip?.name ?? null },
    revision: { min: view.getUint8(14), minFull: view.getUint16(15, true), maxFull: view.getUint16(17, true) },
    // The bootloader checks for "not zero", not for 1.
    hashAppended: view.getUint8(23) !== 0,
  };
}

/** The first eight bytes are laid out as in later chips; the rest of the header does not exist. */
function readEsp8266Header(data: Uint8Array): AppHeader {
  const view = viewOf(data);
  const chip = chipNamed('ESP8266');
  const [spiMode, code, frequency] = [view.getUint8(2), view.getUint8(3) >> 4, view.getUint8(3) & 0xf];
  return {
    segmentCount: view.getUint8(1),
    spiMode: { code: spiMode, name: SPI_MODES[spiMode] ?? null },
    flashSize: { code, bytes: chip?.sizes.find((size) => size.code === code)?.bytes ?? null },
    frequency: { code: frequency, mhz: chip?.frequencies[frequency] ?? null },
    entry: view.getUint32(4, true),
    chip: { id: null, name: 'ESP8266' },
    revision: { min: 0, minFull: 0, maxFull: 0 },
    hashAppended: false,
  };
}

/** Reads the app description after the first segment's header; null if it is missing. */
export function readAppDescription(data: Uint8Array): AppDescription | null {
  if (data.length < DESCRIPTION_AT + DESCRIPTION_SIZE) return null;
  const at = data.subarray(DESCRIPTION_AT, DESCRIPTION_AT + DESCRIPTION_SIZE);
  const view = viewOf(at);
  if (view.getUint32(0, true) !== DESCRIPTION_MAGIC) return null;
  return {
    secureVersion: view.getUint32(4, true),
    version: textOf(at.subarray(16, 48)),
    project: textOf(at.subarray(48, 80)),
    time: textOf(at.subarray(80, 96)),
    date: textOf(at.subarray(96, 112)),
    idf: textOf(at.subarray(112, 144)),
    elfSha256: hexOf(at.subarray(144, 176)),
  };
}

/** The ESP-IDF version in a bootloader's description; null if it has none. */
export function readBootloaderIdf(data: Uint8Array): string | null {
  const { magic, size } = BOOTLOADER_DESCRIPTION;
  if (data.length < DESCRIPTION_AT + size || data[DESCRIPTION_AT] !== magic) return null;
  const at = data.subarray(DESCRIPTION_AT, DESCRIPTION_AT + size);
  const idf = textOf(at.subarray(8, 40));
  return viewOf(at).getUint32(4, true) > 0 && /^v?\d|^[0-9a-f]{7}/.test(idf) ? idf : null;
}

/** Reads header and description from the start of an image (`APP_HEAD_SIZE` bytes are enough); null if it is not one. */
export function readAppHead(data: Uint8Array): AppHead | null {
  const header = readAppHeader(data);
  return header && { header, description: readAppDescription(data) };
}

/** An image that a chip of Espressif's runs: `says` names the chip, and the app where the image names it. */
export interface EspressifImage {
  readonly chip: string;
  readonly says: string;
}

/** What an Espressif image is, by its header; null for other bytes. A single magic byte is not enough: the chip must be known. */
export function espressifImage(data: Uint8Array): EspressifImage | null {
  const head = readAppHead(data);
  if (head === null) return null;
  const {
    chip: { name: chip },
    segmentCount,
    spiMode,
  } = head.header;
  if (chip === null || segmentCount === 0 || segmentCount > MAX_SEGMENTS || spiMode.name === null) return null;
  const { project = '', version = '' } = head.description ?? {};
  const app = `${project} ${version}`.trim();
  return { chip, says: `an Espressif image for the ${chip}${app === '' ? '' : ` (${app})`}` };
}

/** The most bytes after the last segment: up to 15 of padding, the checksum, and a 32-byte hash. */
export const LONGEST_TAIL = 16 + 32;

/**
 * Follows the segment headers of the image at `offset`, which has at most `room` bytes, and returns an upper bound of its
 * length. All in bytes.
 */
export async function imageLength(
  offset: number,
  room: number,
  read: (address: number, size: number) => Promise<Uint8Array>,
): Promise<number> {
  const [, segments = 0] = await read(offset, HEADER_SIZE);
  let at = HEADER_SIZE;
  for (let i = 0; i < segments && at + SEGMENT_HEADER_SIZE <= room; i++) {
    const header = await read(offset + at, SEGMENT_HEADER_SIZE);
    at += SEGMENT_HEADER_SIZE + viewOf(header).getUint32(4, true);
  }
  return Math.min(at + LONGEST_TAIL, room);
}
