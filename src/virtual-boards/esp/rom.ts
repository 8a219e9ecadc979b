/** The serial loader in the mask ROM (esptool docs: serial protocol). What differs by chip is its `RomDialect`. */
import { NorError } from '../nor-flash.ts';
import { OP, parseCommand, words, type Command } from './frames.ts';
import { InflateError } from './inflate.ts';
import type { LoaderExit, LoaderIo } from './loader-io.ts';
import { RamUpload, hex } from './ram-upload.ts';
import type { Registers, Silicon } from './registers.ts';
import { ROM_ERROR, RomRefusal, UnsupportedCommand } from './loader-errors.ts';
import { RomReply } from './rom-reply.ts';
import { RomWrite } from './rom-write.ts';
import { securityInfo } from './registers.ts';
import type { SpiFlash } from './spi-flash.ts';

/** Time from reset until SYNC is answered, in ms, as seen with real boards. */
export const SYNC_READY_MS = 300;

// Quirk `sync-answered-eight-times`: the ROM sends eight equal answers to one SYNC (espressif/esptool issue 570).
const SYNC_ANSWERS = 8;

/** Bytes of data before the status, in answers and in refusals alike (seen on ROM code of ESP32, S3 and C3). */
const ROOM: ReadonlyMap<number, number> = new Map([
  [OP.spiFlashMd5, 32],
  [OP.readFlashSlow, 64],
  [OP.getSecurityInfo, 20],
]);

/**
 * The commands left in Secure Download Mode (ESP-IDF docs, "UART ROM download mode": SPI configuration, baud rate, writing
 * flash, security info), and SYNC, which precedes them all.
 */
const SECURE_COMMANDS: ReadonlySet<number> = new Set([
  OP.sync,
  OP.flashBegin,
  OP.flashData,
  OP.flashEnd,
  OP.spiSetParams,
  OP.spiAttach,
  OP.changeBaudrate,
  OP.flashDeflBegin,
  OP.flashDeflData,
  OP.flashDeflEnd,
  OP.getSecurityInfo,
]);

interface Answer {
  readonly value?: number;
  readonly data?: Uint8Array;
  /** Runs once the answer has been sent. */
  readonly after?: () => LoaderExit | undefined;
}

/** The ROM loader from its first SYNC to its end. */
export class RomLoader {
  private readonly upload: RamUpload;
  private readonly writing: RomWrite;
  private readonly reply = new RomReply();
  private synced = false;
  private attached = false;

  constructor(
    private readonly io: LoaderIo,
    private readonly flash: SpiFlash,
    private readonly silicon: Silicon,
    private readonly registers: Registers,
    private readonly onAttach: () => void,
  ) {
    this.upload = new RamUpload(silicon.chip);
    this.writing = new RomWrite(io, flash, silicon.chip.rom);
  }

  /** Answers commands until one of them leaves the loader. */
  async run(): Promise<LoaderExit> {
    for (;;) {
      const exit = await this.handle(await this.io.receive());
      if (exit !== undefined) return exit;
    }
  }

  private async handle(received: Uint8Array): Promise<LoaderExit | undefined> {
    const command = parseCommand(received);
    // Before SYNC the ROM ignores everything else; a frame with a bad header gets no answer.
    if (command === undefined || (!this.synced && command.op !== OP.sync)) return undefined;
    let answer: Answer;
    try {
      answer = await this.answer(command);
    } catch (error) {
      return this.refuse(command, error);
    }
    const frame = this.reply.done(command.op, ROOM.get(command.op) ?? 0, answer);
    for (let i = command.op === OP.sync ? SYNC_ANSWERS : 1; i > 0; i--) this.io.send(frame);
    return this.leave(answer.after);
  }

  private async refuse({ op }: Command, error: unknown): Promise<LoaderExit | undefined> {
    const code = romCode(error);
    this.io.failed(`ROM, command 0x${op.toString(16)}: ${error instanceof Error ? error.message : error}`);
    const unknown = error instanceof UnsupportedCommand;
    this.io.send(unknown ? this.reply.unknown(code) : this.reply.refused(op, ROOM.get(op) ?? 0, code));
    return error instanceof RomRefusal && error.leaves ? this.leave(() => ({ to: 'boot' })) : undefined;
  }

  private async leave(after: Answer['after']): Promise<LoaderExit | undefined> {
    if (after === undefined) return undefined;
    await this.io.sent();
    return after();
  }

