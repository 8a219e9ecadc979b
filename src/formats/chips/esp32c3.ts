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
} from './common.ts';

// esptool targets/esp32c3.py: EFUSE_BASE and BLOCK1.
const EFUSE = 0x60008800;
const BLOCK_1 = EFUSE + 0x44;
const RTC = 0x60008000;

/** The ESP32-C3, also sold as ESP8685. */
export const ESP32_C3: Chip = {
  name: 'ESP32-C3',
  imageId: 5,
  bootloader: 0,
  frequencies: CLOCK_80,
  sizes: SIZES,
  uf2Family: 0xd42ba06c,
  usb: [SERIAL_JTAG],
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
  },
  security: {
    encryptionCount: field(EFUSE + 0x34, 18, 3),
    manualEncryptionOff: field(EFUSE + 0x30, 20),
    secureBootV1: null,
    secureBootV2: { field: field(EFUSE + 0x38, 20), from: 0 },
    jtagOff: null,
    keyPurposes: sixPurposes(EFUSE),
  },
  purposes: { ...PURPOSES, 1: 'RESERVED' },
  restart: {
    watchdog: watchdog({ protect: RTC + 0xa8, config: RTC + 0x90 }, true),
    superWatchdog: rtcSuperWatchdog(RTC + 0xac),
    strap: null,
    forceDownload: null,
  },
  quirks: [],
  sources: ['esptool targets/esp32c3.py', 'ESP-IDF efuse/esp32c3', 'ROM code of rev 0, run under emulation'],
};
