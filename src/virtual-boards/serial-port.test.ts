import { describe, expect, test } from 'vitest';
import { instantClock } from './clock.ts';
import { VirtualSerialPort } from './serial-port.ts';
import type { ControlLines, UartBoard } from './uart.ts';

class EchoBoard implements UartBoard {
  readonly events: string[] = [];
  sent: number[] = [];
  receive: ((bytes: Uint8Array) => void) | undefined;
  bus: ((present: boolean) => void) | undefined;
  attach(receive: (bytes: Uint8Array) => void, bus?: (present: boolean) => void): void {
    this.events.push('power');
    this.receive = receive;
    this.bus = bus;
  }
  detach(): void {
    this.events.push('no power');
    this.receive = undefined;
  }
  send(bytes: Uint8Array): void {
    this.sent.push(...bytes);
  }
  setLines({ dtr, rts }: ControlLines): void {
    this.events.push(`${dtr ? 'D' : 'd'}${rts ? 'R' : 'r'}`);
  }
  setBaud(rate: number): void {
    this.events.push(`${rate}`);
  }
}

function setUp() {
  const board = new EchoBoard();
  const clock = instantClock();
  return { board, clock, port: new VirtualSerialPort(board, { clock }) };
}

function streamsOf(port: VirtualSerialPort) {
  const { readable, writable } = port;
  if (readable === null || writable === null) throw new Error('the port has no streams');
  return { readable, writable };
}

const nameOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );

describe('opening and closing', () => {
  test('opening raises both lines at once, closing drops both at once', async () => {
    const { board, port } = setUp();
    expect(port.readable).toBeNull();
    await port.open({ baudRate: 115_200 });
    await port.close();
    expect(board.events).toEqual(['dr', 'power', '115200', 'DR', 'dr']);
    expect(port.writable).toBeNull();
  });

  test('an open port cannot be opened; a closed one can neither be closed nor set its signals', async () => {
    const { port } = setUp();
    expect(await nameOf(port.close())).toBe('InvalidStateError');
    expect(await nameOf(port.setSignals({ requestToSend: true }))).toBe('InvalidStateError');
    await port.open({ baudRate: 115_200 });
    expect(await nameOf(port.open({ baudRate: 115_200 }))).toBe('InvalidStateError');
    expect(await nameOf(port.setSignals({}))).toBe('TypeError');
  });

  test.each([{ baudRate: 0 }, { baudRate: 115_200, bufferSize: 0 }])('options %o are refused', async (options) => {
    expect(await nameOf(setUp().port.open(options))).toBe('TypeError');
  });

  test('a locked stream keeps the port open', async () => {
    const { port } = setUp();
    await port.open({ baudRate: 115_200 });
    const reader = streamsOf(port).readable.getReader();
    expect(await nameOf(port.close())).toBe('TypeError');
    reader.releaseLock();
    const writer = streamsOf(port).writable.getWriter();
    expect(await nameOf(port.close())).toBe('TypeError');
    writer.releaseLock();
    expect(await nameOf(port.close())).toBe('resolved');
  });

  test('each open gives new streams', async () => {
    const { port } = setUp();
    await port.open({ baudRate: 115_200 });
    const first = streamsOf(port);
    await port.close();
    await port.open({ baudRate: 115_200 });
    const second = streamsOf(port);
    expect(second.readable).not.toBe(first.readable);
    expect(second.writable).not.toBe(first.writable);
    expect(await first.readable.getReader().read()).toEqual({ value: undefined, done: true });
  });

  test('a forgotten port stays closed', async () => {
    const { port } = setUp();
    await port.forget();
    expect(await nameOf(port.open({ baudRate: 115_200 }))).toBe('InvalidStateError');
  });
});

test('signals go out line by line, DTR first', async () => {
  const { board, port } = setUp();
  await port.open({ baudRate: 115_200 });
  board.events.length = 0;
  await port.setSignals({ requestToSend: true, dataTerminalReady: false });
  await port.setSignals({ requestToSend: false, dataTerminalReady: true });
  expect(board.events).toEqual(['dR', 'dR', 'DR', 'Dr']);
});

describe('bytes', () => {
  test('reads come in chunks of at most bufferSize, and nothing is lost while nobody reads', async () => {
    const { board, port } = setUp();
    await port.open({ baudRate: 115_200, bufferSize: 16 });
    const sample = Uint8Array.from({ length: 100 }, (_, i) => i);
    board.receive?.(sample);
    const reader = streamsOf(port).readable.getReader();
    const got: number[] = [];
    while (got.length < 100) {
      const { value } = await reader.read();
      expect(value?.length).toBeLessThanOrEqual(16);
      got.push(...(value ?? []));
    }
    expect(got).toEqual([...sample]);
  });

  test('bytes that come while the port is closed are lost', async () => {
    const { board, port } = setUp();
    board.receive?.(Uint8Array.of(1));
    await port.open({ baudRate: 115_200 });
    board.receive?.(Uint8Array.of(2));
    expect((await streamsOf(port).readable.getReader().read()).value).toEqual(Uint8Array.of(2));
  });

  test('a driver overflow fails the stream, and the next stream carries on', async () => {
    const { board, port } = setUp();
    await port.open({ baudRate: 115_200 });
    board.receive?.(new Uint8Array(60_000));
    const failed = streamsOf(port).readable.getReader();
    board.receive?.(new Uint8Array(60_000));
    expect(await nameOf(failed.read())).toBe('BufferOverrunError');
    board.receive?.(Uint8Array.of(9));
    expect((await streamsOf(port).readable.getReader().read()).value).toEqual(Uint8Array.of(9));
  });

  test('a write resolves at once until the driver is full, then at the pace of the wire', async () => {
    const { board, clock, port } = setUp();
    await port.open({ baudRate: 115_200 });
    const writer = streamsOf(port).writable.getWriter();
    await writer.write(new Uint8Array(60_000));
    expect(clock.now()).toBe(0);
    await writer.write(new Uint8Array(60_000));
    expect(clock.now()).toBeGreaterThan(4000);
    expect(board.sent).toHaveLength(120_000);
  });

  test('a cancelled reader makes room for a new stream', async () => {
    const { board, port } = setUp();
    await port.open({ baudRate: 115_200 });
    const reader = streamsOf(port).readable.getReader();
    const pending = reader.read();
    await reader.cancel();
    expect((await pending).done).toBe(true);
    reader.releaseLock();
    board.receive?.(Uint8Array.of(5));
    expect((await streamsOf(port).readable.getReader().read()).value).toEqual(Uint8Array.of(5));
  });
});

