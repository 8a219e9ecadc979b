/** A minimal client of a DFU board, for tests of boards: raw control transfers, and their results in short words. */
import type { Clock } from '../../virtual-boards/clock.ts';
import { enumerate, type ControlAnswer, type UsbPeripheral } from '../../virtual-boards/usb.ts';
import type { DfuBoard } from '../../virtual-boards/dfu/board.ts';

/** The answer to GETSTATUS, or a stall. */
export type StatusReading = { readonly status: number; readonly pollMs: number; readonly state: number } | 'stall';

/** A host that follows devices on and off the bus, and talks to the current one. */
export class RawClient {
  /** How often a device has appeared and disappeared. */
  appeared = 0;
  vanished = 0;
  private peripheral: UsbPeripheral | null = null;
  private waiting: (() => void)[] = [];

  private constructor(
    private readonly board: DfuBoard,
    private readonly clock: Clock,
  ) {}

  /** Plugs in a board, and waits until it is on the bus and configured. */
  static async plug(board: DfuBoard, clock: Clock): Promise<RawClient> {
    const client = new RawClient(board, clock);
    client.attach();
    await client.present();
    return client;
  }

  /** Plugs the cable (back) in. */
  attach(): void {
    this.board.attach({
      appeared: (peripheral) => void this.came(peripheral),
      vanished: () => {
        this.peripheral = null;
        this.vanished += 1;
      },
    });
  }

  /** Resolves once a device is there. */
  present(): Promise<void> {
    return this.peripheral === null ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve();
  }

  get there(): boolean {
    return this.peripheral !== null;
  }

  /** One control transfer to interface 0; rejects if no device is there. */
  transfer(requestType: number, request: number, value: number, data: Uint8Array | number = 0): Promise<ControlAnswer> {
    if (this.peripheral === null) return Promise.reject(new Error('no device'));
    const bytes = typeof data === 'number' ? new Uint8Array(0) : data;
    const length = typeof data === 'number' ? data : data.length;
    return this.peripheral.control({ requestType, request, value, index: 0, length }, bytes);
  }

  download(block: number, ...bytes: readonly (number | Uint8Array)[]): Promise<ControlAnswer> {
    const data = Uint8Array.from(bytes.flatMap((part) => (typeof part === 'number' ? [part] : [...part])));
    return this.transfer(0x21, 1, block, data);
  }

  async upload(block: number, length: number): Promise<Uint8Array | null> {
    const answer = await this.transfer(0xa1, 2, block, length);
    return answer instanceof Uint8Array ? answer : null;
  }

  async getStatus(): Promise<StatusReading> {
    const answer = await this.transfer(0xa1, 3, 0, 6);
    if (!(answer instanceof Uint8Array)) return 'stall';
    const [status = 0, low = 0, middle = 0, high = 0, state = 0] = answer;
    return { status, pollMs: low | (middle << 8) | (high << 16), state };
  }

  async state(): Promise<number> {
    const answer = await this.transfer(0xa1, 5, 0, 1);
    return answer instanceof Uint8Array ? (answer[0] ?? -1) : -1;
  }

  async clearStatus(): Promise<boolean> {
    return (await this.transfer(0x21, 4, 0)) !== null;
  }

  async abort(): Promise<boolean> {
    return (await this.transfer(0x21, 6, 0)) !== null;
  }

  /** Waits `ms` milliseconds of the board's time. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.at(ms, resolve));
  }

  /** A download, and GETSTATUS until it is no longer dfuDNBUSY: each answer, and how long it took. */
  async downloadAndPoll(
    block: number,
    ...bytes: readonly (number | Uint8Array)[]
  ): Promise<{ said: StatusReading[]; ms: number }> {
    const start = this.clock.now();
    const said: StatusReading[] = [];
    if ((await this.download(block, ...bytes)) === null) return { said: ['stall'], ms: 0 };
    for (let i = 0; i < 3; i++) {
      const reading = await this.getStatus();
      said.push(reading);
      if (reading === 'stall' || reading.state !== 4) break;
    }
    return { said, ms: this.clock.now() - start };
  }

  private async came(peripheral: UsbPeripheral): Promise<void> {
    await enumerate(peripheral);
    this.peripheral = peripheral;
    this.appeared += 1;
    const { waiting } = this;
    this.waiting = [];
    for (const tell of waiting) tell();
  }
}

/** A command of five bytes. */
export function command(code: number, address: number): Uint8Array {
  return Uint8Array.of(code, address & 0xff, (address >> 8) & 0xff, (address >> 16) & 0xff, address >>> 24);
}
