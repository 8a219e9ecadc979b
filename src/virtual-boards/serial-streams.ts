/** The two streams of a virtual serial port, each backed by the buffer of the host's driver. */
import type { Clock } from './clock.ts';

/** Bytes that the host's driver buffers while nobody reads or the wire is busy. */
const DRIVER_BUFFER = 64 * 1024;

/** Data from the board: the driver's buffer and the stream that drains it. */
export class SerialInput {
  readonly stream: ReadableStream<Uint8Array>;
  /** Whether the stream has ended: closed, cancelled, aborted or failed. */
  over = false;
  private controller: ReadableByteStreamController | undefined;
  private buffered: Uint8Array[] = [];
  private size = 0;
  private wake: (() => void) | undefined;

  constructor(private readonly bufferSize: number) {
    this.stream = new ReadableStream({
      type: 'bytes',
      start: (controller) => {
        this.controller = controller;
      },
      pull: (controller) => this.pull(controller),
      cancel: () => {
        this.over = true;
        this.wake?.();
      },
    });
  }

  arrived(bytes: Uint8Array): void {
    if (this.over) return;
    if (this.size + bytes.length > DRIVER_BUFFER) {
      this.fail(new DOMException('Buffer overrun', 'BufferOverrunError'));
      return;
    }
    this.buffered.push(bytes.slice());
    this.size += bytes.length;
    this.wake?.();
  }

  lose(): void {
    this.fail(new DOMException('The device has been lost.', 'NetworkError'));
  }

  end(): void {
    if (this.over) return;
    this.over = true;
    this.wake?.();
    this.controller?.close();
  }

  private async pull(controller: ReadableByteStreamController): Promise<void> {
    if (this.size === 0) await new Promise<void>((resolve) => (this.wake = resolve));
    this.wake = undefined;
    if (this.over) return;
    const chunk = new Uint8Array(Math.min(this.size, this.bufferSize));
    let filled = 0;
    while (filled < chunk.length) {
      const [first = new Uint8Array(0), ...rest] = this.buffered;
      const part = first.subarray(0, chunk.length - filled);
      chunk.set(part, filled);
      filled += part.length;
      this.buffered = part.length === first.length ? rest : [first.subarray(part.length), ...rest];
    }
    this.size -= filled;
    controller.enqueue(chunk);
  }

  private fail(error: DOMException): void {
    if (this.over) return;
    this.over = true;
    this.controller?.error(error);
    this.wake?.();
  }
}

/** Data to the board: a write resolves once the driver has accepted it, and waits while the driver's buffer is full. */
export class SerialOutput {
  readonly stream: WritableStream<Uint8Array>;
  /** Whether the stream has ended: closed, cancelled, aborted or failed. */
  over = false;
  private lost: 'no' | 'unnoticed' | 'noticed' = 'no';
  private busyUntil = 0;
  private msPerByte = 0;

  constructor(
    private readonly clock: Clock,
    bufferSize: number,
    private readonly transmit: (bytes: Uint8Array) => number,
  ) {
    this.stream = new WritableStream<Uint8Array>(
      {
        write: (chunk) => this.write(chunk),
        close: async () => {
          await this.drained();
          this.over = true;
        },
        abort: () => {
          this.over = true;
        },
      },
      { highWaterMark: bufferSize, size: (chunk) => chunk.byteLength },
    );
  }

  lose(): void {
    this.lost = 'unnoticed';
  }

  end(): void {
    this.over = true;
  }

  /** Resolves once everything written has been sent. */
  async drained(): Promise<void> {
    await this.sleep(this.busyUntil - this.clock.now());
  }

  private async write(chunk: Uint8Array): Promise<void> {
    if (this.lost === 'noticed' || this.over) {
      this.over = true;
      throw new DOMException('The device has been lost.', 'NetworkError');
    }
    // Chromium's driver takes one more small write before it notices that the device is gone.
    if (this.lost === 'unnoticed') {
      this.lost = 'noticed';
      return;
    }
    const duration = this.transmit(chunk);
    this.msPerByte = duration / Math.max(1, chunk.length);
    this.busyUntil = Math.max(this.busyUntil, this.clock.now()) + duration;
    await this.sleep(this.busyUntil - this.clock.now() - DRIVER_BUFFER * this.msPerByte);
  }

  private sleep(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => void this.clock.at(ms, resolve));
  }
}
