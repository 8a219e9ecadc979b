/** An Espressif board whose answers are tampered with, between the board and the port. */
import type { Clock } from '../../flash/clock.ts';
import { SlipDecoder, slipEncode } from '../../virtual-boards/esp/slip.ts';
import type { ControlLines, UartBoard } from '../../virtual-boards/uart.ts';

const END = 0xc0;

/** A command that the board is answering: its opcode and its data. */
export interface Asked {
  readonly op: number;
  readonly data: Uint8Array;
}

/** What a hostile board does with its answers. */
export interface Talk {
  /** The frames sent in place of one, before SLIP; `at` is the number of frames before it. */
  readonly frame?: (frame: Uint8Array, asked: Asked, at: number) => readonly Uint8Array[];
  /** How late each frame is, in ms. */
  readonly lateMs?: number;
  /** Said without being asked, every so many ms, from when the board gets power; null ends it. */
  readonly says?: { readonly everyMs: number; readonly next: (piece: number) => Uint8Array | null };
  /** Whether the board itself is heard at all. */
  readonly deaf?: true;
  /** A command whose frames never reach the board; it is acknowledged all the same. */
  readonly swallows?: number;
  /** Sends back what it is sent. */
  readonly echoes?: true;
}

/** A board behind such a talk. */
export class TamperedBoard implements UartBoard {
  #receive: (bytes: Uint8Array) => void = () => undefined;
  #stop = (): void => undefined;
  #inside = false;
  #frame: number[] = [];
  #asked: Asked = { op: 0, data: new Uint8Array() };
  #frames = 0;
  readonly #commands = new SlipDecoder();

  constructor(
    private readonly board: UartBoard,
    private readonly clock: Clock,
    private readonly talk: Talk,
  ) {}

  attach(receive: (bytes: Uint8Array) => void, bus?: (present: boolean) => void): void {
    this.#receive = receive;
    const { says } = this.talk;
    if (says !== undefined) {
      const say = (piece: number): void => {
        const words = says.next(piece);
        if (words === null) return;
        receive(words);
        this.#stop = this.clock.at(says.everyMs, () => say(piece + 1));
      };
      this.#stop = this.clock.at(says.everyMs, () => say(0));
    }
    this.board.attach((bytes) => this.#fromBoard(bytes), bus);
  }

  detach(): void {
    this.#stop();
    this.board.detach();
  }

  send(bytes: Uint8Array): void {
    for (const frame of this.#commands.push(bytes)) {
      if (frame[0] === 0) this.#asked = { op: frame[1] ?? 0, data: frame.slice(8) };
    }
    if (this.talk.echoes === true) this.#receive(bytes.slice());
    if (this.talk.deaf === true) return;
    const { swallows } = this.talk;
    if (swallows === undefined || this.#asked.op !== swallows) return this.board.send(bytes);
    // Success as the stub says it: the opcode, no value, two status bytes.
    this.#receive(slipEncode(Uint8Array.of(1, swallows, 2, 0, 0, 0, 0, 0, 0, 0)));
  }

  setLines(lines: ControlLines): void {
    this.board.setLines(lines);
  }

  setBaud(rate: number): void {
    this.board.setBaud(rate);
  }

  #fromBoard(bytes: Uint8Array): void {
    if (this.talk.deaf === true) return;
    if (this.talk.frame === undefined && this.talk.lateMs === undefined) return this.#receive(bytes);
    const plain: number[] = [];
    for (const byte of bytes) {
      if (byte !== END && !this.#inside) plain.push(byte);
      else if (byte !== END) this.#frame.push(byte);
      else if (this.#inside && this.#frame.length > 0) this.#pass();
      else this.#inside = true;
    }
    if (plain.length > 0) this.#receive(Uint8Array.from(plain));
  }

  /** Sends what is sent in place of the frame that is complete. */
  #pass(): void {
    const [own] = new SlipDecoder().push(Uint8Array.from([END, ...this.#frame, END]));
    [this.#inside, this.#frame] = [false, []];
    if (own === undefined) return;
    const { frame, lateMs = 0 } = this.talk;
    for (const other of frame?.(own, this.#asked, this.#frames++) ?? [own]) {
      const bytes = slipEncode(other);
      if (lateMs === 0) this.#receive(bytes);
      else this.clock.at(lateMs, () => this.#receive(bytes));
    }
  }
}
