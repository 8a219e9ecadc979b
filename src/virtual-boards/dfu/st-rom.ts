/**
 * The DFU bootloader in the system memory of an STM32F405: DfuSe as in AN3156 and AN2662, and where those are silent, as
 * in the DFU class of ST's USB device library, from which the ROMs of that time derive.
 */
import type { UsbFunction } from '../usb-core.ts';
import type { ControlAnswer, Setup } from '../usb.ts';
import type { Exits } from './board.ts';
import { COMMAND, commandAddress, REQUEST, STATE, STATUS, statusBytes } from './dfu.ts';
import type { Faults } from './faults.ts';
import type { Life } from '../life.ts';
import { POINTER_AT_START, type StMemory } from './st-memory.ts';

/** A quirk of a ROM; see docs/virtual-boards-dfu.md for the source of each. */
export type StQuirk =
  /** It may enumerate in dfuERROR with errFIRMWARE. */
  | 'f4-starts-in-error'
  /** It reports a poll time of 100 ms for a mass erase that takes 8 s or more. */
  | 'f405-mass-erase-poll-lie'
  /** It stalls GETSTATUS while it erases or programs, instead of delaying the answer. */
  | 'l4-stalls-while-busy'
  /** It stays in dfuDNBUSY after each command, until it gets CLRSTATUS twice. */
  | 'h743-stays-busy'
  /** It stalls CLRSTATUS outside dfuERROR, instead of entering dfuERROR. */
  | 'c5-stalls-clrstatus'
  /** It reads at pointer + (block − 2) × wTransferSize, however short the last block is. */
  | 'read-formula-constant';

/** Bytes in one transfer (wTransferSize of the functional descriptor). */
export const ST_TRANSFER = 2048;
/** Poll times in ms, as an STM32F469 reports them: one for erases of any size, one for everything else. */
const ERASE_POLL = 100;
const OTHER_POLL = 104;
/** An honest poll time for a mass erase, in ms: the datasheet's maximum with 32-bit parallelism. */
const MASS_ERASE_POLL = 16_000;
const COMMANDS = [COMMAND.get, COMMAND.setAddress, COMMAND.erase, COMMAND.readUnprotect];

/** A download waiting for its GETSTATUS. */
interface Pending {
  readonly block: number;
  readonly data: Uint8Array;
}

/** One run of the ROM, from its start until it leaves or loses power. */
export class StRom implements UsbFunction {
  alternate = 0;
  private state: number = STATE.idle;
  private status: number = STATUS.ok;
  private pointer = POINTER_AT_START;
  private pending: Pending | null = null;
  private work: Promise<void> | null = null;

  constructor(
    private readonly memory: StMemory,
    private readonly life: Life,
    private readonly exits: Exits,
    private readonly faults: Faults,
    private readonly quirks: ReadonlySet<StQuirk>,
  ) {
    if (quirks.has('f4-starts-in-error')) this.fail(STATUS.errFirmware);
  }

  restart(): void {
    this.alternate = 0;
    // dfuERROR survives this: dfu-util finds devices in it that the system has configured.
    if (this.state !== STATE.error) this.state = STATE.idle;
    this.pending = null;
  }

  async request(setup: Setup, data: Uint8Array): Promise<ControlAnswer> {
    if (setup.requestType === 0xa1) {
      if (setup.request === REQUEST.getStatus) return this.getStatus();
      if (setup.request === REQUEST.getState) return Uint8Array.of(this.state);
      if (setup.request === REQUEST.upload) return this.upload(setup.value, setup.length);
      return null;
    }
    if (setup.requestType !== 0x21) return null;
    // The ROM works inside an interrupt: nothing else is handled until it is done.
    await this.work;
    switch (setup.request) {
      case REQUEST.detach:
        // Seen in ST's library: the device leaves the bus and comes back in dfuIDLE.
        if (this.state !== STATE.error) this.idle();
        this.exits.reattach();
        return true;
      case REQUEST.download:
        return this.download(setup.value, data) ? true : null;
      case REQUEST.clearStatus:
        return this.clearStatus() ? true : null;
      case REQUEST.abort:
        if (this.state !== STATE.error && this.state !== STATE.downloadBusy) this.idle();
        return true;
      default:
        return null;
    }
  }

  private download(block: number, data: Uint8Array): boolean {
    if (this.state !== STATE.idle && this.state !== STATE.downloadIdle) return false;
    if (data.length > ST_TRANSFER) return false;
    this.pending = { block, data };
    this.state = data.length === 0 ? STATE.manifestSync : STATE.downloadSync;
    return true;
  }

  private upload(block: number, length: number): Uint8Array | null {
    if (this.state !== STATE.idle && this.state !== STATE.uploadIdle) return null;
    if (block === 0) {
      this.state = length >= COMMANDS.length ? STATE.idle : STATE.uploadIdle;
      return Uint8Array.from(COMMANDS);
    }
    if (block === 1) return this.fail(STATUS.errStalledPacket);
    if (this.memory.options.protection !== 0) return this.fail(STATUS.errVendor);
    // "Where wTransferSize is the length of the requested data buffer" (AN2662, 4.4.1): a short last block is
    // read from another address than a client expects that counts in whole blocks.
    const unit = this.quirks.has('read-formula-constant') ? ST_TRANSFER : length;
    const bytes = this.memory.read(this.pointer + (block - 2) * unit, length);
    if (bytes === null || length > ST_TRANSFER) return this.fail(STATUS.errTarget);
    this.state = STATE.uploadIdle;
    return bytes;
  }

