/**
 * A link that recovers from errors: it turns them into a `Failure` with a place, obeys a cancel within a second or so, and
 * repeats what was damaged on the wire: over the same link, at a lower rate if speed is automatic, or after a reset.
 */
import type { Cancel } from '../../flash/failure.ts';
import { Failure, stopped } from '../../flash/failure.ts';
import type { Chosen } from '../../flash/target.ts';
import { ASSUMED_FLASH_SIZE } from './device.ts';
import { espFailure } from '../failures.ts';
import { linkLost } from './transport.ts';
import { askFlash, differentBoardFailure } from './identify.ts';
import type { Operation } from './loader-errors.ts';
import { RetryBudget, loaderFailureOf } from './loader-errors.ts';
import type { Link } from './open-link.ts';
import { openLink } from './open-link.ts';
import { ROM_RATE } from './enter-bootloader.ts';
import { changeBaudRate, Speed } from './baud-rate.ts';

/** How long to wait for a board to finish its command after a cancel, in ms; a working one needs less. */
const GRACE_MS = 800;
/** The same if it erases 64 KiB before it answers: up to 2 s (W25Q32JV datasheet, tBE2). */
const ERASE_GRACE_MS = 2500;

/** Failures of a repair that say more than the failure it was meant to fix. */
const NEWS: ReadonlySet<string> = new Set(['other-board', 'board-unsure', 'loader-gone', 'stop-cost-link']);

/** One operation on the link: its description and range for failures, and its cancel. */
export interface LinkWork extends Operation {
  readonly cancel: Cancel;
  /** Whether the board may have to erase before it can answer. */
  readonly erases?: boolean;
}

/** A link with its speed policy and repair. */
export class ResilientLink {
  /** Assumed size of a flash that does not report its own, in bytes. */
  assumedSize = ASSUMED_FLASH_SIZE;
  #link: Link;
  #speed: Speed;
  /** Why this link was given up: every later operation fails with this, and never as `stopped`. */
  #over: Failure | null = null;

  constructor(
    link: Link,
    chosen: Chosen,
    private readonly comesBack: () => Promise<SerialPort | null>,
  ) {
    this.#link = link;
    this.#speed = new Speed(chosen);
  }

  /** The current link; a repair replaces it by a new one in the same mode. */
  get current(): Link {
    return this.#link;
  }

  /** The current baud rate; null over USB. */
  get rate(): number | null {
    return this.#link.connection === 'bridge' ? this.#link.transport.baudrate : null;
  }

  /** Counts bytes transferred without an error, for the next raise. */
  wasClean(size: number): void {
    this.#speed.wasClean(size);
  }

  /** Raises the speed to the chosen or the usual rate. A rate that fails costs a reset and is not tried again. */
  speedUp(cancel: Cancel, onSay: (words: string) => void): Promise<void> {
    const piece = { what: 'change the speed', range: null, cancel };
    return this.#stoppable(piece, async () => {
      const rate = this.#speed.opening();
      const now = this.#link.transport.baudrate;
      // In automatic speed, a working rate is not given up for a lower one.
      if (!this.#canRaise() || (this.#speed.auto ? rate <= now : rate === now)) return;
      cancel.check();
      onSay(`Raising the speed to ${rate.toLocaleString('en')} baud`);
      if (!(await this.#take(rate, piece, onSay)))
        onSay(`No response at ${rate.toLocaleString('en')} baud: trying a lower speed`);
    });
  }

  /** Applies another speed setting; if cancelled, the link keeps the rate reached so far. */
  async choose(chosen: Chosen, cancel: Cancel): Promise<void> {
    const [before, next] = [this.#speed, new Speed(chosen)];
    // Keep what was learned about this link.
    if (next.auto && before.auto) return;
    this.#speed = next;
    try {
      await this.speedUp(cancel, () => undefined);
    } catch (error) {
      this.#speed = before;
      throw error;
    }
  }

  /** Runs an operation, and repeats it by `RetryBudget` if the wire damages it. */
  work<T>(piece: LinkWork, work: (link: Link) => Promise<T>): Promise<T> {
    return this.#stoppable(piece, async () => {
      await this.#maybeRaise(piece);
      const remedies = new RetryBudget();
      for (;;) {
        try {
          return await this.#link.transport.race(work(this.#link));
        } catch (error) {
          const trouble = loaderFailureOf(error, piece, this.#link.mode);
          if (trouble === null) throw error;
          const { failure, sign } = trouble;
          const canSlow = this.#canSlow();
          const remedy = remedies.next(sign, { mode: this.#link.mode, canSlow });
          if (remedy === null) throw failure;
          // Only a board that has replied is in sync: without a reply the link cannot be called intact.
          if (piece.cancel.cancelled) throw sign === 'noise' ? stopped() : failure;
          if (remedy === 'again') continue;
          if (remedy === 'slower') this.#speed.lower(this.#link.transport.baudrate);
          await this.#again(piece).catch((later: unknown) => {
            if (later instanceof Failure && NEWS.has(later.facts.name)) throw later;
            // The reset did not help either: report the first failure.
            throw failure;
          });
        }
      }
    });
  }

  /** Closes the port. */
  close(): Promise<void> {
    return this.#link.transport.disconnect();
  }

  #canRaise(): boolean {
    const { mode, commands } = this.#link;
    // Only the stub sends a digest after a read, which proves a rate.
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

  /** Tries a rate; false if it failed, in which case the link has been reset and works again. */
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

  /** Resets the board into its loader and raises the speed to the best rate left. The same board must answer. */
  async #again(piece: LinkWork, onSay: (words: string) => void = () => undefined): Promise<void> {
    const { cancel } = piece;
    const before = this.#link;
    before.transport.end(linkLost());
    await before.transport.disconnect().catch(() => undefined);
    const { comesBack } = this;
    // The plan was made for the previous loader: another one reads, writes and encrypts differently.
    const loader = before.mode === 'stub' ? 'stub' : 'rom';
    try {
      this.#link = await openLink(before.port, { clock: before.clock, cancel, comesBack, onSay, loader });
    } finally {
      this.#giveWay(piece);
    }
    const stranger = differentBoardFailure(before, this.#link);
    if (stranger !== null) throw this.#giveUp(stranger);
    await askFlash(this.#link, this.assumedSize);
    for (const rate of this.#canRaise() ? this.#speed.again() : []) {
      try {
        await this.#link.transport.race(changeBaudRate(this.#link, rate));
      } catch (error) {
        this.#giveWay(piece);
        if (error instanceof Failure && error.facts.name === 'link-lost') throw error;
        // Each call leaves fewer rates to try, down to the loader's own.
        if (this.#speed.lower(rate) === null || !this.#speed.auto) this.#speed.giveUp();
        await this.#again(piece, onSay);
        return;
      }
    }
  }

  /** Ends a repair that was cancelled: the link is not usable then, and the failure says so. */
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
   * Runs work that a cancel ends: by itself between two replies, or after a grace period. A board that has not replied by
   * then is still busy with a command, whose reply may come later, so the link is ended and nothing more is sent.
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

/** The failure of a link that was ended by a cancel. */
function stopCost(reason: string, { what, range }: Operation): Failure {
  const place = range === null ? { in: 'device' as const } : { in: 'flash' as const, range };
  return espFailure('stop-cost-link', { values: { reason, command: what }, place });
}
