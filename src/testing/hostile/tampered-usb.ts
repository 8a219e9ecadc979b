/** A USB device whose answers are tampered with: what a hostile one may send, within what WebUSB lets through. */
import { readConfiguration } from '../../virtual-boards/usb-tree.ts';
import { dfuConfiguration } from '../../virtual-boards/usb-descriptors.ts';

/** Requests of DFU 1.1, 3. */
export const REQUEST = {
  detach: 0,
  download: 1,
  upload: 2,
  getStatus: 3,
  clearStatus: 4,
  getState: 5,
  abort: 6,
} as const;
/** Types of descriptors (USB 2.0, table 9-5). */
export const DESCRIPTOR = { configuration: 2, string: 3 } as const;

/** A class request; `data` is what an OUT request sends, `length` what an IN request asks for. */
export interface ClassRequest {
  readonly request: number;
  readonly value: number;
  readonly length: number;
  readonly data: Uint8Array;
}

/** The device's own answer: bytes, or null for a stall. */
type Pass = () => Promise<Uint8Array | null>;

/** What is tampered with. All else passes unchanged. */
export interface Tampering {
  /** The bytes of a descriptor; null stalls. */
  readonly descriptor?: (type: number, index: number, bytes: Uint8Array | null) => Uint8Array | null;
  /** A class request and its answer; null stalls. The bytes of an answer to an OUT request do not matter. */
  readonly answer?: (asked: ClassRequest, pass: Pass) => Promise<Uint8Array | null>;
  /** Properties and methods of the device. */
  readonly device?: (usb: USBDevice) => Partial<Record<keyof USBDevice, unknown>>;
}

/** Wraps a device. Answers longer than what was asked for arrive whole: some hosts do not cut them. */
export function tampered(usb: USBDevice, { descriptor, answer, device }: Tampering): USBDevice {
  const other = device?.(usb) ?? {};
  const receive = async (setup: USBControlTransferParameters, length: number): Promise<USBInTransferResult> => {
    const pass = async () => {
      const { status, data } = await usb.controlTransferIn(setup, length);
      return status === 'stall' || data === undefined ? null : bytesOf(data);
    };
    const { requestType, request, value } = setup;
    if (requestType === 'class' && answer !== undefined)
      return result(await answer({ request, value, length, data: new Uint8Array() }, pass));
    if (requestType === 'standard' && descriptor !== undefined)
      return result(descriptor(value >> 8, value & 0xff, await pass())?.slice(0, length) ?? null);
    return usb.controlTransferIn(setup, length);
  };
  const send = async (setup: USBControlTransferParameters, data?: BufferSource): Promise<USBOutTransferResult> => {
    const bytes = data === undefined ? new Uint8Array() : bytesOf(data);
    const pass = async () => {
      const sent = data === undefined ? usb.controlTransferOut(setup) : usb.controlTransferOut(setup, data);
      return (await sent).status === 'stall' ? null : new Uint8Array();
    };
    const { requestType, request, value } = setup;
    const own = requestType === 'class' && answer !== undefined;
    const took = await (own ? answer({ request, value, length: 0, data: bytes }, pass) : pass());
    return { status: took === null ? 'stall' : 'ok', bytesWritten: bytes.length };
  };
  return new Proxy(usb, {
    get: (_, key) => {
      if (Object.hasOwn(other, key)) return Reflect.get(other, key);
      if (key === 'controlTransferIn') return receive;
      if (key === 'controlTransferOut') return send;
      const value: unknown = Reflect.get(usb, key, usb);
      return typeof value === 'function' ? value.bind(usb) : value;
    },
  });
}

/** A device that names these memories, whatever it has; all of them are its first one. `transferSize` in bytes. */
export function memories(names: readonly string[], transferSize = 2048): Tampering {
  const first = 4;
  const configuration = dfuConfiguration({
    names: names.map((_, i) => first + i),
    configurationName: 0,
    transferSize,
  });
  return {
    descriptor: (type, index, bytes) => {
      if (type === DESCRIPTOR.configuration) return configuration;
      const name = type === DESCRIPTOR.string ? names[index - first] : undefined;
      return name === undefined ? bytes : stringOf(name);
    },
    device: (usb) => ({
      configurations: [readConfiguration(configuration, { claimed: new Map() })],
      selectAlternateInterface: (number: number, _: number) => usb.selectAlternateInterface(number, 0),
    }),
  };
}

/** A string descriptor of as many characters as one can have. */
export function stringOf(text: string): Uint8Array {
  const cut = text.slice(0, 126);
  return Uint8Array.from([
    2 + 2 * cut.length,
    DESCRIPTOR.string,
    ...Array.from({ length: 2 * cut.length }, (_, i) => (cut.charCodeAt(i >> 1) >> (8 * (i & 1))) & 0xff),
  ]);
}

/** An answer to GETSTATUS (DFU 1.1, 6.1.2). */
export function statusOf(state: number, status = 0, pollMs = 0): Uint8Array {
  return Uint8Array.of(status, pollMs & 0xff, (pollMs >> 8) & 0xff, pollMs >> 16, state, 0);
}

/** Never settles. */
export function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}

function result(bytes: Uint8Array | null): USBInTransferResult {
  const copy = Uint8Array.from(bytes ?? []);
  return { status: bytes === null ? 'stall' : 'ok', data: new DataView(copy.buffer) };
}

function bytesOf(data: BufferSource | DataView): Uint8Array {
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
