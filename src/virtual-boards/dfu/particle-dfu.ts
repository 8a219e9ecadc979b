/**
 * The DFU part of Particle's bootloader for the STM32F205 (device-os, usbd_dfu_core.c and usbd_dfu_mal.c). It derives
 * from ST's library, but does its work inside GETSTATUS and reports a failure only by a stall.
 */
import type { UsbFunction } from '../usb-core.ts';
import type { ControlAnswer, Setup } from '../usb.ts';
import type { Exits } from './board.ts';
import { COMMAND, commandAddress, REQUEST, STATE, STATUS, statusBytes } from './dfu.ts';
import type { Faults } from './faults.ts';
import type { Life } from '../life.ts';
import { PROTECTED_BELOW, type AlternateMemory } from './particle-memory.ts';

/** Bytes in one transfer (usbd_conf.h, XFERSIZE). */
export const PARTICLE_TRANSFER = 4096;
/** Time from the answer that ends a download to the reset, in ms (DFU_Reset_Count). */
const RESET_MS = 500;
const COMMANDS = [COMMAND.get, COMMAND.setAddress, COMMAND.erase];
/** The states in which ABORT and DETACH have an effect. */
const HEARD_ABORT: readonly number[] = [2, 3, 5, 6, 9];

/** A download waiting for its GETSTATUS. */
interface Pending {
  readonly block: number;
  readonly data: Uint8Array;
}

/** One run of the bootloader. */
export class ParticleDfu implements UsbFunction {
  alternate = 0;
  private state: number = STATE.idle;
  private status: number = STATUS.ok;
  private pollMs = 0;
  private pointer = PROTECTED_BELOW;
  private pending: Pending | null = null;

  constructor(
    private readonly media: readonly AlternateMemory[],
    private readonly life: Life,
    private readonly exits: Exits,
    private readonly faults: Faults,
  ) {}

  /** Resets neither the alternate setting nor the status: in the original they are static variables. */
  restart(): void {
    this.state = STATE.idle;
    this.pending = null;
  }

  async request(setup: Setup, data: Uint8Array): Promise<ControlAnswer> {
    const inward = setup.requestType === 0xa1;
    if (!inward && setup.requestType !== 0x21) return null;
    switch (setup.request) {
      case REQUEST.detach:
        this.toIdle();
        this.exits.reattach();
        return true;
      case REQUEST.download:
        return !inward && this.download(setup.value, data) ? true : null;
      case REQUEST.upload:
        return inward ? this.upload(setup.value, setup.length) : null;
      case REQUEST.getStatus:
        return inward ? this.getStatus() : null;
      case REQUEST.clearStatus:
        this.clearStatus();
        return true;
      case REQUEST.getState:
        return inward ? Uint8Array.of(this.state) : null;
      case REQUEST.abort:
        this.toIdle();
        return true;
      default:
        return null;
    }
  }

  private download(block: number, data: Uint8Array): boolean {
    if (this.state !== STATE.idle && this.state !== STATE.downloadIdle) return false;
    // The original would write past the end of its buffer.
    if (data.length > PARTICLE_TRANSFER) return false;
    this.pending = data.length === 0 ? null : { block, data };
    this.state = data.length === 0 ? STATE.manifestSync : STATE.downloadSync;
    return true;
  }

  private upload(block: number, length: number): ControlAnswer {
    if (length === 0) {
      this.state = STATE.idle;
      return new Uint8Array(0);
    }
    if (this.state !== STATE.idle && this.state !== STATE.uploadIdle) return null;
    if (block === 0) {
      this.state = length > COMMANDS.length ? STATE.idle : STATE.uploadIdle;
      return Uint8Array.from(COMMANDS);
    }
    if (block === 1) {
      // A bug of the original: it takes a status for a state, and is stuck in state 15 until it gets CLRSTATUS twice.
      this.state = STATUS.errStalledPacket;
      return null;
    }
    if (length > PARTICLE_TRANSFER) return null;
    this.state = STATE.uploadIdle;
    const address = this.pointer + (block - 2) * PARTICLE_TRANSFER;
    const { medium } = this;
    return medium.has(address) ? medium.read(address, length) : new Uint8Array(length);
  }

  /** The work is done before this transfer ends: the answer is dfuDNBUSY, or a stall on failure. */
  private async getStatus(): Promise<ControlAnswer> {
    const { pending } = this;
    if (this.state === STATE.downloadSync && pending !== null) {
      this.state = STATE.downloadBusy;
      // The poll time is that of the old pointer, looked up before the command is parsed (MAL_GetStatus).
      if (this.medium.has(this.pointer)) {
        const erase = pending.block === 0 && pending.data[0] === COMMAND.erase;
        this.pollMs = erase ? this.medium.erasePoll : this.medium.writePoll;
      }
      const done = await (pending.block === 0 ? this.command(pending.data) : this.write(pending));
      this.pending = null;
      if (this.faults.stuckBusy) return statusBytes(this.status, this.pollMs, this.state);
      this.state = STATE.downloadSync;
      return done ? statusBytes(this.status, this.pollMs, STATE.downloadBusy) : null;
    }
    if (this.state === STATE.downloadSync) this.state = STATE.downloadIdle;
    if (this.state === STATE.manifestSync) {
      this.state = STATE.manifestWaitReset;
      this.life.after(RESET_MS, () => this.exits.reset(true));
      // "Get a nice output from dfu-util": it says dfuDNLOAD-IDLE once, and dfuMANIFEST-WAIT-RESET from then on.
      return statusBytes(this.status, this.pollMs, STATE.downloadIdle);
    }
    return statusBytes(this.status, this.pollMs, this.state);
  }

  private async command(data: Uint8Array): Promise<boolean> {
    if (data[0] === COMMAND.get && data.length === 1) return true;
    if (data[0] === COMMAND.setAddress && data.length === 5) {
      // Any address is accepted; a bad one fails when it is used.
      this.pointer = commandAddress(data);
      return true;
    }
    if (data[0] !== COMMAND.erase || data.length !== 5) return false;
    // An erase leaves its address in the pointer.
    this.pointer = commandAddress(data);
    if (!this.medium.has(this.pointer) || this.faults.takeErase(this.pointer)) return false;
    return this.medium.erase(this.pointer, this.life);
  }

  private async write({ block, data }: Pending): Promise<boolean> {
    // Block 1 is neither a command nor data: nothing is done, without an error.
    if (block === 1) return true;
    const address = this.pointer + (block - 2) * PARTICLE_TRANSFER;
    if (!this.medium.has(address) || this.faults.takeProgram()) return false;
    return this.medium.write(address, data, this.life);
  }

  private clearStatus(): void {
    const error = this.state === STATE.error;
    this.state = error ? STATE.idle : STATE.error;
    this.status = error ? STATUS.ok : STATUS.errUnknown;
  }

  /** ABORT and DETACH: effective in the idle and sync states, acknowledged without effect in all others. */
  private toIdle(): void {
    if (!HEARD_ABORT.includes(this.state)) return;
    this.state = STATE.idle;
    this.status = STATUS.ok;
    this.pending = null;
  }

  private get medium(): AlternateMemory {
    const medium = this.media[this.alternate] ?? this.media[0];
    if (medium === undefined) throw new RangeError('a bootloader without memories');
    return medium;
  }
}
