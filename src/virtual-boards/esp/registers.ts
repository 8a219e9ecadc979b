/** The registers of a chip that its clients read (identity, and the SPI controller in front of the flash), and its security info. */
import type { Chip } from './chips/chip.ts';
import type { Fuses, Identity } from './fuses.ts';

const CRYSTAL_HZ = 40_000_000;
// ESP32 TRM, "SPI Controller" (the same on later chips): the bits that clients set.
const CMD_USR = 1 << 18;
const USER_COMMAND = 0x8000_0000;
const USER_MISO = 1 << 28;

// W25Q32JV datasheet, "Instruction Set".
const FLASH_RDID = 0x9f;
const STATUS_READS: readonly number[] = [0x05, 0x35, 0x15];

/** Board state behind the registers: flash pins attached, UART rate in baud, flash busy, loader on USB Serial/JTAG. */
export interface ChipState {
  readonly attached: boolean;
  readonly baud: number;
  readonly flashBusy: boolean;
  readonly usb: boolean;
}

/** One board's silicon, as far as a client can see it. */
export interface Silicon {
  readonly chip: Chip;
  readonly identity: Identity;
  readonly fuses: Fuses;
}

/** The register file; a register that is not modelled reads as 0 or as the value last written. */
export class Registers {
  private readonly written = new Map<number, number>();
  private readonly efuses: readonly number[];
  private readonly constants: ReadonlyMap<number, number>;

  constructor(
    private readonly silicon: Silicon,
    private readonly state: () => ChipState,
  ) {
    const { chip, identity, fuses } = silicon;
    this.efuses = chip.efuse.words(identity, fuses).map((word) => word >>> 0);
    this.constants = chip.constants(identity, state().usb);
  }

  read(address: number): number {
    const { efuse, uartDivider } = this.silicon.chip;
    const fuse = this.efuses[(address - efuse.base) / 4];
    if (fuse !== undefined) return fuse;
    if (address === uartDivider) {
      // ESP32 TRM, "UART Controller": the integer part in bits 0 to 19, sixteenths in bits 20 to 23.
      const sixteenths = Math.round((CRYSTAL_HZ * 16) / this.state().baud);
      return (sixteenths >> 4) | ((sixteenths & 0xf) << 20);
    }
    return this.constants.get(address) ?? this.written.get(address) ?? 0;
  }

  /** Writes the bits of `value` that `mask` selects. */
  write(address: number, value: number, mask: number): void {
    const next = ((value & mask) | (this.read(address) & ~mask)) >>> 0;
    this.written.set(address, next);
    if (address === this.silicon.chip.spi.base && (next & CMD_USR) !== 0) this.runUserCommand();
  }

  /** The SPI controller's "user" commands: sends one instruction to the flash chip, immediately. */
  private runUserCommand(): void {
    const { base, user, user2, misoLength, w0 } = this.silicon.chip.spi;
    const written = (offset: number): number => this.written.get(base + offset) ?? 0;
    const flags = written(user);
    if ((flags & USER_COMMAND) !== 0 && (flags & USER_MISO) !== 0) {
      const bits = (written(misoLength) & 0xff_ffff) + 1;
      const mask = bits >= 32 ? 0xffff_ffff : 2 ** bits - 1;
      this.written.set(base + w0, (this.flashAnswer(written(user2) & 0xffff) & mask) >>> 0);
    }
    this.written.set(base, written(0) & ~CMD_USR);
  }

  private flashAnswer(instruction: number): number {
    // Pins that are not attached float high.
    if (!this.state().attached) return 0xffff_ffff;
    if (instruction === FLASH_RDID) return this.silicon.identity.flashId;
    if (STATUS_READS.includes(instruction)) return this.state().flashBusy ? 1 : 0;
    return 0;
  }
}

/** Flag in the first word: Secure Download Mode (esptool, loader.py: SECURITY_INFO_FLAG_MAP). */
const SECURE_DOWNLOAD = 1 << 2;
/** Key purposes that boards without keys report for their seven blocks; no client can use the last (esptool's reports). */
const PURPOSES = [0, 0, 0, 0, 0, 0, 12];

/**
 * The answer to GET_SECURITY_INFO, the same from ROM and stub: the stub asks the ROM (esp-stub-lib, security.c). Twenty bytes:
 * flags, the flash-encryption counter, seven key purposes, chip id, version of this interface (esptool, loader.py:
 * get_security_info); undefined on a chip without the command.
 */
export function securityInfo({ chip, fuses }: Silicon): Uint8Array | undefined {
  const { securityInfo: known } = chip.rom;
  if (known === null) return undefined;
  const out = new Uint8Array(20);
  const view = new DataView(out.buffer);
  view.setUint32(0, fuses.secureDownload ? SECURE_DOWNLOAD : 0, true);
  out.set([fuses.encryption?.count ?? 0, ...PURPOSES], 4);
  view.setUint32(12, chip.chipId, true);
  view.setUint32(16, known.apiVersion, true);
  return out;
}
