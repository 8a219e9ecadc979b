/** What code on the chip (ROM loader or stub) can use besides flash and registers. */

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
