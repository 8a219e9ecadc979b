/** A `USBDevice` that wraps another one, real or virtual, and injects the faults of a script. */
import type { Clock } from '../clock.ts';
import { UsbDeviceEvent } from '../usb-port.ts';
import type { Cable } from './faulty-port.ts';
import type { FaultScript } from './script.ts';
import { canHappen, type UsbFault } from './usb-faults.ts';

type Setup = USBControlTransferParameters;

/**
 * One script for all stays of a device on the bus: a device that comes back is a new object and has to be wrapped again.
 * With a `cable`, `vanish` pulls it. Without one, only this wrapper disconnects, and `connect` and `disconnect` fire here,
 * as on `navigator.usb`.
 */
export class FaultyUsb extends EventTarget {
  private faults: UsbFault[];
  /** Control transfers begun, in total and per request. */
  private count = 0;
  private readonly counts = new Map<number, number>();
  /** The last answer of an IN transfer. */
  private last = new Uint8Array(0);
  private current: Stay | null = null;
  /** Each cancels a pending `vanish` or return. */
  private readonly callOffs: (() => void)[] = [];

  constructor(
    script: FaultScript<UsbFault>,
    private readonly clock: Clock,
    private readonly cable: Cable | null = null,
  ) {
    super();
    this.faults = [...script.faults];
  }

  /** Control transfers begun so far: what `at` counts in the faults of a script. */
  get transfers(): number {
    return this.count;
  }

  /** The device with its faults. */
  wrap(device: USBDevice): USBDevice {
    const stay = new Stay(device);
    this.current = stay;
    return new Proxy(device, {
      get: (_, key) => {
        if (key === 'opened') return !stay.gone && device.opened;
        if (key === 'controlTransferIn') return (setup: Setup, length: number) => this.receive(stay, setup, length);
        if (key === 'controlTransferOut') return (setup: Setup, data?: BufferSource) => this.send(stay, setup, data);
        // The getters of a browser's own objects work only with the object itself as `this`.
        const value: unknown = Reflect.get(device, key, device);
        if (typeof value !== 'function') return value;
        if (key === 'close') return () => stay.close();
        return (...given: readonly unknown[]): unknown =>
          stay.gone && !LISTENING.has(key) ? Promise.reject(disconnected()) : Reflect.apply(value, device, given);
      },
    });
  }

  /** Clears all faults, as a new cable would: a device that is away comes back at once. */
  endFaults(): void {
    this.faults = [];
    for (const callOff of this.callOffs.splice(0)) callOff();
    this.cable?.plug();
    if (this.current?.gone === true) this.comeBack(this.current);
  }

  private receive(stay: Stay, setup: Setup, length: number): Promise<USBInTransferResult> {
    return this.transfer(stay, setup, 'in', length, async (fault) => {
      const ask = () => stay.device.controlTransferIn(setup, length);
      if (fault?.kind === 'stall') return { status: 'stall', data: new DataView(new ArrayBuffer(0)) };
      if (fault?.kind === 'repeat') await ask();
      const { status = 'ok', data } = await ask();
      const before = this.last;
      const bytes = data === undefined ? new Uint8Array(0) : bytesOf(data).slice();
      if (status === 'ok') this.last = bytes.slice();
      if (fault?.kind === 'stale') return answer('ok', before.slice(0, length));
      if (fault?.kind === 'babble') return answer('babble', bytes);
      if (fault?.kind === 'short') return answer(status, bytes.slice(0, Math.max(0, bytes.length - fault.missing)));
      if (fault?.kind === 'corrupt') turn(bytes, fault);
      return answer(status, bytes);
    });
  }

  private send(stay: Stay, setup: Setup, data?: BufferSource): Promise<USBOutTransferResult> {
    const given = data === undefined ? null : bytesOf(data).slice();
    return this.transfer(stay, setup, 'out', given?.length ?? 0, async (fault) => {
      const bytesWritten = given?.length ?? 0;
      if (fault?.kind === 'stall') return { status: 'stall', bytesWritten };
      if (fault?.kind === 'lose') return { status: 'ok', bytesWritten };
      if (fault?.kind === 'corrupt' && given !== null) turn(given, fault);
      const tell = () =>
        given === null ? stay.device.controlTransferOut(setup) : stay.device.controlTransferOut(setup, given);
      if (fault?.kind === 'repeat') await tell();
      return tell();
    });
  }

