import type { Chip } from './chip.ts';
import { CLOCK_80, field, LATER_ROM, PURPOSES, SIZES, sixPurposes, watchdog, XTS_256 } from './common.ts';

// esptool targets/esp32s2.py: EFUSE_BASE; the words after it are BLOCK0 (0x30) and BLOCK1 (0x44).
const EFUSE = 0x3f41a000;
const BLOCK_1 = EFUSE + 0x44;
const RTC = 0x3f408000;

/** The ESP32-S2. */
export const ESP32_S2: Chip = {
  name: 'ESP32-S2',
  imageId: 2,
  bootloader: 0x1000,
  frequencies: CLOCK_80,
  sizes: SIZES,
  uf2Family: 0xbfdd4eee,
  usb: [{ product: 0x0002, is: 'otg' }],
  securityInfo: 'without-chip-id',
  secureDownload: true,
  stubFrom: 0,
  stubEncrypts: true,
  rom: LATER_ROM,
  revision: {
    major: [field(BLOCK_1 + 12, 18, 2)],
    majorIs: 'number',
    minor: [field(BLOCK_1 + 16, 4, 3), field(BLOCK_1 + 12, 20)],
  },
  security: {
    encryptionCount: field(EFUSE + 0x34, 18, 3),
    manualEncryptionOff: field(EFUSE + 0x30, 19),
    secureBootV1: null,
    secureBootV2: { field: field(EFUSE + 0x38, 20), from: 0 },
    jtagOff: null,
    keyPurposes: sixPurposes(EFUSE),
  },
  purposes: { ...PURPOSES, 1: 'RESERVED', ...XTS_256 },
  restart: {
    watchdog: watchdog({ protect: RTC + 0xac, config: RTC + 0x94 }, true),
    superWatchdog: null,
    strap: field(0x3f404038, 3),
    forceDownload: field(RTC + 0x128, 0),
  },
  quirks: [
    'Its security info has no chip id; in Secure Download Mode it is recognised because only this chip has none.',
  ],
  sources: ['esptool targets/esp32s2.py', 'esptool loader.py, get_security_info', 'ESP-IDF efuse/esp32s2'],
};
