/** Looks up chips by the id in image headers or by name. */
import { CHIPS } from './chips/catalogue.ts';
import type { Chip } from './chips/chip.ts';

/** The chip that the header of an image names. */
export interface ImageChip {
  readonly id: number;
  /** The family name that esptool and esptool-js print, such as `ESP32-S3`. */
  readonly name: string;
  /** Flash clock in MHz by the header's frequency code; a code that is not listed is not used by this chip. */
  readonly frequencies: Readonly<Record<number, number>>;
}

/** The chip with this id in image headers (`esp_chip_id_t`); undefined if no chip has it. */
export function imageChip(id: number): ImageChip | undefined {
  const chip = CHIPS.find((candidate) => candidate.imageId === id);
  return chip && { id, name: chip.name, frequencies: chip.frequencies };
}

/** The image id of a chip family such as `ESP32-S3`; undefined for a chip that has no such images. */
export function imageChipId(name: string): number | undefined {
  return chipNamed(name)?.imageId ?? undefined;
}

/** Whether an image with this chip in its header was built for a chip family such as `ESP32-S3`. */
export function isImageFor(
  header: { readonly id: number | null; readonly name: string | null },
  chip: string,
): boolean {
  const known = chipNamed(chip);
  return known !== undefined && header.id === known.imageId && (header.id !== null || header.name === chip);
}

/** The chip of this name, as esptool-js prints it; undefined if this version does not know it. */
export function chipNamed(name: string): Chip | undefined {
  return CHIPS.find((chip) => chip.name === name);
}

/** The flash offset of a chip's bootloader; null if the chip has none or this version does not know it. */
export function bootloaderOffset(chip: string): number | null {
  return chipNamed(chip)?.bootloader ?? null;
}
