/** The ESP32-C6, QFN40, revision v0.1 (ESP32-C6 TRM; ESP-IDF, components/soc/esp32c6; esptool, targets/esp32c6.py). */
import { checksumFailure, CHIP_MAGIC, type Chip } from './chip.ts';
import { laterEfuses, LATER_EFUSES_AT } from './later-efuses.ts';

/** Data and instructions share this memory. */
const RAM = { from: 0x40800000, to: 0x40880000 };

/** The ESP32-C6 (QFN40, v0.1). */
export const ESP32_C6: Chip = {
  name: 'ESP32-C6',
  chipId: 13,
  target: 'esp32c6',
  cores: 1,
  ram: 512 * 1024,
  revision: 1,
  bootloader: { offset: 0, ram: [RAM] },
  mapped: [{ from: 0x42000000, to: 0x43000000 }],
  loaded: [RAM, { from: 0x50000000, to: 0x50004000 }],
  speedLabel: 'SPI Speed      ',
  rom: {
    banner: {
      // Logs of real boards: esp-rs/espflash issue 556.
      head: ['ESP-ROM:esp32c6-20220919', 'Build:Sep 19 2022'],
      causes: { 'power-on': '0x1 (POWERON)', usb: '0x15 (USB_UART_HPSYS)' },
      flash: { bits: 0xc, name: 'SPI_FAST_FLASH_BOOT' },
      download: { bits: 0x4, name: 'DOWNLOAD(USB/UART0/SDIO_FEI_FEO)' },
      savedPc: 0x40800540,
      waiting: 'waiting for download',
      secureWaiting: 'wait uart download(secure mode)',
    },
    // The same as the S3 in espressif/esp-idf issue 10959; no trace of a C6 was found.
    syncValue: 0x20120707,
    beginWords: 5,
    // As C3 and S3, which are of the same generation; this ROM's own code was not examined.
    inflated: 'exact',
    readsBack: false,
    // esptool's report of a C6: "API Version: 0" (esp-rs/esp-flasher-stub pull request 60).
    securityInfo: { apiVersion: 0 },
    length: (bytes) => `0x${(bytes >>> 0).toString(16)}`,
    pins: ['SPIWP:0xee'],
    logsSplitHeaders: false,
    // As C3 and S3; which source line it prints is not known.
    checksumWrong: (calculated, stored) => [checksumFailure(calculated, stored)],
    // As C3 and S3.
    invalidHeaders: 'endless',
  },
  spi: { base: 0x60003000, user: 0x18, user2: 0x20, misoLength: 0x28, w0: 0x58 },
  uartDivider: null,
  constants: (_, usb) =>
    new Map([
      [CHIP_MAGIC, 0x2ce0806f],
      // esptool, UARTDEV_BUF_NO: 3 is USB Serial/JTAG.
      [0x4087f580, usb ? 3 : 0],
    ]),
  efuse: {
    base: 0x600b0800 + LATER_EFUSES_AT,
    words: (identity, fuses) => {
      const [major, minor] = [Math.floor(identity.revision / 100), identity.revision % 100];
      const word3 = (minor << 18) | (major << 22) | (identity.package << 24);
      // esptool, targets/esp32c6.py: MAC_EXT reads FF:FE.
      return laterEfuses(identity, fuses, { word3, word5: 0, macExtension: 0xfffe });
    },
  },
  stub: {
    source: 'esptool-js 0.7.0, lib/targets/stub_flasher/esp32c6.json (built from espressif/esp-flasher-stub)',
    entry: 0x408011bc,
    segments: [
      { address: 0x40800000, size: 6900, md5: 'cd872b2c628598d3bece267b59e87a98' },
      { address: 0x40852f0c, size: 216, md5: 'd7ec10312c56edf2563e590ee0e43c0b' },
    ],
  },
};
