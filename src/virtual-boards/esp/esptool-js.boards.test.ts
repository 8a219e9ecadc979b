/**
 * Each board of the catalogue, driven by esptool-js, a client that knows nothing of these boards. Its own transport and
 * resets run in real time, which would take long; ours replace them, on the board's clock.
 */
import { md5 } from '@noble/hashes/legacy.js';
import { ESPLoader } from 'esptool-js';
import { afterEach, describe, expect, test } from 'vitest';
import { makeBoard } from '../catalogue.ts';
import { resetsBy } from '../../esp/loader/reset.ts';
import { SerialTransport } from '../../esp/loader/transport.ts';
import { testClock } from '../../testing/clock.ts';
import type { Protection } from './fuses.ts';
import { VirtualSerialPort } from '../serial-port.ts';
import { USB_GONE_MS } from './board.ts';
import { hex } from './ram-upload.ts';
import { byLength } from '../../testing/long.ts';

let open: SerialTransport | undefined;
afterEach(async () => {
  await open?.disconnect().catch(() => undefined);
  open = undefined;
});

function setUp(id: string, protection?: Protection) {
  const baudrate = 921_600;
  const clock = testClock();
  const made = makeBoard(id, clock, protection === undefined ? {} : { protection });
  const { vendorId: usbVendorId, productId: usbProductId } = made.usb;
  const port = new VirtualSerialPort(made.board, { clock, usbVendorId, usbProductId });
  const log: string[] = [];
  const write = (line: string) => void log.push(line);
  const loaderOn = () => {
    const transport = new SerialTransport(port, clock);
    open = transport;
    const terminal = { clean() {}, write, writeLine: write };
    return new ESPLoader({ transport, baudrate, terminal, resetConstructors: resetsBy(clock) });
  };
  const wait = (ms: number) => new Promise<void>((resolve) => void clock.at(ms, resolve));
  return { ...made, clock, port, loaderOn, log, wait };
}

const next = (port: VirtualSerialPort, type: 'connect' | 'disconnect') =>
  new Promise<void>((resolve) => port.addEventListener(type, () => resolve(), { once: true }));

