/** What differs between Espressif's chips, as data. */

/** One chip family: the name that esptool-js gives it, its id in image headers, and where its bootloader lies. */
export interface Chip {
  readonly name: string;
  /** `chip_id` of image headers: ESP-IDF components/bootloader_support/include/esp_app_format.h */
  readonly imageId: number;
  /** Flash offset of the second-stage bootloader: ESP-IDF components/bootloader/Kconfig.projbuild */
  readonly bootloader: number;
}

/** Every chip that this version knows. */
export const CHIPS: readonly Chip[] = [
  { name: 'ESP32', imageId: 0, bootloader: 0x1000 },
  { name: 'ESP32-S2', imageId: 2, bootloader: 0x1000 },
  { name: 'ESP32-C3', imageId: 5, bootloader: 0 },
  { name: 'ESP32-S3', imageId: 9, bootloader: 0 },
  { name: 'ESP32-C2', imageId: 12, bootloader: 0 },
  { name: 'ESP32-C6', imageId: 13, bootloader: 0 },
  { name: 'ESP32-H2', imageId: 16, bootloader: 0 },
  { name: 'ESP32-P4', imageId: 18, bootloader: 0x2000 },
  { name: 'ESP32-C61', imageId: 20, bootloader: 0 },
  { name: 'ESP32-C5', imageId: 23, bootloader: 0x2000 },
];

/** The chip of this name, if it is known. */
export function chipNamed(name: string): Chip | undefined {
  return CHIPS.find((chip) => chip.name === name);
}
