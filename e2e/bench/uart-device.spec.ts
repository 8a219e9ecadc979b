import type { UartBoard } from '../../src/virtual-boards/uart.ts';
import { openPage, ORIGIN } from './bench-page.ts';
import { CP2102N } from './echo-device.ts';
import { expect, test } from './fixture.ts';
import { addBoard, UartDevice } from './uart-device.ts';

/** Records what a board receives, and sends back each byte plus one. */
class Board implements UartBoard {
  readonly received: string[] = [];
  receive: (bytes: Uint8Array) => void = () => {};
  bus: (present: boolean) => void = () => {};

  attach(receive: (bytes: Uint8Array) => void, bus: (present: boolean) => void): void {
    this.received.push('power');
    this.receive = receive;
    this.bus = bus;
  }

  detach(): void {
    this.received.push('no power');
  }

  send(bytes: Uint8Array): void {
    for (const byte of bytes) this.receive(Uint8Array.of(byte + 1));
  }

  setLines({ dtr, rts }: { dtr: boolean; rts: boolean }): void {
    this.received.push(`${dtr ? 'D' : '-'}${rts ? 'R' : '-'}`);
  }

  setBaud(rate: number): void {
    this.received.push(String(rate));
  }
}

test('a board keeps its power while its port is closed and reopened', async ({ bench, launch }) => {
  const board = new Board();
  bench.addSerial('esp', CP2102N, new UartDevice(board));
  const page = await openPage(await launch({ origin: ORIGIN }));
  const answers = await page.evaluate(async () => {
    const port = await window.bench.port();
    const answers: number[][] = [];
    for (const baudRate of [115_200, 921_600]) {
      await port.open({ baudRate });
      await port.setSignals({ dataTerminalReady: false, requestToSend: true });
      await window.bench.send(port, [1, 2]);
      answers.push([...(await window.bench.read(port, 2))]);
      await port.close();
    }
    return answers;
  });
  expect(answers).toEqual([
    [2, 3],
    [2, 3],
  ]);
  // What is sent to a closed port is lost.
  board.receive(Uint8Array.of(1));
  await bench.remove('esp');
  const session = (rate: string) => ['DR', rate, '-R', '-R', '--'];
  expect(board.received).toEqual(['power', ...session('115200'), ...session('921600'), 'no power']);
});

test('a board that leaves the bus by itself takes its port with it, and keeps its power', async ({ bench, launch }) => {
  const board = new Board();
  addBoard(bench, 'esp', CP2102N, board);
  const page = await openPage(await launch({ origin: ORIGIN }));
  // Open for the page, too: a port that disappears while it is being opened is refused.
  const opened = await page.evaluateHandle(async () => {
    const port = await window.bench.port();
    await port.open({ baudRate: 115_200 });
    return port;
  });
  const found = opened.evaluate(async (port) => {
    await window.bench.seen(1);
    await port.close();
    const events = [...(await window.bench.seen(2))];
    const [again] = await navigator.serial.getPorts();
    await again?.open({ baudRate: 115_200 });
    return { events, readable: again !== undefined && again.readable !== null };
  });
  board.bus(false);
  board.bus(true);
  expect(await found).toEqual({ events: ['disconnect', 'connect'], readable: true });
  expect(board.received.filter((word) => word.includes('power'))).toEqual(['power']);
});
