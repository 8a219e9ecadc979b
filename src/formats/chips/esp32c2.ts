import type { Chip } from './chip.ts';
import { BY_RTS, field, LATER_ROM, SIZES } from './common.ts';

// esptool targets/esp32c2.py: EFUSE_BASE; BLOCK0 at 0x30, BLOCK2 at 0x40.
const EFUSE = 0x60008800;
const BLOCK_2 = EFUSE + 0x40;

/** The ESP32-C2, sold as ESP8684. */
export const ESP32_C2: Chip = {
  name: 'ESP32-C2',
  imageId: 12,
  bootloader: 0,
  frequencies: { 0xf: 60, 0: 30, 1: 20, 2: 15 },
  sizes: SIZES,
  uf2Family: 0x2b88d29c,
  usb: [],
  securityInfo: 'full',
  secureDownload: true,
  // esptool, _post_connect: v0.0 is no longer supported by the stub.
  stubFrom: 1,
  stubEncrypts: true,
  // esptool, change_baud: with a 26 MHz crystal, the ROM still assumes 40 MHz.
  rom: { ...LATER_ROM, keepsRate: false },
  revision: { major: [field(BLOCK_2 + 4, 20, 2)], majorIs: 'number', minor: [field(BLOCK_2 + 4, 16, 4)] },
  security: {
    encryptionCount: field(EFUSE + 0x30, 18, 3),
    manualEncryptionOff: field(EFUSE + 0x30, 6),
    secureBootV1: null,
    secureBootV2: { field: field(EFUSE + 0x30, 21), from: 0 },
    jtagOff: null,
    keyPurposes: [],
  },
  // It has one key block, shared by what needs a key.
  purposes: {},
  restart: BY_RTS,
  quirks: ['Boards with a 26 MHz crystal print their boot log at 74880 baud.'],
  sources: ['esptool targets/esp32c2.py', 'ESP-IDF efuse/esp32c2'],
};
