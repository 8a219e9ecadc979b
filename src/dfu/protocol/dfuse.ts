/**
 * DfuSe over one link: commands, blocks and the way back to idle, with an end to every wait. One command at a time;
 * callers await each. ST AN3156; where it is silent, dfu-util's dfuse.c is followed.
 */
import { Failure } from '../../flash/failure.ts';
import { hex } from '../../flash/finding.ts';
import { Conversation, type Doing, placed, STALL_MS } from './conversation.ts';
import { dfuFailure } from '../failures.ts';
import type { DfuLink } from './link.ts';
import type { Behaviour } from './quirks.ts';

const SET_ADDRESS = 0x21;
const ERASE = 0x41;
/** The command that lifts the read protection (AN3156, "Read Unprotect"). */
export const READ_UNPROTECT = 0x92;

/** Data begins at this block number; block 0 is commands. */
const FIRST_BLOCK = 2;
/** wBlockNum has 16 bits. */
const LAST_BLOCK = 0xffff;

/** How long a device may take for a command that touches no flash, or one block of it, in ms. */
const COMMAND_MS = 5_000;
const BLOCK_MS = 10_000;

/** How a DFU interface is spoken to. `transferSize` in bytes. */
export interface DfuSeOptions {
  readonly behaviour: Behaviour;
  readonly transferSize: number;
  /** Whether block numbers may be counted on: the device multiplies them with its own transfer size, not with ours. */
  readonly carriesOn: boolean;
}

/** The DfuSe protocol. Every method may throw a `Failure` and nothing else, and then the device is idle if it can be. */
export class DfuSe {
  readonly #device: Conversation;

  constructor(
    readonly link: DfuLink,
    readonly options: DfuSeOptions,
  ) {
    this.#device = new Conversation(link, options.behaviour);
  }

  /** Gets the device to dfuIDLE from wherever it is; tells whether it reported an error. */
  toIdle(): Promise<{ readonly foundError: boolean }> {
    return this.#device.toIdle();
  }

  /** Turns to another memory. */
  async selectAlternate(number: number): Promise<void> {
    await this.#device.ready('dnload');
    this.#device.base = null;
    if ((await this.link.selectAlternate(number)) === 'stalled')
      throw await this.#device.stalled({ command: 'choose a memory' });
    await this.toIdle();
  }

  /** The commands that the device says it knows, by their codes; null where it does not say. */
  async commands(): Promise<readonly number[] | null> {
    await this.#device.ready('upload');
    // ST's answer is four bytes, Particle's three: whoever asks for more gets what there is.
    const codes = await this.link.upload(0, 64);
    await this.toIdle();
    return codes === 'stalled' || codes.length === 0 ? null : [...codes];
  }

  /** Erases the unit at an address; `ms` is how long that may take. */
  async erase(address: number, ms: number, doing: Doing): Promise<void> {
    // Bootloaders take the address of an erase for their pointer.
    this.#device.base = null;
    await this.#command([ERASE, ...littleEndian(address)], ms, doing);
  }

  /** Sends the command that lifts the read protection, and waits until the device is gone; it erases everything first. */
  async readUnprotect(): Promise<void> {
    const { link, options } = this;
    const doing = { command: 'lift the read protection' };
    await this.#device.ready('dnload');
    if ((await link.download(0, Uint8Array.of(READ_UNPROTECT))) === 'stalled') throw await this.#device.stalled(doing);
    const end = link.clock.now() + options.behaviour.massEraseMs;
    try {
      // The erase runs now, and then the chip resets (AN3156, "Read Unprotect"): it is done when nobody answers.
      for (let left = options.behaviour.massEraseMs; left > 0; left = end - link.clock.now()) {
        const status = await link.status(left);
        if (status !== 'stalled' && status.state === 'dfuERROR') throw await this.#device.refused(status, doing);
        await link.sleep(status === 'stalled' ? STALL_MS : Math.min(Math.max(status.pollMs, 100), left));
      }
    } catch (error) {
      if (!(error instanceof Failure) || error.facts.kind !== 'lost') throw error;
      link.end(dfuFailure('dfu-left'));
      return;
    }
    const seconds = Math.round(options.behaviour.massEraseMs / 1000);
    throw dfuFailure('dfu-stuck-busy', { values: { command: doing.command, seconds } });
  }

