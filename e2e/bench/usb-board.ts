import { enumerate, type UsbBoard, type UsbPeripheral } from '../../src/virtual-boards/usb.ts';
import type { Bench } from './bench.ts';
import type { ControlAnswer, Setup, UsbDevice, UsbInfo, UsbRequest } from './devices.ts';

const EPIPE = -32;
const EMPTY = new Uint8Array(0);

/** Puts one stay of a virtual device on the bus behind the bench's endpoint. */
class PeripheralDevice implements UsbDevice {
  readonly #peripheral: UsbPeripheral;

  constructor(peripheral: UsbPeripheral) {
    this.#peripheral = peripheral;
  }

  control(setup: Setup, data: Uint8Array): Promise<ControlAnswer> {
    return this.#peripheral.control(setup, data);
  }

  /** What the kernel sends when a program makes one of these requests. */
  async request(request: UsbRequest): Promise<number> {
    const send = async (requestType: number, code: number, value: number, index: number) =>
      (await this.#peripheral.control({ requestType, request: code, value, index, length: 0 }, EMPTY)) === null
        ? EPIPE
        : 0;
    switch (request.what) {
      case 'setConfiguration':
        return send(0x00, 9, request.value, 0);
      case 'setInterface':
        return send(0x01, 11, request.alternate, request.interface);
      case 'reset':
        this.#peripheral.busReset();
        return 0;
      default:
        return 0;
    }
  }
}

/** A virtual USB board whose cable ends on the bench: programs see what it puts on the bus, for as long as it is there. */
export class BenchUsbBoard {
  readonly #bench: Bench;
  readonly #id: string;
  readonly #board: UsbBoard;
  #number: number;
  #present = false;
  #waiting: (() => void)[] = [];
  #turn: Promise<void> = Promise.resolve();

  /** `id` is a name as in sysfs (`1-1`); the board is powered up at once. */
  constructor(bench: Bench, id: string, board: UsbBoard) {
    this.#bench = bench;
    this.#id = id;
    this.#board = board;
    this.#number = 1;
    this.plug();
  }

  plug(): void {
    this.#board.attach({
      appeared: (peripheral) => this.#then(() => this.#appeared(peripheral)),
      vanished: () => this.#then(() => this.#vanished()),
    });
  }

  /** Resolves once programs are told. */
  async unplug(): Promise<void> {
    this.#board.detach();
    this.#then(() => this.#vanished());
    await this.#turn;
  }

  /** Resolves once programs can see a device. */
  async present(): Promise<void> {
    await this.#turn;
    if (!this.#present) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async #appeared(peripheral: UsbPeripheral): Promise<void> {
    await enumerate(peripheral);
    // A device that comes back has another number, assigned by the kernel.
    this.#number += 1;
    this.#bench.addUsb(this.#id, infoOf(peripheral, this.#number), new PeripheralDevice(peripheral));
    this.#present = true;
    for (const tell of this.#waiting.splice(0)) tell();
  }

  async #vanished(): Promise<void> {
    if (!this.#present) return;
    this.#present = false;
    await this.#bench.remove(this.#id);
  }

  #then(step: () => Promise<void>): void {
    this.#turn = this.#turn.then(step).catch((error: unknown) => void this.#bench.faults.push(error));
  }
}

function infoOf({ descriptors }: UsbPeripheral, device: number): UsbInfo {
  const { device: bytes, configuration, strings } = descriptors;
  const word = (at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  const named = (key: 'manufacturer' | 'product' | 'serial', at: number) => {
    const text = strings[bytes[at] ?? 0];
    return text === undefined ? {} : { [key]: text };
  };
  return {
    bus: 1,
    device,
    vendorId: word(8),
    productId: word(10),
    deviceVersion: word(12),
    descriptors: Uint8Array.from([...bytes, ...configuration]),
    ...named('manufacturer', 14),
    ...named('product', 15),
    ...named('serial', 16),
  };
}
