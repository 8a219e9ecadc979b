import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantClock } from '../clock.ts';
import { VirtualSerialPort } from '../serial-port.ts';
import type { UartBoard } from '../uart.ts';
import type { FaultyPort } from './faulty-port.ts';
import { faultyPort } from './faulty-port.ts';
import { faultScript } from './script.ts';
import type { SerialFault } from './serial-faults.ts';
import { cases } from '../../testing/cases.ts';

/** A board that records what it receives, and sends what it is told to. */
class Board implements UartBoard {
  readonly got: number[] = [];
  readonly events: string[] = [];
  say: (bytes: Uint8Array) => void = () => undefined;
  attach(receive: (bytes: Uint8Array) => void): void {
    this.events.push('power');
    this.say = receive;
  }
  detach(): void {
    this.events.push('no power');
  }
  send(bytes: Uint8Array): void {
    this.got.push(...bytes);
  }
  setLines(): void {}
  setBaud(rate: number): void {
    this.events.push(`${rate}`);
  }
}

function setUp(faults: readonly SerialFault[], withCable = false) {
  const clock = instantClock();
  const board = new Board();
  const below = new VirtualSerialPort(board, { clock });
  const port = faultyPort(below, faultScript(...faults), clock, withCable ? below : null);
  const events: string[] = [];
  port.addEventListener('disconnect', () => events.push('disconnect'));
  port.addEventListener('connect', () => events.push('connect'));
  const pass = (ms: number) => new Promise<void>((resolve) => void clock.at(ms, resolve));
  return { clock, board, below, port, events, pass };
}

function streams({ readable, writable }: FaultyPort) {
  if (readable === null || writable === null) throw new Error('the port has no streams');
  return { reader: readable.getReader(), writer: writable.getWriter() };
}

const nameOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof Error || error instanceof DOMException ? error.name : String(error)),
  );

test('without faults any bytes in any pieces pass unchanged, also across close and open', async () => {
  const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 600 }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(pieces, pieces, async (down, up) => {
      const { board, port } = setUp([]);
      const heard: number[] = [];
      for (const round of [0, 1]) {
        await port.open({ baudRate: 115_200, bufferSize: 4096 });
        const { reader, writer } = streams(port);
        for (const piece of down) await writer.write(piece);
        for (const piece of up) board.say(piece);
        const all = up.reduce((sum, piece) => sum + piece.length, 0) * (round + 1);
        while (heard.length < all) heard.push(...((await reader.read()).value ?? []));
        reader.releaseLock();
        writer.releaseLock();
        await port.close();
      }
      const twice = (all: readonly Uint8Array[]) => [...all, ...all].flatMap((piece) => [...piece]);
      expect(board.got).toEqual(twice(down));
      expect(heard).toEqual(twice(up));
    }),
    { numRuns: cases(40) },
  );
});

test('without faults it opens, closes, refuses and loses its cable like the wrapped port', async () => {
  const { below, port, events } = setUp([]);
  expect([port.readable, port.writable, port.connected]).toEqual([null, null, true]);
  expect(await nameOf(port.close())).toBe('InvalidStateError');
  await port.open({ baudRate: 115_200 });
  expect(await nameOf(port.open({ baudRate: 115_200 }))).toBe('InvalidStateError');
  expect(port.readable).toBe(port.readable);
  const { reader, writer } = streams(port);
  expect(await nameOf(port.close())).toBe('TypeError');
  const cancelled = reader.read();
  await reader.cancel();
  expect((await cancelled).done).toBe(true);
  const again = port.readable?.getReader();
  const failed = nameOf(again?.read() ?? Promise.resolve());
  below.unplug();
  expect(await failed).toBe('NetworkError');
  expect([port.readable, port.writable, port.connected]).toEqual([null, null, false]);
  expect(await nameOf(writer.write(new Uint8Array(1)))).toBe('resolved');
  expect(await nameOf(writer.write(new Uint8Array(1)))).toBe('NetworkError');
  await port.close();
  expect(await nameOf(port.open({ baudRate: 115_200 }))).toBe('NetworkError');
  below.plug();
  await port.open({ baudRate: 115_200 });
  expect(events).toEqual(['disconnect', 'connect']);
});

