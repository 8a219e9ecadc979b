/** Test support: the wire between a port and a virtual board, which a test can interfere with. */
import type { Clock } from '../virtual-boards/clock.ts';
import type { ControlLines, UartBoard } from '../virtual-boards/uart.ts';

/** What happens to bytes in transit; null: they do not arrive. */
type Carry = (bytes: Uint8Array) => Uint8Array | null;

/** A board behind a wire; it works normally until a test interferes. */
export class Wire implements UartBoard {
  /** The opcodes of the loader commands sent to the board, in order. */
  readonly commands: number[] = [];
  /** Called for each command before it arrives. */
  onCommand = (_: number): void => undefined;
  /** Called for each change of the control lines before it arrives. */
  onLines = (_: ControlLines): void => undefined;
  toBoard: Carry = (bytes) => bytes;
  toHost: Carry = (bytes) => bytes;
  readonly #until = { board: 0, host: 0 };

  constructor(
    private readonly board: UartBoard,
    private readonly clock: Clock,
  ) {}

  /** Nothing arrives for `ms`, in either direction; then everything does, in order. */
  pause(ms: number): void {
    this.#until.board = this.#until.host = this.clock.now() + ms;
  }

  attach(receive: (bytes: Uint8Array) => void, bus?: (present: boolean) => void): void {
    this.board.attach((bytes) => this.#pass('host', this.toHost(bytes), receive), bus);
  }

  detach(): void {
    this.board.detach();
  }

  send(bytes: Uint8Array): void {
    // A command's head: the SLIP mark, "request", its opcode.
    const [mark, direction, op = 0] = bytes;
    if (mark === 0xc0 && direction === 0) {
      this.commands.push(op);
      this.onCommand(op);
    }
    this.#pass('board', this.toBoard(bytes), (arriving) => this.board.send(arriving));
  }

  setLines(lines: ControlLines): void {
    this.onLines(lines);
    this.board.setLines(lines);
  }

  setBaud(rate: number): void {
    this.board.setBaud(rate);
  }

  #pass(to: 'board' | 'host', bytes: Uint8Array | null, arrive: (bytes: Uint8Array) => void): void {
    if (bytes === null) return;
    const late = this.#until[to] - this.clock.now();
    if (late <= 0) arrive(bytes);
    else this.clock.at(late, () => arrive(bytes));
  }
}

/** The bytes with one of them damaged, counted from the first. */
export function damaged(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, i) => (i === at ? byte ^ 0x04 : byte));
}
