/** A client for tests that sends raw frames, without a driver's habits between a test and the board. */
import { instantClock, type Clock } from '../../virtual-boards/clock.ts';
import { NorFlash } from '../../virtual-boards/nor-flash.ts';
import type { BootOutcome } from '../../virtual-boards/esp/boot-log.ts';
import type { Chip } from '../../virtual-boards/esp/chips/chip.ts';
import { ESP32 } from '../../virtual-boards/esp/chips/esp32.ts';
import { EspBoard, type EspBoardOptions } from '../../virtual-boards/esp/board.ts';
import { blockChecksum, OP } from '../../virtual-boards/esp/frames.ts';
import { SlipDecoder, slipEncode } from '../../virtual-boards/esp/slip.ts';

/** A parsed response; `body` is everything after the eight bytes of the header. */
export interface RawResponse {
  readonly op: number;
  readonly value: number;
  readonly body: number[];
}

/** Little-endian words as bytes. */
export function le(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint32(4 * i, value >>> 0, true));
  return bytes;
}

/** Byte arrays as one array. */
export function bytesOf(...pieces: (Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

/** A board on an instant clock, with a raw client on its cable. */
export class RawClient {
  readonly clock: Clock = instantClock();
  readonly flash: NorFlash;
  readonly board: EspBoard;
  /** Everything the board has sent since the last reset by this client, as text. */
  text = '';
  readonly chip: Chip;
  /** Whether the board is on its bus; a bridge always is. */
  present = true;
  private readonly usb: boolean;
  private readonly frames: Uint8Array[] = [];
  private readonly decoder = new SlipDecoder();

  constructor(options: Partial<EspBoardOptions> & { size?: number; outcome?: BootOutcome } = {}) {
    const { size = 0x40_0000, outcome = { lines: [], running: true }, ...rest } = options;
    this.flash = rest.flash ?? new NorFlash(size);
    this.board = new EspBoard({
      clock: this.clock,
      flash: this.flash,
      mac: '24:0a:c4:12:34:56',
      boot: () => outcome,
      ...rest,
    });
    this.chip = rest.chip ?? ESP32;
    this.usb = rest.link === 'usb-serial-jtag';
    this.board.setLines({ dtr: false, rts: false });
    const receive = (bytes: Uint8Array): void => {
      this.text += new TextDecoder('latin1').decode(bytes);
      this.frames.push(...this.decoder.push(bytes));
    };
    this.board.attach(receive, (present) => (this.present = present));
  }

  /** Advances the board's clock by `ms`. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.at(ms, resolve));
  }

  /**
   * Resets into the ROM's download mode, as esptool's classic reset does or as its reset for USB Serial/JTAG does, then waits
   * until the ROM would hear SYNC.
   */
  async enterRom(): Promise<void> {
    if (this.usb) {
      this.board.setLines({ dtr: true, rts: false });
      this.board.setLines({ dtr: true, rts: true });
    }
    this.board.setLines({ dtr: false, rts: true });
    await this.wait(100);
    this.text = '';
    this.frames.length = 0;
    if (!this.usb) {
      this.board.setLines({ dtr: true, rts: true });
      this.board.setLines({ dtr: true, rts: false });
      await this.wait(50);
    }
    this.board.setLines({ dtr: false, rts: false });
    await this.wait(400);
    this.frames.length = 0;
  }

  /** Enters download mode, sends SYNC and reads its eight answers. */
  async connect(): Promise<void> {
    await this.enterRom();
    await this.command(OP.sync, bytesOf([7, 7, 0x12, 0x20], new Uint8Array(32).fill(0x55)));
    await this.wait(50);
    this.frames.length = 0;
  }

  sendFrame(payload: Uint8Array): void {
    this.board.send(slipEncode(payload));
  }

  sendCommand(op: number, data: Uint8Array, checksum = 0): void {
    this.sendFrame(bytesOf([0, op, data.length & 0xff, data.length >> 8], le(checksum), data));
  }

  /** The next frame from the board; `undefined` if none comes within `timeoutMs` of the board's time. */
  async frame(timeoutMs = 60_000): Promise<Uint8Array | undefined> {
    const end = this.clock.now() + timeoutMs;
    while (this.frames.length === 0 && this.clock.now() < end) await this.wait(1);
    return this.frames.shift();
  }

  async response(timeoutMs?: number): Promise<RawResponse | undefined> {
    const frame = await this.frame(timeoutMs);
    if (frame === undefined) return undefined;
    const view = new DataView(frame.buffer, frame.byteOffset);
    return { op: frame[1] ?? -1, value: view.getUint32(4, true), body: [...frame.subarray(8)] };
  }

  async command(op: number, data: Uint8Array, checksum = 0): Promise<RawResponse | undefined> {
    this.sendCommand(op, data, checksum);
    return this.response();
  }

  /** A data command with its checksum. */
  block(op: number, bytes: Uint8Array, seq: number): Promise<RawResponse | undefined> {
    return this.command(op, bytesOf(le(bytes.length, seq, 0, 0), bytes), blockChecksum(bytes));
  }
}
