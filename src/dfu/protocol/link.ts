/**
 * One DFU interface of a USB device and its requests. The `dfu` package finds the interfaces and makes the requests that
 * it exposes; DNLOAD and UPLOAD, which it keeps private, are made here. The package turns every error into a string, so
 * it gets a proxy of the device that records how the last transfer ended.
 */
import { dfuCommands, WebDFU, type WebDFUSettings } from 'dfu';
import type { Clock } from '../../flash/clock.ts';
import { sleep, withTimeout } from '../../flash/clock.ts';
import type { Cancel } from '../../flash/failure.ts';
import { Failure } from '../../flash/failure.ts';
import { dfuFailure } from '../failures.ts';
import { type DfuState, stateNumbered } from './states.ts';

/** The result of a request: `T`, or `stalled` if the device rejected it. */
export type Answer<T> = T | 'stalled';

/** The reply to GETSTATUS. `pollMs` is the time in ms to wait before the next one. */
export interface DfuStatus {
  readonly state: DfuState;
  readonly code: number;
  readonly pollMs: number;
}

/** The timeout of a request that starts no work, in ms; a host under load may be late by seconds. */
const REQUEST_MS = 5_000;
/** How long a request may still take after a stop, in ms; a working device needs less. */
const GRACE_MS = 800;
/** How long the system may take to open, claim, reset or close a device, in ms: WebUSB itself waits forever. */
const SYSTEM_MS = 10_000;

const SILENT = { info: () => undefined, warning: () => undefined, progress: () => undefined };

/** How the last transfer ended: a status of WebUSB, with fewer bytes than the package will read, or what was thrown. */
type End = USBTransferStatus | { readonly received: number; readonly wanted: number } | { readonly thrown: unknown };

/** A device and one of its DFU interfaces. Where nothing else is said, methods throw a `Failure` and nothing else. */
export class DfuLink {
  readonly #dfu: WebDFU;
  #last: End = 'ok';
  #ended: Failure | null = null;

  constructor(
    readonly usb: USBDevice,
    readonly clock: Clock,
  ) {
    this.#dfu = new WebDFU(this.#remembering(usb), {}, SILENT);
  }

  /** Every alternate setting that speaks DFU, of all interfaces and configurations. Sends nothing. */
  async find(): Promise<readonly WebDFUSettings[]> {
    await this.#dfu.init();
    return this.#dfu.interfaces;
  }

  /**
   * Opens the device. Always calls open(): an earlier link may be about to close it, and a second open() does nothing (WebUSB).
   * Rejects with the `DOMException` of the browser, as `claim` and `reset` do.
   */
  open(): Promise<void> {
    return this.#answered('open the device', this.usb.open());
  }

  /** Claims the interface. Done here, because the package's own claim uses its number as an index into the list of interfaces. */
  async claim({
    configuration: { configurationValue },
    interface: { interfaceNumber },
  }: WebDFUSettings): Promise<void> {
    if (this.usb.configuration?.configurationValue !== configurationValue) {
      await this.#answered('choose a configuration', this.usb.selectConfiguration(configurationValue));
    }
    await this.#answered('claim the interface', this.usb.claimInterface(interfaceNumber));
  }

  reset(): Promise<void> {
    return this.#answered('reset', this.usb.reset());
  }

  /** Closes the device; one that is gone cannot be closed, and nothing is left to do about it. Never rejects. */
  async close(): Promise<void> {
    await this.#answered('close', this.usb.close()).catch(() => undefined);
  }

  /** Whether a request can reach the device, as far as is known. */
  get isThere(): boolean {
    return this.#ended === null && this.usb.opened;
  }

  /** From now on requests go to the interface of this setting. */
  use(setting: WebDFUSettings): void {
    this.#dfu.currentInterfaceSettings = setting;
  }

