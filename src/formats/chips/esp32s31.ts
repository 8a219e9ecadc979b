import type { Chip } from './chip.ts';
import { CLOCK_80_EVEN, field, LATER_ROM, PURPOSES, SERIAL_JTAG, SIZES, XTS_256 } from './common.ts';

// esptool-js targets/esp32s31.js: EFUSE_BASE, and BLOCK1, at a higher offset than in other chips.
const EFUSE = 0x20715000;
const BLOCK_1 = EFUSE + 0x50;

/** The ESP32-S31. */
export const ESP32_S31: Chip = {
  name: 'ESP32-S31',
  imageId: 32,
  bootloader: 0x2000,
  frequencies: CLOCK_80_EVEN,
  sizes: SIZES,
  uf2Family: 0x3101f7c1,
  usb: [SERIAL_JTAG, { product: 0x0020, is: 'otg' }],
  securityInfo: 'full',
  secureDownload: null,
  stubFrom: 0,
  stubEncrypts: true,
  rom: LATER_ROM,
  revision: { major: [field(BLOCK_1 + 12, 22, 2)], majorIs: 'number', minor: [field(BLOCK_1 + 12, 18, 4)] },
  security: {
    encryptionCount: field(EFUSE + 0x34, 21, 3),
    manualEncryptionOff: field(EFUSE + 0x30, 20),
    secureBootV1: null,
    secureBootV2: { field: field(EFUSE + 0x3c, 2), from: 0 },
    jtagOff: null,
    keyPurposes: [0, 5, 10, 15, 20].map((bit) => field(EFUSE + 0x38, bit, 5)),
  },
  purposes: {
    ...PURPOSES,
    1: 'ECDSA_KEY',
    ...XTS_256,
    12: 'KM_INIT_KEY',
    13: 'XTS_AES_256_PSRAM_KEY_1',
    14: 'XTS_AES_256_PSRAM_KEY_2',
    15: 'XTS_AES_128_PSRAM_KEY',
    16: 'ECDSA_KEY_P192',
    17: 'ECDSA_KEY_P384_L',
    18: 'ECDSA_KEY_P384_H',
    19: 'SDC_KEY_DIGEST',
  },
  // No source that we have describes its watchdogs.
  restart: { watchdog: null, superWatchdog: null, strap: null, forceDownload: null },
  quirks: ['Five key blocks, not six.'],
  sources: ['esptool-js 0.7.0 targets/esp32s31.js'],
};
