import { afterEach, beforeEach, expect, test } from 'vitest';
import { instantClock } from '../virtual-boards/clock.ts';
import { VirtualSerialPort } from '../virtual-boards/serial-port.ts';
import type { UartBoard } from '../virtual-boards/uart.ts';
import { browserClock } from './clock.ts';
import { portAgain } from './ports.ts';
import { COMES_BACK_MS, RemotePort, servePort } from './remote-port.ts';

/** Echoes what it receives, and records its lines. */
class Echo implements UartBoard {
  readonly seen: string[] = [];
  #receive: ((bytes: Uint8Array) => void) | null = null;

  attach(receive: (bytes: Uint8Array) => void): void {
    this.#receive = receive;
  }
  detach(): void {
    this.#receive = null;
  }
  send(bytes: Uint8Array): void {
    this.#receive?.(bytes);
  }
  setLines({ dtr, rts }: { dtr: boolean; rts: boolean }): void {
    this.seen.push(`${dtr ? 'D' : '-'}${rts ? 'R' : '-'}`);
  }
  setBaud(rate: number): void {
    this.seen.push(String(rate));
  }
}

let channel: MessageChannel;
let board: Echo;
let real: VirtualSerialPort;
let remote: RemotePort;
let release: () => Promise<void>;

beforeEach(async () => {
  channel = new MessageChannel();
  board = new Echo();
  real = new VirtualSerialPort(board, { clock: instantClock() });
  release = servePort(real, channel.port1, browserClock);
  remote = await RemotePort.connect(channel.port2, browserClock);
});
afterEach(() => channel.port1.close());

async function exchange(bytes: readonly number[]): Promise<number[]> {
  const writer = remote.writable?.getWriter();
  await writer?.write(Uint8Array.from(bytes));
  writer?.releaseLock();
  const reader = remote.readable?.getReader();
  const got: number[] = [];
  while (got.length < bytes.length) got.push(...((await reader?.read())?.value ?? []));
  reader?.releaseLock();
  return got;
}

test('it mirrors the served port: its ids, its bytes, its lines', async () => {
  expect(remote.getInfo()).toEqual({ usbVendorId: 0x10c4, usbProductId: 0xea60 });
  await remote.open({ baudRate: 115200 });
  expect(await exchange([1, 2, 3])).toEqual([1, 2, 3]);
  await remote.setSignals({ dataTerminalReady: false, requestToSend: true });
  expect(board.seen).toEqual(['--', '115200', 'DR', '-R', '-R']);
});

test('it can be closed and opened again at another speed, as for every change of baud rate', async () => {
  for (const baudRate of [115200, 921600, 460800]) {
    await remote.open({ baudRate });
    expect(await exchange([baudRate & 0xff])).toEqual([baudRate & 0xff]);
    await remote.close();
    expect(remote.readable).toBeNull();
  }
  expect(board.seen.filter((word) => word.length > 2)).toEqual(['115200', '921600', '460800']);
});

test('errors keep their names, so that a busy port is distinguishable from a lost one', async () => {
  await remote.open({ baudRate: 115200 });
  await expect(remote.open({ baudRate: 115200 })).rejects.toMatchObject({ name: 'InvalidStateError' });
});

test('a lost device fails the pending read, ends pending requests, and reports it once', async () => {
  await remote.open({ baudRate: 115200 });
  let lost = 0;
  remote.addEventListener('disconnect', () => lost++);
  const reading = remote.readable?.getReader().read();
  real.unplug();
  await expect(reading).rejects.toMatchObject({ name: 'NetworkError' });
  await expect(remote.setSignals({ requestToSend: true })).rejects.toMatchObject({ name: 'NetworkError' });
  expect(lost).toBe(1);
  expect(remote.connected).toBe(false);
});

test('the last bytes before the port went away are read, then its loss is reported', async () => {
  await remote.open({ baudRate: 115200 });
  const reader = remote.readable?.getReader();
  const said = reader?.read();
  const end = reader?.read();
  board.send(Uint8Array.of(1, 2, 3));
  // Chromium reports the loss independently of the stream, which first delivers what it has buffered.
  real.dispatchEvent(new Event('disconnect'));
  expect((await said)?.value).toEqual(Uint8Array.of(1, 2, 3));
  real.unplug();
  await expect(end).rejects.toMatchObject({ name: 'NetworkError' });
});

test('a board whose port vanishes at reset is found again on a new port, at every reset', async () => {
  const { port1, port2 } = new MessageChannel();
  servePort(real, port1, browserClock, () => portAgain(real, browserClock, COMES_BACK_MS));
  remote = await RemotePort.connect(port2, browserClock);
  for (let reset = 0; reset < 2; reset++) {
    await remote.open({ baudRate: 115200 });
    const again = remote.comesBack();
    real.unplug();
    real.plug();
    const port = await again;
    if (port === null) throw new Error('it did not come back');
    expect(remote.connected).toBe(false);
    remote = port;
    await remote.open({ baudRate: 115200 });
    expect(await exchange([7])).toEqual([7]);
    await remote.close();
  }
});

test('a board that does not come back is not waited for forever', async () => {
  const again = remote.comesBack();
  real.unplug();
  expect(await again).toBeNull();
});

test('a port that did not go away is waited for one second longer than a board', async () => {
  const { port1, port2 } = new MessageChannel();
  servePort(real, port1, browserClock);
  const clock = instantClock();
  expect(await (await RemotePort.connect(port2, clock)).comesBack()).toBeNull();
  expect(clock.now()).toBe(COMES_BACK_MS + 1000);
  port1.close();
});

/** A port that counts its `disconnect` listeners. */
class Counting extends VirtualSerialPort {
  waiting = 0;

  override addEventListener(...given: Parameters<VirtualSerialPort['addEventListener']>): void {
    if (given[0] === 'disconnect') this.waiting++;
    super.addEventListener(...given);
  }

  override removeEventListener(...given: Parameters<VirtualSerialPort['removeEventListener']>): void {
    if (given[0] === 'disconnect') this.waiting--;
    super.removeEventListener(...given);
  }
}

test('a port that is served repeatedly has one listener, and its loss is reported to the latest user', async () => {
  const port = new Counting(new Echo(), { clock: instantClock() });
  const reported: number[] = [];
  const channels = [0, 1, 2].map(() => new MessageChannel());
  for (const [i, { port1, port2 }] of channels.entries()) {
    servePort(port, port1, browserClock);
    const far = await RemotePort.connect(port2, browserClock);
    far.addEventListener('disconnect', () => reported.push(i));
  }
  expect(port.waiting).toBe(1);
  port.unplug();
  await expect.poll(() => reported).toEqual([2]);
  for (const { port1 } of channels) port1.close();
});

test('a port whose far end is gone is closed, and can be opened by the next', async () => {
  await remote.open({ baudRate: 115200 });
  expect(await exchange([1, 2, 3])).toEqual([1, 2, 3]);
  // The worker with the far end was ended: it closes nothing.
  await release();
  expect(real.readable).toBeNull();
  channel = new MessageChannel();
  release = servePort(real, channel.port1, browserClock);
  remote = await RemotePort.connect(channel.port2, browserClock);
  await remote.open({ baudRate: 115200 });
  expect(await exchange([4, 5])).toEqual([4, 5]);
});

test('a port that was never opened, or is gone, is released without an error', async () => {
  await release();
  real.unplug();
  await release();
  expect(real.readable).toBeNull();
});
