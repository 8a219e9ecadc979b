/** Where each chip's ROM looks for the second-stage bootloader: ESP-IDF components/bootloader/Kconfig.projbuild. */
const BOOTLOADER: Readonly<Record<string, number>> = {
  ESP32: 0x1000,
  'ESP32-S2': 0x1000,
  'ESP32-S3': 0,
  'ESP32-C2': 0,
  'ESP32-C3': 0,
  'ESP32-C6': 0,
  'ESP32-C61': 0,
  'ESP32-H2': 0,
  'ESP32-H21': 0,
  'ESP32-P4': 0x2000,
  'ESP32-C5': 0x2000,
  'ESP32-H4': 0x2000,
  'ESP32-S31': 0x2000,
};

/** The flash offset of a chip's bootloader; null for a chip that this version does not know. */
export function bootloaderOffset(chip: string): number | null {
  return BOOTLOADER[chip] ?? null;
}