describe('the cable', () => {
  test('pulling it rejects pending reads, ends the streams and fires one event', async () => {
    const { board, port } = setUp();
    await port.open({ baudRate: 115_200 });
    const reported: string[] = [];
    port.addEventListener('disconnect', () => reported.push('listener'));
    port.ondisconnect = () => void reported.push('handler');
    const { readable, writable } = streamsOf(port);
    const pending = readable.getReader().read();
    const writer = writable.getWriter();
    port.unplug();
    port.unplug();
    await expect(pending).rejects.toThrow('The device has been lost.');
    expect([port.readable, port.writable, port.connected]).toEqual([null, null, false]);
    expect(reported).toEqual(['listener', 'handler']);
    expect(board.events.at(-1)).toBe('no power');
    expect(await nameOf(port.setSignals({ requestToSend: true }))).toBe('NetworkError');
    expect(await nameOf(writer.write(Uint8Array.of(1)))).toBe('resolved');
    expect(await nameOf(writer.write(Uint8Array.of(1)))).toBe('NetworkError');
    expect(board.sent).toEqual([]);
  });

  test('a lost port can be closed, opens only once plugged in, and its board cold-boots', async () => {
    const { board, port } = setUp();
    await port.open({ baudRate: 115_200 });
    port.unplug();
    await port.close();
    expect(await nameOf(port.open({ baudRate: 115_200 }))).toBe('NetworkError');
    const reported: string[] = [];
    port.addEventListener('connect', () => reported.push('connect'));
    port.plug();
    expect(reported).toEqual(['connect']);
    expect(board.events.slice(-2)).toEqual(['dr', 'power']);
    await port.open({ baudRate: 115_200 });
    expect(port.readable).not.toBeNull();
  });
});

describe('a board that leaves the bus by itself', () => {
  test('is lost as if its cable were pulled, but stays powered and sees no control lines', async () => {
    const { board, port } = setUp();
    await port.open({ baudRate: 115_200 });
    const reported: string[] = [];
    port.addEventListener('disconnect', () => reported.push('disconnect'));
    port.addEventListener('connect', () => reported.push('connect'));
    const { readable } = streamsOf(port);
    const reader = readable.getReader();
    const pending = reader.read();
    board.events.length = 0;
    board.bus?.(false);
    await expect(pending).rejects.toThrow('The device has been lost.');
    expect([port.readable, port.writable, port.connected]).toEqual([null, null, false]);
    expect(await nameOf(port.setSignals({ requestToSend: true }))).toBe('NetworkError');
    reader.releaseLock();
    await port.close();
    expect(await nameOf(port.open({ baudRate: 115_200 }))).toBe('NetworkError');
    expect(board.events).toEqual([]);
    board.bus?.(true);
    await port.open({ baudRate: 115_200 });
    board.receive?.(Uint8Array.of(7));
    expect((await streamsOf(port).readable.getReader().read()).value).toEqual(Uint8Array.of(7));
    expect(board.events).toEqual(['115200', 'DR']);
    expect(reported).toEqual(['disconnect', 'connect']);
  });

  test.each(['close it', 'open it again'])(
    'comes back to a port that is dead until somebody wants to %s',
    async (what) => {
      const { board, port } = setUp();
      await port.open({ baudRate: 115_200 });
      board.bus?.(false);
      board.bus?.(true);
      expect([port.connected, port.readable]).toEqual([true, null]);
      expect(await nameOf(port.setSignals({ requestToSend: true }))).toBe('NetworkError');
      expect(what === 'close it' ? await nameOf(port.close()) : 'resolved').toBe('resolved');
      expect(await nameOf(port.open({ baudRate: 115_200 }))).toBe('resolved');
      expect(port.readable).not.toBeNull();
    },
  );

  test('a cable pulled meanwhile fires one event, and the board is back when plugged in again', async () => {
    const { board, port } = setUp();
    const reported: string[] = [];
    port.ondisconnect = () => void reported.push('disconnect');
    board.bus?.(false);
    port.unplug();
    expect([reported, board.events.at(-1)]).toEqual([['disconnect'], 'no power']);
    port.plug();
    expect([port.connected, board.events.at(-1)]).toEqual([true, 'power']);
  });
});