  /** One transfer: faults of timing and outcome are handled here, faults of the data in `work`. */
  private async transfer<T>(
    stay: Stay,
    setup: Setup,
    direction: 'in' | 'out',
    data: number,
    work: (fault: UsbFault | null) => Promise<T>,
  ): Promise<T> {
    if (stay.gone) throw disconnected();
    const fault = this.due(setup.request, direction, data);
    if (fault === null) return stay.until(work(null));
    switch (fault.kind) {
      case 'delay':
        await stay.until(new Promise<void>((resolve) => void this.clock.at(fault.ms, resolve)));
        return stay.until(work(null));
      case 'silence':
        if (fault.obeyed) await stay.until(work(null));
        return stay.until(new Promise<never>(() => undefined));
      case 'fail':
        if (fault.obeyed) await stay.until(work(null));
        throw new DOMException('A transfer error has occurred.', 'NetworkError');
      case 'vanish':
        this.later(fault.afterMs, () => this.vanish(stay, fault.backMs));
        return stay.until(work(null));
      default:
        return stay.until(work(fault));
    }
  }

  /** Counts a transfer and takes the fault that is due, if any. */
  private due(request: number, direction: 'in' | 'out', data: number): UsbFault | null {
    this.count += 1;
    const own = (this.counts.get(request) ?? 0) + 1;
    this.counts.set(request, own);
    const index = this.faults.findIndex((fault) => {
      if (fault.request !== undefined && fault.request !== request) return false;
      return fault.at <= (fault.request === undefined ? this.count : own) && canHappen(fault, direction, data);
    });
    return index < 0 ? null : (this.faults.splice(index, 1)[0] ?? null);
  }

  private later(ms: number, happens: () => void): void {
    this.callOffs.push(this.clock.at(ms, happens));
  }

  private vanish(stay: Stay, backMs: number | null): void {
    const { cable } = this;
    if (cable !== null) {
      cable.unplug();
      if (backMs !== null) this.later(backMs, () => cable.plug());
      return;
    }
    if (stay.gone) return;
    stay.leave();
    if (backMs !== null) this.later(backMs, () => this.comeBack(stay));
    this.dispatchEvent(new UsbDeviceEvent('disconnect', stay.device));
  }

  private comeBack({ device }: Stay): void {
    this.dispatchEvent(new UsbDeviceEvent('connect', this.wrap(device)));
  }
}

/** The methods that still work on a device that has gone. */
const LISTENING: ReadonlySet<string | symbol> = new Set(['addEventListener', 'removeEventListener', 'dispatchEvent']);

/** One stay of a device on the bus. */
class Stay {
  gone = false;
  private readonly pending = new Set<(error: DOMException) => void>();

  constructor(readonly device: USBDevice) {}

  /** Settles with a transfer, or rejects with `AbortError` if the stay ends first. */
  async until<T>(work: Promise<T>): Promise<T> {
    let abort: (error: DOMException) => void = () => {};
    const aborted = new Promise<never>((_, reject) => (abort = reject));
    this.pending.add(abort);
    try {
      return await Promise.race([work, aborted]);
    } finally {
      this.pending.delete(abort);
    }
  }

  /** Ends the stay by an injected fault; the wrapped device is closed. */
  leave(): void {
    this.gone = true;
    this.abort();
    void this.device.close().catch(() => undefined);
  }

  async close(): Promise<void> {
    this.abort();
    if (!this.gone) await this.device.close();
  }

  private abort(): void {
    for (const reject of this.pending) reject(new DOMException('The transfer was cancelled.', 'AbortError'));
    this.pending.clear();
  }
}

function turn(bytes: Uint8Array, { byte, bits }: { readonly byte: number; readonly bits: number }): void {
  const at = byte % Math.max(1, bytes.length);
  if (bytes.length > 0) bytes[at] = (bytes[at] ?? 0) ^ bits;
}

function answer(status: USBTransferStatus, bytes: Uint8Array<ArrayBuffer>): USBInTransferResult {
  return { status, data: new DataView(bytes.buffer) };
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function disconnected(): DOMException {
  return new DOMException('The device was disconnected.', 'NotFoundError');
}
