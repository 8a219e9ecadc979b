/** The ESP32, as a D0WD of revision 3 (ESP32 TRM; ESP-IDF, components/soc/esp32; esptool, targets/esp32.py). */
import type { Fuses } from '../fuses.ts';
import { macBytes, type Identity } from '../fuses.ts';
import { CHIP_MAGIC, type Chip } from './chip.ts';

/** The words of eFuse BLOCK0 (ESP-IDF, components/efuse/esp32/esp_efuse_table.csv). */
function words(identity: Identity, { encryption }: Fuses): number[] {
  const mac = macBytes(identity.mac);
  const [m0 = 0, m1 = 0, m2 = 0, m3 = 0, m4 = 0, m5 = 0] = mac;
  const major = Math.floor(identity.revision / 100);
  const cpuFrequencyRated = 1 << 13;
  const packageBits = ((identity.package & 7) << 9) | ((identity.package >> 3) << 2);
  const encrypted = encryption !== null;
  // The key cannot be read back: bit 16, "efuse_rd_disable" of BLOCK1.
  const readDisable = encrypted ? 1 << 16 : 0;
  // What the bootloader burns along with the key, whichever mode it was built for: no console, no JTAG, no decryption and
  // no cache in download mode (ESP-IDF, esp32/flash_encryption_secure_features.c).
  const closed = encrypted ? (1 << 2) | (1 << 6) | (1 << 8) | (1 << 9) : 0;
  return [
    readDisable | ((encryption?.count ?? 0) << 20),
    (m2 << 24) | (m3 << 16) | (m4 << 8) | m5,
    (crc8(mac) << 16) | (m0 << 8) | m1,
    cpuFrequencyRated | (major >= 1 ? 1 << 15 : 0) | packageBits,
    0,
    // FLASH_CRYPT_CONFIG is 0xF once encryption was set up.
    ((encrypted ? 0xf : 0) << 28) | ((identity.revision % 100) << 24) | (major >= 2 ? 1 << 20 : 0),
    closed | (encryption?.manual === 'disabled' ? 1 << 7 : 0),
  ];
}

/** The CRC-8 that guards the MAC in eFuse (ESP-IDF, esp_rom crc: reflected polynomial 0x8C, as in 1-Wire). */
function crc8(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >> 1 : (crc >> 1) ^ 0x8c;
  }
  return crc;
}

/** The ESP32 (D0WD, v3.0). */
export const ESP32: Chip = {
  name: 'ESP32',
  chipId: 0,
  target: 'esp32',
  cores: 2,
  // ESP32 TRM, "System and Memory".
  ram: 520 * 1024,
  revision: 300,
  bootloader: {
    offset: 0x1000,
    // A mapped address belongs to an app, not to a second stage.
    ram: [
      { from: 0x3ffae000, to: 0x40000000 },
      { from: 0x40070000, to: 0x400a0000 },
    ],
  },
  // ESP-IDF, components/soc/esp32/include/soc/soc.h.
  mapped: [
    { from: 0x3f400000, to: 0x3f800000 },
    { from: 0x400d0000, to: 0x40400000 },
  ],
  loaded: [
    { from: 0x3ffae000, to: 0x40000000 },
    { from: 0x40080000, to: 0x400aa000 },
    { from: 0x400c0000, to: 0x400c2000 },
    { from: 0x3ff80000, to: 0x3ff82000 },
    { from: 0x50000000, to: 0x50002000 },
  ],
  speedLabel: 'SPI Speed      ',
  rom: {
    banner: {
      head: ['ets Jul 29 2019 12:21:46', ''],
      // An ESP32 has no USB; its entry here is never printed.
      causes: { 'power-on': '0x1 (POWERON_RESET)', usb: '0x1 (POWERON_RESET)' },
      flash: { bits: 0x13, name: 'SPI_FAST_FLASH_BOOT' },
      download: { bits: 0x3, name: 'DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2)' },
      savedPc: null,
      waiting: 'waiting for download',
      secureWaiting: null,
    },
    // Seen on ROM code of v3, and a trace of an ESP32 (espressif/esptool-js issue 175). The ROM of v0 and v1 has four
    // other bytes of the SYNC there (esptool docs, "Tracing").
    syncValue: 0x20120707,
    // esptool, targets/esp32.py: SUPPORTS_ENCRYPTED_FLASH is false for this ROM.
    beginWords: 4,
    // Seen on ROM code of v3: the call at 0x40008bfc has 0x8000 for a length (its literal at 0x40008b20).
    inflated: 'whole-buffer',
    // Seen on ROM code of v3.
    readsBack: true,
    securityInfo: null,
    length: (bytes) => String(bytes | 0),
    // Logs have the line in exactly these cases: Espruino issue 2370, RIOT pull request 17601, ESP32-pdp8-simulator issue 2.
    logsSplitHeaders: true,
    // Seen on ROM code of v3. With its console disabled, as along with a key, it prints a source line instead (RIOT pull
    // request 17601).
    checksumWrong: (calculated, stored, { encryption }) => [
      `csum err:0x${calculated.toString(16)}!=0x${stored.toString(16)}`,
      encryption === null ? 'Falling back to built-in command interpreter.' : 'ets_main.c 371 ',
    ],
    // As boards with this ROM do: ESP32-A1S-AudioKit issue 49, arduino-esp32's forum topic 1409813 (a v3.1). Under
    // emulation it prints nothing.
    invalidHeaders: 8,
    pins: ['configsip: 0, SPIWP:0xee', 'clk_drv:0x00,q_drv:0x00,d_drv:0x00,cs0_drv:0x00,hd_drv:0x00,wp_drv:0x00'],
  },
  // ESP32 TRM, "SPI Controller": SPI1, the one that the loaders use.
  spi: { base: 0x3ff42000, user: 0x1c, user2: 0x24, misoLength: 0x2c, w0: 0x80 },
  // ESP32 TRM, "UART Controller".
  uartDivider: 0x3ff40014,
  constants: ({ revision }) =>
    new Map([
      [CHIP_MAGIC, 0x00f01d83],
      // espressif/esptool issue 352, a trace of a real ESP32.
      [0x60000078, 0x15122500],
      // ESP-IDF, efuse_hal: bit 31 of SYSCON_DATE_REG is the third revision bit.
      [0x3ff6607c, revision >= 300 ? 0x8000_0000 : 0],
    ]),
  // ESP32 TRM, "eFuse Controller": BLOCK0 as read.
  efuse: { base: 0x3ff5a000, words },
  stub: {
    source: 'esptool-js 0.7.0, lib/targets/stub_flasher/esp32.json (built from espressif/esp-flasher-stub)',
    entry: 0x400a902c,
    segments: [
      { address: 0x400a8000, size: 6456, md5: 'd495f63a306a3f0e012700cc1c031cb6' },
      { address: 0x3ffded6c, size: 212, md5: '5db21ce4a452000bffbd831714e0468a' },
    ],
  },
};
