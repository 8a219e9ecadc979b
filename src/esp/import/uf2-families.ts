/** UF2 family ids of Espressif's chips. */
import { sameChip } from './chip-names.ts';

// github.com/microsoft/uf2, utils/uf2families.json; those it does not have: UF2_FAMILY_ID in esptool-js 0.7.0, lib/targets.
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
];

/** The UF2 family id of a chip; null if it has none that is known. */
export function uf2Family(chip: string): number | null {
  return FAMILIES.find(([, name]) => sameChip(name, chip))?.[0] ?? null;
}

/** The chip with this UF2 family id; null if it is none of Espressif's. */
export function familyChip(id: number): string | null {
  return FAMILIES.find(([family]) => family === id)?.[1] ?? null;
}
