import type { Chip } from './chip.ts';
import {
  CLOCK_80_EVEN,
  field,
  LATER_ROM,
  lpSuperWatchdog,
  PURPOSES,
  SERIAL_JTAG,
  SIZES,
  watchdog,
  XTS_256,
} from './common.ts';

// esptool-js targets/esp32c61.js: EFUSE_BASE and BLOCK1.
const EFUSE = 0x600b4800;
const BLOCK_1 = EFUSE + 0x44;
const LP_WDT = 0x600b1c00;

/** The ESP32-C61. */
export const ESP32_C61: Chip = {
  name: 'ESP32-C61',
  imageId: 20,
  bootloader: 0,
  frequencies: CLOCK_80_EVEN,
  sizes: SIZES,
  uf2Family: 0x77d850c4,
  usb: [SERIAL_JTAG],
  securityInfo: 'full',
  secureDownload: true,
  stubFrom: 0,
  stubEncrypts: true,
  rom: LATER_ROM,
  revision: { major: [field(BLOCK_1 + 8, 4, 2)], majorIs: 'number', minor: [field(BLOCK_1 + 8, 0, 4)] },
  security: {
    encryptionCount: field(EFUSE + 0x30, 23, 3),
    manualEncryptionOff: field(EFUSE + 0x30, 14),
    secureBootV1: null,
    secureBootV2: { field: field(EFUSE + 0x34, 26), from: 0 },
    jtagOff: null,
    keyPurposes: [0, 4, 8, 12, 16, 20].map((bit) => field(EFUSE + 0x34, bit, 4)),
  },
  purposes: {
    ...PURPOSES,
    1: 'ECDSA_KEY',
    ...XTS_256,
    12: 'KM_INIT_KEY',
    13: 'XTS_AES_256_KEY_1_PSRAM',
    14: 'XTS_AES_256_KEY_2_PSRAM',
    15: 'XTS_AES_128_KEY_PSRAM',
  },
  restart: {
    // The C6's registers, by inheritance in esptool; whether the reset works here is unknown.
    watchdog: watchdog({ protect: LP_WDT + 0x18, config: LP_WDT }, false),
    superWatchdog: lpSuperWatchdog(LP_WDT + 0x1c),
    strap: null,
    forceDownload: null,
  },
  quirks: [],
  sources: ['esptool-js 0.7.0 targets/esp32c61.js', 'esptool targets/esp32c61.py'],
};
