/**
 * A link that stays: it turns what goes wrong into a `Failure` with a place, obeys a cancel within a second, and where
 * the speed is its own to choose it opens itself again, slower, and repeats the piece of work.
 */
import { ESPError } from 'esptool-js';
import type { Cancel } from '../../flash/failure.ts';
import { Failure, makeCancel, stopped } from '../../flash/failure.ts';
import { hex } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import type { Chosen } from '../../flash/target.ts';
import { ASSUMED_FLASH_SIZE } from '../device.ts';
import { espFailure } from '../failures.ts';
import { linkLost } from '../transport.ts';
import { askFlash } from './identify.ts';
import type { Link } from './open.ts';
import { openLink } from './open.ts';
import { ROM_RATE } from './reach.ts';
import { Speed } from './speed.ts';

/** How long a board may go on with what it does after a person's wish to stop, in ms; a sound one needs less. */
const GRACE_MS = 800;
/** How much is read to prove a rate, in bytes; the stub's own MD5 follows it. */
const PROOF = 0x1000;

/**
 * What a stub says when it understood a command and cannot carry it out: the flash failed, or it has no such command
 * (esp-flasher-stub, commands.h). Anything else may be a damaged command, or a damaged answer.
 */
const UNDERSTOOD = new Set(['0xC4', '0xFF']);

/** One piece of work, for failures: what it is, and where. */
export interface Piece {
  readonly what: string;
  readonly range: Range | null;
  readonly cancel: Cancel;
}

/** A link and its speed. */
export class SteadyLink {
  /** What is taken for the size of a flash that cannot be asked, in bytes. */
  assumedSize = ASSUMED_FLASH_SIZE;
  #link: Link;
  #speed: Speed;
  #over: Failure | null = null;

  constructor(
    link: Link,
    chosen: Chosen,
    private readonly comesBack: () => Promise<SerialPort | null>,
  ) {
    this.#link = link;
    this.#speed = new Speed(chosen);
  }

  /** The link as it is now; another after a repair. */
  get current(): Link {
    return this.#link;
  }

  /** The rate now, in baud; null where it means nothing. */
  get rate(): number | null {
    return this.#link.connection === 'bridge' ? this.#link.transport.baudrate : null;
  }

  /** Counts bytes that came through, for the next raise. */
  wasClean(size: number): void {
    this.#speed.wasClean(size);
  }

  /** Goes up through the rates that are chosen or usual. One that is not heard costs a reset, and is not tried again. */
  speedUp(cancel: Cancel, onSay: (words: string) => void): Promise<void> {
    return this.#stoppable(cancel, async () => {
      if (!this.#link.commands.dialect.changesRate) return;
      // Only the stub closes what it sends with a digest, by which a rate can be proved.
      if (this.#speed.auto && this.#link.mode !== 'stub') return;
      for (const rate of this.#opening()) {
        onSay(`Raising the speed to ${rate.toLocaleString('en')} baud`);
        if (await this.#take(rate, cancel, onSay)) continue;
        onSay(`Not heard at ${rate.toLocaleString('en')} baud: going on slower`);
        return;
      }
    });
  }

  /** Takes up another choice of speed. */
  async choose(chosen: Chosen): Promise<void> {
    const next = new Speed(chosen);
    // What was found out about this link stands.
    if (next.auto && this.#speed.auto) return;
    this.#speed = next;
    await this.speedUp(makeCancel(), () => undefined);
  }

  /** Carries a piece of work out; again, slower, where the link damages it and its speed is not a person's choice. */
  work<T>(piece: Piece, work: (link: Link) => Promise<T>): Promise<T> {
    return this.#stoppable(piece.cancel, async () => {
      await this.#maybeRaise(piece.cancel);
      for (;;) {
        try {
          return await this.#attempt(piece, work);
        } catch (error) {
          if (!this.#mends(error)) throw error;
          if (piece.cancel.cancelled || this.#over !== null) throw stopped();
          this.#speed.lower(this.#link.transport.baudrate);
          await this.#again(piece.cancel).catch((later: unknown) => {
            if (later instanceof Failure && ['other-board', 'stopped'].includes(later.facts.name)) throw later;
            // Not even the reset helped: the first failure is the one to tell.
            throw error;
          });
        }
      }
    });
  }

  /** Lets the port go. */
  close(): Promise<void> {
    return this.#link.transport.disconnect();
  }

