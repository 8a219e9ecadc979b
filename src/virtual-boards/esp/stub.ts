/** The flasher stub's commands (espressif/esp-flasher-stub, src/command_handler.c; esptool docs: serial protocol). */
import { md5 } from '@noble/hashes/legacy.js';
import { NorError, SECTOR } from '../nor-flash.ts';
import { OP, parseCommand, response, words, type Command } from './frames.ts';
import { writingCipher } from './fuses.ts';
import { InflateError } from './inflate.ts';
import type { LoaderExit, LoaderIo } from './loader-io.ts';
import { RamUpload, type UploadFault } from './ram-upload.ts';
import type { Registers, Silicon } from './registers.ts';
import { securityInfo } from './registers.ts';
import type { SpiFlash } from './spi-flash.ts';
import { STUB_ERROR, StubRefusal } from './loader-errors.ts';
import { StubWrite } from './stub-write.ts';

// The stub answers SYNC as often as the ROM does, with value 0 (command_handler.c, s_sync).
const SYNC_ANSWERS = 8;

interface Answer {
  readonly value?: number;
  readonly data?: Uint8Array;
  /** Runs once the answer is on its way; an error in it becomes the answer to the next command. */
  readonly after?: () => Promise<LoaderExit | void>;
}

/** The stub from its greeting to the next reset. */
export class StubLoader {
  private readonly upload: RamUpload;
  private readonly writing: StubWrite;
  private flashSize: number;
  /** The error code of the work after the last answer. */
  private late: number | undefined;

  constructor(
    private readonly io: LoaderIo,
    private readonly flash: SpiFlash,
    private readonly silicon: Silicon,
    private readonly registers: Registers,
  ) {
    this.upload = new RamUpload(silicon.chip);
    // The third byte of a JEDEC id is the binary logarithm of the size, as the stub reads it when it starts.
    this.flashSize = 2 ** ((silicon.identity.flashId >> 16) & 0xff);
    this.writing = new StubWrite(io, flash, writingCipher(silicon.fuses), () => this.flashSize);
  }

  /** Greets, then answers commands until one of them starts other code. */
  async run(): Promise<LoaderExit> {
    this.io.send(new TextEncoder().encode('OHAI'));
    for (;;) {
      const exit = await this.handle(await this.io.receive());
      if (exit !== undefined) return exit;
    }
  }

  private async handle(frame: Uint8Array): Promise<LoaderExit | undefined> {
    const command = parseCommand(frame);
    if (command === undefined) {
      this.status(frame[1] ?? 0, frame[0] === 0 ? STUB_ERROR.badLength : STUB_ERROR.invalidCommand);
      return undefined;
    }
    if (this.late !== undefined) {
      // The command that is answered with an earlier error is not carried out itself.
      this.status(command.op, this.late);
      this.late = undefined;
      return undefined;
    }
    // Quirk `stub-never-runs-user-code`: the command is neither answered nor carried out (command_handler.c, TODO).
    if (command.op === OP.runUserCode) return undefined;
    let answer: Answer;
    try {
      answer = await this.answer(command);
    } catch (error) {
      this.status(command.op, this.codeOf(command, error));
      return undefined;
    }
    for (let i = command.op === OP.sync ? SYNC_ANSWERS : 1; i > 0; i--) {
      this.io.send(response(command.op, answer.value ?? 0, answer.data ?? new Uint8Array(0), [0, 0]));
    }
    try {
      return (await answer.after?.()) ?? undefined;
    } catch (error) {
      this.late = this.codeOf(command, error);
      return undefined;
    }
  }

  private async answer(command: Command): Promise<Answer> {
    const { op, data } = command;
    switch (op) {
      case OP.sync:
        this.expect(command, 36);
        return {};
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
        this.expect(command, 4);
        return {};
      case OP.spiSetParams:
        this.expect(command, 24);
        this.flashSize = words(data, 2)[1] ?? 0;
        return {};
      case OP.changeBaudrate:
        return this.changeBaudrate(command);
      case OP.flashBegin:
      case OP.flashDeflBegin:
        await this.writing.begin(command, op === OP.flashDeflBegin);
        return {};
      case OP.flashData:
      case OP.flashDeflData:
        return { after: this.writing.accept(command, op === OP.flashDeflData) };
      case OP.flashEnd:
      case OP.flashDeflEnd:
        // Quirk `stub-never-reboots`: the reboot word is read and ignored (command_handler.c, TODO).
        this.expect(command, 4);
        this.writing.end();
        return {};
      case OP.spiFlashMd5: {
        this.expect(command, 16);
        const [address = 0, size = 0] = words(data, 2);
        return { data: await this.flash.digest(this.io, address, size) };
      }
      case OP.readFlash: {
        this.expect(command, 16);
        const [address = 0, size = 0, packet = 0] = words(data, 3);
        return { after: () => readFlash(this.io, this.flash, address, size, packet) };
      }
      case OP.eraseFlash:
        this.expect(command, 0);
        await this.flash.erase(this.io, 0, this.flash.size);
        return {};
      case OP.eraseRegion:
        return this.eraseRegion(command);
      case OP.getSecurityInfo: {
        this.expect(command, 0);
        const info = securityInfo(this.silicon);
        if (info === undefined) throw new StubRefusal(STUB_ERROR.notImplemented, 'an ESP32 has no security info');
        return { data: info };
      }
      default:
        throw new StubRefusal(STUB_ERROR.invalidCommand, 'unknown command');
    }
  }

