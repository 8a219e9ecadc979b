import type { Chip } from './chip.ts';
import { field, LATER_ROM, lpSuperWatchdog, PURPOSES, SERIAL_JTAG, SIZES, sixPurposes, watchdog } from './common.ts';

// esptool targets/esp32c6.py: EFUSE_BASE, BLOCK1, DR_REG_LP_WDT_BASE.
const EFUSE = 0x600b0800;
const BLOCK_1 = EFUSE + 0x44;
const LP_WDT = 0x600b1c00;

/** The ESP32-C6. */
export const ESP32_C6: Chip = {
  name: 'ESP32-C6',
  imageId: 13,
  bootloader: 0,
  // esptool writes code 0 for both 40 and 80 MHz: the ROM's divider for 80 is wrong, and its own default is 80.
  frequencies: { 0: 80, 2: 20 },
  sizes: SIZES,
  uf2Family: 0x540ddf62,
  usb: [SERIAL_JTAG],
  securityInfo: 'full',
  secureDownload: true,
  stubFrom: 0,
  stubEncrypts: true,
  rom: LATER_ROM,
  revision: { major: [field(BLOCK_1 + 12, 22, 2)], majorIs: 'number', minor: [field(BLOCK_1 + 12, 18, 4)] },
  security: {
    encryptionCount: field(EFUSE + 0x34, 18, 3),
    manualEncryptionOff: field(EFUSE + 0x30, 20),
    secureBootV1: null,
    secureBootV2: { field: field(EFUSE + 0x38, 20), from: 0 },
    jtagOff: null,
    keyPurposes: sixPurposes(EFUSE),
  },
  purposes: PURPOSES,
  restart: {
    // esptool, esp32c5.py: "watchdog reset disabled in ESP32-C6 ROM".
    watchdog: watchdog({ protect: LP_WDT + 0x18, config: LP_WDT }, false),
    superWatchdog: lpSuperWatchdog(LP_WDT + 0x1c),
    strap: null,
    forceDownload: null,
  },
  quirks: [],
  sources: ['esptool targets/esp32c6.py', 'ESP-IDF efuse/esp32c6'],
};
