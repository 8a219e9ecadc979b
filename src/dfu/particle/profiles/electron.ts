/** The Electron (and E Series), with its memory map since system firmware 0.6.0. */
import { ELF_MACHINE } from '../../../formats/elf.ts';
import {
  DCT,
  flash,
  GUARDS,
  LOW_PARTITIONS,
  MONOLITHIC,
  SECTOR,
  SOURCES,
  SYSTEM,
  UNAVAILABLE_LAYOUTS,
} from './common.ts';

// platform_flash.ld of the Electron, and hal/src/electron/ota_module_bounds.c.
const USER = flash(0x08080000, SECTOR);
const FACTORY = flash(0x080a0000, SECTOR);
const OTA = flash(0x080c0000, SECTOR);
const DECOMPRESS = flash(0x080e0000, SECTOR);
const BOTH = flash(0x08080000, 2 * SECTOR);

/** The Particle Electron. */
export const ELECTRON = {
  id: 'electron',
  name: 'Particle Electron',
  chip: 'STM32F205',
  uf2Chips: ['STM32F2'],
  machine: ELF_MACHINE.arm,
  usb: [{ vendorId: 0x2b04, productId: 0xd00a }],
  shapes: null,
  unsure: null,
  // The files, and the links between the modules, do not count in the order of addresses (device-os, issue 1033).
  partitions: [
    ...LOW_PARTITIONS,
    { ...flash(0x08020000, SECTOR), ...SYSTEM, name: 'system 2', type: 'system part 2' },
    { ...flash(0x08040000, SECTOR), ...SYSTEM, name: 'system 3', type: 'system part 3' },
    { ...flash(0x08060000, SECTOR), ...SYSTEM, name: 'system 1', type: 'system part 1' },
    { ...USER, name: 'user', role: 'app', type: 'user application' },
    { ...FACTORY, name: 'factory', role: 'data', type: 'factory reset' },
    { ...OTA, name: 'OTA', role: 'data', type: 'staging area for over-the-air updates' },
    { ...DECOMPRESS, name: 'decompress', role: 'data', type: 'decompress region: modular firmware does not use it' },
    DCT,
  ],
  guards: GUARDS,
  erasedBy: [{ ...OTA, by: 'Every over-the-air update', scratch: true }],
  free: [DECOMPRESS, FACTORY, OTA],
  layouts: [
    {
      id: 'split',
      name: 'Application + extension in the factory slot',
      why: 'the application stays in its own sector; over-the-air updates do not touch the extension',
      pieces: [
        { ...USER, linker: 'APP_FLASH' },
        { ...FACTORY, linker: 'EXT_FLASH' },
      ],
      keepsOta: true,
    },
    {
      id: 'split-decompress',
      name: 'Application + extension in the decompress region',
      why: 'the application stays in its own sector; over-the-air updates do not touch the extension',
      pieces: [
        { ...USER, linker: 'APP_FLASH' },
        { ...DECOMPRESS, linker: 'EXT_FLASH' },
      ],
      keepsOta: true,
      recommended:
        'It keeps over-the-air updates and factory reset, and nothing on the board erases the extension. Take one ' +
        'application of 256 KiB only if it cannot be divided and you update it over USB.',
    },
    {
      id: 'contiguous',
      name: 'One application of 256 KiB, over USB only',
      why: 'one piece over two sectors, which the system firmware rejects over the air',
      pieces: [{ ...BOTH, linker: 'APP_FLASH' }],
      keepsOta: false,
    },
    {
      id: 'monolithic',
      name: 'Monolithic firmware',
      why: 'system and application in one image',
      pieces: [{ ...MONOLITHIC, linker: 'APP_FLASH' }],
      keepsOta: false,
    },
  ],
  unavailable: UNAVAILABLE_LAYOUTS,
  // The addresses that are passed around in the forum for an application of 256 KiB.
  misread: [
    {
      ...FACTORY,
      says:
        '0x080A0000 to 0x080C0000 is 128 KiB, and not where an Electron’s application lies: that is 0x08080000, and 256 KiB in ' +
        'one piece end at 0x080C0000.',
    },
  ],
  modules: {
    platform: 10,
    user: USER,
    userMost: BOTH,
    factory: FACTORY,
    extensions: [FACTORY, DECOMPRESS],
    monolithic: MONOLITHIC,
    // system_part2_loader.c leaves the check out: the Electron's system firmware carries a bootloader of its own.
    checksItself: null,
  },
  modular: true,
  sources: [
    ...SOURCES,
    'particle-iot/device-os, build/arm/linker/stm32f2xx/electron/platform_flash.ld',
    'github.com/particle-iot/device-os/issues/1033',
  ],
} as const;
