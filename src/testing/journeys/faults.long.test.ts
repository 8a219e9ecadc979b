/**
 * Whole jobs on faulty boards, one fault each: verified with the whole flash as intended, or a named failure; never a hang,
 * never a false "verified". A clean job afterwards ends with the whole flash as intended.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { FlashFault } from '../../virtual-boards/faults/flash-faults.ts';
import { drawFlashFaults } from '../../virtual-boards/faults/flash-faults.ts';
import { describeFaults, faultScript } from '../../virtual-boards/faults/script.ts';
import type { SerialFault } from '../../virtual-boards/faults/serial-faults.ts';
import { drawSerialFaults } from '../../virtual-boards/faults/serial-faults.ts';
import type { UsbFault } from '../../virtual-boards/faults/usb-faults.ts';
import { drawUsbFaults } from '../../virtual-boards/faults/usb-faults.ts';
import { testClock } from '../clock.ts';
import { dfuBench, espBench, runWithFaults, soundly } from '../fault-runs.ts';
import { cases } from '../cases.ts';

/** DFU requests (DFU 1.1, table 3.2). */
const [DNLOAD, UPLOAD, GETSTATUS] = [1, 2, 3];

/** Number of random scripts of each kind; `npm run fuzz` multiplies it by its factor. */
const RANDOM = cases(6);
/** First seed of the random scripts; with `FUZZ` a different one each time. */
const FIRST_SEED = process.env['FUZZ'] === undefined ? 1 : Math.floor(Math.random() * 1_000_000);

const seeds = Array.from({ length: RANDOM }, (_, i) => FIRST_SEED + i);

const clock = testClock();

