/** How each chip is restarted: by its lines, or by its watchdog if the lines would lead back into the loader. */
import { describe, expect, test } from 'vitest';
import { testClock } from '../../testing/clock.ts';
import { chipNamed } from '../../formats/chip-ids.ts';
import type { Restartable } from './restart.ts';
import { disableWatchdogs, restart } from './restart.ts';

/** A link that records what is done to it; registers read as given, otherwise 0. */
function link(
  name: string,
  about: Partial<Pick<Restartable, 'connection' | 'mode'>>,
  registers: [number, number][] = [],
) {
  const chip = chipNamed(name);
  if (chip === undefined) throw new Error(`no ${name}`);
  const words = new Map(registers);
  const done: string[] = [];
  const hex = (value: number) => `0x${value.toString(16)}`;
  const note = (what: string) => {
    done.push(what);
    return Promise.resolve();
  };
  const made: Restartable = {
    connection: 'otg',
    mode: 'stub',
    ...about,
    chip,
    clock: testClock(),
    loader: {
      readReg: (address) => Promise.resolve(words.get(address) ?? 0),
      writeReg: (address, value, mask) => note(`${hex(address)} = ${hex(value)}${mask ? ` & ${hex(mask)}` : ''}`),
    },
    transport: {
      connect: (baud) => note(`open at ${baud}`),
      disconnect: () => note('close'),
      readLoop: () => Promise.resolve(),
      flushInput: () => undefined,
      setSignals: (dtr, rts) => note(`DTR ${dtr ? 1 : 0} RTS ${rts ? 1 : 0}`),
    },
  };
  return { made, done };
}

// esptool 5: unlock, timeout, enable with a system reset at the first stage, lock.
const S3_BITES = ['0x600080b0 = 0x50d83aa1', '0x6000809c = 0x7d0', '0x60008098 = 0xd0000102', '0x600080b0 = 0x0'];
const S3_LET_GO = '0x6000812c = 0x0 & 0x1';
const PULSE = ['DTR 0 RTS 1', 'DTR 0 RTS 0'];

describe.concurrent('starting', () => {
  test('behind a bridge: reopens at the baud rate of the boot log, then pulses EN', async () => {
    const { made, done } = link('ESP32-S3', { connection: 'bridge' });
    await restart(made);
    expect(done).toEqual(['close', 'open at 115200', ...PULSE]);
  });

  test('an S3 over USB-OTG: leaves its ROM by the watchdog', async () => {
    const { made, done } = link('ESP32-S3', {});
    await restart(made);
    expect(done).toEqual([S3_LET_GO, ...S3_BITES]);
  });

  test('an S3 over USB-Serial/JTAG, BOOT button not held: by RTS', async () => {
    const { made, done } = link('ESP32-S3', { connection: 'serial-jtag' }, [[0x60004038, 0x8]]);
    await restart(made);
    expect(done).toEqual([S3_LET_GO, ...PULSE]);
  });

  test('an S3 over USB-Serial/JTAG, BOOT button held: by the watchdog, which samples the pin again', async () => {
    const { made, done } = link('ESP32-S3', { connection: 'serial-jtag' }, [[0x60004038, 0x10]]);
    await restart(made);
    expect(done).toEqual([S3_LET_GO, ...S3_BITES]);
  });

  test.each(['ESP32-C3', 'ESP32-C6', 'ESP32-H2', 'ESP32-S31'])(
    'an %s over USB-Serial/JTAG: by RTS, without register writes',
    async (name) => {
      const { made, done } = link(name, { connection: 'serial-jtag' });
      await restart(made);
      expect(done).toEqual(PULSE);
    },
  );

  test('a chip with an unknown watchdog: by RTS, even over USB-OTG', async () => {
    const { made, done } = link('ESP32-E22', {});
    await restart(made);
    expect(done).toEqual(PULSE);
  });

  test('a chip in Secure Download Mode: by RTS, since registers cannot be written', async () => {
    const { made, done } = link('ESP32-S3', { mode: 'secure-download' });
    await restart(made);
    expect(done).toEqual(PULSE);
  });
});

describe('watchdogs that keep running through a USB reset', () => {
  test('are stopped, and the super watchdog is set to feed itself', async () => {
    const { made, done } = link('ESP32-C3', {}, [[0x600080ac, 0x5]]);
    await disableWatchdogs(made.loader, made.chip);
    expect(done).toEqual([
      '0x600080a8 = 0x50d83aa1',
      '0x60008090 = 0x0',
      '0x600080a8 = 0x0',
      '0x600080b0 = 0x8f1d312a',
      '0x600080ac = 0x80000005',
      '0x600080b0 = 0x0',
    ]);
  });

  test('are left alone on a chip where none is known', async () => {
    const { made, done } = link('ESP32-S31', {});
    await disableWatchdogs(made.loader, made.chip);
    expect(done).toEqual([]);
  });
});
