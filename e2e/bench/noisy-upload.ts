import { faultScript } from '../../src/virtual-boards/faults/script.ts';
import { FaultyLine } from '../../src/virtual-boards/faults/serial-faults.ts';
import type { ControlLines, UartBoard } from '../../src/virtual-boards/uart.ts';

/** Opcodes of the loader (esptool docs, serial protocol). */
const [MEM_DATA, SYNC] = [0x07, 0x08];
/** The offset of a byte in a block's content, past the frame's header. */
const IN_CONTENT = 100;

/** A board behind a line that damages one byte in each of the first `damaged` programs uploaded to it. */
export class NoisyUpload implements UartBoard {
  /** How many uploads have begun. */
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
    // A command's head: the SLIP mark, "request", its opcode.
    const [mark, direction, op] = bytes;
    const isCommand = mark === 0xc0 && direction === 0;
    if (isCommand && op === SYNC) [this.#synced, this.#line] = [true, null];
    // The number of bytes before an upload depends on how soon the loader hears SYNC: so the upload's own bytes are counted.
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
    this.#line = new FaultyLine(faultScript({ kind: 'corrupt', direction: 'out', at: IN_CONTENT, bits: 0x04 }), 'out');
  }
}
