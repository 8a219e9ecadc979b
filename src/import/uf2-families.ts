/** UF2 family ids, and the chips that they stand for. */

// github.com/microsoft/uf2, utils/uf2families.json: Espressif's, and those of chips with a DFU bootloader. Those of
// Espressif's that it does not have: UF2_FAMILY_ID in esptool-js 0.7.0, lib/targets.
const FAMILIES: readonly (readonly [id: number, chip: string])[] = [
  [0x7eab61ed, 'ESP8266'],
  [0x1c5f21b0, 'ESP32'],
  [0xbfdd4eee, 'ESP32-S2'],
  [0xc47e5767, 'ESP32-S3'],
  [0x2b88d29c, 'ESP32-C2'],
  [0xd42ba06c, 'ESP32-C3'],
  [0xf71c0343, 'ESP32-C5'],
  [0x540ddf62, 'ESP32-C6'],
  [0x77d850c4, 'ESP32-C61'],
  [0x332726f6, 'ESP32-H2'],
  [0xb6dd00af, 'ESP32-H21'],
  [0x9e0baa8a, 'ESP32-H4'],
  [0x3d308e94, 'ESP32-P4'],
  [0x3101f7c1, 'ESP32-S31'],
  [0x647824b6, 'STM32F0'],
  [0x5ee21072, 'STM32F1'],
  [0x5d1a0a2e, 'STM32F2'],
  [0x6b846188, 'STM32F3'],
  [0x57755a57, 'STM32F4'],
  [0x6d0922fa, 'STM32F407'],
  [0x8fb060fe, 'STM32F407VG'],
  [0x53b80f00, 'STM32F7'],
  [0x300f5633, 'STM32G0'],
  [0x4c71240a, 'STM32G4'],
  [0x6db66082, 'STM32H7'],
  [0x202e3a91, 'STM32L0'],
  [0x1e1f432d, 'STM32L1'],
  [0x00ff6919, 'STM32L4'],
  [0x04240bdf, 'STM32L5'],
  [0x70d16653, 'STM32WB'],
  [0x21460ff0, 'STM32WL'],
  [0x9af03e33, 'GD32VF103'],
];

/** The UF2 family ids of the chips that are a board's own. */
export function uf2Families(isOwn: (chip: string) => boolean): number[] {
  return FAMILIES.filter(([, chip]) => isOwn(chip)).map(([id]) => id);
}

/** The chip with this UF2 family id; null if it is none that is known. */
export function familyChip(id: number): string | null {
  return FAMILIES.find(([family]) => family === id)?.[1] ?? null;
}
