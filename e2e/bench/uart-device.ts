import type { UartBoard } from '../../src/virtual-boards/uart.ts';
import type { Bench } from './bench.ts';
import type { BenchPort, OutputLines, SerialDevice, SerialInfo } from './devices.ts';

/** Puts the core of a virtual board behind a serial port of the bench. */
export class UartDevice implements SerialDevice {
  readonly #board: UartBoard;
  readonly #onBus: (present: boolean) => void;
  #port: BenchPort | undefined;
  /** The board left the bus by itself: what the bench removes and adds again is not its cable. */
  #away = false;

  /** `onBus` is called when a board that is its own USB device leaves the bus, and when it is back. */
  constructor(board: UartBoard, onBus: (present: boolean) => void = () => {}) {
    this.#board = board;
    this.#onBus = onBus;
  }

  plugged(): void {
    if (this.#away) {
      this.#away = false;
      return;
    }
    // A board sends at the pace of its wire and cannot be held back, like a real UART: the port queues what a slow program has
    // not read yet, and loses none of it. What arrives while no program has the port open is lost, as in a real adapter.
    this.#board.attach(
      (bytes) => this.#port?.write(bytes),
      (present) => {
        if (!present) this.#away = true;
        this.#onBus(present);
      },
    );
  }

  unplugged(): void {
    if (!this.#away) this.#board.detach();
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

/** Plugs in a board under `id`; when it leaves the bus by itself, its port goes and comes back with it. */
export function addBoard(bench: Bench, id: string, info: SerialInfo, board: UartBoard): void {
  // One after the other: a port cannot come back before it has gone.
  let turn: Promise<void> = Promise.resolve();
  const device: UartDevice = new UartDevice(board, (present) => {
    turn = turn.then(() => (present ? bench.addSerial(id, info, device) : bench.remove(id)));
  });
  bench.addSerial(id, info, device);
}
