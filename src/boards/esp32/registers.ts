/** The registers of an ESP32 that its clients read: identity, crystal, and the SPI controller in front of the flash. */

/** What tells one ESP32 from another. */
export interface Identity {
  /** Six bytes in hex, colon separated. */
  readonly mac: string;
  /** JEDEC id as RDID answers it, first byte lowest: 0x1640EF is a Winbond W25Q32 (EF 40 16). */
  readonly flashId: number;
  /** Major silicon revision, 0 to 3. */
  readonly revision: number;
  /** Package as burnt in eFuse: 0 D0WDQ6, 1 D0WD, 5 PICO-D4. */
  readonly package: number;
}

const CRYSTAL_HZ = 40_000_000;

// ESP32 TRM, "eFuse Controller": BLOCK0 as read, words 0 to 6.
const EFUSE_BLK0 = 0x3ff5a000;
// ESP32 TRM, "UART Controller": the integer part of the divider in bits 0 to 19, sixteenths in bits 20 to 23.
const UART0_CLKDIV = 0x3ff40014;
// esptool docs: the address by which the ESP8266 and the ESP32 tell themselves apart.
const CHIP_MAGIC = 0x40001000;
// espressif/esptool issue 352, a trace of a real ESP32: 0x15122500.
const UART_DATE = 0x60000078;
// ESP-IDF, efuse_hal: bit 31 of SYSCON_DATE_REG is the third revision bit.
const SYSCON_DATE = 0x3ff6607c;

// ESP32 TRM, "SPI Controller": SPI1, the one the loaders use.
const SPI1 = 0x3ff42000;
const SPI = {
  cmd: SPI1,
  addr: SPI1 + 0x04,
  user: SPI1 + 0x1c,
  user2: SPI1 + 0x24,
  mosiLength: SPI1 + 0x28,
  misoLength: SPI1 + 0x2c,
  w0: SPI1 + 0x80,
} as const;
const CMD_USR = 1 << 18;
const USER_COMMAND = 0x8000_0000;
const USER_MISO = 1 << 28;

// W25Q32JV datasheet, "Instruction Set".
const FLASH_RDID = 0x9f;
const STATUS_READS: readonly number[] = [0x05, 0x35, 0x15];

/** What else the registers show of the chip: whether the flash pins are attached, and the UART's rate. */
export interface ChipState {
  readonly attached: boolean;
  readonly baud: number;
  readonly flashBusy: boolean;
}

/** The register file; a register nobody models reads as 0, or as what was last written to it. */
export class Registers {
  private readonly written = new Map<number, number>();

  constructor(
    private readonly identity: Identity,
    private readonly state: () => ChipState,
  ) {}

  read(address: number): number {
    if (address >= EFUSE_BLK0 && address < EFUSE_BLK0 + 28) return efuseWord(this.identity, (address - EFUSE_BLK0) / 4);
    switch (address) {
      case CHIP_MAGIC:
        return 0x00f01d83;
      case UART_DATE:
        return 0x15122500;
      case SYSCON_DATE:
        return this.identity.revision >= 3 ? 0x8000_0000 : 0;
      case UART0_CLKDIV: {
        const sixteenths = Math.round((CRYSTAL_HZ * 16) / this.state().baud);
        return (sixteenths >> 4) | ((sixteenths & 0xf) << 20);
      }
      default:
        return this.written.get(address) ?? 0;
    }
  }

  /** Writes the bits of `value` that `mask` selects. */
  write(address: number, value: number, mask: number): void {
    const next = ((value & mask) | (this.read(address) & ~mask)) >>> 0;
    this.written.set(address, next);
    if (address === SPI.cmd && (next & CMD_USR) !== 0) this.runUserCommand();
  }

  /** The SPI controller's "user" command machine: one instruction to the flash chip, at once. */
  private runUserCommand(): void {
    const user = this.written.get(SPI.user) ?? 0;
    if ((user & USER_COMMAND) !== 0 && (user & USER_MISO) !== 0) {
      const bits = ((this.written.get(SPI.misoLength) ?? 0) & 0xff_ffff) + 1;
      const mask = bits >= 32 ? 0xffff_ffff : 2 ** bits - 1;
      const instruction = (this.written.get(SPI.user2) ?? 0) & 0xffff;
      this.written.set(SPI.w0, (this.flashAnswer(instruction) & mask) >>> 0);
    }
    this.written.set(SPI.cmd, (this.written.get(SPI.cmd) ?? 0) & ~CMD_USR);
  }

  private flashAnswer(instruction: number): number {
    // Pins that are not attached float high.
    if (!this.state().attached) return 0xffff_ffff;
    if (instruction === FLASH_RDID) return this.identity.flashId;
    if (STATUS_READS.includes(instruction)) return this.state().flashBusy ? 1 : 0;
    return 0;
  }
}

/** A word of eFuse BLOCK0 (ESP-IDF, components/efuse/esp32/esp_efuse_table.csv). */
function efuseWord(identity: Identity, word: number): number {
  const mac = macBytes(identity.mac);
  const [m0 = 0, m1 = 0, m2 = 0, m3 = 0, m4 = 0, m5 = 0] = mac;
  switch (word) {
    case 1:
      return ((m2 << 24) | (m3 << 16) | (m4 << 8) | m5) >>> 0;
    case 2:
      return ((crc8(mac) << 16) | (m0 << 8) | m1) >>> 0;
    case 3: {
      const cpuFrequencyRated = 1 << 13;
      const revisionBit0 = identity.revision >= 1 ? 1 << 15 : 0;
      const packageBits = ((identity.package & 7) << 9) | ((identity.package >> 3) << 2);
      return cpuFrequencyRated | revisionBit0 | packageBits;
    }
    case 5:
      return identity.revision >= 2 ? 1 << 20 : 0;
    default:
      return 0;
  }
}

/** The six bytes of a MAC; throws a `RangeError` for anything else, which is our own mistake. */
export function macBytes(mac: string): Uint8Array {
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac)) throw new RangeError(`"${mac}" is not a MAC`);
  return Uint8Array.from(mac.split(':'), (byte) => Number.parseInt(byte, 16));
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