describe('an ESP32 over a serial line', { timeout: 60_000 }, () => {
  let wanted: Uint8Array;
  let counts: Readonly<Record<string, number>>;
  beforeAll(async () => {
    ({ wanted, counts } = await soundly(espBench(clock, { flash: faultScript() })));
  });
  const count = (what: string) => counts[what] ?? 0;

  // Of 165 KB in, 14 are read before the first screen, when the board's own settings come into force, and 160 before a plan; of
  // 63 KB out, 54 are the data written. The two endings: with a baud rate chosen on connecting, on a board that loses power
  // with its port; and with neither.
  test.each<readonly [SerialFault, string, string]>([
    [{ kind: 'lose', direction: 'in', at: 9000, bytes: 1 }, 'disconnected: no-answer', 'verified'],
    [{ kind: 'corrupt', direction: 'in', at: 12000, bits: 0x10 }, 'disconnected: no-answer', 'verified'],
    [{ kind: 'lose', direction: 'in', at: 90000, bytes: 3 }, 'verified', 'verified'],
    [{ kind: 'lose', direction: 'out', at: 45000, bytes: 600 }, 'verified', 'verified'],
    [{ kind: 'double', direction: 'in', at: 90000, bytes: 64 }, 'verified', 'verified'],
    [{ kind: 'double', direction: 'out', at: 45000, bytes: 64 }, 'verified', 'verified'],
    [{ kind: 'corrupt', direction: 'in', at: 90000, bits: 0x10 }, 'verified', 'verified'],
    [{ kind: 'corrupt', direction: 'out', at: 45000, bits: 0x10 }, 'verified', 'verified'],
    [{ kind: 'delay', direction: 'in', at: 90000, ms: 400 }, 'verified', 'verified'],
    [{ kind: 'delay', direction: 'in', at: 90000, ms: 8000 }, 'verified', 'verified'],
    [{ kind: 'delay', direction: 'out', at: 45000, ms: 8000 }, 'verified', 'verified'],
    [{ kind: 'split', direction: 'out', at: 45000 }, 'verified', 'verified'],
    [{ kind: 'stall', direction: 'in', at: 90000, ms: 300 }, 'verified', 'verified'],
    [{ kind: 'stall', direction: 'in', at: 20, ms: null }, 'disconnected: no-loader', 'disconnected: no-loader'],
    [{ kind: 'stall', direction: 'in', at: 90000, ms: null }, 'disconnected: no-answer', 'disconnected: no-answer'],
    [{ kind: 'stall', direction: 'out', at: 45000, ms: null }, 'failed: no-answer', 'failed: no-answer'],
    [{ kind: 'vanish', direction: 'in', at: 90000, backMs: 500 }, 'disconnected: link-lost', 'disconnected: link-lost'],
    [{ kind: 'vanish', direction: 'out', at: 20000, backMs: null }, 'failed: link-lost', 'failed: link-lost'],
    [{ kind: 'vanish', direction: 'out', at: 45000, backMs: 500 }, 'failed: link-lost', 'failed: link-lost'],
  ])('%o', async (fault, fixed, auto) => {
    const serial = faultScript(fault);
    const at = async (speed: number, cable: boolean) => {
      const { ended, wrong } = await runWithFaults(espBench(clock, { serial, speed, cable }), wanted);
      expect(wrong).toEqual([]);
      return ended;
    };
    expect([await at(921600, true), await at(0, false)]).toEqual([fixed, auto]);
  });

  test.each<readonly [FlashFault, string]>([
    [{ kind: 'never-0', at: 0x1d8005, bits: 0x01 }, 'wrong: unit-wrong'],
    [{ kind: 'never-1', at: 0x1d8005, bits: 0xff }, 'verified'],
    [{ kind: 'erase-does-nothing', at: 1 }, 'verified'],
    [{ kind: 'program-does-nothing', at: 3 }, 'verified'],
    [{ kind: 'digest-lies', at: 1 }, 'verified'],
    [{ kind: 'digest-lies', at: 5 }, 'verified'],
  ])('%o', async (fault, end) => {
    const { ended, wrong } = await runWithFaults(espBench(clock, { flash: faultScript(fault) }), wanted);
    expect([wrong, ended]).toEqual([[], end]);
  });

  test.each(seeds)('random faults of its line, seed %i', async (seed) => {
    const bytes = { in: count('in'), out: count('out') };
    const serial = drawSerialFaults(seed, { bytes, count: 1 + (seed % 3) });
    const bench = espBench(clock, { serial, speed: seed % 2 === 0 ? 0 : 921600, cable: seed % 4 < 2 });
    const { ended, wrong } = await runWithFaults(bench, wanted);
    expect(wrong, `${describeFaults(serial)}: ${ended}`).toEqual([]);
  });

  test.each(seeds)('random faults of its flash, seed %i', async (seed) => {
    const job = { erases: count('erase'), programs: count('program'), digests: count('digest') };
    const script = drawFlashFaults(seed, { first: 0x1d0000, last: 0x1e8fff, ...job, count: 1 + (seed % 3) });
    const { ended, wrong } = await runWithFaults(espBench(clock, { flash: script }), wanted);
    expect(wrong, `${describeFaults(script)}: ${ended}`).toEqual([]);
  });
});

/** How a job ends on either board. */
type End = string | Readonly<Record<'photon' | 'stm32f405', string>>;

