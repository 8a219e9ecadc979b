/** The baud rate of a link: chosen by a person, or automatic: raised while there are no errors and lowered on errors. */
import type { Chosen } from '../../flash/target.ts';
import { SPEED, SPEEDS } from '../board/setting-ids.ts';
import { ROM_RATE } from './enter-bootloader.ts';
import type { Link } from './open-link.ts';

/** The rates that are tried automatically, in baud; 2000000 is only used if chosen. */
const LADDER: readonly number[] = SPEEDS.filter((rate) => rate <= 1500000);
/** The rate that nearly every bridge supports, in baud: automatic speed starts with it, or lower once it has failed. */
export const USUAL_RATE = 921600;
/** Bytes without an error before the next rate is tried. */
const CLEAN = 0x80000;

/** Bytes read to prove a rate; the stub sends its MD5 after them. */
const PROOF = 0x1000;

/** The speed policy of one connection: which rates to try next. */
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

  /** Whether the rate is automatic. */
  get auto(): boolean {
    return this.#auto;
  }

  /** The rate to try right after the loader answers. */
  opening(): number {
    return this.#auto ? Math.min(USUAL_RATE, this.#ceiling) : this.#wanted;
  }

  /** Counts bytes that were transferred without an error. */
  wasClean(bytes: number): void {
    this.#clean += bytes;
  }

  /** The next rate to try, once enough was transferred at this one; null before that, or if there is none. */
  raise(now: number): number | null {
    if (!this.#auto || this.#clean < CLEAN) return null;
    return LADDER.find((rate) => rate > now && rate <= this.#ceiling) ?? null;
  }

  /** Records an error at this rate, which is not used again, and returns the next lower one; null if there is none. */
  lower(now: number): number | null {
    this.#clean = 0;
    const below = LADDER.filter((rate) => rate < now).at(-1) ?? null;
    if (below !== null) this.#ceiling = below;
    return below;
  }

  /** Falls back to the ROM's own rate, which always works. */
  giveUp(): void {
    this.#wanted = ROM_RATE;
    if (this.#auto) this.#ceiling = ROM_RATE;
  }

  /** The rates to try after a reset: the best one left, or none if that is the ROM's own. */
  again(): readonly number[] {
    const rate = this.#auto ? Math.min(this.#ceiling, USUAL_RATE) : this.#wanted;
    return rate === ROM_RATE ? [] : [rate];
  }
}

/**
 * Switches loader and port to another rate in baud, then proves it by a command and, with the stub, by a read with its
 * digest. Throws what esptool-js throws.
 */
export async function changeBaudRate({ loader, commands }: Link, rate: number): Promise<void> {
  await commands.changeRate(rate);
  if (commands.dialect.registers) await loader.readReg(loader.CHIP_DETECT_MAGIC_REG_ADDR, 500);
  else await loader.getSecurityInfo(false);
  if (commands.dialect.read === 'stream') await commands.read(0, PROOF);
}
