/** What one loader understands of the serial protocol: the stub, the ROM alone, or the ROM in Secure Download Mode. */
import type { Chip } from '../../formats/chips/chip.ts';
import type { LoaderMode } from './device.ts';
import type { Connection } from './usb-ids.ts';

/** How to speak to a loader. */
export interface Dialect {
  readonly mode: LoaderMode;
  /** The most bytes in one block of a write. */
  readonly block: number;
  /** Words in the command that begins a write, when nothing is to be encrypted. */
  readonly beginWords: 4 | 5;
  /** Whether the whole range is erased before the begin command is answered. */
  readonly erasesFirst: boolean;
  /** Whether a write is closed by a command; the ROM would leave its loader by it. */
  readonly ends: boolean;
  readonly unpacks: boolean;
  /** Whether it was seen to write nothing but what it is told. */
  readonly exact: boolean;
  readonly encrypts: boolean;
  /** How a digest is answered; null if it is not. */
  readonly digest: 'bytes' | 'text' | null;
  /** `stream`: any length, closed by a digest; `slow`: 64 bytes for each command. */
  readonly read: 'stream' | 'slow' | null;
  readonly registers: boolean;
  /** Whether it can be asked for another rate and surely has it then. */
  readonly changesRate: boolean;
}

/** Blocks over the chip's own USB device, in bytes (esptool-js, USB_RAM_BLOCK). */
const USB_BLOCK = 0x800;

/**
 * Whether compressed blocks are for this loader. A ROM has to be known to write no more than was begun; and Secure Download
 * Mode promises "basic flash write" only (ESP-IDF, SECURE_ENABLE_SECURE_ROM_DL_MODE).
 */
export function unpacks(chip: Chip, mode: LoaderMode): boolean {
  return mode === 'stub' || (mode === 'rom' && chip.rom.unpacks === true);
}

/** The dialect of a chip's loader. */
export function dialectOf(chip: Chip, mode: LoaderMode, connection: Connection): Dialect {
  // A rate means nothing to USB.
  const wired = connection === 'bridge';
  if (mode === 'stub') {
    return {
      mode,
      block: connection === 'otg' ? USB_BLOCK : 0x4000,
      beginWords: 4,
      erasesFirst: false,
      ends: true,
      unpacks: unpacks(chip, mode),
      exact: true,
      encrypts: chip.stubEncrypts,
      digest: 'bytes',
      read: 'stream',
      registers: true,
      changesRate: wired,
    };
  }
  const { rom } = chip;
  const open = mode === 'rom';
  return {
    mode,
    block: rom.block,
    beginWords: rom.beginWords,
    erasesFirst: true,
    ends: false,
    unpacks: unpacks(chip, mode),
    // Who looked at how a ROM unpacks has looked at what it writes.
    exact: rom.unpacks !== null,
    encrypts: rom.beginWords === 5,
    digest: open ? rom.md5 : null,
    read: open ? 'slow' : null,
    registers: open,
    changesRate: wired && rom.keepsRate,
  };
}
