/** Which rate a link runs at: chosen by a person, or found out: raised while all is clean, lowered on errors. */
import type { Chosen } from '../../flash/target.ts';
import { SPEED, SPEEDS } from '../board/setting-ids.ts';
import { ROM_RATE } from './enter-bootloader.ts';
import type { Link } from './open-link.ts';

/** The rates that are tried by themselves, in baud; 2000000 is a person's own choice. */
const LADDER: readonly number[] = SPEEDS.filter((rate) => rate <= 1500000);
/** Where the automatic choice begins, and how high it goes before anything has proved clean. */
const FIRST = 460800;
/** The rate that nearly every bridge carries, in baud. */
export const USUAL_RATE = 921600;
/** Bytes without an error after which the next rate is tried. */
const CLEAN = 0x80000;

/** How much is read to prove a rate, in bytes; the stub's own MD5 follows it. */
const PROOF = 0x1000;

/** The rate of one connection, as it changes. */
export class Speed {
  #auto: boolean;
  #wanted: number;
  #ceiling = LADDER.at(-1) ?? ROM_RATE;
  #clean = 0;

  constructor(chosen: Chosen) {
    const rate = Number(chosen[SPEED] ?? 'auto');
    this.#auto = !(rate > 0);
    this.#wanted = this.#auto ? USUAL_RATE : rate;
  }

  /** Whether the rate is the app's to choose. */
  get auto(): boolean {
    return this.#auto;
  }

  /** The rates to go through right after the loader answers, each to be proved before the next. */
  opening(): readonly number[] {
    if (!this.#auto) return [this.#wanted];
    return LADDER.filter((rate) => rate >= FIRST && rate <= Math.min(USUAL_RATE, this.#ceiling));
  }

  /** Counts bytes that came through undamaged. */
  wasClean(bytes: number): void {
    this.#clean += bytes;
  }

  /** The next rate to try, once enough came through at this one; null while not, or where there is none. */
  raise(now: number): number | null {
    if (!this.#auto || this.#clean < CLEAN) return null;
    return LADDER.find((rate) => rate > now && rate <= this.#ceiling) ?? null;
  }

  /** Takes an error at this rate into account: it is not used again. Null if there is no lower one. */
  lower(now: number): number | null {
    this.#clean = 0;
    const below = LADDER.filter((rate) => rate < now).at(-1) ?? null;
    if (below !== null) this.#ceiling = below;
    return below;
  }

  /** A rate that was chosen and not heard is given up for the ROM's own, which always works. */
  giveUp(): void {
    this.#wanted = ROM_RATE;
    if (this.#auto) this.#ceiling = ROM_RATE;
  }

  /** The rates on the way back up after an error: only the one that is left. */
  again(): readonly number[] {
    const rate = this.#auto ? Math.min(this.#ceiling, USUAL_RATE) : this.#wanted;
    return rate === ROM_RATE ? [] : [rate];
  }
}

/**
 * Asks the loader for another rate in baud, switches the port to it, and reads something with its digest to know that it
 * carries. Throws what esptool-js throws.
 */
export async function changeBaudRate({ loader, commands }: Link, rate: number): Promise<void> {
  await commands.changeRate(rate);
  if (commands.dialect.registers) await loader.readReg(loader.CHIP_DETECT_MAGIC_REG_ADDR, 500);
  else await loader.getSecurityInfo(false);
  if (commands.dialect.read === 'stream') await commands.read(0, PROOF);
}
