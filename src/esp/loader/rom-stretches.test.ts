/**
 * ROM loaders with stretches of sizes around the 32 KiB that a ROM unpacks to, and exact multiples of it: nothing outside the
 * stretch changes.
 */
import { describe, expect, test } from 'vitest';
import { makeBoard } from '../../virtual-boards/catalogue.ts';
import { VirtualSerialPort } from '../../virtual-boards/serial-port.ts';
import { makeCancel } from '../../flash/failure.ts';
import { testClock } from '../../testing/clock.ts';
import { differences, reappearance } from '../../testing/esp/world.ts';
import { connectEsp } from './connect.ts';
import { REGION } from './target.ts';
import { LONG } from '../../testing/long.ts';

// Shared: tests run concurrently.
const clock = testClock();

let seed = 5;
const noise = Uint8Array.from({ length: 0x20000 }, () => (seed = (seed * 48271) % 0x7fffffff) & 0xff);

/** A board for each chip, and an erase unit in the middle of its running app, where the flash after a stretch is not blank. */
const BOARDS = [
  ['esp32-raft', 0x23000],
  ['esp32-16mb-header-4mb', 0x23000],
  ['esp32s3-raft', 0x23000],
  ['esp32c3-raft', 0x103000],
  ['esp32c6-idf', 0x13000],
  ['esp32c3-secure-download', 0x103000],
] as const;
describe.each(BOARDS)('%s', (id, address) => {
  const isQuick = id === 'esp32-raft' || id === 'esp32c3-secure-download';
  test.each([0x1000])('a stretch of %i bytes', isQuick ? {} : LONG, writesExactly);
  test.each([0x7000, 0x8000, 0xb000, 0x10000, 0x1e000])('a stretch of %i bytes', LONG, writesExactly);

  async function writesExactly(size: number): Promise<void> {
    const { board, flash, usb } = makeBoard(id, clock);
    const { vendorId: usbVendorId, productId: usbProductId } = usb;
    const port = new VirtualSerialPort(board, { clock, usbVendorId, usbProductId });
    const comesBack = () => reappearance(port, clock);
    const options = { clock, chosen: {}, onSay: () => undefined, comesBack, cancel: makeCancel(), stub: false };
    const target = await connectEsp(port, options);
    expect(target.mode).not.toBe('stub');
    for (const at of [address, flash.size - size]) {
      const wanted = flash.snapshot();
      wanted.set(noise.subarray(0, size), at);
      const range = { region: REGION, address: at, size };
      await target.rewrite(range, noise.slice(0, size), { cancel: makeCancel() });
      expect(differences(flash.snapshot(), wanted)).toEqual([]);
    }
    expect(flash.violations).toEqual([]);
  }
});