  private async answer(command: Command): Promise<Answer> {
    const { op, data } = command;
    const { rom } = this.silicon.chip;
    if (this.silicon.fuses.secureDownload && !SECURE_COMMANDS.has(op)) throw new UnsupportedCommand();
    switch (op) {
      case OP.sync:
        if (hex(data) !== `07071220${'55'.repeat(32)}`) throw new RomRefusal(ROM_ERROR.invalidMessage, 'not a SYNC');
        this.synced = true;
        return { value: rom.syncValue };
      case OP.readReg:
        this.expect(command, 4);
        return { value: this.registers.read(words(data, 1)[0] ?? 0) };
      case OP.writeReg:
        return this.writeRegisters(command);
      case OP.memBegin:
        return this.uploaded(this.upload.begin(command));
      case OP.memData:
        return this.uploaded(this.upload.data(command));
      case OP.memEnd:
        return this.memEnd(command);
      case OP.spiAttach:
        // "On the ROM loader only, there is an additional 4 bytes" (esptool docs, "SPI Attach command").
        this.expect(command, 8);
        this.attached = true;
        this.onAttach();
        return {};
      case OP.spiSetParams:
        this.expect(command, 24);
        this.writing.flashSize = words(data, 2)[1] ?? 0;
        return {};
      case OP.changeBaudrate: {
        this.expect(command, 8);
        const [rate = 0] = words(data, 1);
        if (rate === 0) throw new RomRefusal(ROM_ERROR.invalidMessage, 'a rate of 0 baud');
        return { after: () => void this.io.setBaud(rate) };
      }
      case OP.flashBegin:
      case OP.flashDeflBegin:
        // Quirk `esp32-rom-begin-takes-four-words`: later chips take a fifth, "encrypted".
        this.expect(command, rom.beginWords * 4);
        this.needsFlash();
        await this.writing.begin(words(data, rom.beginWords), op === OP.flashDeflBegin);
        return {};
      case OP.flashData:
      case OP.flashDeflData:
        await this.writing.data(command, op === OP.flashDeflData);
        return {};
      case OP.flashEnd:
      case OP.flashDeflEnd:
        // 0 reboots, 1 runs the user's code: either way the loader ends (esptool docs, "Writing Data").
        this.expect(command, 4);
        if (this.writing.amid) throw new RomRefusal(ROM_ERROR.failed, 'blocks are missing', { leaves: true });
        return { after: () => ({ to: 'boot' }) };
      case OP.spiFlashMd5: {
        this.expect(command, 16);
        this.needsFlash();
        const [address = 0, size = 0] = words(data, 2);
        if (address + size > this.flash.size) throw new RomRefusal(ROM_ERROR.flashRead, 'outside the flash');
        const digest = hex(await this.flash.digest(this.io, address, size));
        return { data: new TextEncoder().encode(digest) };
      }
      case OP.readFlashSlow:
        return this.readSlowly(command);
      case OP.getSecurityInfo: {
        const info = securityInfo(this.silicon);
        if (info === undefined) throw new UnsupportedCommand();
        this.expect(command, 0);
        return { data: info };
      }
      default:
        throw new UnsupportedCommand();
    }
  }

  private async writeRegisters(command: Command): Promise<Answer> {
    const { data } = command;
    if (data.length === 0 || data.length % 16 !== 0) throw new RomRefusal(ROM_ERROR.invalidMessage, 'length');
    for (let at = 0; at < data.length; at += 16) {
      const [address = 0, value = 0, mask = 0, delayUs = 0] = words(data.subarray(at), 4);
      if (delayUs > 0) await this.io.sleep(delayUs / 1000);
      this.registers.write(address, value, mask);
    }
    return {};
  }

  private uploaded(fault: ReturnType<RamUpload['data']>): Answer {
    if (fault === 'length') throw new RomRefusal(ROM_ERROR.invalidMessage, fault);
    if (fault === 'checksum') throw new RomRefusal(ROM_ERROR.checksum, fault);
    if (fault !== undefined) throw new RomRefusal(ROM_ERROR.failed, fault);
    return {};
  }

  private memEnd(command: Command): Answer {
    this.expect(command, 8);
    const [stay = 0, entry = 0] = words(command.data, 2);
    if (stay !== 0) return {};
    const known = this.upload.isStub(entry);
    return { after: () => ({ to: known ? 'stub' : 'unknown-code' }) };
  }

  private async readSlowly(command: Command): Promise<Answer> {
    this.expect(command, 8);
    this.needsFlash();
    const [address = 0, size = 0] = words(command.data, 2);
    if (size > 64) throw new RomRefusal(ROM_ERROR.flashReadLength, `${size} bytes asked for, 64 at most`);
    if (address + size > this.flash.size) throw new RomRefusal(ROM_ERROR.flashRead, 'outside the flash');
    // "command always returns 64 byte buffer, regardless of how many bytes were actually read" (esptool, loader.py).
    const buffer = new Uint8Array(64);
    buffer.set(await this.flash.read(this.io, address, size));
    return { data: buffer };
  }

  private needsFlash(): void {
    if (!this.attached) throw new RomRefusal(ROM_ERROR.failed, 'the flash is not attached');
  }

  private expect(command: Command, length: number): void {
    if (command.data.length !== length) {
      throw new RomRefusal(ROM_ERROR.invalidMessage, `${command.data.length} bytes instead of ${length}`);
    }
  }
}

function romCode(error: unknown): number {
  if (error instanceof RomRefusal) return error.code;
  if (error instanceof InflateError) return ROM_ERROR.deflate;
  if (error instanceof NorError) return error.fault === 'cell-not-erased' ? ROM_ERROR.flashWrite : ROM_ERROR.failed;
  throw error;
}
