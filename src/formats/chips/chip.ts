/** What the app knows about one chip, as data. A fact without a source is null, and never a guess. */

/** Bits of one register: `width` of them from `bit` up. */
export interface Field {
  readonly register: number;
  readonly bit: number;
  readonly width: number;
}

/** A flash size that an image header can name: its code (the high half of byte 3), its name, its size in bytes. */
export interface FlashSizeCode {
  readonly code: number;
  readonly name: string;
  readonly bytes: number;
}

/** The fuses with a chip's revision. Each number is made of its fields, lowest bits first. */
export interface RevisionFuses {
  readonly major: readonly Field[];
  /** `steps`: the number of ones from the lowest bit up, because the fuses are blown one after the other. */
  readonly majorIs: 'number' | 'steps';
  readonly minor: readonly Field[];
  /** If all of these hold, the fields mean something else, and the chip is v0.0. */
  readonly zeroIf?: readonly { readonly field: Field; readonly is: number }[];
}

/** The fuses that say how a chip is protected; null if the chip does not have one, or none is known. */
export interface SecurityFuses {
  /** An odd number of set bits: flash encryption is on. */
  readonly encryptionCount: Field | null;
  /** Set: the loader can no longer be asked to encrypt what it writes. */
  readonly manualEncryptionOff: Field | null;
  readonly secureBootV1: Field | null;
  /** Counts from chip revision `from` (major × 100 + minor) on. */
  readonly secureBootV2: { readonly field: Field; readonly from: number } | null;
  /** For chips whose GET_SECURITY_INFO does not report JTAG. */
  readonly jtagOff: Field | null;
  /** What each key block is for, block 0 first. */
  readonly keyPurposes: readonly Field[];
}

/** How the loader in the mask ROM differs from the stub. */
export interface RomLoader {
  /** Words in FLASH_BEGIN and FLASH_DEFL_BEGIN; the fifth asks for encryption. */
  readonly beginWords: 4 | 5;
  /** Status bytes at the end of a reply; only the first two carry meaning. */
  readonly statusBytes: 2 | 4;
  /** The most bytes in one block of a write. */
  readonly block: number;
  /** Whether FLASH_DEFL_DATA writes what the stream unpacks to and not a byte more; null if nobody has looked. */
  readonly unpacks: boolean | null;
  /** The ROM's digest: 32 hex digits as text; null if it has none. */
  readonly md5: 'text' | null;
  /** Whether the ROM runs at the baud rate it is asked for: some calculate it from a wrong crystal or clock. */
  readonly keepsRate: boolean;
  /** Why the app cannot write with this ROM alone; null if it can. */
  readonly unusable: string | null;
}

/** Registers of a chip's watchdog and how it is fed. Values as esptool writes them. */
export interface Watchdog {
  readonly protect: number;
  readonly key: number;
  readonly config: number;
  /** Its timeout, in ticks of the slow clock. */
  readonly timeout: number;
  /** Whether its reset is known to be a reliable way to restart the chip. */
  readonly restarts: boolean;
}

/** The second watchdog of later chips, which can feed itself. */
export interface SuperWatchdog {
  readonly protect: number;
  readonly key: number;
  readonly config: number;
  readonly autoFeed: number;
}

/** How a chip gets out of its loader over its own USB port. */
export interface Restart {
  readonly watchdog: Watchdog | null;
  readonly superWatchdog: SuperWatchdog | null;
  /** Clear: the boot button held the chip in its loader, and RTS would only lead back there. */
  readonly strap: Field | null;
  /** Set: software requested the loader for the next start; it has to be cleared first. */
  readonly forceDownload: Field | null;
}

/** One kind of chip. */
export interface Chip {
  /** As esptool and esptool-js print it, such as `ESP32-S3`. */
  readonly name: string;
  /** `esp_chip_id_t` in image headers; null for the ESP8266, whose images have none. */
  readonly imageId: number | null;
  /** Where the ROM looks for the second-stage bootloader in flash; null if it looks for none. */
  readonly bootloader: number | null;
  /** Flash clock in MHz by the image header's frequency code. */
  readonly frequencies: Readonly<Record<number, number>>;
  readonly sizes: readonly FlashSizeCode[];
  /** The family in UF2 files. */
  readonly uf2Family: number | null;
  /** The chip's own USB ports: their product ids under Espressif's vendor id 0x303A. */
  readonly usb: readonly { readonly product: number; readonly is: 'serial-jtag' | 'otg' }[];
  /** What the ROM returns for GET_SECURITY_INFO. */
  readonly securityInfo: 'none' | 'without-chip-id' | 'full';
  readonly secureDownload: boolean | null;
  /** The first revision (major × 100 + minor) that the stub bundled with esptool-js runs on; null without a stub. */
  readonly stubFrom: number | null;
  /** Whether the stub can encrypt what it writes. */
  readonly stubEncrypts: boolean;
  readonly rom: RomLoader;
  readonly revision: RevisionFuses | null;
  readonly security: SecurityFuses | null;
  /** ESP-IDF's names of the key purposes; empty where key blocks have no purposes. */
  readonly purposes: Readonly<Record<number, string>>;
  readonly restart: Restart;
  /** Other oddities, one sentence each. */
  readonly quirks: readonly string[];
  /** The sources of the facts about this chip. */
  readonly sources: readonly string[];
}
