import type { ControlLines, UartBoard } from '../../src/virtual-boards/uart.ts';

/**
 * A board whose reset pin is coupled to the control lines by a capacitor: opening a port raises both lines at once, which
 * resets the board into its app. Boards without the two transistors of Espressif's circuit are built like this.
 */
export class ResetsOnOpen implements UartBoard {
  #last: ControlLines = { dtr: false, rts: false };
  /** How often it was reset by an opening. */
  resets = 0;

  constructor(private readonly board: UartBoard) {}

  attach(receive: (bytes: Uint8Array) => void, bus?: (present: boolean) => void): void {
    this.board.attach(receive, bus);
  }

  detach(): void {
    this.board.detach();
  }

  send(bytes: Uint8Array): void {
    this.board.send(bytes);
  }

  setLines(lines: ControlLines): void {
    const { dtr, rts } = this.#last;
    this.#last = lines;
    // Only an opening changes both at once.
    if (!dtr && !rts && lines.dtr && lines.rts) {
      this.resets++;
      // EN low with the boot pin high, then released: what RTS alone does with the transistors.
      this.board.setLines({ dtr: false, rts: true });
      this.board.setLines({ dtr: false, rts: false });
    }
    this.board.setLines(lines);
  }

  setBaud(rate: number): void {
    this.board.setBaud(rate);
  }
}
