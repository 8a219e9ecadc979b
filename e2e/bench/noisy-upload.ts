import { faultScript } from '../../src/virtual-boards/faults/script.ts';
import { FaultyLine } from '../../src/virtual-boards/faults/serial-faults.ts';
import type { ControlLines, UartBoard } from '../../src/virtual-boards/uart.ts';

/** The loader's commands (esptool docs, serial protocol). */
const [MEM_DATA, SYNC] = [0x07, 0x08];
/** A byte of a block's content: its heads end before. */
const IN_CONTENT = 100;

/** A board behind a line that damages one byte of each of the first `damaged` programs that are uploaded to it. */
export class NoisyUpload implements UartBoard {
  /** How many uploads began. */
  uploads = 0;
  #line: FaultyLine | null = null;
  #synced = false;

  constructor(
    private readonly board: UartBoard,
    private readonly damaged: number,
  ) {}

  attach(receive: (bytes: Uint8Array) => void, bus?: (present: boolean) => void): void {
    this.board.attach(receive, bus);
  }

  detach(): void {
    this.board.detach();
  }

  send(bytes: Uint8Array): void {
    // A command's head: the SLIP mark, "request", its number.
    const [mark, direction, op] = bytes;
    const isCommand = mark === 0xc0 && direction === 0;
    if (isCommand && op === SYNC) [this.#synced, this.#line] = [true, null];
    // How many bytes come before an upload depends on how soon the loader hears its SYNC: so its own are counted.
    if (isCommand && op === MEM_DATA && this.#synced) this.#begin();
    for (const step of this.#line?.take(bytes, 0) ?? [{ bytes }]) if ('bytes' in step) this.board.send(step.bytes);
  }

  setLines(lines: ControlLines): void {
    this.board.setLines(lines);
  }

  setBaud(rate: number): void {
    this.board.setBaud(rate);
  }

  #begin(): void {
    this.#synced = false;
    this.uploads++;
    if (this.uploads > this.damaged) return;
    this.#line = new FaultyLine(faultScript({ kind: 'corrupt', way: 'out', at: IN_CONTENT, bits: 0x04 }), 'out');
  }
}
