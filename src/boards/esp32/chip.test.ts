import { describe, expect, test } from 'vitest';
import { OP } from './frames.ts';
import { RawClient, bytesOf, le } from './raw-client.ts';
import { pinsDriven } from './reset-circuit.ts';

const SYNC = bytesOf([7, 7, 0x12, 0x20], new Uint8Array(32).fill(0x55));

test.each([
  [false, false, true, true],
  [false, true, false, true],
  [true, false, true, false],
  [true, true, true, true],
])('DTR %s and RTS %s drive EN %s and IO0 %s', (dtr, rts, en, io0) => {
  expect(pinsDriven({ dtr, rts })).toEqual({ en, io0 });
});

describe('reset and straps', () => {
  const lines = [
    { afterMs: 10, text: 'one\r\n' },
    { afterMs: 400, text: 'two\r\n' },
  ];

  test('power on boots normally and prints the log in its time', async () => {
    const client = new RawClient({ outcome: { lines, running: true } });
    expect(client.board.mode).toBe('off');
    await client.wait(100);
    expect([client.board.mode, client.text]).toEqual(['app', 'one\r\n']);
    await client.wait(400);
    expect(client.text).toBe('one\r\ntwo\r\n');
    expect(client.board.resets).toBe(1);
  });

  test('a boot that ends nowhere leaves the chip hung', async () => {
    const client = new RawClient({ outcome: { lines, running: false } });
    await client.wait(100);
    expect(client.board.mode).toBe('hung');
  });

  test('the boot loader may write flash, once for each boot', async () => {
    const client = new RawClient({
      boot: (flash) => {
        flash.program(flash.programmedBytes, Uint8Array.of(0));
        return { lines: [], running: true };
      },
    });
    await client.wait(100);
    expect(client.flash.programmedBytes).toBe(1);
  });

  test('the classic sequence enters download mode, and its banner is printed at 115200', async () => {
    const client = new RawClient();
    await client.enterRom();
    expect(client.board.mode).toBe('rom');
    expect(client.text).toContain('rst:0x1 (POWERON_RESET),boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))');
    expect(client.text).toMatch(/waiting for download\r\n$/);
  });

  test('EN low holds the chip off, and its rise without IO0 boots', async () => {
    const client = new RawClient();
    await client.wait(100);
    client.board.setLines({ dtr: false, rts: true });
    expect(client.board.mode).toBe('off');
    await client.wait(100);
    expect(client.board.mode).toBe('off');
    client.board.setLines({ dtr: false, rts: false });
    expect(client.board.mode).toBe('off');
    await client.wait(10);
    expect([client.board.mode, client.board.resets]).toEqual(['app', 2]);
  });

  test('IO0 counts only at the rise of EN, a few milliseconds after the lines let go', async () => {
    const client = new RawClient();
    await client.wait(100);
    client.board.setLines({ dtr: false, rts: true });
    await client.wait(10);
    client.board.setLines({ dtr: true, rts: true });
    await client.wait(10);
    client.board.setLines({ dtr: true, rts: false });
    await client.wait(50);
    expect(client.board.mode).toBe('app');
  });

  test('raising and dropping both lines together resets nothing', async () => {
    const client = new RawClient();
    await client.wait(100);
    client.board.setLines({ dtr: true, rts: true });
    await client.wait(50);
    client.board.setLines({ dtr: false, rts: false });
    await client.wait(50);
    expect(client.board.resets).toBe(1);
  });

  test('raising RTS alone first is a reset', async () => {
    const client = new RawClient();
    await client.wait(100);
    client.board.setLines({ dtr: false, rts: true });
    client.board.setLines({ dtr: true, rts: true });
    await client.wait(50);
    expect(client.board.resets).toBe(2);
  });

  test('a pulled cable ends everything at once, and power returns to a fresh boot', async () => {
    const client = new RawClient();
    await client.connect();
    client.board.detach();
    expect(client.board.mode).toBe('off');
    client.sendCommand(OP.sync, SYNC);
    await client.wait(1000);
    client.board.attach(() => {});
    await client.wait(50);
    expect([client.board.mode, client.board.resets]).toEqual(['app', 2]);
  });
});

describe('rates', () => {
  test('answers come at the old rate, what follows at the new one, and a reset goes back to 115200', async () => {
    const client = new RawClient();
    await client.connect();
    expect((await client.command(OP.changeBaudrate, le(921_600, 0)))?.body).toEqual([0, 0, 0, 0]);
    expect(client.board.baud).toBe(921_600);
    client.sendCommand(OP.readReg, le(0x40001000));
    expect(await client.response(2000)).toBeUndefined();
    client.board.setBaud(921_600);
    expect((await client.command(OP.readReg, le(0x40001000)))?.value).toBe(0x00f01d83);
    client.board.setLines({ dtr: false, rts: true });
    expect(client.board.baud).toBe(115_200);
  });

  test('a board at 115200 hears nothing from a host at another rate', async () => {
    const client = new RawClient();
    await client.enterRom();
    client.board.setBaud(57_600);
    client.sendCommand(OP.sync, SYNC);
    expect(await client.response(2000)).toBeUndefined();
  });
});

test('a SYNC is heard from 0.3 s after reset', async () => {
  const client = new RawClient();
  client.board.setLines({ dtr: false, rts: true });
  client.board.setLines({ dtr: true, rts: true });
  client.board.setLines({ dtr: true, rts: false });
  await client.wait(200);
  client.sendCommand(OP.sync, SYNC);
  expect(await client.response(80)).toBeUndefined();
  await client.wait(100);
  expect(await client.command(OP.sync, SYNC)).toMatchObject({ op: OP.sync });
});
