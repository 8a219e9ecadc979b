/** Each kind of board in the catalogue is connected, identified, written and restarted. */
import { describe, expect, test } from 'vitest';
import { makeBoard, type MakeOptions } from '../../virtual-boards/catalogue.ts';
import { testClock } from '../../testing/clock.ts';
import { VirtualSerialPort } from '../../virtual-boards/serial-port.ts';
import { Failure, makeCancel } from '../../flash/failure.ts';
import { regionOf, regionSize } from '../../flash/map.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { reappearance } from '../../testing/esp/world.ts';
import type { ConnectOptions } from './connect.ts';
import { connectEsp } from './connect.ts';
import { ASSUMED_FLASH_SIZE } from './device.ts';
import { FLASH_SIZE } from '../board/setting-ids.ts';
import { REGION } from './target.ts';
import { byLength, LONG } from '../../testing/long.ts';

// Shared: tests run concurrently.
const clock = testClock();

const range = { region: REGION, address: 0x200000, size: 0x14000 };
let seed = 11;
const content = Uint8Array.from({ length: range.size }, () => (seed = (seed * 48271) % 0x7fffffff) & 0xff);
const calm = () => ({ cancel: makeCancel() });

function onTable(id: string, options: Partial<ConnectOptions> = {}, make: MakeOptions = {}) {
  const made = makeBoard(id, clock, make);
  const port = new VirtualSerialPort(made.board, {
    clock,
    usbVendorId: made.usb.vendorId,
    usbProductId: made.usb.productId,
  });
  let gone = 0;
  port.addEventListener('disconnect', () => gone++);
  const comesBack = () => reappearance(port, clock);
  const connect = () =>
    connectEsp(port, { clock, chosen: {}, onSay: () => undefined, comesBack, cancel: makeCancel(), ...options });
  /** Waits until the app has started, and has taken the USB pins if it uses them. */
  const runs = () => new Promise<void>((resolve) => clock.at(3000, resolve));
  return { clock, made, port, connect, runs, gone: () => gone };
}

async function bootLog(target: Awaited<ReturnType<typeof connectEsp>>): Promise<string> {
  let log = '';
  await target.restart?.({
    ms: 3000,
    cancel: makeCancel(),
    onText: (text) => (log += text),
    // The bootloader's last line.
    done: () => log.includes('Loaded app from partition'),
  });
  return log;
}

const BOARDS: readonly (readonly [
  id: string,
  chip: string,
  revision: string | RegExp,
  mode: string,
  speed: number | null,
])[] = [
  ['esp32-raft', 'ESP32', 'v3.0', 'stub', 921600],
  ['esp32s3-raft', 'ESP32-S3', 'v0.2', 'stub', null],
  ['esp32c3-raft', 'ESP32-C3', /^v0\./, 'stub', 921600],
  ['esp32c6-idf', 'ESP32-C6', /^v0\./, 'stub', null],
  ['esp32-16mb-header-4mb', 'ESP32', 'v3.0', 'stub', 921600],
];

for (const [options, boards] of byLength(BOARDS, ([id]) => id === 'esp32-raft' || id === 'esp32c3-raft'))
  describe.each(boards)('%s', options, (id, chip, revision, mode, speed) => {
    test('is identified, written, verified and restarted', async () => {
      const { made, connect } = onTable(id);
      const target = await connect();
      const identity = await target.identify();
      expect(identity.chip).toBe(chip);
      expect(identity.revision).toMatch(revision);
      expect(identity.facts.filter((fact) => /revision/.test(fact.value))).toEqual([]);
      expect(target).toMatchObject({ mode, speed, flashSize: made.flash.size });
      expect(target.security).toMatchObject({
        encryption: { on: false, manual: 'allowed' },
        secureBoot: 'off',
        download: 'open',
        jtag: 'open',
      });
      const wanted = made.flash.snapshot();
      wanted.set(content, range.address);
      await target.rewrite(range, content, calm());
      expect(await target.digest?.(range)).toBe(md5Hex(content));
      expect(await target.read?.({ ...range, size: 0x1003 }, calm())).toEqual(content.slice(0, 0x1003));
      const log = await bootLog(target);
      expect(log).toContain('boot: ');
      expect(Buffer.compare(made.beforeStart() ?? new Uint8Array(), wanted)).toBe(0);
      expect(made.flash.violations).toEqual([]);
      await target.close().catch(() => undefined);
    });

    test('works with its ROM loader too', id === 'esp32-raft' ? {} : LONG, async () => {
      const { made, connect } = onTable(id, { stub: false });
      const target = await connect();
      expect(target.mode).toBe('rom');
      const wanted = made.flash.snapshot();
      wanted.set(content, range.address);
      await target.rewrite(range, content, calm());
      expect(await target.digest?.(range)).toBe(md5Hex(content));
      expect(await target.read?.({ ...range, size: 0x103 }, calm())).toEqual(content.slice(0, 0x103));
      expect(Buffer.compare(made.flash.snapshot(), wanted)).toBe(0);
      expect(made.flash.violations).toEqual([]);
    });
  });

