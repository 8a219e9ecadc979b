/** The Photon, and the P1, which has the same chip and one more memory. */
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

// platform_flash.ld of the Photon, and hal/src/photon/ota_module_bounds.c.
const USER = flash(0x080a0000, SECTOR);
const OTA = flash(0x080c0000, SECTOR);
const FACTORY = flash(0x080e0000, SECTOR);

/** The Particle Photon. */
export const PHOTON = {
  id: 'photon',
  name: 'Particle Photon',
  chip: 'STM32F205',
  uf2Chips: ['STM32F2'],
  machine: ELF_MACHINE.arm,
  // device-os, hal/src/photon: USBD_VID and USBD_PID of the DFU mode.
  usb: [{ vendorId: 0x2b04, productId: 0xd006 }],
  shapes: null,
  unsure: null,
  partitions: [
    ...LOW_PARTITIONS,
    { ...flash(0x08020000, 2 * SECTOR), ...SYSTEM, name: 'system 1', type: 'system part 1' },
    { ...flash(0x08060000, 2 * SECTOR), ...SYSTEM, name: 'system 2', type: 'system part 2' },
    { ...USER, name: 'user', role: 'app', type: 'user application' },
    { ...OTA, name: 'OTA', role: 'data', type: 'staging area for over-the-air updates' },
    { ...FACTORY, name: 'factory', role: 'data', type: 'factory backup; also used by over-the-air system updates' },
    DCT,
  ],
  guards: GUARDS,
  // module_ota has 0x40000 bytes from 0x080C0000: a user application fills the first sector, a system part both.
  erasedBy: [
    { ...OTA, by: 'Every over-the-air update', scratch: true },
    { ...FACTORY, by: 'An over-the-air system update' },
  ],
  free: [FACTORY, OTA],
  layouts: [
    {
      id: 'split',
      name: 'Application + extension in the factory slot',
      why: 'the application stays in its own sector; the extension is written only over USB',
      pieces: [
        { ...USER, linker: 'APP_FLASH' },
        { ...FACTORY, linker: 'EXT_FLASH' },
      ],
      keepsOta: true,
      recommended:
        'It is the only one that keeps over-the-air updates. After an over-the-air system update, write the extension again ' +
        'over USB: until then, the application runs without it.',
    },
    {
      id: 'monolithic',
      name: 'Monolithic firmware',
      why: 'system and application in one image',
      pieces: [{ ...MONOLITHIC, linker: 'APP_FLASH' }],
      keepsOta: false,
    },
  ],
  unavailable: [
    {
      id: 'unavailable-contiguous',
      name: '256 KiB in one piece',
      why:
        'the sector for over-the-air updates, 0x080C0000, lies between the two free ones: the first update would ' +
        'destroy the application. Use an extension at 0x080E0000.',
      forbiddenBy: 'the system firmware',
    },
    ...UNAVAILABLE_LAYOUTS,
  ],
  misread: [{ ...USER, says: '0x080A0000 to 0x080C0000 is the sector of the application: 128 KiB, not 256.' }],
  modules: {
    platform: 6,
    user: USER,
    userMost: USER,
    factory: FACTORY,
    extensions: [FACTORY],
    monolithic: MONOLITHIC,
    // device-os, modules/shared/stm32f2xx/inc/system_part2_loader.c, since 0.7.0-rc.1: otherwise it enters safe mode.
    checksItself: { index: 2, since: 200 },
  },
  modular: true,
  sources: [...SOURCES, 'particle-iot/device-os, build/arm/linker/stm32f2xx/photon/platform_flash.ld'],
} as const;

/** The Particle P1: a Photon with a serial flash of 1 MiB. */
export const P1 = {
  ...PHOTON,
  id: 'p1',
  name: 'Particle P1',
  usb: [{ vendorId: 0x2b04, productId: 0xd008 }],
  partitions: [
    ...PHOTON.partitions,
    { setting: 2, address: 0, size: 0x100000, name: 'serial flash', role: 'data', type: 'serial flash of the P1' },
  ],
  modules: { ...PHOTON.modules, platform: 8 },
} as const;
