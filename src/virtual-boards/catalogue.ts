/** Makes the virtual boards that come with the app. */
import type { Clock } from './clock.ts';
import { EspBoard } from './esp/board.ts';
import { makeBootLoader } from './esp/boot.ts';
import { CHIPS } from './esp/chips/index.ts';
import { CIPHER_BLOCK } from './esp/flash-cipher.ts';
import { factoryFlash } from './esp/firmware/factory.ts';
import { OPEN_FUSES, readingCipher, type Fuses } from './esp/fuses.ts';
import type { NorFlash } from './nor-flash.ts';
import type { Protection } from './esp/fuses.ts';
import type { UartBoard } from './uart.ts';
import type { VirtualBoard } from './virtual-boards.ts';
import { chipNameOf, VIRTUAL_BOARDS } from './virtual-boards.ts';

/** A board in factory state, with access to its flash. */
export interface MadeBoard {
  readonly board: UartBoard;
  /** The raw cells: ciphertext on an encrypted board. */
  readonly flash: NorFlash;
  readonly usb: VirtualBoard['usb'];
  /** What is burnt into the chip. */
  readonly fuses: Fuses;
  /** A copy of the whole flash as it was just before the bootloader last ran; null until it has run. */
  beforeStart(): Uint8Array | null;
  /**
   * A copy of a range as the chip's cache shows it: with encryption on, everything decrypted, so areas that were never
   * encrypted read as garbage; otherwise the stored bytes. Throws a `NorError` outside the chip.
   */
  plain(address: number, size: number): Uint8Array;
}

// One key for every virtual board: nothing here is a secret.
const KEY = Uint8Array.from({ length: 32 }, (_, i) => (i * 73 + 41) & 0xff);

const FUSES: Readonly<Record<Protection, Fuses>> = {
  none: OPEN_FUSES,
  'secure-download': { ...OPEN_FUSES, secureDownload: true },
  'encryption-development': { ...OPEN_FUSES, encryption: { key: KEY, count: 0b1, manual: 'allowed' } },
  // ESP-IDF, release mode: every bit of the counter is burnt, so encryption cannot be switched off.
  'encryption-release': { ...OPEN_FUSES, encryption: { key: KEY, count: 0b111_1111, manual: 'disabled' } },
};

/** Overrides of a board's catalogue entry. */
export interface MakeOptions {
  readonly protection?: Protection;
  /** See `EspBoardOptions`. */
  readonly stubStartMs?: number;
}

/** Makes a board from its catalogue entry and the overrides; throws a `RangeError` for an unknown id. */
export function makeBoard(id: string, clock: Clock, options: MakeOptions = {}): MadeBoard {
  const entry = VIRTUAL_BOARDS.find((candidate) => candidate.id === id);
  if (entry === undefined) throw new RangeError(`there is no virtual board "${id}"`);
  const chip = CHIPS[chipNameOf(entry)];
  const fuses = FUSES[options.protection ?? entry.protection];
  const { encryption } = fuses;
  const flash = factoryFlash(encryption === null ? entry.factory : { ...entry.factory, encryption });
  const bootLoader = makeBootLoader({ chip, fuses });
  let before: Uint8Array | null = null;
  // The bootloader may write otadata, so what a flasher left has to be copied before it runs.
  const boot: typeof bootLoader = (own, cause) => {
    // Reuse the buffer: a second copy of a large flash would linger until garbage collection.
    if (before === null) before = own.snapshot();
    else before.set(own.read(0, own.size));
    return bootLoader(own, cause);
  };
  const { mac, flashId, link, quirks } = entry;
  const late = options.stubStartMs === undefined ? {} : { stubStartMs: options.stubStartMs };
  const board = new EspBoard({ clock, flash, boot, chip, fuses, mac, flashId, link, quirks, ...late });
  const cipher = readingCipher(fuses);
  return {
    board,
    flash,
    usb: entry.usb,
    fuses,
    beforeStart: () => before?.slice() ?? null,
    plain(address, size) {
      const first = address - (address % CIPHER_BLOCK);
      const last = Math.ceil((address + size) / CIPHER_BLOCK) * CIPHER_BLOCK;
      const cells = flash.read(first, last - first);
      return (cipher?.decrypt(first, cells) ?? cells).slice(address - first, address - first + size);
    },
  };
}