  private async eraseRegion(command: Command): Promise<Answer> {
    this.expect(command, 8);
    const [address = 0, size = 0] = words(command.data, 2);
    if (address % SECTOR !== 0 || size % SECTOR !== 0) throw new StubRefusal(STUB_ERROR.badLength, 'misaligned');
    if (address + size > this.flashSize) throw new StubRefusal(STUB_ERROR.flashFailed, 'past the end of the flash');
    await this.flash.erase(this.io, address, size);
    return {};
  }

  private changeBaudrate(command: Command): Answer {
    this.expect(command, 8);
    const [rate = 0] = words(command.data, 1);
    if (rate === 0) throw new StubRefusal(STUB_ERROR.badLength, 'a rate of 0 baud');
    return {
      after: async () => {
        await this.io.sent();
        this.io.setBaud(rate);
      },
    };
  }

  private async writeRegisters(command: Command): Promise<Answer> {
    const { data } = command;
    if (data.length === 0 || data.length % 16 !== 0) throw new StubRefusal(STUB_ERROR.notEnoughData, 'length');
    for (let at = 0; at < data.length; at += 16) {
      const [address = 0, value = 0, mask = 0, delayUs = 0] = words(data.subarray(at), 4);
      if (delayUs > 0) await this.io.sleep(delayUs / 1000);
      this.registers.write(address, value, mask);
    }
    return {};
  }

  private memEnd(command: Command): Answer {
    this.expect(command, 8);
    const [stay = 0, entry = 0] = words(command.data, 2);
    if (stay !== 0) return {};
    const known = this.upload.isStub(entry);
    return { after: async () => ({ to: known ? 'stub' : 'unknown-code' }) };
  }

  private uploaded(fault: UploadFault | undefined): Answer {
    if (fault !== undefined) throw new StubRefusal(UPLOAD_CODES[fault], fault);
    return {};
  }

  private expect(command: Command, length: number): void {
    if (command.data.length !== length) {
      throw new StubRefusal(STUB_ERROR.badLength, `${command.data.length} bytes instead of ${length}`);
    }
  }

  private status(op: number, code: number): void {
    this.io.send(response(op, 0, new Uint8Array(0), [code, 0]));
  }

  private codeOf(command: Command, error: unknown): number {
    this.io.failed(`stub, command 0x${command.op.toString(16)}: ${error instanceof Error ? error.message : error}`);
    if (error instanceof StubRefusal) return error.code;
    if (error instanceof InflateError) return STUB_ERROR.inflate;
    if (error instanceof NorError) return STUB_ERROR.flashFailed;
    throw error;
  }
}

const UPLOAD_CODES: Readonly<Record<UploadFault, number>> = {
  length: STUB_ERROR.badLength,
  checksum: STUB_ERROR.badChecksum,
  'not-begun': STUB_ERROR.notInFlashMode,
  sequence: STUB_ERROR.badLength,
  'too-much': STUB_ERROR.tooMuchData,
};

/** The largest data frame in bytes (command_handler.c, s_read_flash_post_process). */
const MAX_PACKET = 4096;

/**
 * READ_FLASH: raw data frames, each acknowledged, then the MD5 of all (esptool docs, "Reading Flash"). Quirk
 * `one-packet-in-flight`: whatever number the host allows, the stub waits for the acknowledgement of each frame. A wrong
 * acknowledgement ends the read, and the MD5 covers what was sent.
 */
async function readFlash(io: LoaderIo, flash: SpiFlash, address: number, size: number, packet: number): Promise<void> {
  if (packet === 0 || packet > MAX_PACKET) throw new StubRefusal(STUB_ERROR.badLength, `packets of ${packet} bytes`);
  const digest = md5.create();
  let sent = 0;
  while (sent < size) {
    const bytes = await flash.read(io, address + sent, Math.min(packet, size - sent));
    digest.update(bytes);
    io.send(bytes);
    sent += bytes.length;
    const acknowledgement = await io.receive();
    if (acknowledgement.length !== 4 || words(acknowledgement, 1)[0] !== sent) {
      io.failed(`stub, reading flash: acknowledgement other than ${sent}`);
      break;
    }
  }
  io.send(digest.digest());
}
