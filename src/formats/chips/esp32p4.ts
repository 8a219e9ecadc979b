import type { Chip } from './chip.ts';
import {
  CLOCK_80_EVEN,
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

// esptool-js targets/esp32p4.js: EFUSE_BASE, BLOCK1, DR_REG_LP_WDT_BASE.
const EFUSE = 0x5012d000;
const BLOCK_1 = EFUSE + 0x44;
const LP_WDT = 0x50116000;

/** The ESP32-P4. */
export const ESP32_P4: Chip = {
  name: 'ESP32-P4',
  imageId: 18,
  bootloader: 0x2000,
  frequencies: CLOCK_80_EVEN,
  sizes: SIZES,
  uf2Family: 0x3d308e94,
  usb: [SERIAL_JTAG, { product: 0x0012, is: 'otg' }],
  securityInfo: 'full',
  secureDownload: true,
  stubFrom: 0,
  stubEncrypts: true,
  rom: LATER_ROM,
  revision: {
    major: [field(BLOCK_1 + 8, 4, 2), field(BLOCK_1 + 8, 23)],
    majorIs: 'number',
    minor: [field(BLOCK_1 + 8, 0, 4)],
  },
  security: {
    encryptionCount: field(EFUSE + 0x34, 18, 3),
    manualEncryptionOff: field(EFUSE + 0x30, 20),
    secureBootV1: null,
    secureBootV2: { field: field(EFUSE + 0x38, 20), from: 0 },
    jtagOff: null,
    keyPurposes: sixPurposes(EFUSE),
  },
  purposes: { ...PURPOSES, 1: 'ECDSA_KEY', ...XTS_256, 12: 'KM_INIT_KEY' },
  restart: {
    watchdog: watchdog({ protect: LP_WDT + 0x18, config: LP_WDT }, true),
    superWatchdog: lpSuperWatchdog(LP_WDT + 0x1c),
    strap: field(0x500e0038, 3),
    forceDownload: field(0x50110008, 2),
  },
  quirks: [
    'Two stubs: one for revisions below v3.0, one from there on.',
    'Revisions v3.1 and v3.2 start with the flash unpowered; esptool-js powers it.',
  ],
  sources: ['esptool-js 0.7.0 targets/esp32p4.js', 'esptool targets/esp32p4.py'],
};
