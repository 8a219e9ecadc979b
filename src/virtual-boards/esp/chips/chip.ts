/** What its clients see of a chip: ROM behaviour, registers, memory. Plain data, one file per chip. */
import type { Fuses, Identity } from '../fuses.ts';

/** The chips that virtual boards have. */
export type ChipName = 'ESP32' | 'ESP32-S3' | 'ESP32-C3' | 'ESP32-C6';

/** A range of addresses, `to` not included. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** A flasher stub: its code is not emulated, only recognised by the MD5 of each segment; sizes in bytes. */
export interface KnownStub {
  readonly source: string;
  readonly entry: number;
  readonly segments: readonly { readonly address: number; readonly size: number; readonly md5: string }[];
}

/** Why the chip starts: power or a pulse on EN, or a reset by its USB Serial/JTAG controller. */
export type ResetCause = 'power-on' | 'usb';

/** What the mask ROM prints about itself and the reset; `bits` are the strapping pins as printed. */
export interface RomBanner {
  /** The lines before the one with the reset cause, each without its line ending. */
  readonly head: readonly string[];
  readonly causes: Readonly<Record<ResetCause, string>>;
  readonly flash: { readonly bits: number; readonly name: string };
  readonly download: { readonly bits: number; readonly name: string };
  /** The program counter at a reset other than power-on; null for a chip that does not print it. */
  readonly savedPc: number | null;
  /** The line that follows in download mode. */
  readonly waiting: string;
  /** The line that follows in Secure Download Mode; null for a chip without that mode. */
  readonly secureWaiting: string | null;
}

/** How the ROM's loader differs from chip to chip (esptool docs: serial protocol; esptool, loader.py). */
export interface RomDialect {
  readonly banner: RomBanner;
  /** The value word in the answer to SYNC. */
  readonly syncValue: number;
  /** Words in FLASH_BEGIN and FLASH_DEFL_BEGIN; the fifth says whether the ROM is to encrypt. */
  readonly beginWords: 4 | 5;
  /**
   * How much inflated data is written: exactly the bytes there are, or the whole 32 KiB buffer each time, with whatever
   * is in it after the last byte.
   */
  readonly inflated: 'exact' | 'whole-buffer';
  /** Whether it reads each FLASH_DATA block back, and answers 8 if the flash holds something else. */
  readonly readsBack: boolean;
  /** GET_SECURITY_INFO; null if the ROM does not have this command. */
  readonly securityInfo: { readonly apiVersion: number } | null;
  /** Formats the length of a second-stage segment as the log prints it. */
  readonly length: (bytes: number) => string;
  /** What it prints about the SPI pins before it reads the second stage. */
  readonly pins: readonly string[];
  /** Whether it prints a line before a segment whose header straddles two of its 16-byte reads. */
  readonly logsSplitHeaders: boolean;
  /** What it prints for a second stage with a wrong checksum. */
  readonly checksumWrong: (calculated: number, stored: number, fuses: Fuses) => readonly string[];
  /** How often it prints that there is no image: until its watchdog bites, or endlessly. */
  readonly invalidHeaders: number | 'endless';
}

/** The registers of the flash's SPI controller that clients use, as offsets from `base`. */
export interface SpiRegisters {
  readonly base: number;
  readonly user: number;
  readonly user2: number;
  readonly misoLength: number;
  readonly w0: number;
}

/** The facts of one chip. */
export interface Chip {
  readonly name: ChipName;
  /** The id in image headers and in the answer to GET_SECURITY_INFO. */
  readonly chipId: number;
  /** ESP-IDF's name for it, as boot logs have it. */
  readonly target: string;
  readonly cores: 1 | 2;
  /** SRAM in bytes: no upload can be larger. */
  readonly ram: number;
  /** The silicon revision × 100 of the virtual boards. */
  readonly revision: number;
  /** Where the ROM looks for the second stage, and the RAM that it can be loaded into. */
  readonly bootloader: { readonly offset: number; readonly ram: readonly Window[] };
  /** Addresses that an app maps from flash, and those that it loads (ESP-IDF, soc.h). */
  readonly mapped: readonly Window[];
  readonly loaded: readonly Window[];
  /** The second stage's label for the speed of the SPI flash. */
  readonly speedLabel: string;
  readonly rom: RomDialect;
  readonly spi: SpiRegisters;
  /** The register with the divider of UART0; null if it is not known what the ROM puts there. */
  readonly uartDivider: number | null;
  /** Registers that always read the same; `usb`: whether the loader runs over USB Serial/JTAG. */
  readonly constants: (identity: Identity, usb: boolean) => ReadonlyMap<number, number>;
  readonly efuse: {
    readonly base: number;
    /** The words from `base` on, as software reads them. */
    readonly words: (identity: Identity, fuses: Fuses) => readonly number[];
  };
  readonly stub: KnownStub;
}

/** A register with a different value on every chip, by which older chips are identified (esptool docs). */
export const CHIP_MAGIC = 0x40001000;

/** The ROM's first lines after a reset, each without its line ending; `into` is what it enters next. */
export function bannerLines(banner: RomBanner, cause: ResetCause, into: 'flash' | 'download'): string[] {
  const { bits, name } = banner[into];
  const lines = [...banner.head, `rst:${banner.causes[cause]},boot:0x${bits.toString(16)} (${name})`];
  if (cause === 'usb' && banner.savedPc !== null) lines.push(`Saved PC:0x${banner.savedPc.toString(16)}`);
  return lines;
}

/** What ROMs later than the ESP32's print for a wrong checksum of the second stage: both sums in two hex digits. */
export function checksumFailure(calculated: number, stored: number): string {
  const digits = (sum: number): string => `0x${sum.toString(16).padStart(2, '0')}`;
  return `Checksum failure. Calculated ${digits(calculated)} stored ${digits(stored)}`;
}