describe.each([
  ['photon', 0x080a0000],
  ['stm32f405', 0x080e0000],
] as const)('a %s in DFU mode', { timeout: 60_000 }, (id, first) => {
  let wanted: Uint8Array;
  let counts: Readonly<Record<string, number>>;
  beforeAll(async () => {
    ({ wanted, counts } = await soundly(dfuBench(id, { flash: faultScript() })));
  });
  const count = (what: string) => counts[what] ?? 0;

  test.each<readonly [UsbFault, End]>([
    [{ kind: 'stall', at: 4 }, 'verified'],
    [{ kind: 'stall', at: 10 }, 'verified'],
    [{ kind: 'stall', request: DNLOAD, at: 24 }, 'failed: dfu-stalled'],
    // A memory that refuses a read once is asked again.
    [{ kind: 'stall', request: UPLOAD, at: 3 }, 'verified'],
    [{ kind: 'stall', request: GETSTATUS, at: 20 }, 'verified'],
    [{ kind: 'delay', request: DNLOAD, at: 24, ms: 3000 }, 'verified'],
    [{ kind: 'delay', request: UPLOAD, at: 3, ms: 9000 }, 'disconnected: dfu-no-answer'],
    [{ kind: 'silence', request: DNLOAD, at: 24, obeyed: true }, 'failed: dfu-no-answer'],
    [{ kind: 'silence', request: GETSTATUS, at: 20, obeyed: false }, 'disconnected: dfu-no-answer'],
    [{ kind: 'fail', request: DNLOAD, at: 24, obeyed: true }, 'failed: dfu-lost'],
    [{ kind: 'repeat', request: DNLOAD, at: 24 }, 'failed: dfu-stalled'],
    [{ kind: 'repeat', request: UPLOAD, at: 3 }, 'verified'],
    [{ kind: 'stale', request: GETSTATUS, at: 20 }, 'verified'],
    [{ kind: 'corrupt', request: DNLOAD, at: 24, byte: 3, bits: 0x04 }, 'verified'],
    [
      { kind: 'corrupt', request: GETSTATUS, at: 20, byte: 4, bits: 0x04 },
      { photon: 'verified', stm32f405: 'disconnected: dfu-unknown-state' },
    ],
    [{ kind: 'lose', request: DNLOAD, at: 24 }, 'verified'],
    [{ kind: 'short', request: UPLOAD, at: 3, missing: 1 }, 'verified'],
    [{ kind: 'short', request: GETSTATUS, at: 2, missing: 2 }, 'disconnected: dfu-bad-answer'],
    [{ kind: 'babble', request: UPLOAD, at: 3 }, 'verified'],
    [{ kind: 'vanish', at: 30, afterMs: 0, backMs: 300 }, 'disconnected: dfu-lost'],
    [{ kind: 'vanish', request: DNLOAD, at: 24, afterMs: 40, backMs: null }, 'failed: dfu-lost'],
  ])('%o', async (fault, end) => {
    const { ended, wrong } = await runWithFaults(dfuBench(id, { usb: faultScript(fault) }), wanted);
    expect([wrong, ended]).toEqual([[], typeof end === 'string' ? end : end[id]]);
  });

  test.each<readonly [FlashFault, End]>([
    [{ kind: 'never-0', at: first + 0x1005, bits: 0xff }, 'wrong: unit-wrong'],
    [
      { kind: 'never-1', at: first + 0x1005, bits: 0xff },
      { photon: 'failed: dfu-unit-protected', stm32f405: 'verified' },
    ],
    [{ kind: 'erase-does-nothing', at: 1 }, 'failed: dfu-unit-protected'],
    [{ kind: 'program-does-nothing', at: 3 }, 'verified'],
  ])('%o', async (fault, end) => {
    const { ended, wrong } = await runWithFaults(dfuBench(id, { flash: faultScript(fault) }), wanted);
    expect([wrong, ended]).toEqual([[], typeof end === 'string' ? end : end[id]]);
  });

  test.each(seeds)('random faults of its transfers, seed %i', async (seed) => {
    const usb = drawUsbFaults(seed, { transfers: count('transfers'), count: 1 + (seed % 3) });
    const { ended, wrong } = await runWithFaults(dfuBench(id, { usb }), wanted);
    expect(wrong, `${describeFaults(usb)}: ${ended}`).toEqual([]);
  });

  test.each(seeds)('random faults of its flash, seed %i', async (seed) => {
    const job = { erases: count('erase'), programs: count('program'), digests: 0 };
    const script = drawFlashFaults(seed, { first, last: first + 0xffff, ...job, count: 1 + (seed % 3) });
    const { ended, wrong } = await runWithFaults(dfuBench(id, { flash: script }), wanted);
    expect(wrong, `${describeFaults(script)}: ${ended}`).toEqual([]);
  });
});
