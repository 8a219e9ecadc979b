import type { UartBoard } from '../../src/boards/uart.ts';
import { openPage, ORIGIN } from './bench-page.ts';
import { CP2102N } from './echo-device.ts';
import { expect, test } from './fixture.ts';
import { UartDevice } from './uart-device.ts';

/** Writes down what a board is told, and sends back each byte plus one. */
class Board implements UartBoard {
  readonly told: string[] = [];
  receive: (bytes: Uint8Array) => void = () => {};

  attach(receive: (bytes: Uint8Array) => void): void {
    this.told.push('power');
    this.receive = receive;
  }

  detach(): void {
    this.told.push('no power');
  }

  send(bytes: Uint8Array): void {
    for (const byte of bytes) this.receive(Uint8Array.of(byte + 1));
  }

  setLines({ dtr, rts }: { dtr: boolean; rts: boolean }): void {
    this.told.push(`${dtr ? 'D' : '-'}${rts ? 'R' : '-'}`);
  }

  setBaud(rate: number): void {
    this.told.push(String(rate));
  }
}

test('a board keeps its power while its port is closed and opened again', async ({ bench, launch }) => {
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
  expect(board.told).toEqual(['power', ...session('115200'), ...session('921600'), 'no power']);
});
