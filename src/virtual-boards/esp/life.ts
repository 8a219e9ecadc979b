/** One run of the chip, between two resets. */
import type { Clock } from '../clock.ts';
import type { WireDirection } from '../uart.ts';
import type { LoaderIo } from './loader-io.ts';
import { SlipDecoder, slipEncode } from './slip.ts';

/** The timers of one run and the chip's end of the UART; both end with the run. Times in ms. */
export class Life implements LoaderIo {
  private readonly decoder = new SlipDecoder();
  private readonly frames: Uint8Array[] = [];
  private waiting: ((frame: Uint8Array) => void) | undefined;
  private readonly timers = new Set<() => void>();
  private listening = false;
  private over = false;

  constructor(
    private readonly clock: Clock,
    private readonly tx: WireDirection,
    private readonly chip: { readonly setBaud: (rate: number) => void; readonly failed: (reason: string) => void },
  ) {}

  now(): number {
    return this.clock.now();
  }

  after(ms: number, fn: () => void): void {
    if (this.over) return;
    const cancel = this.clock.at(ms, () => {
      this.timers.delete(cancel);
      fn();
    });
    this.timers.add(cancel);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  print(text: string): void {
    if (!this.over) this.tx.send(new TextEncoder().encode(text));
  }

  /** Starts reading what arrives; earlier input was ignored. */
  listen(): void {
    this.listening = true;
  }

  deaf(): void {
    this.listening = false;
    this.decoder.reset();
  }

  arrived(bytes: Uint8Array): void {
    if (!this.listening) return;
    for (const frame of this.decoder.push(bytes)) {
      const { waiting } = this;
      this.waiting = undefined;
      if (waiting === undefined) this.frames.push(frame);
      else waiting(frame);
    }
  }

  receive(): Promise<Uint8Array> {
    const frame = this.frames.shift();
    if (frame !== undefined) return Promise.resolve(frame);
    return new Promise((resolve) => (this.waiting = resolve));
  }

  send(frame: Uint8Array): void {
    if (!this.over) this.tx.send(slipEncode(frame));
  }

  sent(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.over) this.tx.whenIdle(resolve);
    });
  }

  setBaud(rate: number): void {
    if (!this.over) this.chip.setBaud(rate);
  }

  failed(reason: string): void {
    this.chip.failed(reason);
  }

  end(): void {
    this.over = true;
    for (const cancel of this.timers) cancel();
    this.timers.clear();
    this.frames.length = 0;
    this.waiting = undefined;
  }
}
