import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../clock.ts';
import { instantClock } from '../clock.ts';
import { UsbCore } from '../usb-core.ts';
import { deviceDescriptor, dfuConfiguration } from '../usb-descriptors.ts';
import { VirtualUsbPort } from '../usb-port.ts';
import type { Setup, UsbBoard, UsbHostPort } from '../usb.ts';
import { FaultyUsb } from './faulty-device.ts';
import { describeFaults, faultScript } from './script.ts';
import type { UsbFault } from './usb-faults.ts';
import { drawUsbFaults } from './usb-faults.ts';
import { cases } from '../../testing/cases.ts';

/** A device that takes data with request 1, answers request 2 with a count and its own number, and stalls the rest. */
class Scratch implements UsbBoard {
  readonly got: number[][] = [];
  asked = 0;
  power = 0;
  private port: UsbHostPort | null = null;
  constructor(private readonly clock: Clock) {}

  attach(port: UsbHostPort): void {
    this.port = port;
    this.power++;
    const request = async ({ request, length }: Setup, data: Uint8Array) => {
      if (request === 1) {
        this.got.push([...data]);
        return true;
      }
      if (request !== 2) return null;
      this.asked++;
      return Uint8Array.from({ length }, (_, i) => this.asked * 16 + i);
    };
    const descriptors = {
      device: deviceDescriptor({ usbVersion: 0x0100, vendorId: 0x0483, productId: 0xdf11, deviceVersion: 0x2200 }),
      configuration: dfuConfiguration({ names: [4], configurationName: 0, transferSize: 64 }),
      strings: ['', 'a', 'b', 'c', '@d'],
    };
    const own = { alternate: 0, restart: () => undefined, request };
    const sleep = (ms: number) => new Promise<void>((resolve) => void this.clock.at(ms, resolve));
    port.appeared(new UsbCore(descriptors, own, { sleep, begin: () => true }));
  }

  detach(): void {
    this.port?.vanished();
  }
}

const REQUEST = { requestType: 'class', recipient: 'interface', value: 0, index: 0 } as const;

async function setUp(faults: readonly UsbFault[], withCable = false) {
  const clock = instantClock();
  const board = new Scratch(clock);
  const port = new VirtualUsbPort(board, clock);
  const usb = new FaultyUsb(faultScript(...faults), clock, withCable ? port : null);
  const open = async (device: USBDevice) => {
    await device.open();
    await device.claimInterface(0);
    return {
      device,
      send: (...data: number[]) => device.controlTransferOut({ ...REQUEST, request: 1 }, Uint8Array.from(data)),
      ask: (length = 3) => device.controlTransferIn({ ...REQUEST, request: 2 }, length),
    };
  };
  const pass = (ms: number) => new Promise<void>((resolve) => void clock.at(ms, resolve));
  return { clock, board, port, usb, open, pass, ...(await open(usb.wrap(await port.whenConnected()))) };
}

const outcomeOf = async (transfer: Promise<USBInTransferResult>) => {
  const { status, data } = await transfer;
  return [status, ...(data === undefined ? [] : new Uint8Array(data.buffer, data.byteOffset, data.byteLength))];
};

const nameOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof DOMException ? error.name : String(error)),
  );

test('without faults all transfers pass unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 6 }), async (pieces) => {
      const { board, send, ask, device, usb } = await setUp([]);
      for (const [i, piece] of pieces.entries()) {
        expect(await send(...piece)).toEqual({ status: 'ok', bytesWritten: piece.length });
        const reported = Array.from(piece, (_, at) => ((i + 1) * 16 + at) & 0xff);
        expect(await outcomeOf(ask(piece.length))).toEqual(['ok', ...reported]);
      }
      expect(board.got).toEqual(pieces.map((piece) => [...piece]));
      expect(usb.transfers).toBe(pieces.length * 2);
      expect((await device.controlTransferIn({ ...REQUEST, request: 9 }, 1)).status).toBe('stall');
      await device.close();
      expect(device.opened).toBe(false);
    }),
    { numRuns: cases(40) },
  );
});

describe('a transfer from the device', () => {
  test.each<readonly [string, UsbFault, readonly unknown[], number]>([
    ['stalls', { kind: 'stall', at: 2 }, ['stall'], 2],
    ['is late', { kind: 'delay', at: 2, ms: 900 }, ['ok', 32, 33, 34], 3],
    ['is asked for twice', { kind: 'repeat', at: 2 }, ['ok', 48, 49, 50], 4],
    ['has the answer of the one before', { kind: 'stale', at: 2 }, ['ok', 16, 17, 18], 3],
    ['is damaged', { kind: 'corrupt', at: 2, byte: 4, bits: 0xc0 }, ['ok', 32, 225, 34], 3],
    ['is short', { kind: 'short', at: 2, missing: 2 }, ['ok', 32], 3],
    ['is empty', { kind: 'short', at: 2, missing: 9 }, ['ok'], 3],
    ['babbles', { kind: 'babble', at: 2 }, ['babble', 32, 33, 34], 3],
  ])('%s, and the next does not', async (_, fault, reported, asked) => {
    const { board, ask, clock } = await setUp([fault]);
    expect(await outcomeOf(ask())).toEqual(['ok', 16, 17, 18]);
    const from = clock.now();
    expect(await outcomeOf(ask())).toEqual(reported);
    expect(clock.now() - from >= 900).toBe(fault.kind === 'delay');
    expect((await outcomeOf(ask()))[0]).toBe('ok');
    expect(board.asked).toBe(asked);
  });
});

