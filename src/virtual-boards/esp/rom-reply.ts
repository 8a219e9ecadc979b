/**
 * The one buffer from which a mask ROM answers: what a command does not put there stays from the one before. Seen on ROM
 * code of ESP32 (v3), S3 and C3, and on boards: a value that is an earlier READ_REG's (espressif/esptool issues 570 and
 * 788), or SYNC's (issue 497). Which of the stale bytes stand where follows from the data and the status sharing this
 * buffer: the plainest explanation of what was seen.
 */
import { response } from './frames.ts';

/** Bytes of data before the status: the most that a command has. */
const MOST_DATA = 64;
const STATUS = 4;

/** Answers of a ROM; frames as they go onto the wire. */
export class RomReply {
  private op = 0;
  private value = 0;
  private readonly body = new Uint8Array(MOST_DATA + STATUS);

  /** Success: of the four status bytes only the first is written. `room` is how many bytes of data come before. */
  done(op: number, room: number, { value, data }: { value?: number; data?: Uint8Array } = {}): Uint8Array {
    this.op = op;
    if (value !== undefined) this.value = value;
    if (data !== undefined) this.body.set(data);
    this.body[room] = 0;
    return this.frame(room);
  }

  /** An error with its code, behind as many bytes of data as its success would have. */
  refused(op: number, room: number, code: number): Uint8Array {
    this.op = op;
    return this.failed(room, code);
  }

  /** A command that the ROM does not know: the answer still names the command before it. */
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