test('bytes are counted over the whole life of the port, in each direction', async () => {
  const { board, port } = setUp([
    { kind: 'lose', direction: 'out', at: 3, bytes: 1 },
    { kind: 'corrupt', direction: 'in', at: 4, bits: 0xff },
  ]);
  const heard: number[] = [];
  for (const baudRate of [115_200, 921_600]) {
    await port.open({ baudRate });
    const { reader, writer } = streams(port);
    await writer.write(Uint8Array.of(1, 2, 3));
    board.say(Uint8Array.of(1, 2, 3));
    heard.push(...((await reader.read()).value ?? []));
    reader.releaseLock();
    writer.releaseLock();
    await port.close();
  }
  expect(board.got).toEqual([1, 2, 3, 2, 3]);
  expect(heard).toEqual([1, 2, 3, 1, 253, 3]);
  expect(port.sent).toEqual({ in: 6, out: 6 });
});

test('delays go by the clock, in both directions', async () => {
  const { board, clock, port } = setUp([
    { kind: 'delay', direction: 'out', at: 1, ms: 2000 },
    { kind: 'delay', direction: 'in', at: 1, ms: 300 },
  ]);
  await port.open({ baudRate: 115_200 });
  const { reader, writer } = streams(port);
  await writer.write(Uint8Array.of(1, 2));
  expect(clock.now()).toBeGreaterThanOrEqual(2000);
  const from = clock.now();
  board.say(Uint8Array.of(1, 2));
  expect((await reader.read()).value).toEqual(Uint8Array.of(1));
  expect(clock.now()).toBe(from);
  expect((await reader.read()).value).toEqual(Uint8Array.of(2));
  expect(clock.now()).toBe(from + 300);
});

describe('a port that vanishes', () => {
  test.each(['in', 'out'] as const)(
    'on the way %s is gone as in Chromium, and comes back closed',
    async (direction) => {
      const { board, port, events, pass } = setUp([{ kind: 'vanish', direction: direction, at: 1, backMs: 500 }]);
      await port.open({ baudRate: 115_200 });
      const { reader, writer } = streams(port);
      const seen: number[] = [];
      const reading = (async () => {
        for (;;) seen.push(...((await reader.read()).value ?? []));
      })();
      if (direction === 'in') board.say(Uint8Array.of(1, 2));
      else await writer.write(Uint8Array.of(1, 2));
      expect(await nameOf(reading)).toBe('NetworkError');
      expect(seen).toEqual(direction === 'in' ? [1] : []);
      expect([port.readable, port.writable, port.connected]).toEqual([null, null, false]);
      expect(events).toEqual(['disconnect']);
      expect(await nameOf(port.setSignals({ dataTerminalReady: true }))).toBe('NetworkError');
      expect(await nameOf(writer.write(Uint8Array.of(3)))).toBe('resolved');
      expect(await nameOf(writer.write(Uint8Array.of(4)))).toBe('NetworkError');
      await port.close();
      expect(await nameOf(port.open({ baudRate: 115_200 }))).toBe('NetworkError');
      await pass(500);
      expect(events).toEqual(['disconnect', 'connect']);
      await port.open({ baudRate: 115_200 });
      await streams(port).writer.write(Uint8Array.of(5));
      expect(board.got).toEqual(direction === 'in' ? [5] : [1, 5]);
      // Only the wrapper disconnected: the board never noticed.
      expect(board.events).not.toContain('no power');
    },
  );

  test('cuts the power of the board if it has its cable', async () => {
    const { board, port, events, pass } = setUp([{ kind: 'vanish', direction: 'out', at: 0, backMs: 500 }], true);
    await port.open({ baudRate: 115_200 });
    const { reader, writer } = streams(port);
    await writer.write(Uint8Array.of(1));
    expect(await nameOf(reader.read())).toBe('NetworkError');
    await pass(500);
    expect(events).toEqual(['disconnect', 'connect']);
    expect(board.events).toEqual(['power', '115200', 'no power', 'power']);
  });

  test.each([true, false])('comes back after endFaults() (with its cable: %s)', async (withCable) => {
    const { port, events } = setUp([{ kind: 'vanish', direction: 'out', at: 0, backMs: null }], withCable);
    await port.open({ baudRate: 115_200 });
    const { reader, writer } = streams(port);
    const reading = nameOf(reader.read());
    await writer.write(Uint8Array.of(1));
    expect(await reading).toBe('NetworkError');
    port.endFaults();
    expect(events).toEqual(['disconnect', 'connect']);
    await port.open({ baudRate: 115_200 });
    expect(port.readable).not.toBeNull();
  });
});
