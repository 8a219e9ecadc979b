import type { Chip } from './chip.ts';
import { BY_RTS, CLOCK_80, SIZES_8266 } from './common.ts';

/** The ESP8266 and ESP8285. */
export const ESP8266: Chip = {
  name: 'ESP8266',
  // Its image header ends after eight bytes (esptool docs, "Firmware Image Format").
  imageId: null,
  bootloader: null,
  frequencies: CLOCK_80,
  sizes: SIZES_8266,
  uf2Family: 0x7eab61ed,
  usb: [],
  securityInfo: 'none',
  secureDownload: false,
  stubFrom: 0,
  // esp-stub-lib, esp8266 flash.c: an encrypted write is STUB_LIB_ERR_NOT_SUPPORTED, reported only after the erase.
  stubEncrypts: false,
  rom: {
    beginWords: 4,
    statusBytes: 2,
    block: 0x400,
    // esptool docs, serial protocol: not among this ROM's commands.
    unpacks: false,
    md5: null,
    keepsRate: false,
    // esptool targets/esp8266.py, get_erase_size: the requested size has to be halved, and an odd number rounds up.
    unusable: 'its ROM loader erases more than requested',
  },
  revision: null,
  security: null,
  purposes: {},
  restart: BY_RTS,
  quirks: ['Its ROM can neither digest nor read the flash, and has no command to attach it.'],
  sources: ['esptool targets/esp8266.py', 'esptool docs, serial protocol (ESP8266)', 'esp-stub-lib esp8266/flash.c'],
};
