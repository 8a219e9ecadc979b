/** Makes the virtual boards that come with the app. */
import type { Clock } from './clock.ts';
import { makeBootLoader } from './esp32/boot.ts';
import { Esp32 } from './esp32/chip.ts';
import { factoryFlash } from './esp32/firmware/factory.ts';
import type { NorFlash } from './nor-flash.ts';
import type { UartBoard } from './uart.ts';
import type { VirtualBoard } from './virtual-boards.ts';
import { VIRTUAL_BOARDS } from './virtual-boards.ts';

/** A board fresh from the factory, with its flash to look into. */
export interface MadeBoard {
  readonly board: UartBoard;
  readonly flash: NorFlash;
  readonly usb: VirtualBoard['usb'];
  /** A copy of the whole flash as it was when the bootloader last began to run; null before that. */
  beforeStart(): Uint8Array | null;
}

/** Makes a board; throws a `RangeError` for an unknown id. */
export function makeBoard(id: string, clock: Clock): MadeBoard {
  const entry = VIRTUAL_BOARDS.find((candidate) => candidate.id === id);
  if (entry === undefined) throw new RangeError(`there is no virtual board "${id}"`);
  const flash = factoryFlash(entry.factory);
  const bootLoader = makeBootLoader();
  let before: Uint8Array | null = null;
  // A bootloader may write otadata: what a flasher left is what was there before it ran.
  const boot: typeof bootLoader = (own) => {
    before = own.snapshot();
    return bootLoader(own);
  };
  const board = new Esp32({ clock, flash, mac: entry.mac, boot, flashId: entry.flashId });
  return { board, flash, usb: entry.usb, beforeStart: () => before };
}
