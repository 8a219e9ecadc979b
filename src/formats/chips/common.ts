/** Facts that many chips share; each chip's own file picks those that apply. */
import type { Field, FlashSizeCode, Restart, RomLoader, SuperWatchdog, Watchdog } from './chip.ts';

const KIB = 0x400;
const MIB = 0x100000;

/** `width` bits of a register, from `bit` up. */
export function field(register: number, bit: number, width = 1): Field {
  return { register, bit, width };
}

/** The six key purposes of most chips: four bits each, in the two registers after the first of BLOCK0. */
export function sixPurposes(efuse: number): readonly Field[] {
  const first = efuse + 0x34;
  const second = efuse + 0x38;
  return [field(first, 24, 4), field(first, 28, 4), ...[0, 4, 8, 12].map((bit) => field(second, bit, 4))];
}

// esptool targets/rom and esp32.py, FLASH_SIZES: the code is the upper half of the header's fourth byte.
/** The size codes of every ESP32 chip. */
export const SIZES: readonly FlashSizeCode[] = [1, 2, 4, 8, 16, 32, 64, 128].map((mib, code) => ({
  code,
  name: `${mib}MB`,
  bytes: mib * MIB,
}));

// esptool targets/esp8266.py, FLASH_SIZES; "c1" splits the flash into two maps of equal size.
/** The ESP8266's own size codes. */
export const SIZES_8266: readonly FlashSizeCode[] = [
  { code: 0, name: '512KB', bytes: 512 * KIB },
  { code: 1, name: '256KB', bytes: 256 * KIB },
  { code: 2, name: '1MB', bytes: MIB },
  { code: 3, name: '2MB', bytes: 2 * MIB },
  { code: 4, name: '4MB', bytes: 4 * MIB },
  { code: 5, name: '2MB-c1', bytes: 2 * MIB },
  { code: 6, name: '4MB-c1', bytes: 4 * MIB },
  { code: 8, name: '8MB', bytes: 8 * MIB },
  { code: 9, name: '16MB', bytes: 16 * MIB },
];

// Clocks: FLASH_FREQUENCY of esptool's targets.
/** Frequency codes of chips whose flash clock is derived from 80 MHz. */
export const CLOCK_80 = { 0xf: 80, 0: 40, 1: 26, 2: 20 } as const;
/** The same without 26 MHz, for chips that cannot divide 80 MHz by three. */
export const CLOCK_80_EVEN = { 0xf: 80, 0: 40, 2: 20 } as const;
/** Frequency codes of chips whose flash clock is derived from 64 or 96 MHz. */
export const CLOCK_48 = { 0xf: 48, 0: 24, 1: 16, 2: 12 } as const;

/** The product id of USB-Serial/JTAG, the same in every chip that has it (esptool docs, "Supported USB PIDs"). */
export const SERIAL_JTAG = { product: 0x1001, is: 'serial-jtag' } as const;

// esptool loader.py: flash_begin sends five words to every ROM but those of the ESP32 and the ESP8266; four status
// bytes: docs, serial protocol; blocks of 0x400: FLASH_WRITE_SIZE; the digest as text: flash_md5sum. How much a ROM
// writes of what it unpacks is not documented: see the chips whose ROM code was looked at.
/** The ROM loader of the ESP32-S2 and later. */
export const LATER_ROM: RomLoader = {
  beginWords: 5,
  statusBytes: 4,
  block: 0x400,
  unpacks: null,
  md5: 'text',
  keepsRate: true,
  unusable: null,
};

/** The restart of a chip without its own USB port: RTS is enough. */
export const BY_RTS: Restart = { watchdog: null, superWatchdog: null, strap: null, forceDownload: null };

// ESP-IDF hal, `rwdt_ll.h`: RTC_CNTL_WDT_WKEY / LP_WDT_WKEY; the ticks: esptool, watchdog_reset.
/** The watchdog in the always-on domain; `at` has the addresses of its write protection and of its first register. */
export function watchdog(at: { protect: number; config: number }, restarts: boolean): Watchdog {
  return { ...at, key: 0x50d83aa1, timeout: 2000, restarts };
}

/** The super watchdog as chips up to the S3 and C3 have it (esptool targets/esp32c3.py: SWD). */
export function rtcSuperWatchdog(config: number): SuperWatchdog {
  return { config, protect: config + 4, key: 0x8f1d312a, autoFeed: 0x8000_0000 };
}

/** The super watchdog as chips from the C6 on have it (esptool targets/esp32c6.py: SWD). */
export function lpSuperWatchdog(config: number): SuperWatchdog {
  return { config, protect: config + 4, key: 0x50d83aa1, autoFeed: 1 << 18 };
}

// KEY_PURPOSES of esptool's targets, which are the names of ESP-IDF's esp_efuse_purpose_t.
/** Key purposes that have the same number in every chip that has purposes. */
export const PURPOSES = {
  0: 'USER/EMPTY',
  4: 'XTS_AES_128_KEY',
  5: 'HMAC_DOWN_ALL',
  6: 'HMAC_DOWN_JTAG',
  7: 'HMAC_DOWN_DIGITAL_SIGNATURE',
  8: 'HMAC_UP',
  9: 'SECURE_BOOT_DIGEST0',
  10: 'SECURE_BOOT_DIGEST1',
  11: 'SECURE_BOOT_DIGEST2',
} as const;

/** The two halves of a 256-bit flash-encryption key. */
export const XTS_256 = { 2: 'XTS_AES_256_KEY_1', 3: 'XTS_AES_256_KEY_2' } as const;
