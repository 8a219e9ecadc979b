/** What one chip of the family is to its clients: its ROM's ways, its registers, its memory. Data, one file a chip. */
import type { Fuses } from '../fuses.ts';
import type { Identity } from '../identity.ts';

/** The chips that virtual boards have. */
export type ChipName = 'ESP32' | 'ESP32-S3' | 'ESP32-C3' | 'ESP32-C6';

/** A range of addresses: from the first to behind the last. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Where uploaded code is a flasher stub: its code is not emulated, only recognised by the MD5 of each segment. */
export interface KnownStub {
  readonly source: string;
  readonly entry: number;
  readonly segments: readonly { readonly address: number; readonly size: number; readonly md5: string }[];
}

/** Why the chip starts: power or a pulse on EN; or the reset of its USB Serial/JTAG controller. */
export type ResetCause = 'power-on' | 'usb';

/** What the mask ROM says of itself and of the reset; `bits` are its strapping pins, as its log prints them. */
export interface RomBanner {
  /** The lines up to the one with the reset, each without its line end. */
  readonly head: readonly string[];
  readonly causes: Readonly<Record<ResetCause, string>>;
  readonly flash: { readonly bits: number; readonly name: string };
  readonly download: { readonly bits: number; readonly name: string };
  /** Where code was when a reset that is no power-on came; a chip that does not say has none. */
  readonly savedPc: number | null;
  /** What follows in download mode. */
  readonly waiting: string;
  /** What follows in Secure Download Mode; null on a chip that has none. */
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
   * How much of what it inflates is written: as many bytes as there are, or its whole buffer of 32 KiB each time, with
   * whatever is in it behind the last byte.
   */
  readonly inflated: 'exact' | 'whole-buffer';
  /** Whether it reads a block of FLASH_DATA back, and answers 8 where the flash holds something else. */
  readonly readsBack: boolean;
  /** GET_SECURITY_INFO: null where the ROM does not know it. */
  readonly securityInfo: { readonly apiVersion: number } | null;
  /** How the log writes the length of a segment of the second stage. */
  readonly length: (bytes: number) => string;
  /** What it prints of the SPI pins before it reads the second stage. */
  readonly pins: readonly string[];
  /** Where a segment's head lies across two of the 16 bytes that it reads at once, it says so before the segment. */
  readonly tellsTails: boolean;
  /** Its words for a second stage whose checksum is wrong. */
  readonly checksumWrong: (calculated: number, stored: number, fuses: Fuses) => readonly string[];
  /** How often it says that there is no image: until its watchdog bites, or without end. */
  readonly invalidHeaders: number | 'endless';
}

/** Where the SPI controller of the flash has the registers that clients use, as offsets from `base`. */
export interface SpiRegisters {
  readonly base: number;
  readonly user: number;
  readonly user2: number;
  readonly mosiLength: number;
  readonly misoLength: number;
  readonly w0: number;
}

/** One chip. */
export interface Chip {
  readonly name: ChipName;
  /** In image headers and in the answer to GET_SECURITY_INFO. */
  readonly chipId: number;
  /** ESP-IDF's name for it, as boot logs have it. */
  readonly target: string;
  readonly cores: 1 | 2;
  /** SRAM in bytes: no upload can be larger. */
  readonly ram: number;
  /** The silicon revision × 100 that the boards have. */
  readonly revision: number;
  /** Where the ROM looks for the second stage, and the memory it can fill. */
  readonly bootloader: { readonly offset: number; readonly ram: readonly Window[] };
  /** Addresses that an app maps from flash, and those that it loads (ESP-IDF, soc.h). */
  readonly mapped: readonly Window[];
  readonly loaded: readonly Window[];
  /** What the second stage calls the speed of the SPI flash. */
  readonly speedLabel: string;
  readonly rom: RomDialect;
  readonly spi: SpiRegisters;
  /** The register with the divider of UART0; null where it is not known what the ROM puts there. */
  readonly uartDivider: number | null;
  /** Registers that always read the same; `usb` says whether the loader speaks over USB Serial/JTAG. */
  readonly constants: (identity: Identity, usb: boolean) => ReadonlyMap<number, number>;
  readonly efuse: {
    readonly base: number;
    /** The words from `base` on, as software reads them. */
    readonly words: (identity: Identity, fuses: Fuses) => readonly number[];
  };
  readonly stub: KnownStub;
}

/** esptool docs: every chip has another word here, and old ones are told apart by it. */
export const CHIP_MAGIC = 0x40001000;
