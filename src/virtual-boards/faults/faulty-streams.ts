/** The two streams of a port with faults, each over a stream of the wrapped port. */
import type { Clock } from '../clock.ts';
import type { FaultyLine, LineStep } from './serial-faults.ts';

/** Called when a fault disconnects the port. */
type Vanish = (fault: { readonly backMs: number | null }) => void;

/** Data from the board. */
export class FaultyInput {
  readonly stream: ReadableStream<Uint8Array>;
  /** Whether the stream has ended: closed, cancelled, aborted or failed. */
  over = false;
  private readonly below: ReadableStreamDefaultReader<Uint8Array>;
  private controller: ReadableByteStreamController | null = null;
  private readonly steps: LineStep[] = [];
  private readonly nap: Nap;

  constructor(
    below: ReadableStream<Uint8Array>,
    private readonly line: FaultyLine,
    private readonly clock: Clock,
    private readonly vanish: Vanish,
  ) {
    this.nap = new Nap(clock);
    this.below = below.getReader();
    this.stream = new ReadableStream({
      type: 'bytes',
      start: (controller) => {
        this.controller = controller;
      },
      pull: (controller) => this.pull(controller),
      cancel: () => this.letGo(),
    });
  }

  /** Ends the stream with an error. */
  fail(error: DOMException): void {
    if (this.over) return;
    this.over = true;
    this.nap.wake();
    this.controller?.error(error);
  }

  /** Ends the stream because the port closes, and releases the wrapped stream. */
  async end(): Promise<void> {
    if (!this.over) this.controller?.close();
    await this.letGo();
  }

  private async letGo(): Promise<void> {
    this.over = true;
    this.nap.wake();
    // A failed stream can no longer be cancelled, and need not be.
    await this.below.cancel().catch(() => undefined);
    this.below.releaseLock();
  }

  private async pull(controller: ReadableByteStreamController): Promise<void> {
    while (!this.over) {
      const step = this.steps.shift();
      if (step === undefined) await this.more();
      else if ('waitMs' in step) await this.nap.take(step.waitMs);
      else if ('vanish' in step) this.vanish(step.vanish);
      else {
        controller.enqueue(step.bytes);
        return;
      }
    }
  }

  private async more(): Promise<void> {
    let result: ReadableStreamReadResult<Uint8Array>;
    try {
      result = await this.below.read();
    } catch (error) {
      if (this.over) return;
      this.over = true;
      this.below.releaseLock();
      throw error;
    }
    if (this.over) return;
    if (result.done) await this.end();
    else this.steps.push(...this.line.take(result.value, this.clock.now()));
  }
}

/** Data to the board. */
export class FaultyOutput {
  readonly stream: WritableStream<Uint8Array>;
  /** Whether the stream has ended: closed, cancelled, aborted or failed. */
  over = false;
  private readonly below: WritableStreamDefaultWriter<Uint8Array>;
  private lost: 'no' | 'unnoticed' | 'noticed' = 'no';
  private readonly nap: Nap;

  constructor(
    below: WritableStream<Uint8Array>,
    private readonly line: FaultyLine,
    private readonly clock: Clock,
    bufferSize: number,
    private readonly vanish: Vanish,
  ) {
    this.nap = new Nap(clock);
    this.below = below.getWriter();
    // A writer learns of an error from its own write.
    this.below.closed.catch(() => undefined);
    this.stream = new WritableStream<Uint8Array>(
      {
        write: (chunk) => this.write(chunk),
        close: async () => {
          this.over = true;
          await this.below.close();
        },
        abort: async (reason) => {
          this.over = true;
          this.nap.wake();
          await this.below.abort(reason);
        },
      },
      { highWaterMark: bufferSize, size: (chunk) => chunk.byteLength },
    );
  }

  /** The port was disconnected by a fault. */
  lose(): void {
    this.lost = 'unnoticed';
    this.nap.wake();
    this.below.releaseLock();
  }

  /** The port is closed. */
  end(): void {
    this.over = true;
    this.nap.wake();
    this.below.releaseLock();
  }

  private async write(chunk: Uint8Array): Promise<void> {
    // Chromium's driver takes one more small write before it notices that the device is gone.
    if (this.lost === 'unnoticed') {
      this.lost = 'noticed';
      return;
    }
    if (this.lost === 'noticed' || this.over) {
      this.over = true;
      throw new DOMException('The device has been lost.', 'NetworkError');
    }
    for (const step of this.line.take(chunk, this.clock.now())) {
      if ('waitMs' in step) await this.nap.take(step.waitMs);
      else if ('vanish' in step) this.vanish(step.vanish);
      else await this.pass(step.bytes);
      // What a port accepted before it went is lost with it, without an error.
      if (this.lost !== 'no' || this.over) return;
    }
  }

  private async pass(bytes: Uint8Array): Promise<void> {
    try {
      await this.below.write(bytes);
    } catch (error) {
      // Released by a fault in the other direction: this write had been accepted.
      if (this.lost !== 'no') return;
      this.over = true;
      throw error;
    }
  }
}

/** A wait that can be ended early. */
class Nap {
  private over: () => void = () => {};

  constructor(private readonly clock: Clock) {}

  take(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.clock.at(ms, resolve);
      this.over = () => {
        cancel();
        resolve();
      };
    });
  }

  wake(): void {
    this.over();
  }
}