/** Writes, verifies and reads back somewhere in the last 64 KiB. */
async function writesAndReads(loader: ESPLoader, flash: ReturnType<typeof makeBoard>['flash']): Promise<void> {
  const address = flash.size - 0x10000;
  const data = Uint8Array.from({ length: 0x5000 }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
  await loader.writeFlash({
    fileArray: [{ data, address }],
    flashSize: 'keep',
    flashMode: 'keep',
    flashFreq: 'keep',
    eraseAll: false,
    compress: true,
    calculateMD5Hash: (bytes) => hex(md5(bytes)),
  });
  expect(hex(flash.read(address, data.length))).toBe(hex(data));
  expect(hex(await loader.readFlash(address, 0x1800))).toBe(hex(data.subarray(0, 0x1800)));
  expect(flash.violations).toEqual([]);
}

describe('boards whose port stays', () => {
  const BOARDS = [
    ['esp32-raft', 'ESP32-D0WD-V3 (revision 3)', '24:6f:28:ab:cd:ef', 0x1640ef],
    ['esp32c3-raft', 'ESP32-C3 (QFN32) (revision v0.4)', '84:f7:03:5c:30:01', 0x1640ef],
    ['esp32c6-idf', 'ESP32-C6 (revision 1)', '40:4c:ca:c6:00:01', 0x1640ef],
    ['esp32-encrypted', 'ESP32-D0WD-V3 (revision 3)', '24:6f:28:ab:cd:f3', 0x1640ef],
    ['esp32-16mb-header-4mb', 'ESP32-D0WD-V3 (revision 3)', '24:6f:28:ab:cd:f4', 0x1840ef],
  ] as const;
  for (const [options, boards] of byLength(BOARDS, ([id]) => id === 'esp32-raft'))
    test.each(boards)('%s is an %s', { ...options, timeout: 20_000 }, async (id, description, mac, flashId) => {
      const { loaderOn, flash } = setUp(id);
      const loader = loaderOn();
      expect(await loader.main()).toBe(description);
      expect(loader.IS_STUB).toBe(true);
      expect(await loader.chip.readMac(loader)).toBe(mac);
      expect(await loader.readFlashId()).toBe(flashId);
      await writesAndReads(loader, flash);
    });
});

test('esptool-js waits for a stub that greets 250 ms after MEM_END', async () => {
  const clock = testClock();
  const { board, flash } = makeBoard('esp32-raft', clock, { stubStartMs: 250 });
  const transport = new SerialTransport(new VirtualSerialPort(board, { clock }), clock);
  open = transport;
  const terminal = { clean() {}, write() {}, writeLine() {} };
  const resetConstructors = resetsBy(clock);
  const loader = new ESPLoader({ transport, baudrate: 921_600, terminal, resetConstructors });
  await loader.main();
  expect(loader.IS_STUB).toBe(true);
  await writesAndReads(loader, flash);
}, 20_000);

describe('protected boards', () => {
  test('in Secure Download Mode a board reports its chip and accepts a write, and nothing else', async () => {
    const { loaderOn, flash } = setUp('esp32c3-secure-download');
    const loader = loaderOn();
    expect(await loader.main()).toBe('ESP32-C3');
    expect([loader.secureDownloadMode, loader.IS_STUB]).toEqual([true, false]);
    await expect(loader.chip.readMac(loader)).rejects.toThrow('unsupported');
    await expect(loader.flashMd5sum(0, 0x1000)).rejects.toThrow('unsupported');
    await loader.checkCommand('attach', 0x0d, new Uint8Array(8));
    // The ROM's block size; esptool-js has the stub's.
    loader.FLASH_WRITE_SIZE = 0x400;
    const data = Uint8Array.from({ length: 0x1400 }, (_, i) => (i * 31) & 0xff);
    const options = {
      flashSize: 'keep',
      flashMode: 'keep',
      flashFreq: 'keep',
      eraseAll: false,
      compress: true,
    } as const;
    await loader.writeFlash({ ...options, fileArray: [{ data, address: 0x3_0000 }] });
    expect(hex(flash.read(0x3_0000, data.length))).toBe(hex(data));
    expect(flash.violations).toEqual([]);
  }, 20_000);

  // EFUSE_BLK0, word 6: bit 7 is DISABLE_DL_ENCRYPT (esptool, targets/esp32.py).
  const PROTECTIONS = [
    ['encryption-development', 0b1, 0],
    ['encryption-release', 0b111_1111, 1 << 7],
  ] as const;
  for (const [options, protections] of byLength(PROTECTIONS, ([name]) => name === 'encryption-development'))
    test.each(protections)(
      '%s shows in the fuses',
      { ...options, timeout: 20_000 },
      async (protection, count, disabled) => {
        const loader = setUp('esp32-encrypted', protection).loaderOn();
        await loader.connect();
        expect(((await loader.readReg(0x3ff5a000)) >>> 20) & 0x7f).toBe(count);
        expect((await loader.readReg(0x3ff5a018)) & (1 << 7)).toBe(disabled);
      },
    );
});

describe('a board whose port drops on reset', () => {
  test('is found by a client that reopens the port and connects without another reset', async () => {
    const { port, wait, loaderOn, flash, log } = setUp('esp32s3-raft');
    // The application starts and takes the USB pins.
    await next(port, 'connect');
    await port.open({ baudRate: 115_200 });
    const reader = port.readable?.getReader();
    const pending = reader?.read();
    const gone = next(port, 'disconnect');
    // ESP32-S3 TRM, "Reset SoC into Download Mode"; RTS first, since an open port has both lines raised.
    await port.setSignals({ requestToSend: false });
    await port.setSignals({ dataTerminalReady: false });
    await port.setSignals({ dataTerminalReady: true });
    await port.setSignals({ requestToSend: true });
    await port.setSignals({ dataTerminalReady: false });
    await gone;
    await expect(pending).rejects.toThrow('The device has been lost.');
    expect([port.readable, port.connected]).toEqual([null, false]);
    await expect(port.setSignals({ requestToSend: false })).rejects.toThrow('The device has been lost.');
    reader?.releaseLock();
    await port.close();
    await expect(port.open({ baudRate: 115_200 })).rejects.toThrow('Failed to open serial port.');
    await next(port, 'connect');
    await wait(USB_GONE_MS);
    const loader = loaderOn();
    expect(await loader.main('no_reset')).toBe('ESP32-S3 (QFN56) (revision v0.2)');
    expect(log.join('\n')).toContain('MAC: 7c:df:a1:e0:53:01');
    expect(await loader.readFlashId()).toBe(0x1740ef);
    await writesAndReads(loader, flash);
  }, 20_000);

  test('keeps its port on a reset from loader to loader, and loses it again when its application starts', async () => {
    const { port, board, wait } = setUp('esp32s3-raft');
    await next(port, 'connect');
    const reported: string[] = [];
    port.addEventListener('disconnect', () => reported.push('disconnect'));
    await port.open({ baudRate: 115_200 });
    const reset = async (download: boolean) => {
      for (const [dtr, rts] of [
        [false, false],
        [download, false],
        [download, true],
        [false, true],
        [false, false],
      ] as const) {
        if (port.connected) board.setLines({ dtr, rts });
        await wait(1);
      }
    };
    await reset(true);
    expect(reported).toHaveLength(1);
    await wait(USB_GONE_MS);
    await reset(true);
    await wait(500);
    expect(reported).toHaveLength(1);
    await reset(false);
    await wait(1000);
    expect(reported).toHaveLength(2);
  });
});
