/** What code on the chip (ROM loader or stub) can use besides flash and registers, and the run of the chip that gives it. */
import type { Clock } from '../clock.ts';
import { Life } from '../life.ts';
import type { WireDirection } from '../uart.ts';
import { SlipDecoder, slipEncode } from './slip.ts';

/** The chip's UART and timers; a reset leaves every promise pending, because code that was reset never continues. */
export interface LoaderIo {
  /** Milliseconds on the board's clock. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** The next whole frame from the host; frames that arrive meanwhile wait in order. */
  receive(): Promise<Uint8Array>;
  /** Sends a frame; returns before it is on the wire. */
  send(frame: Uint8Array): void;
  /** Resolves once everything sent has left the chip. */
  sent(): Promise<void>;
  setBaud(rate: number): void;
  /** Records the board's last error, in words. */
  failed(reason: string): void;
}

/** How a loader ends: it starts uploaded code, or reboots. */
export type LoaderExit = { readonly to: 'stub' } | { readonly to: 'unknown-code' } | { readonly to: 'boot' };

/** One run of the chip, between two resets: its timers, and its end of the UART. Times in ms. */
export class ChipRun extends Life implements LoaderIo {
  private readonly decoder = new SlipDecoder();
  private readonly frames: Uint8Array[] = [];
  private waiting: ((frame: Uint8Array) => void) | undefined;
  private listening = false;

  constructor(
    clock: Clock,
    private readonly tx: WireDirection,
    private readonly chip: { readonly setBaud: (rate: number) => void; readonly failed: (reason: string) => void },
  ) {
    super(clock);
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

  override end(): void {
    super.end();
    this.frames.length = 0;
    this.waiting = undefined;
  }
}
