import type { Chip } from './chip.ts';
import {
  CLOCK_80,
  field,
  LATER_ROM,
  PURPOSES,
  rtcSuperWatchdog,
  SERIAL_JTAG,
  SIZES,
  sixPurposes,
  watchdog,
  XTS_256,
} from './common.ts';

// esptool targets/esp32s3.py: EFUSE_BASE, BLOCK1 and BLOCK2.
const EFUSE = 0x60007000;
const BLOCK_1 = EFUSE + 0x44;
const BLOCK_2 = EFUSE + 0x5c;
const RTC = 0x60008000;

/** The ESP32-S3. */
export const ESP32_S3: Chip = {
  name: 'ESP32-S3',
  imageId: 9,
  bootloader: 0,
  frequencies: CLOCK_80,
  sizes: SIZES,
  uf2Family: 0xc47e5767,
  usb: [SERIAL_JTAG, { product: 0x0009, is: 'otg' }],
  securityInfo: 'full',
  secureDownload: true,
  stubFrom: 0,
  stubEncrypts: true,
  // Seen on ROM code of rev 0: compressed writes have their exact lengths.
  rom: { ...LATER_ROM, unpacks: true },
  revision: {
    major: [field(BLOCK_1 + 20, 24, 2)],
    majorIs: 'number',
    minor: [field(BLOCK_1 + 12, 18, 3), field(BLOCK_1 + 20, 23)],
    // esptool, is_eco0: on v0.0 the major field holds something else, which block version 1.1 indicates.
    zeroIf: [
      { field: field(BLOCK_1 + 12, 18, 3), is: 0 },
      { field: field(BLOCK_2 + 16, 0, 2), is: 1 },
      { field: field(BLOCK_1 + 12, 24, 3), is: 1 },
    ],
  },
  security: {
    encryptionCount: field(EFUSE + 0x34, 18, 3),
    manualEncryptionOff: field(EFUSE + 0x30, 20),
    secureBootV1: null,
    secureBootV2: { field: field(EFUSE + 0x38, 20), from: 0 },
    jtagOff: null,
    keyPurposes: sixPurposes(EFUSE),
  },
  purposes: { ...PURPOSES, 1: 'RESERVED', ...XTS_256 },
  restart: {
    watchdog: watchdog({ protect: RTC + 0xb0, config: RTC + 0x98 }, true),
    superWatchdog: rtcSuperWatchdog(RTC + 0xb4),
    strap: field(0x60004038, 3),
    forceDownload: field(RTC + 0x12c, 0),
  },
  quirks: ['With secure boot on, its ROM does not start the stub (esptool loader.py, run_stub).'],
  sources: ['esptool targets/esp32s3.py', 'ESP-IDF efuse/esp32s3', 'ROM code of rev 0, run under emulation'],
};
