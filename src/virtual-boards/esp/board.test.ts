import { describe, expect, test } from 'vitest';
import { USB_GONE_MS } from './board.ts';
import { CHIPS } from './chips/index.ts';
import { OPEN_FUSES } from './fuses.ts';
import { OP } from './frames.ts';
import { RawClient, bytesOf, le } from '../../testing/virtual-boards/esp-client.ts';
import { pinsDriven, UsbSerialJtagLines } from './reset-lines.ts';

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

  test('power-on boots normally and prints the log with its timing', async () => {
    const client = new RawClient({ outcome: { lines, running: true } });
    expect(client.board.mode).toBe('off');
    await client.wait(100);
    expect([client.board.mode, client.text]).toEqual(['app', 'one\r\n']);
    await client.wait(400);
    expect(client.text).toBe('one\r\ntwo\r\n');
    expect(client.board.resets).toBe(1);
  });

  test('a boot that starts no app leaves the chip hung', async () => {
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

  test('EN low holds the chip in reset, and its rise without IO0 boots', async () => {
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

  test('IO0 is sampled only when EN rises, a few milliseconds after the lines are released', async () => {
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

  test('a pulled cable ends everything at once, and the board boots afresh when power returns', async () => {
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
  test('the answer comes at the old rate, what follows at the new one, and a reset returns to 115200', async () => {
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

  test('a board at 115200 does not understand a host at another rate', async () => {
    const client = new RawClient();
    await client.enterRom();
    client.board.setBaud(57_600);
    client.sendCommand(OP.sync, SYNC);
    expect(await client.response(2000)).toBeUndefined();
  });
});

test('SYNC is answered from 0.3 s after reset', async () => {
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

describe('USB Serial/JTAG', () => {
  const usb = { chip: CHIPS['ESP32-S3'], link: 'usb-serial-jtag' } as const;

  // ESP32-S3 TRM, "CDC-ACM Settings with RTS and DTR"; each step is [DTR, RTS].
  test.each<[string, [boolean, boolean][], ('hold' | 'release')[], boolean]>([
    [
      'DTR alone, both, RTS alone, none: into the loader',
      [
        [true, false],
        [true, true],
        [false, true],
        [false, false],
      ],
      ['hold', 'release'],
      true,
    ],
    [
      'RTS alone: into the app',
      [
        [false, false],
        [false, true],
        [false, false],
      ],
      ['hold', 'release'],
      false,
    ],
    [
      'the flag is cleared by releasing both',
      [
        [true, false],
        [false, false],
        [false, true],
        [false, false],
      ],
      ['hold', 'release'],
      false,
    ],
    [
      'opening and closing a port',
      [
        [true, true],
        [false, false],
      ],
      [],
      false,
    ],
    [
      'clearing DTR of an open port first is a reset',
      [
        [true, true],
        [false, true],
        [false, false],
      ],
      ['hold', 'release'],
      false,
    ],
    [
      'the sequence for two transistors is a reset into the app',
      [
        [false, true],
        [true, true],
        [true, false],
        [false, false],
      ],
      ['hold', 'release'],
      false,
    ],
  ])('%s', (_, steps, effects, download) => {
    const lines = new UsbSerialJtagLines();
    expect(steps.map(([dtr, rts]) => lines.set({ dtr, rts })).filter((effect) => effect !== 'none')).toEqual(effects);
    expect([lines.held, lines.download]).toEqual([false, download]);
  });

  test('enters the loader, whose banner names the USB controller as the cause', async () => {
    const client = new RawClient(usb);
    await client.enterRom();
    expect([client.board.mode, client.text]).toEqual([
      'rom',
      'ESP-ROM:esp32s3-20210327\r\nBuild:Mar 27 2021\r\n' +
        'rst:0x15 (USB_UART_CHIP_RESET),boot:0x0 (DOWNLOAD(USB/UART0))\r\n' +
        'Saved PC:0x40379bda\r\nwaiting for download\r\n',
    ]);
    expect(client.present).toBe(true);
  });

  test('has no baud rate: answers keep coming whatever rate either end sets', async () => {
    const client = new RawClient(usb);
    await client.connect();
    expect((await client.command(OP.changeBaudrate, le(921_600, 0)))?.body).toEqual([0, 0, 0, 0]);
    client.board.setBaud(9600);
    expect((await client.command(OP.readReg, le(0x40001000)))?.value).toBe(9);
  });

  test('is as fast as full-speed USB, in whole frames', async () => {
    const client = new RawClient(usb);
    await client.connect();
    const start = client.clock.now();
    await client.command(OP.readReg, le(0x40001000));
    expect(client.clock.now() - start).toBeLessThanOrEqual(3);
    expect(client.board.takes(64 * 19 * 1000)).toBe(1000);
  });

  test('with the quirk, leaves the bus when its app starts, and when a reset ends the app', async () => {
    const outcome = { lines: [{ afterMs: 390, text: 'app\r\n' }], running: true, appAfterMs: 300 };
    const client = new RawClient({ ...usb, quirks: ['usb-drops-on-reset'], outcome });
    await client.wait(310);
    expect(client.present).toBe(true);
    await client.wait(40);
    expect([client.present, client.board.mode]).toEqual([false, 'app']);
    await client.wait(USB_GONE_MS);
    expect([client.present, client.text]).toEqual([true, '']);
    const { board } = client;
    board.setLines({ dtr: true, rts: false });
    board.setLines({ dtr: true, rts: true });
    board.setLines({ dtr: false, rts: true });
    expect(client.present).toBe(false);
    await client.wait(USB_GONE_MS + 300);
    expect([client.present, board.mode, board.resets]).toEqual([true, 'rom', 2]);
    expect(await client.command(OP.sync, SYNC)).toMatchObject({ op: OP.sync });
  });

  test('a cable pulled while the board is off the bus leaves it off', async () => {
    const outcome = { lines: [], running: true };
    const client = new RawClient({ ...usb, quirks: ['usb-drops-on-reset'], outcome });
    await client.wait(50);
    expect(client.present).toBe(false);
    client.board.detach();
    await client.wait(1000);
    expect([client.present, client.board.mode]).toEqual([false, 'off']);
  });
});

test('protection that a chip cannot have is refused', () => {
  const encryption = { key: new Uint8Array(32), count: 1, manual: 'allowed' } as const;
  expect(() => new RawClient({ fuses: { ...OPEN_FUSES, secureDownload: true } })).toThrow(RangeError);
  expect(() => new RawClient({ chip: CHIPS['ESP32-C6'], fuses: { ...OPEN_FUSES, encryption } })).toThrow(RangeError);
});
