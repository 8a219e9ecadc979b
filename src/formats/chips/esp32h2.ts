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
  XTS_256,
} from './common.ts';

// esptool targets/esp32h2.py, which takes its fuses from esp32c6.py.
const EFUSE = 0x600b0800;
const BLOCK_1 = EFUSE + 0x44;
const LP_WDT = 0x600b1c00;

/** The ESP32-H2. */
export const ESP32_H2: Chip = {
  name: 'ESP32-H2',
  imageId: 16,
  bootloader: 0,
  frequencies: CLOCK_48,
  sizes: SIZES,
  uf2Family: 0x332726f6,
  usb: [SERIAL_JTAG],
  securityInfo: 'full',
  secureDownload: true,
  stubFrom: 0,
  stubEncrypts: true,
  rom: LATER_ROM,
  revision: { major: [field(BLOCK_1 + 12, 21, 2)], majorIs: 'number', minor: [field(BLOCK_1 + 12, 18, 3)] },
  security: {
    encryptionCount: field(EFUSE + 0x34, 18, 3),
    manualEncryptionOff: field(EFUSE + 0x30, 20),
    secureBootV1: null,
    secureBootV2: { field: field(EFUSE + 0x38, 20), from: 0 },
    jtagOff: null,
    keyPurposes: sixPurposes(EFUSE),
  },
  purposes: { ...PURPOSES, 1: 'ECDSA_KEY', ...XTS_256 },
  restart: {
    // esptool: "Watchdog reset is not supported on ESP32-H2".
    watchdog: watchdog({ protect: LP_WDT + 0x1c, config: LP_WDT }, false),
    superWatchdog: lpSuperWatchdog(LP_WDT + 0x20),
    strap: null,
    forceDownload: null,
  },
  quirks: [],
  sources: ['esptool targets/esp32h2.py and esp32c6.py', 'ESP-IDF efuse/esp32h2'],
};
