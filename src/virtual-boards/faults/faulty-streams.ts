/** The two streams of a port with faults, each over the stream of the port below. */
import type { Clock } from '../clock.ts';
import type { FaultyLine, LineStep } from './serial-faults.ts';

/** Called where a fault takes the port away. */
type Vanish = (fault: { readonly backMs: number | null }) => void;

/** What comes from the board. */
export class FaultyInput {
  readonly stream: ReadableStream<Uint8Array>;
  /** The stream has ended in one way or another. */
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

  /** The stream ends in an error. */
  fail(error: DOMException): void {
    if (this.over) return;
    this.over = true;
    this.nap.wake();
    this.controller?.error(error);
  }

  /** The port is closed: the stream ends, and the one below is free again. */
  async end(): Promise<void> {
    if (!this.over) this.controller?.close();
    await this.letGo();
  }

  private async letGo(): Promise<void> {
    this.over = true;
    this.nap.wake();
    // A stream that failed cannot be cancelled any more, and need not be.
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

/** What goes to the board. */
export class FaultyOutput {
  readonly stream: WritableStream<Uint8Array>;
  /** The stream has ended in one way or another. */
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
    // Whoever writes hears of an error by its own promise.
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

  /** The port has gone by a fault. */
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
      // What a port has taken before it went is gone with it, and nobody is told.
      if (this.lost !== 'no' || this.over) return;
    }
  }

  private async pass(bytes: Uint8Array): Promise<void> {
    try {
      await this.below.write(bytes);
    } catch (error) {
      // Let go by a fault in the other direction: what it had taken, it had taken.
      if (this.lost !== 'no') return;
      this.over = true;
      throw error;
    }
  }
}

/** A wait that can be cut short. */
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
