/**
 * A link that stays: it turns what goes wrong into a `Failure` with a place, obeys a cancel within a second, and sends
 * again what the line damaged: as it was, over a slower link where the speed is its own to choose, or after a reset.
 */
import type { Cancel } from '../../flash/failure.ts';
import { Failure, stopped } from '../../flash/failure.ts';
import type { Chosen } from '../../flash/target.ts';
import { ASSUMED_FLASH_SIZE } from './device.ts';
import { espFailure } from '../failures.ts';
import { linkLost } from './transport.ts';
import { askFlash, otherThan } from './identify.ts';
import type { Doing } from './loader-errors.ts';
import { Remedies, troubleIn } from './loader-errors.ts';
import type { Link } from './open-link.ts';
import { openLink } from './open-link.ts';
import { ROM_RATE } from './enter-bootloader.ts';
import { changeBaudRate, Speed } from './baud-rate.ts';

/** How long a board may go on with what it does after a person's wish to stop, in ms; a sound one needs less. */
const GRACE_MS = 800;
/** The same where it erases 64 KiB before it answers: 2 s at the longest (W25Q32JV datasheet, tBE2). */
const ERASE_GRACE_MS = 2500;

/** What a repair can find out that says more than the failure that it was to mend. */
const NEWS: ReadonlySet<string> = new Set(['other-board', 'board-unsure', 'loader-gone', 'stop-cost-link']);

/** One piece of work, for failures: what it is, and where. */
export interface LinkWork extends Doing {
  readonly cancel: Cancel;
  /** Whether the board may have to erase before it can answer. */
  readonly erases?: boolean;
}

/** A link and its speed. */
export class ResilientLink {
  /** What is taken for the size of a flash that cannot be asked, in bytes. */
  assumedSize = ASSUMED_FLASH_SIZE;
  #link: Link;
  #speed: Speed;
  /** Why this link was given up: whatever is asked of it then is told so, and is never taken for a person's stop. */
  #over: Failure | null = null;

  constructor(
    link: Link,
    chosen: Chosen,
    private readonly comesBack: () => Promise<SerialPort | null>,
  ) {
    this.#link = link;
    this.#speed = new Speed(chosen);
  }

