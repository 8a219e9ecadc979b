import type { Chip } from './chip.ts';
import { CLOCK_80, field, LATER_ROM, PURPOSES, SIZES, sixPurposes, XTS_256 } from './common.ts';

// esptool targets/esp32e22.py: EFUSE_BASE. "Fields are not present in efuse table" for encryption and revision.
const EFUSE = 0xc4008000;

/** The ESP32-E22. */
export const ESP32_E22: Chip = {
  name: 'ESP32-E22',
  imageId: 31,
  bootloader: 0,
  frequencies: CLOCK_80,
  sizes: SIZES,
  uf2Family: null,
  usb: [{ product: 0x001f, is: 'otg' }],
  securityInfo: 'full',
  secureDownload: null,
  // esptool-js stubFlasher.js: "No stub is published".
  stubFrom: null,
  stubEncrypts: false,
  rom: LATER_ROM,
  revision: null,
  security: {
    encryptionCount: null,
    manualEncryptionOff: null,
    secureBootV1: null,
    secureBootV2: { field: field(EFUSE + 0x38, 20), from: 0 },
    jtagOff: null,
    keyPurposes: sixPurposes(EFUSE),
  },
  purposes: { ...PURPOSES, 1: 'ECDSA_KEY', ...XTS_256, 12: 'KM_INIT_KEY' },
  // esptool: "Watchdog reset is not supported on ESP32-E22".
  restart: { watchdog: null, superWatchdog: null, strap: null, forceDownload: null },
  quirks: ['Its revision and its encryption fuses are not published yet.'],
  sources: ['esptool targets/esp32e22.py', 'esptool-js 0.7.0 targets/esp32e22.js'],
};