describe('a transfer to the device', () => {
  test.each<readonly [string, UsbFault, string, readonly (readonly number[])[]]>([
    ['stalls', { kind: 'stall', at: 2 }, 'stall', [[1, 2], [5]]],
    ['is late', { kind: 'delay', at: 2, ms: 900 }, 'ok', [[1, 2], [3, 4], [5]]],
    ['arrives twice', { kind: 'repeat', at: 2 }, 'ok', [[1, 2], [3, 4], [3, 4], [5]]],
    ['arrives damaged', { kind: 'corrupt', at: 2, byte: 1, bits: 8 }, 'ok', [[1, 2], [3, 12], [5]]],
    ['is lost', { kind: 'lose', at: 2 }, 'ok', [[1, 2], [5]]],
  ])('%s, and the next does not', async (_, fault, status, got) => {
    const { board, send } = await setUp([fault]);
    await send(1, 2);
    expect(await send(3, 4)).toEqual({ status, bytesWritten: 2 });
    await send(5);
    expect(board.got).toEqual(got);
  });

  test.each([true, false])('fails with the device still there (obeyed: %s)', async (obeyed) => {
    const { board, send } = await setUp([{ kind: 'fail', at: 1, obeyed }]);
    expect(await nameOf(send(1))).toBe('NetworkError');
    await send(2);
    expect(board.got).toEqual(obeyed ? [[1], [2]] : [[2]]);
  });

  test.each([true, false])('stays unanswered until the device is closed (obeyed: %s)', async (obeyed) => {
    const { board, send, device, pass } = await setUp([{ kind: 'silence', at: 1, obeyed }]);
    const silent = nameOf(send(1));
    await pass(60_000);
    await send(2);
    await device.close();
    expect(await silent).toBe('AbortError');
    expect(board.got).toEqual(obeyed ? [[1], [2]] : [[2]]);
  });
});

test('a fault that cannot happen to a transfer waits for one where it can', async () => {
  const { board, send, ask } = await setUp([
    { kind: 'lose', at: 1 },
    { kind: 'short', at: 1, missing: 3 },
  ]);
  await send();
  expect(await outcomeOf(ask())).toEqual(['ok']);
  await send(1);
  expect(board.got).toEqual([[]]);
});

test('the transfers of one request can be counted on their own', async () => {
  const { send, ask } = await setUp([{ kind: 'corrupt', request: 2, at: 2, byte: 0, bits: 1 }]);
  await send(1);
  await send(1);
  expect(await outcomeOf(ask(1))).toEqual(['ok', 16]);
  expect(await outcomeOf(ask(1))).toEqual(['ok', 33]);
});

describe('a device that vanishes', () => {
  const VANISH: UsbFault = { kind: 'vanish', at: 2, afterMs: 0, backMs: 700 };

  test('is gone as in Chromium, and comes back as a new object', async () => {
    const { board, usb, open, send, ask, device, pass } = await setUp([VANISH]);
    const events: string[] = [];
    const back: USBDevice[] = [];
    usb.addEventListener('disconnect', () => events.push('disconnect'));
    usb.addEventListener('connect', (event) => {
      events.push('connect');
      const came: unknown = Reflect.get(event, 'device');
      if (isDevice(came)) back.push(came);
    });
    await send(1);
    expect(await nameOf(ask(64))).toBe('AbortError');
    expect(device.opened).toBe(false);
    expect(await nameOf(ask())).toBe('NotFoundError');
    expect(await nameOf(device.open())).toBe('NotFoundError');
    expect(await nameOf(device.close())).toBe('resolved');
    expect(events).toEqual(['disconnect']);
    await pass(700);
    expect(events).toEqual(['disconnect', 'connect']);
    expect(await nameOf(device.open())).toBe('NotFoundError');
    const [again] = back;
    if (again === undefined) throw new Error('no device came back');
    await (await open(again)).send(7);
    expect(board.got).toEqual([[1], [7]]);
    expect(board.power).toBe(1);
  });

  test('cuts the power of the board if it has its cable', async () => {
    const { board, port, usb, open, send, ask, pass } = await setUp([VANISH], true);
    await send(1);
    expect(await nameOf(ask(64))).toBe('AbortError');
    expect(await nameOf(ask())).toBe('NotFoundError');
    expect(port.device).toBeNull();
    await pass(700);
    await (await open(usb.wrap(await port.whenConnected()))).send(7);
    expect(board.power).toBe(2);
    expect(usb.transfers).toBe(4);
  });

  test('comes back after endFaults(), and no more faults happen', async () => {
    const { port, usb, open, send, ask } = await setUp(
      [
        { ...VANISH, backMs: null },
        { kind: 'stall', at: 3 },
      ],
      true,
    );
    await send(1);
    expect(await nameOf(ask(64))).toBe('AbortError');
    usb.endFaults();
    expect((await (await open(usb.wrap(await port.whenConnected()))).send(7)).status).toBe('ok');
  });

  test('does not vanish after endFaults(), even with several vanish faults pending', async () => {
    const { clock, board, usb, send } = await setUp(
      [
        { ...VANISH, at: 1, afterMs: 50, backMs: null },
        { ...VANISH, at: 2, afterMs: 80, backMs: null },
      ],
      true,
    );
    await send(1);
    await send(2);
    usb.endFaults();
    await new Promise<void>((resolve) => void clock.at(200, resolve));
    expect(board.power).toBe(1);
    expect((await send(3)).status).toBe('ok');
  });
});

test('the same seed always draws the same script, and another seed another one', () => {
  const drawn = (seed: number) => describeFaults(drawUsbFaults(seed, { transfers: 500, count: 2 }));
  expect(drawn(1)).toBe(drawn(1));
  expect(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(drawn)).size).toBe(10);
  expect(drawn(7)).toMatchInlineSnapshot(`"seed 7: delay @64 ms 66; repeat @200"`);
});

function isDevice(value: unknown): value is USBDevice {
  return typeof value === 'object' && value !== null && 'controlTransferIn' in value;
}