  /** Fails every later request with this failure; `dfu-left` takes precedence, so that a board that left is not called lost. */
  end(failure: Failure): void {
    if (this.#ended === null || failure.facts.name === 'dfu-left') this.#ended = failure;
  }

  /**
   * Runs work that `cancel` ends: by itself between two requests, or, where the device does not answer any more, by ending the
   * link after `GRACE_MS`.
   */
  async stoppable<T>(cancel: Cancel, command: string, work: () => Promise<T>): Promise<T> {
    let [forget, forgetGrace] = [(): void => undefined, (): void => undefined];
    const late = new Promise<never>((_, reject) => {
      forget = cancel.onCancel(() => {
        forgetGrace = this.clock.at(GRACE_MS, () => {
          const failure = dfuFailure('dfu-no-answer', { values: { command } });
          this.end(failure);
          reject(failure);
        });
      });
    });
    try {
      return await Promise.race([work(), late]);
    } finally {
      forget();
      forgetGrace();
    }
  }

  sleep(ms: number): Promise<void> {
    return sleep(this.clock, ms);
  }

  /** Requests the status; the device may do up to `workMs` of pending work before it replies. */
  async status(workMs = 0): Promise<Answer<DfuStatus>> {
    const answer = await this.#request('ask for the status', workMs + REQUEST_MS, () => this.#dfu.getStatus());
    if (answer === 'stalled') return answer;
    const state = stateNumbered(answer.state);
    if (state === null) throw dfuFailure('dfu-unknown-state', { values: { state: answer.state } });
    return { state, code: answer.status, pollMs: answer.pollTimeout };
  }

  clear(): Promise<Answer<unknown>> {
    return this.#request('clear the status', REQUEST_MS, () => this.#dfu.clearStatus());
  }

  abort(): Promise<Answer<unknown>> {
    return this.#request('abort', REQUEST_MS, () => this.#dfu.abort());
  }

  /** Asks a running application to switch to DFU mode. */
  detach(): Promise<Answer<unknown>> {
    return this.#request('detach', REQUEST_MS, () => this.#dfu.detach());
  }

  download(block: number, data: Uint8Array<ArrayBuffer>): Promise<Answer<unknown>> {
    return this.#request('send data', REQUEST_MS, async () => {
      const setup = this.#classRequest(dfuCommands.DOWNLOAD, block);
      // Without data there is no data stage: that is the request to leave DFU mode.
      const sent = this.#remember(
        data.length === 0 ? this.usb.controlTransferOut(setup) : this.usb.controlTransferOut(setup, data),
      );
      const { bytesWritten } = whole(await sent);
      if (bytesWritten !== data.length) throw new RangeError(`it took ${bytesWritten} of ${data.length} bytes`);
    });
  }

  upload(block: number, length: number): Promise<Answer<Uint8Array>> {
    return this.#request('read data', REQUEST_MS, async () => {
      const setup = this.#classRequest(dfuCommands.UPLOAD, block);
      return bytesOf(await this.#remember(this.usb.controlTransferIn(setup, length)));
    });
  }

  /** A standard descriptor of the device; `language` matters only for strings. */
  descriptor(type: number, index: number, language: number, length: number): Promise<Answer<Uint8Array>> {
    return this.#request('ask for a descriptor', REQUEST_MS, async () => {
      const setup = {
        requestType: 'standard',
        recipient: 'device',
        request: 6,
        value: (type << 8) | index,
        index: language,
      } as const;
      return bytesOf(await this.#remember(this.usb.controlTransferIn(setup, length)));
    });
  }

  /** Selects another memory of the interface; `stalled` if the device does not have it. */
  selectAlternate(number: number): Promise<Answer<void>> {
    return this.#request('choose a memory', REQUEST_MS, async () => {
      try {
        await this.usb.selectAlternateInterface(this.#interfaceNumber(), number);
      } catch (error) {
        // Chromium reports a rejection as a NetworkError; a device that is gone is a different error.
        this.#last = nameOf(error) === 'NetworkError' ? 'stall' : { thrown: error };
        throw error;
      }
    });
  }

  /** What the system answers; `dfu-no-answer` if it does not in time. */
  #answered<T>(command: string, work: Promise<T>): Promise<T> {
    return withTimeout(this.clock, SYSTEM_MS, work, () => {
      throw dfuFailure('dfu-no-answer', { values: { command } });
    });
  }

  #classRequest(request: number, value: number): USBControlTransferParameters {
    return { requestType: 'class', recipient: 'interface', request, value, index: this.#interfaceNumber() };
  }

  #interfaceNumber(): number {
    const settings = this.#dfu.currentInterfaceSettings;
    if (settings === undefined) throw new RangeError('no interface was chosen');
    return settings.interface.interfaceNumber;
  }

  /** One request with a timeout: WebUSB itself waits forever. A device that is gone or silent ends the link. */
  async #request<T>(command: string, ms: number, work: () => Promise<T>): Promise<Answer<T>> {
    if (this.#ended !== null) throw this.#ended;
    this.#last = 'ok';
    try {
      return await withTimeout(this.clock, ms, work(), () => {
        throw dfuFailure('dfu-no-answer', { values: { command } });
      });
    } catch (error) {
      if (error instanceof Failure) {
        this.end(error);
        throw error;
      }
      const last = this.#lastEnd();
      if (last === 'stall') return 'stalled';
      if (typeof last === 'object' && 'thrown' in last) {
        const lost = dfuFailure('dfu-lost', { cause: last.thrown });
        this.end(lost);
        throw lost;
      }
      const short = typeof last === 'object' ? `it sent ${last.received} of ${last.wanted} bytes` : null;
      const reason = short ?? (last === 'babble' ? 'it sent more data than requested' : reasonOf(error));
      throw dfuFailure('dfu-bad-answer', { values: { command, reason }, cause: error });
    }
  }

  #lastEnd(): End {
    return this.#last;
  }

  /** Records how a transfer ends. */
  async #remember<T extends { readonly status: USBTransferStatus }>(transfer: Promise<T>): Promise<T> {
    try {
      const result = await transfer;
      this.#last = result.status;
      return result;
    } catch (error) {
      this.#last = { thrown: error };
      throw error;
    }
  }

  /** A proxy of the device that records how its control transfers end. */
  #remembering(usb: USBDevice): USBDevice {
    return new Proxy(usb, {
      get: (_, key) => {
        if (key === 'controlTransferIn') {
          return async (setup: USBControlTransferParameters, length: number) => {
            const result = await this.#remember(usb.controlTransferIn(setup, length));
            const received = result.data?.byteLength ?? 0;
            // The package reads past the end of a short reply, and its error is about a DataView.
            if (result.status === 'ok' && received < length) this.#last = { received, wanted: length };
            return result;
          };
        }
        if (key === 'controlTransferOut') {
          return (setup: USBControlTransferParameters, data?: BufferSource) =>
            this.#remember(data === undefined ? usb.controlTransferOut(setup) : usb.controlTransferOut(setup, data));
        }
        // Getters of browser objects work only with the object itself as the receiver.
        const value: unknown = Reflect.get(usb, key, usb);
        return typeof value === 'function' ? value.bind(usb) : value;
      },
    });
  }
}

function whole<T extends { readonly status: USBTransferStatus }>(result: T): T {
  if (result.status !== 'ok') throw new Error(result.status);
  return result;
}

function bytesOf(result: USBInTransferResult): Uint8Array {
  const { data } = whole(result);
  return data === undefined ? new Uint8Array() : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : '';
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
