/** The ESP32-S3, QFN56, revision v0.2 (ESP32-S3 TRM; ESP-IDF, components/soc/esp32s3; esptool, targets/esp32s3.py). */
import { checksumFailure, CHIP_MAGIC, type Chip } from './chip.ts';
import { laterEfuses, LATER_EFUSES_AT } from './later-efuses.ts';

const DRAM = { from: 0x3fc88000, to: 0x3fd00000 };
const IRAM = { from: 0x40370000, to: 0x403e0000 };

/** The ESP32-S3 (QFN56, v0.2). */
export const ESP32_S3: Chip = {
  name: 'ESP32-S3',
  chipId: 9,
  target: 'esp32s3',
  cores: 2,
  ram: 512 * 1024,
  revision: 2,
  bootloader: { offset: 0, ram: [DRAM, IRAM] },
  mapped: [
    { from: 0x3c000000, to: 0x3e000000 },
    { from: 0x42000000, to: 0x44000000 },
  ],
  loaded: [DRAM, IRAM, { from: 0x600fe000, to: 0x60100000 }, { from: 0x50000000, to: 0x50002000 }],
  speedLabel: 'Boot SPI Speed ',
  rom: {
    banner: {
      // Logs of real boards: espressif/arduino-esp32 issue 6762, esphome/esphome issue 13579.
      head: ['ESP-ROM:esp32s3-20210327', 'Build:Mar 27 2021'],
      causes: { 'power-on': '0x1 (POWERON)', usb: '0x15 (USB_UART_CHIP_RESET)' },
      flash: { bits: 0x8, name: 'SPI_FAST_FLASH_BOOT' },
      download: { bits: 0x0, name: 'DOWNLOAD(USB/UART0)' },
      savedPc: 0x40379bda,
      waiting: 'waiting for download',
      secureWaiting: 'wait uart download(secure mode)',
    },
    // espressif/esp-idf issue 10959, a trace of an S3.
    syncValue: 0x20120707,
    beginWords: 5,
    // Seen on ROM code of rev 0.
    inflated: 'exact',
    readsBack: false,
    // Seen on ROM code of rev 0.
    securityInfo: { apiVersion: 0 },
    length: (bytes) => `0x${(bytes >>> 0).toString(16)}`,
    pins: ['SPIWP:0xee'],
    logsSplitHeaders: false,
    // Seen on ROM code of rev 0, and on boards: espressif/esp-idf issue 10692.
    checksumWrong: (calculated, stored) => [checksumFailure(calculated, stored), 'ets_main.c 329 '],
    // Seen on ROM code; boards are reset in between and continue: CircuitSetup's energy meter, issue 206.
    invalidHeaders: 'endless',
  },
  spi: { base: 0x60002000, user: 0x18, user2: 0x20, misoLength: 0x28, w0: 0x58 },
  uartDivider: null,
  constants: (_, usb) =>
    new Map([
      [CHIP_MAGIC, 0x9],
      // esptool, UARTDEV_BUF_NO: 4 is USB Serial/JTAG, 3 would be USB-OTG.
      [0x3fcef14c, usb ? 4 : 0],
      // esptool, GPIO_STRAP_REG: the boot pin was high when it was sampled, as nobody holds the button.
      [0x60004038, 0x8],
    ]),
  efuse: {
    base: 0x60007000 + LATER_EFUSES_AT,
    words: (identity, fuses) => {
      const [major, minor] = [Math.floor(identity.revision / 100), identity.revision % 100];
      const word3 = ((minor & 7) << 18) | (identity.package << 21);
      return laterEfuses(identity, fuses, { word3, word5: ((minor >> 3) << 23) | (major << 24), macExtension: 0 });
    },
  },
  stub: {
    source: 'esptool-js 0.7.0, lib/targets/stub_flasher/esp32s3.json (built from espressif/esp-flasher-stub)',
    entry: 0x40379524,
    segments: [
      { address: 0x40378000, size: 7832, md5: '0fadd9942152ec4df1c075c2d00fe8d8' },
      { address: 0x3fcb2dc0, size: 264, md5: '82df6def60e66857a9d23150f51091d8' },
    ],
  },
};
