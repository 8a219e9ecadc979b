import type { Chip } from './chip.ts';
import { BY_RTS, CLOCK_80, field, LATER_ROM, SIZES } from './common.ts';

// ESP32 TRM, "eFuse Controller": BLOCK0 as read. Bits: ESP-IDF components/efuse/esp32/esp_efuse_table.csv.
const WORD_0 = 0x3ff5a000;
const WORD_3 = WORD_0 + 0x0c;
const WORD_5 = WORD_0 + 0x14;
const WORD_6 = WORD_0 + 0x18;
// ESP-IDF components/hal/esp32/efuse_hal.c: the third bit of the revision is not a fuse.
const SYSCON_DATE = 0x3ff6607c;

/** The first ESP32. */
export const ESP32: Chip = {
  name: 'ESP32',
  imageId: 0,
  bootloader: 0x1000,
  frequencies: CLOCK_80,
  sizes: SIZES,
  uf2Family: 0x1c5f21b0,
  usb: [],
  securityInfo: 'none',
  secureDownload: false,
  stubFrom: 0,
  // The bundled stub calls the ROM's esp_rom_spiflash_write_encrypted (esp32.rom.ld: 0x40062E78).
  stubEncrypts: true,
  // esptool targets/esp32.py, change_baud: the ROM relies on a clock that drifts. Seen on ROM code of v3: after the
  // last compressed block it writes all 32 KiB of its buffer (the call at 0x40008bfc), whatever was unpacked into it.
  rom: { ...LATER_ROM, beginWords: 4, unpacks: false, keepsRate: false },
  revision: {
    major: [field(WORD_3, 15), field(WORD_5, 20), field(SYSCON_DATE, 31)],
    majorIs: 'steps',
    minor: [field(WORD_5, 24, 2)],
  },
  security: {
    encryptionCount: field(WORD_0, 20, 7),
    manualEncryptionOff: field(WORD_6, 7),
    secureBootV1: field(WORD_6, 4),
    secureBootV2: { field: field(WORD_6, 5), from: 300 },
    jtagOff: field(WORD_6, 6),
    keyPurposes: [],
  },
  purposes: {},
  restart: BY_RTS,
  quirks: [
    'FLASH_BEGIN of its ROM takes four words: encrypted writes need the stub.',
    'Its ROM writes up to 32 KiB past the end of a compressed write, over whatever is there: without the stub, data is sent uncompressed.',
    'Chips with internal flash (PICO-D4 and others) have its pins in fuses; the ROM must be given them.',
  ],
  sources: [
    'esptool targets/esp32.py',
    'ESP-IDF efuse/esp32/esp_efuse_table.csv',
    'ESP-IDF hal/esp32/efuse_hal.c',
    'ROM code of v3, run under emulation',
  ],
};