  /** The link as it is now; another after a repair, in the same mode. */
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
    const piece = { what: 'change the speed', range: null, cancel };
    return this.#stoppable(piece, async () => {
      if (!this.#canRaise()) return;
      for (const rate of this.#opening()) {
        cancel.check();
        onSay(`Raising the speed to ${rate.toLocaleString('en')} baud`);
        if (await this.#take(rate, piece, onSay)) continue;
        onSay(`No response at ${rate.toLocaleString('en')} baud: trying a lower speed`);
        return;
      }
    });
  }

  /** Takes up another choice of speed; stopped in between, the link has the rate that it got to. */
  async choose(chosen: Chosen, cancel: Cancel): Promise<void> {
    const [before, next] = [this.#speed, new Speed(chosen)];
    // What was found out about this link stands.
    if (next.auto && before.auto) return;
    this.#speed = next;
    try {
      await this.speedUp(cancel, () => undefined);
    } catch (error) {
      this.#speed = before;
      throw error;
    }
  }

  /** Carries a piece of work out; again where the line damages it, in the ways of `Remedies`. */
  work<T>(piece: LinkWork, work: (link: Link) => Promise<T>): Promise<T> {
    return this.#stoppable(piece, async () => {
      await this.#maybeRaise(piece);
      const remedies = new Remedies();
      for (;;) {
        try {
          return await this.#link.transport.race(work(this.#link));
        } catch (error) {
          const trouble = troubleIn(error, piece, this.#link.mode);
          if (trouble === null) throw error;
          const { failure, sign } = trouble;
          const canSlow = this.#canSlow();
          const remedy = remedies.next(sign, { mode: this.#link.mode, canSlow });
          if (remedy === null) throw failure;
          // Only a board that has answered is in step: without an answer the link may not be said to stand.
          if (piece.cancel.cancelled) throw sign === 'noise' ? stopped() : failure;
          if (remedy === 'again') continue;
          if (remedy === 'slower') this.#speed.lower(this.#link.transport.baudrate);
          await this.#again(piece).catch((later: unknown) => {
            if (later instanceof Failure && NEWS.has(later.facts.name)) throw later;
            // Not even the reset helped: the first failure is the one to tell.
            throw failure;
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

  #canRaise(): boolean {
    const { mode, commands } = this.#link;
    // Only the stub closes what it sends with a digest, by which a rate can be proved.
    return commands.dialect.changesRate && (mode === 'stub' || !this.#speed.auto);
  }

  #canSlow(): boolean {
    const { transport, commands } = this.#link;
    return this.#speed.auto && commands.dialect.changesRate && transport.baudrate > ROM_RATE;
  }

  async #maybeRaise(piece: LinkWork): Promise<void> {
    const { transport, mode, commands } = this.#link;
    if (mode !== 'stub' || !commands.dialect.changesRate) return;
    const next = this.#speed.raise(transport.baudrate);
    if (next !== null) await this.#take(next, piece, () => undefined);
  }

  /** Tries a rate; false if it was not heard, and the link is then one that works. */
  async #take(rate: number, piece: LinkWork, onSay: (words: string) => void): Promise<boolean> {
    try {
      await this.#link.transport.race(changeBaudRate(this.#link, rate));
      return true;
    } catch (error) {
      this.#giveWay(piece);
      if (error instanceof Failure && error.facts.name === 'link-lost') throw error;
      if (this.#speed.auto) this.#speed.lower(rate);
      else this.#speed.giveUp();
      await this.#again(piece, onSay);
      return false;
    }
  }

  /** Resets the board into its loader again, and goes up to what is left to hope for. The same board must answer. */
  async #again(piece: LinkWork, onSay: (words: string) => void = () => undefined): Promise<void> {
    const { cancel } = piece;
    const before = this.#link;
    before.transport.end(linkLost());
    await before.transport.disconnect().catch(() => undefined);
    const { comesBack } = this;
    // The plan was made for whoever answered before: another loader would read, write and encrypt in other ways.
    const loader = before.mode === 'stub' ? 'stub' : 'rom';
    try {
      this.#link = await openLink(before.port, { clock: before.clock, cancel, comesBack, onSay, loader });
    } finally {
      this.#giveWay(piece);
    }
    const stranger = otherThan(before, this.#link);
    if (stranger !== null) throw this.#giveUp(stranger);
    await askFlash(this.#link, this.assumedSize);
    for (const rate of this.#canRaise() ? this.#speed.again() : []) {
      try {
        await this.#link.transport.race(changeBaudRate(this.#link, rate));
      } catch (error) {
        this.#giveWay(piece);
        if (error instanceof Failure && error.facts.name === 'link-lost') throw error;
        // Each call leaves fewer rates to try: it ends at the loader's own.
        if (this.#speed.lower(rate) === null || !this.#speed.auto) this.#speed.giveUp();
        await this.#again(piece, onSay);
        return;
      }
    }
  }

  /** Ends a repair that a person stopped: the link is in no state to be used then, and that is what is told. */
  #giveWay({ what, range, cancel }: LinkWork): void {
    if (this.#over !== null) throw this.#over;
    if (cancel.cancelled) throw this.#giveUp(stopCost('the board was being reset', { what, range }));
  }

  #giveUp(failure: Failure): Failure {
    this.#over = failure;
    this.#link.transport.end(failure);
    return failure;
  }

  /**
   * Work that a cancel ends: by itself, between two answers, or after some grace. Then a board that does not answer has
   * a command in hand whose answer may still come, so that the link ends with it: nothing more is sent.
   */
  async #stoppable<T>(piece: LinkWork, work: () => Promise<T>): Promise<T> {
    if (this.#over !== null) throw this.#over;
    let cancelGrace = (): void => undefined;
    let forget = (): void => undefined;
    const graceMs = piece.erases === true ? ERASE_GRACE_MS : GRACE_MS;
    const why = `the board did not answer within ${graceMs / 1000} s`;
    const late = new Promise<never>((_, reject) => {
      forget = piece.cancel.onCancel(() => {
        cancelGrace = this.#link.clock.at(graceMs, () => reject(this.#giveUp(stopCost(why, piece))));
      });
    });
    try {
      return await Promise.race([work(), late]);
    } finally {
      forget();
      cancelGrace();
    }
  }
}

/** The failure of a link that a stop has ended. */
function stopCost(reason: string, { what, range }: Doing): Failure {
  const place = range === null ? { in: 'device' as const } : { in: 'flash' as const, range };
  return espFailure('stop-cost-link', { values: { reason, command: what }, place });
}