  /**
   * Reads into `into` from an address on, in whole blocks; `onBytes` hears how many are done and may throw to stop. A
   * tail is a read of its own: bootloaders disagree on which length a short block's number is multiplied with.
   */
  async read(address: number, into: Uint8Array, doing: Doing, onBytes: (done: number) => void): Promise<void> {
    for (let at = 0; at < into.length;) {
      const length = Math.min(this.options.transferSize, into.length - at);
      const block = await this.#blockFor(address + at, length, 'upload', doing);
      await this.#device.ready('upload');
      const data = await this.link.upload(block, length);
      if (data === 'stalled') throw await this.#device.stalled(doing);
      this.#device.state = 'dfuUPLOAD-IDLE';
      if (data.length !== length) {
        const status = await this.link.status();
        if (status !== 'stalled' && status.state === 'dfuERROR') throw await this.#device.refused(status, doing);
        await this.toIdle();
        const reason = `${data.length} of ${length} bytes at ${hex(address + at)}`;
        throw dfuFailure('dfu-bad-answer', { values: { command: doing.command, reason }, ...placed(doing) });
      }
      into.set(data, at);
      at += length;
      onBytes(at);
    }
    // Some answer with bytes of no meaning and only tell by their status that they may not.
    const status = await this.link.status();
    if (status === 'stalled') throw await this.#device.stalled(doing);
    this.#device.state = status.state;
    if (status.code !== 0 || status.state === 'dfuERROR') throw await this.#device.refused(status, doing);
  }

  /** Programs bytes at an address, one transfer at most. */
  async write(address: number, data: Uint8Array, doing: Doing): Promise<void> {
    const block = await this.#blockFor(address, data.length, 'dnload', doing);
    await this.#device.ready('dnload');
    // A view of shared memory cannot go to a device; a copy of one block is small.
    if ((await this.link.download(block, Uint8Array.from(data))) === 'stalled') throw await this.#device.stalled(doing);
    await this.#device.finish(BLOCK_MS, false, doing);
  }

  /** Lets the device go; its ROM jumps to what `address` holds. The device vanishing is success, at any point of it. */
  async leave(address: number | null): Promise<void> {
    const doing = { command: 'leave DFU mode' };
    if (address !== null) await this.#setAddress(address, doing);
    await this.#device.ready('leave');
    const { link } = this;
    try {
      if ((await link.download(FIRST_BLOCK, new Uint8Array())) === 'stalled') throw await this.#device.stalled(doing);
      const status = await link.status();
      if (status !== 'stalled' && status.state === 'dfuERROR') throw await this.#device.refused(status, doing);
    } catch (error) {
      if (!(error instanceof Failure) || error.facts.kind !== 'lost') throw error;
    }
    link.end(dfuFailure('dfu-left'));
  }

  /** The number of the block at an address: the next one where it can be counted on to, else with the address set anew. */
  async #blockFor(address: number, length: number, request: 'dnload' | 'upload', doing: Doing): Promise<number> {
    const { transferSize, carriesOn } = this.options;
    const base = this.#device.base;
    if (base !== null) {
      const distance = address - base;
      const block = FIRST_BLOCK + distance / transferSize;
      const counts =
        carriesOn && length === transferSize && distance >= 0 && Number.isInteger(block) && block <= LAST_BLOCK;
      if (distance === 0 || counts) return block;
    }
    await this.#setAddress(address, doing);
    // AN3156, "Read memory": an upload needs dfuIDLE, and the command leaves dfuDNLOAD-IDLE.
    if (request === 'upload') await this.#device.ready('upload');
    return FIRST_BLOCK;
  }

  async #setAddress(address: number, doing: Doing): Promise<void> {
    await this.#command([SET_ADDRESS, ...littleEndian(address)], COMMAND_MS, doing);
    this.#device.base = address;
  }

  async #command(bytes: readonly number[], ms: number, doing: Doing): Promise<void> {
    await this.#device.ready('dnload');
    if ((await this.link.download(0, Uint8Array.from(bytes))) === 'stalled') throw await this.#device.stalled(doing);
    await this.#device.finish(ms, true, doing);
  }
}

/** An address as commands carry it. */
function littleEndian(address: number): number[] {
  return [address & 0xff, (address >>> 8) & 0xff, (address >>> 16) & 0xff, address >>> 24];
}
