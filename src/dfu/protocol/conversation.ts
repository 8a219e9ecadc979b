/**
 * Tracks the state of a DFU device and gets it where it is needed: to dfuIDLE, to a state that accepts a request, to the
 * end of a command. Every wait has a timeout, and every failure leaves the device idle if possible.
 */
import { Failure } from '../../flash/failure.ts';
import type { Place } from '../../flash/finding.ts';
import { dfuFailure } from '../failures.ts';
import type { DfuLink, DfuStatus } from './link.ts';
import type { Behaviour } from './quirks.ts';
import { DFU_STATES, type DfuState, ERR_VENDOR, stateAfter, type StateRequest, statusWords } from './states.ts';

/** The most steps that getting a device to idle may take. */
const STEPS_TO_IDLE = 12;
/** A busy device that reports a poll timeout of 0 this many times in a row is stuck (dfu-util, dfuse.c). */
const ZERO_TIMEOUTS = 100;
/** How long to wait for a device that is busy with work that another program started, in ms. */
const BUSY_MS = 10_000;
/** The pause after a stalled status request, in ms. */
export const STALL_MS = 100;

/** The work in progress, as failures name it: the command and its place. */
export interface CurrentOperation {
  readonly command: string;
  readonly place?: Place;
  /** Called before what may change the flash is sent. */
  readonly sends?: () => void;
}

/** The state of one device. Every method may throw a `Failure` and nothing else. */
export class Conversation {
  /** The last known state of the device. */
  state: DfuState = 'dfuIDLE';
  /** The address of block 2; null after anything that may have changed it. */
  base: number | null = null;

  constructor(
    readonly link: DfuLink,
    readonly behaviour: Behaviour,
  ) {}

  /** Gets the device to dfuIDLE from any state, by the table of states; `foundError`: it was in dfuERROR. */
  async toIdle(): Promise<{ readonly foundError: boolean }> {
    const { link, behaviour } = this;
    const end = link.clock.now() + BUSY_MS;
    let foundError = false;
    for (let step = 0; step < STEPS_TO_IDLE;) {
      const status = await link.status();
      if (status === 'stalled') {
        step++;
        await link.sleep(STALL_MS);
        continue;
      }
      this.state = status.state;
      switch (DFU_STATES[status.state].toIdle) {
        case 'nothing':
          return { foundError };
        case 'abort':
          step++;
          await link.abort();
          break;
        case 'clear':
          step++;
          foundError = true;
          this.base = null;
          await link.clear();
          break;
        case 'wait':
          if (link.clock.now() >= end) {
            step++;
            if (!behaviour.clearWhenBusy || !(await this.#freed())) throw this.#wrongState('get ready', status);
          }
          await link.sleep(Math.min(Math.max(status.pollMs, 50), BUSY_MS));
          break;
        case 'detach':
        case 'replug':
          throw this.#wrongState('get ready', status);
      }
    }
    throw dfuFailure('dfu-wrong-state', {
      values: { command: 'get ready', state: this.state, says: 'it does not become idle' },
    });
  }

  /** Gets the device into a state that accepts a request. */
  async ready(request: StateRequest): Promise<void> {
    if (stateAfter(this.state, request) !== null) return;
    if (stateAfter(this.state, 'abort') === 'dfuIDLE' && (await this.link.abort()) !== 'stalled')
      this.state = 'dfuIDLE';
    else await this.toIdle();
  }

  /**
   * Waits up to `ms` until the device has done what was sent. The first GETSTATUS starts a command, and its reply must be
   * dfuDNBUSY: otherwise the device has not accepted the command.
   */
  async finish(ms: number, isCommand: boolean, doing: CurrentOperation): Promise<void> {
    const { link, behaviour } = this;
    const end = link.clock.now() + ms;
    let asked = 0;
    let zeros = 0;
    let stalls = 0;
    let pollMs = 0;
    for (;;) {
      // Some devices do the work before they reply.
      const status = await link.status(ms);
      if (status === 'stalled') {
        if (asked === 0 || stalls >= behaviour.statusRetries) throw await this.stalled(doing);
        stalls++;
      } else {
        this.state = status.state;
        if (status.code !== 0 || status.state === 'dfuERROR') throw await this.refused(status, doing);
        if (status.state === 'dfuDNLOAD-IDLE' && (asked > 0 || !isCommand)) return;
        if (status.state !== 'dfuDNBUSY') throw this.#wrongState(doing.command, status);
        ({ pollMs } = status);
        zeros = pollMs === 0 ? zeros + 1 : 0;
        asked++;
      }
      const left = end - link.clock.now();
      if (left <= 0 || zeros >= ZERO_TIMEOUTS) {
        if (behaviour.clearWhenBusy && (await this.#freed())) return;
        const values = { command: doing.command, seconds: Math.round((ms - left) / 1000) };
        throw dfuFailure('dfu-stuck-busy', { values, ...placed(doing) });
      }
      // A device that stays busy with a poll timeout of 0 is polled less and less often, for four seconds in all.
      await link.sleep(Math.min(Math.max(pollMs, Math.min(zeros - 1, 50)), left));
    }
  }

  /** Frees a device that stays busy: the first CLRSTATUS puts it into dfuERROR, the second clears that. */
  async #freed(): Promise<boolean> {
    await this.link.clear();
    await this.link.clear();
    const status = await this.link.status();
    if (status === 'stalled') return false;
    this.state = status.state;
    return status.state === 'dfuIDLE';
  }

  /** The failure for a request that stalled, with the reason from the device’s status if there is one. */
  async stalled(doing: CurrentOperation): Promise<Failure> {
    const status = await this.link.status();
    if (status !== 'stalled' && status.state === 'dfuERROR' && status.code !== 0) return this.refused(status, doing);
    await this.#settled();
    return dfuFailure('dfu-stalled', { values: { command: doing.command }, ...placed(doing) });
  }

  /** The failure for an error that the device reported; clears that error. */
  async refused(status: DfuStatus, doing: CurrentOperation): Promise<Failure> {
    await this.#settled();
    if (status.code === ERR_VENDOR) return dfuFailure('dfu-read-protected', placed(doing));
    const values = { command: doing.command, status: statusWords(status.code), code: status.code };
    return dfuFailure('dfu-refused', { values, ...placed(doing) });
  }

  /** Gets the device to idle if possible. Only a lost link is thrown: any other problem is being reported already. */
  async #settled(): Promise<void> {
    try {
      await this.toIdle();
    } catch (error) {
      if (!(error instanceof Failure) || error.facts.kind === 'lost') throw error;
    }
  }

  #wrongState(command: string, { state }: DfuStatus): Failure {
    return dfuFailure('dfu-wrong-state', { values: { command, state, says: DFU_STATES[state].says } });
  }
}

/** The place of the work in progress, in the form that failures take. */
export function placed({ place }: CurrentOperation): { readonly place?: Place } {
  return place === undefined ? {} : { place };
}
