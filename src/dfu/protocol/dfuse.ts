/**
 * DfuSe over one link: commands, blocks and the return to idle, with a timeout on every wait. One command at a time;
 * callers await each. Follows ST AN3156, and dfu-util's dfuse.c where that is silent.
 */
import { Failure } from '../../flash/failure.ts';
import { hex } from '../../flash/finding.ts';
import { Conversation, type CurrentOperation, placed, STALL_MS } from './conversation.ts';
import { dfuFailure } from '../failures.ts';
import type { DfuLink, DfuStatus } from './link.ts';
import type { Behaviour } from './quirks.ts';
import { statusWords } from './states.ts';

const SET_ADDRESS = 0x21;
const ERASE = 0x41;
/** The command that removes the read protection (AN3156, "Read Unprotect"). */
export const READ_UNPROTECT = 0x92;

/** Data starts at this block number; block 0 carries commands. */
const FIRST_BLOCK = 2;
/** wBlockNum has 16 bits. */
const LAST_BLOCK = 0xffff;

/** Timeouts for a command that touches no flash and for one block of data, in ms. */
const COMMAND_MS = 5_000;
const BLOCK_MS = 10_000;

/** Options for one DFU interface. `transferSize` in bytes. */
export interface DfuSeOptions {
  readonly behaviour: Behaviour;
  readonly transferSize: number;
  /** Whether block numbers may count up: the device multiplies them by its own transfer size, not by ours. */
  readonly carriesOn: boolean;
}

/** The DfuSe protocol. Every method may throw a `Failure` and nothing else; the device is then idle if possible. */
export class DfuSe {
  readonly #device: Conversation;

  constructor(
    readonly link: DfuLink,
    readonly options: DfuSeOptions,
  ) {
    this.#device = new Conversation(link, options.behaviour);
  }

  /** Gets the device to dfuIDLE from any state; `foundError`: it was in dfuERROR. */
  toIdle(): Promise<{ readonly foundError: boolean }> {
    return this.#device.toIdle();
  }

  /** Selects a memory by the number of its alternate setting. */
  async selectAlternate(number: number): Promise<void> {
    await this.#device.ready('dnload');
    this.#device.base = null;
    if ((await this.link.selectAlternate(number)) === 'stalled')
      throw await this.#device.stalled({ command: 'choose a memory' });
    await this.toIdle();
  }

  /** The codes of the commands that the device reports; null if it does not report them. */
  async commands(): Promise<readonly number[] | null> {
    await this.#device.ready('upload');
    // ST answers with four bytes, Particle with three: a request for more returns what there is.
    const codes = await this.link.upload(0, 64);
    await this.toIdle();
    return codes === 'stalled' || codes.length === 0 ? null : [...codes];
  }

  /** Erases the unit at an address; `ms` is how long that may take. */
  async erase(address: number, ms: number, doing: CurrentOperation): Promise<void> {
    // Bootloaders set their address pointer to the address of an erase.
    this.#device.base = null;
    await this.#command([ERASE, ...littleEndian(address)], ms, doing);
  }

  /** Sends Read Unprotect and waits until the device is gone; it erases everything first. */
  async readUnprotect(): Promise<void> {
    const { link, options } = this;
    const doing = { command: 'lift the read protection' };
    await this.#device.ready('dnload');
    if ((await link.download(0, Uint8Array.of(READ_UNPROTECT))) === 'stalled') throw await this.#device.stalled(doing);
    const end = link.clock.now() + options.behaviour.massEraseMs;
    try {
      // The erase runs now, and then the chip resets (AN3156, "Read Unprotect"): it is done when the device stops responding.
      for (let left = options.behaviour.massEraseMs; left > 0; left = end - link.clock.now()) {
        const status = await link.status(left);
        if (status !== 'stalled' && status.state === 'dfuERROR') throw await this.#unlockRefused(status, doing);
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

  /** The failure of Read Unprotect: any error means that the chip keeps its protection. */
  async #unlockRefused(status: DfuStatus, doing: CurrentOperation): Promise<Failure> {
    await this.#device.refused(status, doing);
    return dfuFailure('dfu-unlock-refused', { values: { status: statusWords(status.code) } });
  }

  /**
   * Fills `into` from an address on, in whole blocks; `onBytes` gets the number of bytes done and may throw to stop. The
   * tail is a separate read: bootloaders disagree on the length by which the number of a short block is multiplied.
   */
  async read(
    address: number,
    into: Uint8Array,
    doing: CurrentOperation,
    onBytes: (done: number) => void,
  ): Promise<void> {
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
    // Some devices return meaningless bytes, and only their status says that reading is not allowed.
    const status = await this.link.status();
    if (status === 'stalled') throw await this.#device.stalled(doing);
    this.#device.state = status.state;
    if (status.code !== 0 || status.state === 'dfuERROR') throw await this.#device.refused(status, doing);
  }

  /** Programs bytes at an address, one transfer at most. */
  async write(address: number, data: Uint8Array, doing: CurrentOperation): Promise<void> {
    const block = await this.#blockFor(address, data.length, 'dnload', doing);
    await this.#device.ready('dnload');
    if (this.link.isThere) doing.sends?.();
    // A view of shared memory cannot be sent to a device; a copy of one block is small.
    if ((await this.link.download(block, Uint8Array.from(data))) === 'stalled') throw await this.#device.stalled(doing);
    await this.#device.finish(BLOCK_MS, false, doing);
  }

  /** Leaves DFU mode; the ROM starts what is at `address`. A device that vanishes once this is requested is a success. */
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

  /** The block number for an address: counted up from the current base if possible, else after setting the address. */
  async #blockFor(
    address: number,
    length: number,
    request: 'dnload' | 'upload',
    doing: CurrentOperation,
  ): Promise<number> {
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

  async #setAddress(address: number, { sends: _, ...doing }: CurrentOperation): Promise<void> {
    await this.#command([SET_ADDRESS, ...littleEndian(address)], COMMAND_MS, doing);
    this.#device.base = address;
  }

  async #command(bytes: readonly number[], ms: number, doing: CurrentOperation): Promise<void> {
    await this.#device.ready('dnload');
    if (this.link.isThere) doing.sends?.();
    if ((await this.link.download(0, Uint8Array.from(bytes))) === 'stalled') throw await this.#device.stalled(doing);
    await this.#device.finish(ms, true, doing);
  }
}

/** An address as the four bytes that commands carry. */
function littleEndian(address: number): number[] {
  return [address & 0xff, (address >>> 8) & 0xff, (address >>> 16) & 0xff, address >>> 24];
}
