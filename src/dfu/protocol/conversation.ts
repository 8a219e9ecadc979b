/**
 * What a device in DFU mode was last heard to be, and how it is brought to where it should be: to idle, to a state that
 * takes a request, to the end of a command. Every wait has an end, and every failure leaves the device idle if it can be.
 */
import { Failure } from '../../flash/failure.ts';
import type { Place } from '../../flash/finding.ts';
import { dfuFailure } from '../failures.ts';
import type { DfuLink, DfuStatus } from './link.ts';
import type { Behaviour } from './quirks.ts';
import { DFU_STATES, type DfuState, ERR_VENDOR, stateAfter, type StateRequest, statusWords } from './states.ts';

/** How many states a device may pass through on its way to idle. */
const STEPS_TO_IDLE = 12;
/** So many answers in a row that want no time, from a device that is busy: it is stuck (dfu-util, dfuse.c). */
const ZERO_TIMEOUTS = 100;
/** How long a device is waited for that is busy with what someone else began, in ms. */
const BUSY_MS = 10_000;
/** How long a device is left alone that stalls a status request, in ms. */
export const STALL_MS = 100;

/** What someone is about to do, for failures: the words for it and the place. */
export interface Doing {
  readonly command: string;
  readonly place?: Place;
}

/** One device's side of the conversation. Every method may throw a `Failure` and nothing else. */
export class Conversation {
  /** The state that the device is in as far as was heard. */
  state: DfuState = 'dfuIDLE';
  /** The address behind block 2, or null after anything that may have moved it. */
  base: number | null = null;

  constructor(
    readonly link: DfuLink,
    readonly behaviour: Behaviour,
  ) {}

  /** Gets the device to dfuIDLE from wherever it is, as the table of states says; tells whether it reported an error. */
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

  /** Gets the device into a state that takes a request. */
  async ready(request: StateRequest): Promise<void> {
    if (stateAfter(this.state, request) !== null) return;
    if (stateAfter(this.state, 'abort') === 'dfuIDLE' && (await this.link.abort()) !== 'stalled')
      this.state = 'dfuIDLE';
    else await this.toIdle();
  }

  /**
   * Waits for what was sent to be done. The first answer starts a command, and says that it is busy with it: one that
   * does not has not taken it.
   */
  async finish(ms: number, isCommand: boolean, doing: Doing): Promise<void> {
    const { link, behaviour } = this;
    const end = link.clock.now() + ms;
    let asked = 0;
    let zeros = 0;
    let stalls = 0;
    let pollMs = 0;
    for (;;) {
      // Some do the work before they answer.
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
      // A device that wants no time and stays busy is asked ever more rarely, for four seconds in all.
      await link.sleep(Math.min(Math.max(pollMs, Math.min(zeros - 1, 50)), left));
    }
  }

  /** The two CLRSTATUS that free a device which stays busy: the first makes an error of it, the second clears that. */
  async #freed(): Promise<boolean> {
    await this.link.clear();
    await this.link.clear();
    const status = await this.link.status();
    if (status === 'stalled') return false;
    this.state = status.state;
    return status.state === 'dfuIDLE';
  }

  /** The failure of a device that stalled: its status says more, where it has one. */
  async stalled(doing: Doing): Promise<Failure> {
    const status = await this.link.status();
    if (status !== 'stalled' && status.state === 'dfuERROR' && status.code !== 0) return this.refused(status, doing);
    await this.#settled();
    return dfuFailure('dfu-stalled', { values: { command: doing.command }, ...placed(doing) });
  }

  /** The failure of a device that reported an error, which is cleared. */
  async refused(status: DfuStatus, doing: Doing): Promise<Failure> {
    await this.#settled();
    if (status.code === ERR_VENDOR) return dfuFailure('dfu-read-protected', placed(doing));
    const values = { command: doing.command, status: statusWords(status.code), code: status.code };
    return dfuFailure('dfu-refused', { values, ...placed(doing) });
  }

  /** Gets the device to idle if it lets itself be; what is wrong with it is being told already, unless it is gone. */
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

/** The place of what someone is about to do, as failures take it. */
export function placed({ place }: Doing): { readonly place?: Place } {
  return place === undefined ? {} : { place };
}
