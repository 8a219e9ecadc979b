/** The Core: an STM32F103 with 128 KiB, one image after the bootloader, and a serial flash. */
import { ELF_MACHINE } from '../../../formats/elf.ts';
import { flash } from './common.ts';

// device-os, build/arm/linker/stm32f1xx/platform_flash.ld.
const FIRMWARE = flash(0x08005000, 0x1b000);

/** The Particle (Spark) Core. */
export const CORE = {
  id: 'core',
  name: 'Particle Core',
  chip: 'STM32F103',
  uf2Chips: ['STM32F1'],
  machine: ELF_MACHINE.arm,
  usb: [{ vendorId: 0x1d50, productId: 0x607f }],
  shapes: null,
  unsure: null,
  partitions: [
    { ...flash(0x08000000, 0x5000), name: 'bootloader', role: 'boot', type: 'Particle’s bootloader' },
    { ...FIRMWARE, name: 'firmware', role: 'app', type: 'system and application in one image' },
    { setting: 1, address: 0, size: 0x200000, name: 'serial flash', role: 'data', type: 'keys, factory image, OTA' },
  ],
  guards: [{ ...flash(0x08000000, 0x5000), name: 'Bootloader area', reason: 'Particle’s bootloader is stored here' }],
  erasedBy: [{ ...FIRMWARE, by: 'Every over-the-air update', scratch: true }],
  free: [],
  layouts: [
    {
      id: 'monolithic',
      name: 'Firmware of the Core',
      why: 'system and application in one image',
      pieces: [{ ...FIRMWARE, linker: 'APP_FLASH' }],
      keepsOta: true,
    },
  ],
  unavailable: [],
  modules: null,
  modular: true,
  sources: [
    'particle-iot/device-os, build/arm/linker/stm32f1xx/platform_flash.ld',
    'particle-iot/device-os, bootloader/src/core-v1/usb_desc.c',
  ],
} as const;
