/** A read, and with it a connection, ends even if the board never stops printing. */
import { ESPError } from 'esptool-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { VirtualSerialPort } from '../../virtual-boards/serial-port.ts';
import type { UartBoard } from '../../virtual-boards/uart.ts';
import type { Clock } from '../../flash/clock.ts';
import { sleep } from '../../flash/clock.ts';
import { makeCancel } from '../../flash/failure.ts';
import { testClock } from '../../testing/clock.ts';
import { connectEsp } from './connect.ts';
import { linkLost, SerialTransport } from './transport.ts';

const END = 0xc0;

/** A board that ignores its lines and all input, and keeps printing the same bytes. */
class Chatterbox implements UartBoard {
  #stop = (): void => undefined;
  #receive: (bytes: Uint8Array) => void = () => undefined;

  constructor(
    private readonly words: Uint8Array,
    private readonly everyMs: number,
    readonly clock: Clock,
  ) {}

  attach(receive: (bytes: Uint8Array) => void): void {
    this.#receive = receive;
    const print = (): void => {
      this.#stop = this.clock.at(this.everyMs, print);
      receive(this.words.slice());
    };
    this.#stop = this.clock.at(this.everyMs, print);
  }

  detach(): void {
    this.#stop();
  }

  /** Sends bytes given by the test. */
  say(...bytes: number[]): void {
    this.#receive(Uint8Array.from(bytes));
  }

  send(): void {
    return undefined;
  }

  setLines(): void {
    return undefined;
  }

  setBaud(): void {
    return undefined;
  }
}

/** A tenth of the usual time limit: the tests only show that it ends, and how. */
const hasty = {
  chosen: {},
  patienceMs: 1200,
  onSay: () => undefined,
  comesBack: () => Promise.resolve(null),
};

const words = new TextEncoder().encode('I (1234) main: tick\r\n');

function chatty(said: Uint8Array, everyMs: number, Board = Chatterbox) {
  const clock = testClock();
  const board = new Board(said, everyMs, clock);
  onTestFinished(() => board.detach());
  return { clock, board, port: new VirtualSerialPort(board, { clock }) };
}

async function opened(said: Uint8Array, everyMs: number) {
  const { clock, board, port } = chatty(said, everyMs);
  const transport = new SerialTransport(port, clock);
  await transport.connect();
  void transport.readLoop();
  return { clock, board, transport };
}

/** The error of a rejected promise, and the time until then in ms. */
async function rejection(clock: Clock, work: Promise<unknown>): Promise<{ error: unknown; ms: number }> {
  const from = clock.now();
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return { error, ms: clock.now() - from };
}

describe('reading from a board that prints all the time', () => {
  test('waits for the start of a packet only as long as its timeout', async () => {
    const { clock, transport } = await opened(words, 20);
    const { error, ms } = await rejection(clock, transport.read(100));
    expect(error).toBeInstanceOf(ESPError);
    expect(ms).toBeLessThan(300);
  });

  test('ends in an error if the noise looks like a packet that never ends', async () => {
    const { clock, board, transport } = await opened(words, 20);
    const reading = rejection(clock, transport.read(100));
    board.say(END, 1, 2);
    const { error, ms } = await reading;
    expect(error).toBeInstanceOf(ESPError);
    expect(ms).toBeLessThan(2000);
  });

  test('ends in an error after 64 KiB', async () => {
    const { clock, board, transport } = await opened(words, 1000);
    const reading = rejection(clock, transport.read(5000));
    board.say(END);
    for (let i = 0; i < 17; i++) {
      // The port overruns unless earlier bytes are read.
      await sleep(clock, 2);
      board.say(...new Uint8Array(0x1000).fill(0x55));
    }
    const { error, ms } = await reading;
    expect(error).toBeInstanceOf(ESPError);
    expect(ms).toBeLessThan(1000);
  });

  test('still finds a packet after noise, and each of its chunks restarts the wait', async () => {
    const { clock, board, transport } = await opened(words, 1000);
    const reading = transport.read(100);
    board.say(0x41, 0x42, END, 1);
    for (let byte = 2; byte < 6; byte++) {
      await sleep(clock, 60);
      board.say(byte);
    }
    board.say(0xdb, 0xdc, END);
    expect([...(await reading)]).toEqual([1, 2, 3, 4, 5, END]);
  });
});

