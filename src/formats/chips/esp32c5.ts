import type { Chip } from './chip.ts';
import { CLOCK_80_EVEN, field, LATER_ROM, lpSuperWatchdog, PURPOSES, SERIAL_JTAG, SIZES, watchdog } from './common.ts';

// esptool-js targets/esp32c5.js: EFUSE_BASE and BLOCK1. Its key purposes have five bits each.
const EFUSE = 0x600b4800;
const BLOCK_1 = EFUSE + 0x44;
const LP_WDT = 0x600b1c00;

/** The ESP32-C5. */
export const ESP32_C5: Chip = {
  name: 'ESP32-C5',
  imageId: 23,
  bootloader: 0x2000,
  frequencies: CLOCK_80_EVEN,
  sizes: SIZES,
  uf2Family: 0xf71c0343,
  usb: [SERIAL_JTAG],
  securityInfo: 'full',
  secureDownload: true,
  stubFrom: 0,
  stubEncrypts: true,
  // esptool, change_baud: the ROM may assume a different crystal than the board has.
  rom: { ...LATER_ROM, keepsRate: false },
  revision: { major: [field(BLOCK_1 + 8, 4, 2)], majorIs: 'number', minor: [field(BLOCK_1 + 8, 0, 4)] },
  security: {
    encryptionCount: field(EFUSE + 0x34, 16, 3),
    manualEncryptionOff: field(EFUSE + 0x30, 20),
    secureBootV1: null,
    secureBootV2: { field: field(EFUSE + 0x38, 25), from: 0 },
    jtagOff: null,
    keyPurposes: [
      field(EFUSE + 0x34, 22, 5),
      field(EFUSE + 0x34, 27, 5),
      ...[0, 5, 10, 15].map((bit) => field(EFUSE + 0x38, bit, 5)),
    ],
  },
  purposes: {
    ...PURPOSES,
    1: 'ECDSA_KEY',
    12: 'KM_INIT_KEY',
    15: 'XTS_AES_128_PSRAM_KEY',
    16: 'ECDSA_KEY_P192',
    17: 'ECDSA_KEY_P384_L',
    18: 'ECDSA_KEY_P384_H',
  },
  restart: {
    // The C6's registers, by inheritance in esptool, where the C5 allows the reset again.
    watchdog: watchdog({ protect: LP_WDT + 0x18, config: LP_WDT }, true),
    superWatchdog: lpSuperWatchdog(LP_WDT + 0x1c),
    strap: null,
    forceDownload: null,
  },
  quirks: ['Older esptool releases read other fuse bits for secure boot and flash encryption (of early silicon).'],
  sources: ['esptool-js 0.7.0 targets/esp32c5.js', 'esptool targets/esp32c5.py'],
};
