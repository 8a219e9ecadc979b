/** Listens on the wire between a serial port and a virtual board: how much of the flash was asked for. */
import type { UartBoard } from '../../virtual-boards/uart.ts';

/** READ_FLASH (esptool docs, serial protocol), SLIP's frame mark, and the least size of a command's frame. */
const [READ, END, LEAST] = [0xd2, 0xc0, 10];

/** What passed since it was made or `reset`. */
export class Tap {
  /** Bytes of flash that the stub was asked for. */
  read = 0;
  /** Commands that were sent. */
  commands = 0;

  reset(): void {
    [this.read, this.commands] = [0, 0];
  }

  /** The board with this tap on its wire. */
  on(board: UartBoard): UartBoard {
    const tapped: UartBoard = {
      attach: (receive, bus) => board.attach(receive, bus),
      detach: () => board.detach(),
      send: (bytes) => {
        this.#sent(bytes);
        board.send(bytes);
      },
      setLines: (lines) => board.setLines(lines),
      setBaud: (rate) => board.setBaud(rate),
    };
    return board.takes === undefined ? tapped : { ...tapped, takes: (bytes) => board.takes?.(bytes) ?? 0 };
  }

  #sent(bytes: Uint8Array): void {
    const [mark, direction, op] = bytes;
    // An acknowledgement of read bytes is a frame too, but shorter than any command.
    if (mark !== END || direction !== 0 || bytes.length < LEAST) return;
    this.commands++;
    if (op !== READ) return;
    const payload = unslip(bytes.subarray(9));
    this.read += new DataView(Uint8Array.from(payload).buffer).getUint32(4, true);
  }
}

/** The first two words of a payload. */
function unslip(bytes: Uint8Array): number[] {
  const out: number[] = [];
  for (let i = 0; out.length < 8; i++)
    out.push(bytes[i] === 0xdb ? (bytes[++i] === 0xdc ? END : 0xdb) : (bytes[i] ?? 0));
  return out;
}
