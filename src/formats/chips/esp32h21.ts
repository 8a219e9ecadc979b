import type { Chip } from './chip.ts';
import {
  CLOCK_48,
  field,
  LATER_ROM,
  lpSuperWatchdog,
  PURPOSES,
  SERIAL_JTAG,
  SIZES,
  sixPurposes,
  watchdog,
} from './common.ts';

// esptool-js targets/esp32h21.js: EFUSE_BASE, BLOCK1, DR_REG_LP_WDT_BASE.
const EFUSE = 0x600b4000;
const BLOCK_1 = EFUSE + 0x44;
const LP_WDT = 0x600b1c00;

/** The ESP32-H21. */
export const ESP32_H21: Chip = {
  name: 'ESP32-H21',
  imageId: 25,
  bootloader: 0,
  frequencies: CLOCK_48,
  sizes: SIZES,
  uf2Family: 0xb6dd00af,
  usb: [SERIAL_JTAG],
  securityInfo: 'full',
  secureDownload: null,
  // esptool-js stubFlasher.js: "No stub is published".
  stubFrom: null,
  stubEncrypts: false,
  rom: LATER_ROM,
  revision: { major: [field(BLOCK_1 + 20, 8, 2)], majorIs: 'number', minor: [field(BLOCK_1 + 20, 4, 4)] },
  security: {
    encryptionCount: field(EFUSE + 0x34, 18, 3),
    manualEncryptionOff: field(EFUSE + 0x30, 20),
    secureBootV1: null,
    secureBootV2: { field: field(EFUSE + 0x38, 20), from: 0 },
    jtagOff: null,
    keyPurposes: sixPurposes(EFUSE),
  },
  purposes: { ...PURPOSES, 1: 'ECDSA_KEY', 2: 'RESERVED' },
  restart: {
    watchdog: watchdog({ protect: LP_WDT + 0x1c, config: LP_WDT }, false),
    superWatchdog: lpSuperWatchdog(LP_WDT + 0x20),
    strap: null,
    forceDownload: null,
  },
  quirks: [],
  sources: ['esptool-js 0.7.0 targets/esp32h21.js', 'esptool targets/esp32h21.py'],
};
