/** Facts shared by the boards with an STM32F205 and Particle's bootloader. */

/** A range of the internal flash, alternate setting 0; address and size in bytes. */
export function flash(address: number, size: number) {
  return { setting: 0, address, size } as const;
}

/** The size in bytes of most sectors of the flash: RM0033, embedded flash memory. */
export const SECTOR = 0x20000;

// device-os, bootloader/src/core-v2 and hal/src/photon: writes below 0x08020000 are rejected, whatever the map says.
const REFUSED = 'Particle’s bootloader rejects every write here, whatever its memory map says';

/** The guards of these boards: everything below 0x08020000. Only the second part is writable by the memory map. */
export const GUARDS = [
  {
    ...flash(0x08000000, 0xc000),
    name: 'Bootloader and DCT',
    reason: 'the bootloader and the device configuration (DCT 1 and 2: keys, settings) are here',
    refused: REFUSED,
  },
  {
    ...flash(0x0800c000, 0x14000),
    name: 'Emulated EEPROM',
    reason: 'EEPROM 1 and EEPROM 2, the emulated EEPROM, are here',
    refused: REFUSED,
  },
] as const;

/** What the parts of Device OS have in common, whichever files they come in. */
export const SYSTEM = { role: 'app', system: true } as const;

/** Partitions below the system firmware: build/arm/linker/stm32f2xx/photon/platform_flash.ld and electron/. */
export const LOW_PARTITIONS = [
  { ...flash(0x08000000, 0x4000), name: 'bootloader', role: 'boot', type: 'Particle’s bootloader' },
  { ...flash(0x08004000, 0x4000), name: 'DCT 1', role: 'settings', type: 'device configuration: keys, settings' },
  { ...flash(0x08008000, 0x4000), name: 'DCT 2', role: 'settings', type: 'device configuration: keys, settings' },
  { ...flash(0x0800c000, 0x4000), name: 'EEPROM 1', role: 'settings', type: 'emulated EEPROM' },
  { ...flash(0x08010000, 0x10000), name: 'EEPROM 2', role: 'settings', type: 'emulated EEPROM' },
] as const;

/** The second memory: the device configuration. */
export const DCT = {
  setting: 1,
  address: 0,
  size: 0x4000,
  name: 'DCT',
  role: 'settings',
  type: 'device configuration, as the bootloader shows it',
} as const;

/** The range of monolithic firmware, one image for the whole chip: platform_flash.ld. */
export const MONOLITHIC = flash(0x08020000, 0xe0000);

/** Layouts that people ask for and no board with this chip can have. */
export const UNAVAILABLE_LAYOUTS = [
  {
    id: 'unavailable-halves',
    name: '192 KiB for the application, 192 KiB for over-the-air updates',
    why:
      'the border would lie in the middle of a 128 KiB sector, which can only be erased whole: each update would erase a ' +
      'part of the application as well.',
    forbiddenBy: 'the chip',
  },
  {
    id: 'unavailable-ota-area',
    name: 'A larger area for over-the-air updates',
    why:
      'the flash layout alone does not decide this: the area is fixed in the system firmware, which rejects a user ' +
      'application of more than 128 KiB over the air. Changed system firmware is required.',
    forbiddenBy: 'the system firmware',
  },
  {
    id: 'unavailable-newer',
    name: 'A 256 KiB application as on newer models',
    why:
      'Device OS supports this from version 3.1, and only for the third generation (Argon, Boron, B Series, Tracker). For ' +
      'this generation, use a newer model, or an application with an extension.',
    forbiddenBy: 'the system firmware',
  },
  {
    id: 'unavailable-cloud-build',
    name: 'A larger application from the cloud compiler',
    why:
      'Particle’s build tools link for the usual sector and do not know another. Build on your computer, with the linker ' +
      'regions that are saved here.',
    forbiddenBy: 'the build server',
  },
  {
    id: 'unavailable-eeprom',
    name: 'The 64 KiB sector of the emulated EEPROM for the application',
    why: 'Particle’s bootloader protects everything below 0x08020000, although its memory map says that this sector can be written.',
    forbiddenBy: 'the bootloader',
  },
] as const;

/** The sources of the facts about every board of this generation. */
export const SOURCES = [
  'particle-iot/device-os, dynalib/inc/module_info.h',
  'particle-iot/device-os, platform/MCU/STM32F2xx/SPARK_Firmware_Driver/src/flash_mal.c',
  'particle-iot/device-os, hal/src/stm32f2xx/core_hal_stm32f2xx.c: HAL_Core_Validate_User_Module',
  'docs.particle.io/reference/device-os/256K-user-binaries',
] as const;
