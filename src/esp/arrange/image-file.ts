/** App images and bootloaders in files: what they say of themselves, and which of the two they are. */
import type { AppImage } from '../../formats/app-image.ts';
import { HEADER_SIZE, SEGMENT_HEADER_SIZE } from '../../formats/app-header.ts';
import { textOf, viewOf } from '../../formats/binary.ts';
import { bytes } from '../../flash/finding.ts';

// esp_bootloader_desc_t at the start of the first segment (ESP-IDF 5.1 and later): magic, then a version of IDF.
const DESCRIPTION_AT = HEADER_SIZE + SEGMENT_HEADER_SIZE;
const DESCRIPTION_SIZE = 80;
const DESCRIPTION_MAGIC = 0x50;

/** The ESP-IDF version in a bootloader's own description; null if it has none. */
export function bootloaderIdf(data: Uint8Array): string | null {
  if (data.length < DESCRIPTION_AT + DESCRIPTION_SIZE || data[DESCRIPTION_AT] !== DESCRIPTION_MAGIC) return null;
  const at = data.subarray(DESCRIPTION_AT, DESCRIPTION_AT + DESCRIPTION_SIZE);
  const idf = textOf(at.subarray(8, 40));
  return viewOf(at).getUint32(4, true) > 0 && /^v?\d|^[0-9a-f]{7}/.test(idf) ? idf : null;
}

/** Whether an image is to be taken for a bootloader; `room` in bytes is what lies before the partition table. */
export function isBootloader(image: AppImage, data: Uint8Array, room: number): boolean {
  return image.description === null && (bootloaderIdf(data) !== null || data.length <= room);
}

/** One sentence on an image. */
export function imageSays(image: AppImage, data: Uint8Array, bootloader: boolean): string {
  const { description, header } = image;
  const chip = header.chip.name ?? `an unknown chip (${header.chip.id})`;
  if (description !== null) {
    return `The app ${description.project} ${description.version} for the ${chip}, made with ESP-IDF ${description.idf}.`;
  }
  if (!bootloader) return `An image for the ${chip} without a description, too large for a bootloader.`;
  const idf = bootloaderIdf(data);
  const size = header.flashSize.bytes === null ? 'an unknown flash size' : bytes(header.flashSize.bytes);
  return idf === null
    ? `An image for the ${chip} without a description: most likely a bootloader, for ${size} of flash.`
    : `A bootloader for the ${chip} and ${size} of flash, made with ESP-IDF ${idf}.`;
}