test('every call of an ended transport rejects at once', async () => {
  const { clock, transport } = await opened(words, 1000);
  const reading = rejection(clock, transport.read(5000));
  const failure = linkLost();
  transport.end(failure);
  expect(await reading).toMatchObject({ error: failure });
  await expect(transport.write(Uint8Array.of(1))).rejects.toBe(failure);
  await expect(transport.read(5000)).rejects.toBe(failure);
  await expect(transport.setSignals(true, false)).rejects.toBe(failure);
});

test('a closed transport leaves no listener on the port, however often it is opened', async () => {
  const { clock, port } = chatty(words, 1000);
  const waiting = new Set<unknown>();
  const [add, remove] = [port.addEventListener.bind(port), port.removeEventListener.bind(port)];
  port.addEventListener = (...given: Parameters<typeof add>) => {
    waiting.add(given[1]);
    add(...given);
  };
  port.removeEventListener = (...given: Parameters<typeof remove>) => {
    waiting.delete(given[1]);
    remove(...given);
  };
  for (let i = 0; i < 3; i++) {
    const transport = new SerialTransport(port, clock);
    await transport.connect();
    expect(waiting.size).toBe(1);
    await transport.disconnect();
    expect(waiting.size).toBe(0);
  }
  // An open one still notices the end.
  const transport = new SerialTransport(port, clock);
  await transport.connect();
  const reading = rejection(clock, transport.read(5000));
  port.unplug();
  expect(await reading).toMatchObject({ error: { facts: { name: 'link-lost' } } });
});

describe('connecting to a board that ignores its lines', () => {
  const NOISE: readonly (readonly [string, Uint8Array])[] = [
    ['prints lines', words],
    ['prints at another speed, so that packets seem to begin and end', Uint8Array.of(0x31, END, 0x05, 0x99, 0x12)],
    ['prints at another speed, so that one packet seems to begin', Uint8Array.of(END, END, 0x05)],
  ];
  test.each(NOISE)('and %s ends with `no-loader`', async (_, said) => {
    const { clock, port } = chatty(said, 40);
    const connecting = connectEsp(port, { clock, ...hasty, cancel: makeCancel() });
    const { error, ms } = await rejection(clock, connecting);
    expect(error).toMatchObject({ facts: { name: 'no-loader', kind: 'lost' } });
    expect(ms).toBeLessThan(2000);
    // Nothing continues in the background: the next attempt can open the port.
    await port.open({ baudRate: 115_200 });
  });
});

/** A chip with its own USB device that leaves the bus as soon as DTR is cleared. */
class Leaver extends Chatterbox {
  #bus: (present: boolean) => void = () => undefined;
  #dtr = false;

  override attach(receive: (bytes: Uint8Array) => void, bus: (present: boolean) => void = () => undefined): void {
    super.attach(receive);
    this.#bus = bus;
  }

  override setLines(lines: { dtr: boolean; rts: boolean } = { dtr: false, rts: false }): void {
    if (this.#dtr && !lines.dtr) this.#bus(false);
    this.#dtr = lines.dtr;
  }
}

test.each<[string, (transport: SerialTransport) => Promise<void>]>([
  ['in one call', (transport) => transport.setSignals(false, true)],
  ['one by one', (transport) => transport.setRTS(false).then(() => transport.setDTR(true))],
])('a chip that leaves the bus while its lines are set, %s, is a lost link, not a port in use', async (_, change) => {
  const { clock, port } = chatty(words, 1000, Leaver);
  const transport = new SerialTransport(port, clock);
  await transport.connect();
  await expect(change(transport)).rejects.toMatchObject({ facts: { name: 'link-lost' } });
});
