/**
 * The single buffer that a mask ROM answers from: what a command does not overwrite is left from the one before. Seen on
 * ROM code of ESP32 (v3), S3 and C3, and on boards: the value of an earlier READ_REG (espressif/esptool issues 570 and
 * 788) or of SYNC (issue 497). Where the stale bytes appear follows from data and status sharing this buffer: the simplest
 * explanation of what was seen.
 */
import { response } from './frames.ts';

/** The most bytes of data that a command has before the status. */
const MOST_DATA = 64;
const STATUS = 4;

/** Builds the answers of a ROM, as frames before SLIP encoding. */
export class RomReply {
  private op = 0;
  private value = 0;
  private readonly body = new Uint8Array(MOST_DATA + STATUS);

  /** Success: only the first of the four status bytes is written. `room` is the number of data bytes before them. */
  done(op: number, room: number, { value, data }: { value?: number; data?: Uint8Array } = {}): Uint8Array {
    this.op = op;
    if (value !== undefined) this.value = value;
    if (data !== undefined) this.body.set(data);
    this.body[room] = 0;
    return this.frame(room);
  }

  /** An error with its code, after as many data bytes as a success would have. */
  refused(op: number, room: number, code: number): Uint8Array {
    this.op = op;
    return this.failed(room, code);
  }

  /** A command that the ROM does not know: the answer still has the opcode of the previous command. */
  unknown(code: number): Uint8Array {
    return this.failed(0, code);
  }

  private failed(room: number, code: number): Uint8Array {
    this.body.set([1, code], room);
    return this.frame(room);
  }

  private frame(room: number): Uint8Array {
    return response(this.op, this.value, this.body.subarray(0, room), [...this.body.subarray(room, room + STATUS)]);
  }
}
