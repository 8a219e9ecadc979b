/**
 * Chips that only their memory map tells: several share one, so each name is only as sure as that. The maps are those
 * that devices were seen to give; names of families after ST's reference manuals (embedded flash memory).
 */
import type { BoardProfile } from './profile.ts';

const ST = [{ vendorId: 0x0483, productId: 0xdf11 }];
const GIGADEVICE = [{ vendorId: 0x28e9, productId: 0x0189 }];

interface Chip {
  readonly id: string;
  readonly name: string;
  readonly shape: string;
  readonly usb?: BoardProfile['usb'];
}

const CHIPS: readonly Chip[] = [
  { id: 'f405', name: 'STM32F405 or F407', shape: '0x8000000: 4*16K 1*64K 7*128K' },
  { id: 'f411', name: 'STM32F411 or F446', shape: '0x8000000: 4*16K 1*64K 3*128K' },
  { id: 'f745', name: 'STM32F745 or F746', shape: '0x8000000: 4*32K 1*128K 3*256K' },
  { id: 'h743', name: 'STM32H743', shape: '0x8000000: 16*128K' },
  { id: 'l0', name: 'STM32L0 with 192 KiB', shape: '0x8000000: 1536*128' },
  { id: 'l1', name: 'STM32L1 with 256 KiB', shape: '0x8000000: 1024*256' },
  { id: 'l4', name: 'STM32L4 with 512 KiB', shape: '0x8000000: 256*2K' },
  { id: 'at32f437', name: 'AT32F437', shape: '0x8000000: 1008*4K' },
  { id: 'gd32vf103', name: 'GD32VF103', shape: '0x8000000: 128*1K', usb: GIGADEVICE },
];

/** Chips in ST's own boot ROM, and those that act like it. */
export const STM32_PROFILES: readonly BoardProfile[] = CHIPS.map(({ id, name, shape, usb }) => ({
  id,
  name,
  chip: name,
  usb: usb ?? ST,
  shapes: [shape],
  unsure: 'other chips have the same memory map',
  partitions: [],
  guards: [],
  erasedBy: [],
  free: [],
  layouts: [],
  wishes: [],
  modules: null,
  sources: ['the memory string of the device'],
}));