test('a stub that starts late on a busy line is waited for', async () => {
  const { connect } = onTable('esp32-raft', {}, { stubStartMs: 250 });
  expect(await connect()).toMatchObject({ mode: 'stub', speed: 921600 });
});

describe('a port that vanishes when the chip is reset', () => {
  test('into the loader is used again when it comes back', async () => {
    const { connect, runs, gone } = onTable('esp32s3-raft');
    await runs();
    const before = gone();
    const target = await connect();
    expect(gone()).toBeGreaterThan(before);
    expect(target.mode).toBe('stub');
  });

  test('into the loader and stays away is reported as `port-gone`', async () => {
    const { connect, runs } = onTable('esp32s3-raft', { comesBack: () => Promise.resolve(null) });
    await runs();
    await expect(connect()).rejects.toMatchObject({ facts: { name: 'port-gone', kind: 'lost' } });
  });

  test('at the restart and stays away is not an error, since the bytes were verified before', LONG, async () => {
    let away = false;
    const table = onTable('esp32s3-raft', {
      comesBack: () => (away ? Promise.resolve(null) : reappearance(table.port, table.clock)),
    });
    const target = await table.connect();
    away = true;
    await expect(bootLog(target)).resolves.toContain('ESP-ROM:esp32s3');
  });
});

describe('Secure Download Mode', () => {
  test('writes, says what it cannot report, and neither reads nor digests', async () => {
    const { made, connect } = onTable('esp32c3-secure-download');
    const target = await connect();
    expect(target).toMatchObject({ mode: 'secure-download', flashSize: null, speed: 115200 });
    expect([target.read, target.digest]).toEqual([undefined, undefined]);
    expect(target.security).toMatchObject({ download: 'secure', encryption: { on: false, manual: 'unknown' } });
    const identity = await target.identify();
    expect(identity).toMatchObject({ chip: 'ESP32-C3', revision: '', key: null });
    expect(identity.facts.map((fact) => fact.value).join()).toContain(
      'Secure Download Mode: the chip does not report its MAC, revision or flash',
    );
    const size = async () => regionSize(regionOf(await target.readMap(), REGION));
    expect(await size()).toBe(ASSUMED_FLASH_SIZE);
    const wanted = made.flash.snapshot();
    wanted.set(content, range.address);
    await target.rewrite(range, content, calm());
    expect(Buffer.compare(made.flash.snapshot(), wanted)).toBe(0);
    await target.tune({ [FLASH_SIZE]: String(0x200000) });
    expect(await size()).toBe(0x200000);
    expect(await bootLog(target)).toContain('boot: ');
  });
});

describe('encryption during a write', () => {
  test('by the stub of an ESP32 uses the chip’s own key', LONG, async () => {
    const { made, connect } = onTable('esp32-encrypted');
    const target = await connect();
    expect(target.security.encryption).toEqual({ on: true, count: { set: 1, of: 7 }, manual: 'allowed' });
    const before = made.flash.snapshot();
    await target.rewrite(range, content, { ...calm(), encrypt: true });
    const after = made.flash.snapshot();
    const written = after.slice(range.address, range.address + range.size);
    expect(Buffer.compare(written, content)).not.toBe(0);
    expect(written.every((byte) => byte === 0xff)).toBe(false);
    after.set(before.subarray(range.address, range.address + range.size), range.address);
    expect(Buffer.compare(after, before)).toBe(0);
    expect(made.flash.violations).toEqual([]);
  });

  test('is refused for a loader that does not support it, before anything is erased', async () => {
    const { made, connect } = onTable('esp32-encrypted', { stub: false });
    const target = await connect();
    const work = target.rewrite(range, content, { ...calm(), encrypt: true });
    await expect(work).rejects.toBeInstanceOf(Failure);
    await expect(work).rejects.toMatchObject({ facts: { name: 'encrypt-impossible', place: { range } } });
    expect(made.flash.totalErases).toBe(0);
  });
});
