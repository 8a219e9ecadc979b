/** The boards and chips in DFU mode that the app knows. */
import { CORE } from '../particle/profiles/core.ts';
import { ELECTRON } from '../particle/profiles/electron.ts';
import { P1, PHOTON } from '../particle/profiles/photon.ts';
import type { BoardProfile } from './profile.ts';
import { ELF_MACHINE } from '../../formats/elf.ts';

/*
 * Chips that can be recognised only by their memory map. Several chips share a map, so the names are not certain. The
 * maps are those that devices were seen to report; family names are from ST's reference manuals (embedded flash memory),
 * and so is what is at address 0 (RM0385 and RM0433: the ITCM of a Cortex-M7).
 */
const ST = [{ vendorId: 0x0483, productId: 0xdf11 }];
const GIGADEVICE = [{ vendorId: 0x28e9, productId: 0x0189 }];

interface Chip {
  readonly id: string;
  readonly name: string;
  readonly shape: string;
  readonly uf2Chips: readonly string[];
  readonly machine?: number;
  readonly ramAtZero?: true;
  readonly usb?: BoardProfile['usb'];
}

const CHIPS: readonly Chip[] = [
  {
    id: 'f405',
    name: 'STM32F405 or F407',
    shape: '0x8000000: 4*16K 1*64K 7*128K',
    uf2Chips: ['STM32F4', 'STM32F407', 'STM32F407VG'],
  },
  { id: 'f411', name: 'STM32F411 or F446', shape: '0x8000000: 4*16K 1*64K 3*128K', uf2Chips: ['STM32F4'] },
  {
    id: 'f745',
    name: 'STM32F745 or F746',
    shape: '0x8000000: 4*32K 1*128K 3*256K',
    uf2Chips: ['STM32F7'],
    ramAtZero: true,
  },
  { id: 'h743', name: 'STM32H743', shape: '0x8000000: 16*128K', uf2Chips: ['STM32H7'], ramAtZero: true },
  { id: 'l0', name: 'STM32L0 with 192 KiB', shape: '0x8000000: 1536*128', uf2Chips: ['STM32L0'] },
  { id: 'l1', name: 'STM32L1 with 256 KiB', shape: '0x8000000: 1024*256', uf2Chips: ['STM32L1'] },
  { id: 'l4', name: 'STM32L4 with 512 KiB', shape: '0x8000000: 256*2K', uf2Chips: ['STM32L4'] },
  { id: 'at32f437', name: 'AT32F437', shape: '0x8000000: 1008*4K', uf2Chips: [] },
  {
    id: 'gd32vf103',
    name: 'GD32VF103',
    shape: '0x8000000: 128*1K',
    usb: GIGADEVICE,
    uf2Chips: ['GD32VF103'],
    machine: ELF_MACHINE.riscv,
  },
];

/** Profiles of chips with ST's boot ROM, and of clones that behave like it. */
export const STM32_PROFILES: readonly BoardProfile[] = CHIPS.map(
  ({ id, name, shape, uf2Chips, machine, ramAtZero, usb }) => ({
    id,
    name,
    chip: name,
    uf2Chips,
    machine: machine ?? ELF_MACHINE.arm,
    ...(ramAtZero && { ramAtZero }),
    usb: usb ?? ST,
    shapes: [shape],
    unsure: 'other chips have the same memory map',
    partitions: [],
    guards: [],
    erasedBy: [],
    free: [],
    layouts: [],
    unavailable: [],
    modules: null,
    modular: false,
    sources: ['the memory string of the device'],
  }),
);

/** Particle's boards that speak DfuSe: the Core and the second generation. */
export const PARTICLE_PROFILES = [PHOTON, P1, ELECTRON, CORE] as const;

/** Every profile: Particle's boards before chips that only their memory map identifies. */
export const PROFILES: readonly BoardProfile[] = [...PARTICLE_PROFILES, ...STM32_PROFILES];
