/** A `SerialPort` that wraps another one, real or virtual, and injects the faults of a script. */
import type { Clock } from '../clock.ts';
import { FaultyInput, FaultyOutput } from './faulty-streams.ts';
import type { FaultScript } from './script.ts';
import { FaultyLine, type SerialFault } from './serial-faults.ts';

/** The cable of a virtual board: a port or device that vanishes can take the board's power with it. */
export interface Cable {
  unplug(): void;
  plug(): void;
}

/** Default of `SerialOptions.bufferSize` in bytes (Web Serial, "SerialOptions dictionary"). */
const DEFAULT_BUFFER = 255;

/** Injects faults into a port. With a `cable`, `vanish` pulls it; without one, only this wrapper disconnects. */
export function faultyPort(
  port: SerialPort,
  script: FaultScript<SerialFault>,
  clock: Clock,
  cable: Cable | null = null,
): FaultyPort {
  return new FaultyPort(port, script, clock, cable);
}

/** A port with faults; bytes are counted over its whole life, across close and open. */
export class FaultyPort extends EventTarget implements SerialPort {
  onconnect: ((this: SerialPort, ev: Event) => void) | null = null;
  ondisconnect: ((this: SerialPort, ev: Event) => void) | null = null;
  private readonly lineIn: FaultyLine;
  private readonly lineOut: FaultyLine;
  private input: FaultyInput | null = null;
  private output: FaultyOutput | null = null;
  private bufferSize = DEFAULT_BUFFER;
  /** Disconnected by an injected fault; the wrapped port has been released. */
  private away = false;
  /** Disconnected by an injected fault while open, and not closed since. */
  private stale = false;
  private letting: Promise<void> = Promise.resolve();
  private cancelReturn: () => void = () => {};

  constructor(
    private readonly port: SerialPort,
    script: FaultScript<SerialFault>,
    private readonly clock: Clock,
    private readonly cable: Cable | null,
  ) {
    super();
    this.lineIn = new FaultyLine(script, 'in');
    this.lineOut = new FaultyLine(script, 'out');
    port.addEventListener('disconnect', () => {
      if (this.away) return;
      this.input?.fail(lost());
      this.tell('disconnect', this.ondisconnect);
    });
    port.addEventListener('connect', () => {
      if (!this.away) this.tell('connect', this.onconnect);
    });
  }

  /** Bytes sent so far in each direction: what `at` counts in the faults of a script. */
  get sent(): { readonly in: number; readonly out: number } {
    return { in: this.lineIn.sent, out: this.lineOut.sent };
  }

  get connected(): boolean {
    return !this.away && this.port.connected;
  }

  /** Null while closed or lost; a cancelled or failed stream is replaced by a new one. */
  get readable(): ReadableStream<Uint8Array> | null {
    const below = this.usable ? this.port.readable : null;
    if (below === null) return null;
    if (this.input === null || this.input.over) {
      this.input = new FaultyInput(below, this.lineIn, this.clock, (fault) => this.vanish(fault));
    }
    return this.input.stream;
  }

  /** Null while closed or lost; a closed or aborted stream is replaced by a new one. */
  get writable(): WritableStream<Uint8Array> | null {
    const below = this.usable ? this.port.writable : null;
    if (below === null) return null;
    if (this.output === null || this.output.over) {
      const vanish = (fault: { backMs: number | null }) => this.vanish(fault);
      this.output = new FaultyOutput(below, this.lineOut, this.clock, this.bufferSize, vanish);
    }
    return this.output.stream;
  }

  private get usable(): boolean {
    return !this.away && !this.stale;
  }

  async open(options: SerialOptions): Promise<void> {
    if (this.away) {
      if (this.stale) throw new DOMException('The port is already open.', 'InvalidStateError');
      throw new DOMException('Failed to open serial port.', 'NetworkError');
    }
    // In Chromium a device that comes back is a new port, whatever state the old one is in.
    this.stale = false;
    await this.letting;
    await this.port.open(options);
    this.bufferSize = options.bufferSize ?? DEFAULT_BUFFER;
  }

  async close(): Promise<void> {
    if (this.stale) {
      this.stale = false;
      return;
    }
    const { input, output } = this;
    if (this.port.readable !== null && (input?.stream.locked === true || output?.stream.locked === true)) {
      throw new TypeError('Cannot cancel a locked stream');
    }
    this.input = null;
    this.output = null;
    output?.end();
    await input?.end();
    await this.port.close();
  }

  async setSignals(signals: SerialOutputSignals): Promise<void> {
    if (this.stale) throw lost();
    await this.port.setSignals(signals);
  }

  async getSignals(): Promise<SerialInputSignals> {
    if (this.stale) throw lost();
    return this.port.getSignals();
  }

  getInfo(): SerialPortInfo {
    return this.port.getInfo();
  }

  forget(): Promise<void> {
    return this.port.forget();
  }

  /** Clears all faults, as a new cable would: a port that is away comes back at once. */
  endFaults(): void {
    this.lineIn.clear();
    this.lineOut.clear();
    this.cancelReturn();
    if (this.away) this.comeBack();
    this.cable?.plug();
  }

  private vanish({ backMs }: { readonly backMs: number | null }): void {
    const { cable } = this;
    if (cable !== null) {
      cable.unplug();
      if (backMs !== null) this.cancelReturn = this.clock.at(backMs, () => cable.plug());
      return;
    }
    if (this.away) return;
    const { input, output } = this;
    this.away = true;
    this.stale = true;
    this.input = null;
    this.output = null;
    input?.fail(lost());
    output?.lose();
    this.letting = this.letGo(input);
    if (backMs !== null) this.cancelReturn = this.clock.at(backMs, () => this.comeBack());
    this.tell('disconnect', this.ondisconnect);
  }

  private async letGo(input: FaultyInput | null): Promise<void> {
    await input?.end();
    // A port that is unplugged at this very moment cannot be closed.
    await this.port.close().catch(() => undefined);
  }

  private comeBack(): void {
    this.away = false;
    this.tell('connect', this.onconnect);
  }

  private tell(type: 'connect' | 'disconnect', handler: ((this: SerialPort, ev: Event) => void) | null): void {
    const event = new Event(type, { bubbles: true });
    this.dispatchEvent(event);
    handler?.call(this, event);
  }
}

function lost(): DOMException {
  return new DOMException('The device has been lost.', 'NetworkError');
}
