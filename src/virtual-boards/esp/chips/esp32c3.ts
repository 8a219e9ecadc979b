/** The ESP32-C3, QFN32, revision v0.4 (ESP32-C3 TRM; ESP-IDF, components/soc/esp32c3; esptool, targets/esp32c3.py). */
import { checksumFailure, CHIP_MAGIC, type Chip } from './chip.ts';
import { laterEfuses, LATER_EFUSES_AT } from './later-efuses.ts';

const DRAM = { from: 0x3fc80000, to: 0x3fce0000 };
const IRAM = { from: 0x4037c000, to: 0x403e0000 };

/** The ESP32-C3 (QFN32, v0.4). */
export const ESP32_C3: Chip = {
  name: 'ESP32-C3',
  chipId: 5,
  target: 'esp32c3',
  cores: 1,
  ram: 400 * 1024,
  revision: 4,
  bootloader: { offset: 0, ram: [DRAM, IRAM] },
  mapped: [
    { from: 0x3c000000, to: 0x3c800000 },
    { from: 0x42000000, to: 0x42800000 },
  ],
  loaded: [DRAM, IRAM, { from: 0x50000000, to: 0x50002000 }],
  speedLabel: 'SPI Speed      ',
  rom: {
    banner: {
      // Logs of real boards: espressif/esp-at docs, esphome/esp-web-tools issue 465.
      head: ['ESP-ROM:esp32c3-api1-20210207', 'Build:Feb  7 2021'],
      causes: { 'power-on': '0x1 (POWERON)', usb: '0x15 (USB_UART_CHIP_RESET)' },
      flash: { bits: 0xc, name: 'SPI_FAST_FLASH_BOOT' },
      download: { bits: 0x4, name: 'DOWNLOAD(USB/UART0/1)' },
      savedPc: 0x40380862,
      waiting: 'waiting for download',
      secureWaiting: 'wait uart download(secure mode)',
    },
    // Seen on ROM code of rev 0; the same as the S3 in espressif/esp-idf issue 10959.
    syncValue: 0x20120707,
    beginWords: 5,
    // Seen on ROM code of rev 0.
    inflated: 'exact',
    readsBack: false,
    // Seen on ROM code of rev 0, and esptool's report of a C3 v0.4: "API Version: 3".
    securityInfo: { apiVersion: 3 },
    length: (bytes) => `0x${(bytes >>> 0).toString(16)}`,
    pins: ['SPIWP:0xee'],
    logsSplitHeaders: false,
    // Seen on ROM code of rev 0, and on boards: esp-rs/esp-idf-template issue 27.
    checksumWrong: (calculated, stored) => [checksumFailure(calculated, stored), 'ets_main.c 333 '],
    // Seen on ROM code; boards are reset in between and continue: espressif/esp-idf issue 7734.
    invalidHeaders: 'endless',
  },
  spi: { base: 0x60002000, user: 0x18, user2: 0x20, misoLength: 0x28, w0: 0x58 },
  uartDivider: null,
  // esptool, targets/esp32c3.py: the magic of revisions from v0.3 on.
  constants: () => new Map([[CHIP_MAGIC, 0x1b31506f]]),
  efuse: {
    base: 0x60008800 + LATER_EFUSES_AT,
    words: (identity, fuses) => {
      const [major, minor] = [Math.floor(identity.revision / 100), identity.revision % 100];
      const word3 = ((minor & 7) << 18) | (identity.package << 21);
      return laterEfuses(identity, fuses, { word3, word5: ((minor >> 3) << 23) | (major << 24), macExtension: 0 });
    },
  },
  stub: {
    source: 'esptool-js 0.7.0, lib/targets/stub_flasher/esp32c3.json (built from espressif/esp-flasher-stub)',
    entry: 0x40380e9a,
    segments: [
      { address: 0x40380000, size: 5880, md5: '4659109a8a116702c5beb0cc5f595fcc' },
      { address: 0x3fc96d68, size: 204, md5: '3abe7b1cef33190b5955eade8a96e321' },
    ],
  },
};