  #opening(): readonly number[] {
    const now = this.#link.transport.baudrate;
    // Left to the app, a rate that carries already is not given up for a lower one.
    return this.#speed.opening().filter((rate) => (this.#speed.auto ? rate > now : rate !== now));
  }

  async #maybeRaise(cancel: Cancel): Promise<void> {
    const { transport, mode, commands } = this.#link;
    if (mode !== 'stub' || !commands.dialect.changesRate) return;
    const next = this.#speed.raise(transport.baudrate);
    if (next !== null) await this.#take(next, cancel, () => undefined);
  }

  /** Tries a rate; false if it was not heard, and the link is then one that works. */
  async #take(rate: number, cancel: Cancel, onSay: (words: string) => void): Promise<boolean> {
    try {
      await this.#link.transport.race(prove(this.#link, rate));
      return true;
    } catch (error) {
      this.#giveWay(cancel);
      if (error instanceof Failure && error.facts.name === 'link-lost') throw error;
      if (this.#speed.auto) this.#speed.lower(rate);
      else this.#speed.giveUp();
      await this.#again(cancel, onSay);
      return false;
    }
  }

  /** Resets the board into its loader again, and goes up to what is left to hope for. The same board must answer. */
  async #again(cancel: Cancel, onSay: (words: string) => void = () => undefined): Promise<void> {
    const { port, transport, mac, mode } = this.#link;
    transport.end(linkLost());
    await transport.disconnect().catch(() => undefined);
    const { comesBack } = this;
    const link = await openLink(port, { cancel, comesBack, onSay, stub: mode === 'stub' });
    this.#link = link;
    this.#giveWay(cancel);
    if (link.mac !== mac || link.mode !== mode) {
      const other = espFailure('other-board', { values: { was: mac ?? 'unknown', is: link.mac ?? 'unknown' } });
      link.transport.end(other);
      throw other;
    }
    await askFlash(link, this.assumedSize);
    for (const rate of this.#speed.again()) {
      try {
        await link.transport.race(prove(link, rate));
      } catch (error) {
        this.#giveWay(cancel);
        if (error instanceof Failure && error.facts.name === 'link-lost') throw error;
        // Each call leaves fewer rates to try: it ends at the loader's own.
        if (this.#speed.lower(rate) === null || !this.#speed.auto) this.#speed.giveUp();
        await this.#again(cancel, onSay);
        return;
      }
    }
  }

  /** Ends a repair that a person stopped; the link is in no state to be used then. */
  #giveWay(cancel: Cancel): void {
    if (!cancel.cancelled && this.#over === null) return;
    this.#link.transport.end(this.#over ?? linkLost());
    throw stopped();
  }

  /** Whether a failure may be the link's own, and a slower link may cure it. */
  #mends(error: unknown): boolean {
    const { mode, transport, commands } = this.#link;
    if (!(error instanceof Failure) || !this.#speed.auto || mode !== 'stub') return false;
    if (!commands.dialect.changesRate || transport.baudrate <= ROM_RATE) return false;
    const { name, values } = error.facts;
    return name === 'no-answer' || (name === 'device-refused' && !UNDERSTOOD.has(String(values['code'])));
  }

  /** Carries work out once, and turns whatever goes wrong into a `Failure` with a place. */
  async #attempt<T>({ what, range }: Piece, work: (link: Link) => Promise<T>): Promise<T> {
    try {
      return await this.#link.transport.race(work(this.#link));
    } catch (error) {
      if (error instanceof Failure || error instanceof RangeError) throw error;
      const about = { cause: error, ...(range !== null && { place: { in: 'flash', range } as const }) };
      if (error instanceof DOMException) throw linkLost(error);
      if (!(error instanceof ESPError)) throw error;
      const status = /status (\d+),(\d+)/.exec(error.message);
      if (status === null) {
        throw espFailure('no-answer', { ...about, values: { command: what, reason: error.message } });
      }
      // The stub puts its code into the first byte, the ROM into the second.
      const code = hex(Number(status[2]) || Number(status[1]));
      throw espFailure('device-refused', { ...about, values: { command: what, code } });
    }
  }

  /**
   * Work that a cancel ends: by itself, between two answers, or after `GRACE_MS`. Then a board that does not answer has
   * a command in hand whose answer may still come, so that the link ends with it: nothing more is sent.
   */
  async #stoppable<T>(cancel: Cancel, work: () => Promise<T>): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let forget = (): void => undefined;
    const late = new Promise<never>((_, reject) => {
      forget = cancel.onCancel(() => {
        timer = setTimeout(() => {
          // First of the two, so that this is what the caller hears.
          reject(stopped());
          this.#over = espFailure('no-answer', { values: { command: 'stop' } });
          this.#link.transport.end(this.#over);
        }, GRACE_MS);
      });
    });
    try {
      return await Promise.race([work(), late]);
    } finally {
      forget();
      clearTimeout(timer);
    }
  }
}

/** Takes a rate up, and reads something with its digest, so that it is known to carry. Throws what esptool-js throws. */
async function prove({ loader, commands }: Link, rate: number): Promise<void> {
  await commands.changeRate(rate);
  if (commands.dialect.registers) await loader.readReg(loader.CHIP_DETECT_MAGIC_REG_ADDR, 500);
  else await loader.getSecurityInfo(false);
  if (commands.dialect.read === 'stream') await commands.read(0, PROOF);
}