  private async getStatus(): Promise<ControlAnswer> {
    if (this.work !== null) {
      if (this.quirks.has('l4-stalls-while-busy')) return null;
      await this.work;
    }
    const { pending } = this;
    if (this.state === STATE.downloadSync && pending !== null) {
      this.pending = null;
      this.state = STATE.downloadBusy;
      const poll = this.pollTime(pending);
      this.work = this.run(pending).finally(() => (this.work = null));
      return statusBytes(this.status, poll, STATE.downloadBusy);
    }
    if (this.state === STATE.downloadSync) this.state = STATE.downloadIdle;
    if (this.state === STATE.manifestSync) {
      this.state = STATE.manifest;
      // The answer still goes out; then the ROM leaves the bus.
      this.life.after(1, () => this.exits.jump(this.pointer));
      return statusBytes(this.status, 1, this.state);
    }
    return statusBytes(this.status, 0, this.state);
  }

  private pollTime({ block, data }: Pending): number {
    if (block !== 0 || data[0] !== COMMAND.erase) return OTHER_POLL;
    return data.length === 1 && !this.quirks.has('f405-mass-erase-poll-lie') ? MASS_ERASE_POLL : ERASE_POLL;
  }

  private async run({ block, data }: Pending): Promise<void> {
    const status = await (block === 0 ? this.command(data) : this.write(block, data));
    const stuck = this.faults.stuckBusy || this.quirks.has('h743-stays-busy');
    // A bus reset may have changed the state in the meantime.
    if (stuck || this.state !== STATE.downloadBusy) return;
    if (status === STATUS.ok) this.state = STATE.downloadSync;
    else this.fail(status);
  }

  private async command(data: Uint8Array): Promise<number> {
    const locked = this.memory.options.protection !== 0;
    switch (data[0]) {
      case COMMAND.get:
        return data.length === 1 ? STATUS.ok : STATUS.errStalledPacket;
      case COMMAND.setAddress:
        if (data.length !== 5) return STATUS.errStalledPacket;
        if (this.memory.read(commandAddress(data), 1) === null) return STATUS.errTarget;
        this.pointer = commandAddress(data);
        return STATUS.ok;
      case COMMAND.erase: {
        if (data.length !== 1 && data.length !== 5) return STATUS.errStalledPacket;
        if (locked) return STATUS.errVendor;
        return data.length === 1 ? this.massErase() : this.erase(commandAddress(data));
      }
      case COMMAND.readUnprotect:
        if (data.length !== 1) return STATUS.errStalledPacket;
        // Stated by AN2662, 4.5.4, with the order of RM0090, figure 5: mass erase, option bytes, then a system reset.
        for (const { address } of this.memory.flash.sectors) {
          // "If the device fails to execute the command it will return an error status" (figure 60: errUNKNOWN).
          if (this.faults.takeErase(address)) return STATUS.errUnknown;
          await this.memory.flash.erase(address, this.life);
        }
        await this.memory.options.removeProtection(this.life);
        if (!this.faults.stuckBusy) this.exits.reset(false);
        return STATUS.ok;
      default:
        return STATUS.errStalledPacket;
    }
  }

  private async erase(address: number): Promise<number> {
    const sector = this.memory.flash.sectorAt(address);
    if (sector === undefined) return STATUS.errTarget;
    if (this.faults.takeErase(sector.address)) return STATUS.errErase;
    await this.memory.erase(address, this.life);
    return STATUS.ok;
  }

  private async massErase(): Promise<number> {
    await this.memory.massErase(this.life);
    return STATUS.ok;
  }

  private async write(block: number, data: Uint8Array): Promise<number> {
    if (block === 1) return STATUS.errStalledPacket;
    if (this.memory.options.protection !== 0) return STATUS.errVendor;
    const address = this.pointer + (block - 2) * ST_TRANSFER;
    if (!this.memory.canWrite(address)) return STATUS.errTarget;
    if (this.faults.takeProgram()) return STATUS.errProg;
    const result = await this.memory.program(address, data, this.life);
    // New option bytes take effect at a reset (AN2606, "option bytes").
    if (result === 'reset') this.exits.reset(false);
    return result === 'failed' ? STATUS.errProg : STATUS.ok;
  }

  private clearStatus(): boolean {
    if (this.state === STATE.error) {
      this.idle();
      return true;
    }
    if (this.quirks.has('c5-stalls-clrstatus')) return false;
    // Not only in ST's library: an H743 answers the first of two with errUNKNOWN, the second with OK.
    this.pending = null;
    this.fail(STATUS.errUnknown);
    return true;
  }

  private idle(): void {
    this.state = STATE.idle;
    this.status = STATUS.ok;
    this.pending = null;
  }

  private fail(status: number): null {
    this.state = STATE.error;
    this.status = status;
    return null;
  }
}
