/** Which parts of the serial protocol each loader supports: the stub, the ROM, or the ROM in Secure Download Mode. */
import type { Chip } from '../../formats/chips/chip.ts';
import type { LoaderMode } from './device.ts';
import type { Connection } from './usb-ids.ts';

/** The protocol features of a loader. */
export interface Dialect {
  readonly mode: LoaderMode;
  /** The maximum size of a block in a write, in bytes. */
  readonly block: number;
  /** Words in the command that begins an unencrypted write. */
  readonly beginWords: 4 | 5;
  /** Whether the begin command erases the whole range before it is answered. */
  readonly erasesFirst: boolean;
  /** Whether a write is ended by a command; with it, the ROM would exit its loader. */
  readonly ends: boolean;
  readonly unpacks: boolean;
  /** Whether it is known to write nothing but what was requested. */
  readonly exact: boolean;
  readonly encrypts: boolean;
  /** The form of an MD5 reply; null if there is no such command. */
  readonly digest: 'bytes' | 'text' | null;
  /** `stream`: any length, followed by a digest; `slow`: 64 bytes per command. */
  readonly read: 'stream' | 'slow' | null;
  readonly registers: boolean;
  /** Whether the baud rate can be changed and reliably stays changed. */
  readonly changesRate: boolean;
}

/** Block size over USB-OTG, in bytes (esptool-js, USB_RAM_BLOCK). */
const USB_BLOCK = 0x800;

/**
 * Whether to send compressed blocks to this loader. A ROM must be known to write no more than was begun, and Secure Download
 * Mode only promises "basic flash write" (ESP-IDF, SECURE_ENABLE_SECURE_ROM_DL_MODE).
 */
export function unpacks(chip: Chip, mode: LoaderMode): boolean {
  return mode === 'stub' || (mode === 'rom' && chip.rom.unpacks === true);
}

/** The dialect of a chip's loader in a mode and over a kind of connection. */
export function dialectOf(chip: Chip, mode: LoaderMode, connection: Connection): Dialect {
  // Over USB, the baud rate has no effect.
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
    // A ROM whose unpacking was checked (true or false) was also checked for what it writes.
    exact: rom.unpacks !== null,
    encrypts: rom.beginWords === 5,
    digest: open ? rom.md5 : null,
    read: open ? 'slow' : null,
    registers: open,
    changesRate: wired && rom.keepsRate,
  };
}
