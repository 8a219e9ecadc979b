import { md5 } from '@noble/hashes/legacy.js';
import { ESPLoader, Transport } from 'esptool-js';
import { expect, test } from 'vitest';
import { instantClock } from '../clock.ts';
import { NorFlash } from '../nor-flash.ts';
import { VirtualSerialPort } from '../serial-port.ts';
import { EspBoard } from './board.ts';
import { hex } from './ram-upload.ts';
import { noise } from '../../testing/bytes.ts';
import { LONG } from '../../testing/long.ts';

class QuietTransport extends Transport {
  override trace(): void {}
}

function setUp(baudrate: number) {
  const clock = instantClock();
  const flash = new NorFlash(0x40_0000);
  const boot = () => ({ lines: [{ afterMs: 100, text: 'ets Jun  8 2016 00:22:57\r\n' }], running: true });
  const board = new EspBoard({ clock, flash, mac: '24:0a:c4:12:34:56', boot });
  const port = new VirtualSerialPort(board, { clock });
  const transport = new QuietTransport(port);
  const log: string[] = [];
  const write = (line: string) => void log.push(line);
  const terminal = { clean() {}, write, writeLine: write };
  const loader = new ESPLoader({ transport, baudrate, terminal });
  return { board, flash, transport, loader, terminal, log };
}

test('esptool-js connects, identifies, writes, reads back and leaves', async () => {
  const { board, flash, transport, loader, log } = setUp(921_600);
  flash.load(0x9000, noise(0x1000, 1));

  const chip = await loader.main();
  expect(chip).toBe('ESP32-D0WD-V3 (revision 3)');
  expect(board.mode).toBe('stub');
  expect(board.baud).toBe(921_600);
  expect(log.join('\n')).toContain('Crystal is 40MHz');
  expect(await loader.chip.readMac(loader)).toBe('24:0a:c4:12:34:56');
  expect(await loader.readFlashId()).toBe(0x1640ef);
  expect(await loader.flashMd5sum(0x9000, 0x1000)).toBe(hex(md5(flash.read(0x9000, 0x1000))));

  const image = noise(0x2_3000, 2);
  await loader.writeFlash({
    fileArray: [{ data: image, address: 0x1_0000 }],
    flashSize: 'keep',
    flashMode: 'keep',
    flashFreq: 'keep',
    eraseAll: false,
    compress: true,
    calculateMD5Hash: (bytes) => hex(md5(bytes)),
  });
  expect(hex(md5(flash.read(0x1_0000, image.length)))).toBe(hex(md5(image)));
  // Two 64 KiB blocks and three sectors, each once.
  expect(flash.totalErases).toBe(35);
  expect(flash.eraseCount(0x9000)).toBe(0);
  expect(flash.violations).toEqual([]);

  const readBack = await loader.readFlash(0x1_0000, 0x3000);
  expect(hex(md5(readBack))).toBe(hex(md5(image.slice(0, 0x3000))));
  await loader.checkCommand('erase region', 0xd1, Uint8Array.of(0, 0, 1, 0, 0, 0x10, 0, 0), 0, 0, 3000);
  expect(flash.read(0x1_0000, 0x1000).every((byte) => byte === 0xff)).toBe(true);

  await transport.disconnect();
  expect(board.mode).toBe('stub');
}, 20_000);

test('a board left in its stub is recognised by a client that does not reset it', LONG, async () => {
  const { board, loader, transport, terminal } = setUp(115_200);
  await loader.main();
  await transport.disconnect();
  const again = new ESPLoader({ transport, baudrate: 115_200, terminal });
  const before = board.resets;
  await again.main('no_reset');
  expect(again.IS_STUB).toBe(true);
  expect(board.resets).toBe(before);
  await transport.disconnect();
});
