/** SLIP as the ESP32's loaders speak it (esptool docs: serial protocol, "Low Level Protocol"). */

const END = 0xc0;
const ESC = 0xdb;
const ESC_END = 0xdc;
const ESC_ESC = 0xdd;

/** A frame on the wire: END, the escaped bytes, END. */
export function slipEncode(payload: Uint8Array): Uint8Array {
  const out: number[] = [END];
  for (const byte of payload) {
    if (byte === END) out.push(ESC, ESC_END);
    else if (byte === ESC) out.push(ESC, ESC_ESC);
    else out.push(byte);
  }
  out.push(END);
  return Uint8Array.from(out);
}

/** Turns arriving bytes into whole frames; bytes outside a frame and frames with a bad escape are dropped. */
export class SlipDecoder {
  private frame: number[] | undefined;
  private escaping = false;
  private broken = false;

  push(bytes: Uint8Array): Uint8Array[] {
    const frames: Uint8Array[] = [];
    for (const byte of bytes) {
      if (byte === END) {
        if (this.frame !== undefined && this.frame.length > 0) {
          if (!this.broken && !this.escaping) frames.push(Uint8Array.from(this.frame));
          this.frame = undefined;
        } else {
          // Two ENDs in a row: the second opens a frame, so a lost END costs one frame and no more.
          this.frame = [];
        }
        this.escaping = false;
        this.broken = false;
      } else if (this.frame !== undefined) {
        this.take(this.frame, byte);
      }
    }
    return frames;
  }

  /** Drops a frame in progress. */
  reset(): void {
    this.frame = undefined;
    this.escaping = false;
    this.broken = false;
  }

  private take(frame: number[], byte: number): void {
    if (this.escaping) {
      this.escaping = false;
      if (byte === ESC_END) frame.push(END);
      else if (byte === ESC_ESC) frame.push(ESC);
      else this.broken = true;
    } else if (byte === ESC) {
      this.escaping = true;
    } else {
      frame.push(byte);
    }
  }
}
