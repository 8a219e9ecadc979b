import type { UartBoard } from '../../src/boards/uart.ts';
import type { BenchPort, OutputLines, SerialDevice } from './devices.ts';

/** Puts the core of a virtual board behind a serial port of the bench. */
export class UartDevice implements SerialDevice {
  readonly #board: UartBoard;
  #port: BenchPort | undefined;

  constructor(board: UartBoard) {
    this.#board = board;
  }

  plugged(): void {
    // A board sends at the pace of its wire and cannot be held back, as a real UART cannot: the port queues what a
    // slow program has not read yet, and loses none of it. What arrives while no program has the port open is lost,
    // as in a real adapter.
    this.#board.attach((bytes) => this.#port?.write(bytes));
  }

  unplugged(): void {
    this.#board.detach();
  }

  attach(port: BenchPort): void {
    this.#port = port;
  }

  data(bytes: Uint8Array): void {
    this.#board.send(bytes);
  }

  /** Opening raises both lines at once; later they change one at a time, so that a reset circuit sees each step. */
  lines({ dtr, rts }: OutputLines): void {
    this.#board.setLines({ dtr, rts });
  }

  baud(rate: number): void {
    this.#board.setBaud(rate);
  }

  close(): void {
    this.#port = undefined;
    // The kernel drops both lines when the last program closes a tty (HUPCL, which is on unless switched off).
    this.#board.setLines({ dtr: false, rts: false });
  }
}
