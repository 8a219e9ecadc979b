import type { Chip } from './chip.ts';
import { CLOCK_48, field, LATER_ROM, lpSuperWatchdog, PURPOSES, SERIAL_JTAG, SIZES, watchdog } from './common.ts';

// esptool-js targets/esp32h4.js: EFUSE_BASE and BLOCK1; five bits for each key purpose.
const EFUSE = 0x600b1800;
const BLOCK_1 = EFUSE + 0x44;
// esptool targets/esp32h4.py: DR_REG_LP_WDT_BASE.
const LP_WDT = 0x600b5400;

/** The ESP32-H4. */
export const ESP32_H4: Chip = {
  name: 'ESP32-H4',
  imageId: 28,
  bootloader: 0x2000,
  frequencies: CLOCK_48,
  sizes: SIZES,
  uf2Family: 0x9e0baa8a,
  usb: [SERIAL_JTAG],
  securityInfo: 'full',
  secureDownload: null,
  stubFrom: 0,
  stubEncrypts: true,
  rom: LATER_ROM,
  revision: { major: [field(BLOCK_1 + 12, 22, 2)], majorIs: 'number', minor: [field(BLOCK_1 + 12, 18, 4)] },
  security: {
    encryptionCount: field(EFUSE + 0x30, 23, 3),
    manualEncryptionOff: field(EFUSE + 0x30, 14),
    secureBootV1: null,
    secureBootV2: { field: field(EFUSE + 0x38, 5), from: 0 },
    jtagOff: null,
    keyPurposes: [0, 5, 10, 15, 20, 25].map((bit) => field(EFUSE + 0x34, bit, 5)),
  },
  purposes: {
    ...PURPOSES,
    1: 'ECDSA_KEY',
    2: 'XTS_AES_256_KEY_FLASH_1',
    3: 'XTS_AES_256_KEY_FLASH_2',
    12: 'KM_INIT_KEY',
    13: 'XTS_AES_256_KEY_PSRAM_1',
    14: 'XTS_AES_256_KEY_PSRAM_2',
    15: 'XTS_AES_128_KEY_PSRAM',
    16: 'ECDSA_KEY_P192',
    17: 'ECDSA_KEY_P384_L',
    18: 'ECDSA_KEY_P384_H',
  },
  restart: {
    watchdog: watchdog({ protect: LP_WDT + 0x18, config: LP_WDT }, false),
    superWatchdog: lpSuperWatchdog(LP_WDT + 0x1c),
    strap: null,
    forceDownload: null,
  },
  quirks: [],
  sources: ['esptool-js 0.7.0 targets/esp32h4.js', 'esptool targets/esp32h4.py'],
};
