/** UF2 family ids and their chips. */
import { CHIPS } from '../formats/chips/catalogue.ts';

type Uf2Family = readonly [id: number, chip: string];

// Chips with a DFU bootloader: github.com/microsoft/uf2, utils/uf2families.json.
const WITH_DFU: readonly Uf2Family[] = [
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
const FAMILIES: readonly Uf2Family[] = [
  ...CHIPS.flatMap(({ uf2Family, name }): Uf2Family[] => (uf2Family === null ? [] : [[uf2Family, name]])),
  ...WITH_DFU,
];

/** The UF2 family ids of the chips for which `isOwn` is true. */
export function uf2Families(isOwn: (chip: string) => boolean): number[] {
  return FAMILIES.filter(([, chip]) => isOwn(chip)).map(([id]) => id);
}

/** The chip with this UF2 family id; null if unknown. */
export function familyChip(id: number): string | null {
  return FAMILIES.find(([family]) => family === id)?.[1] ?? null;
}
