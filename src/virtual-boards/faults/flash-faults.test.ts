import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantClock } from '../clock.ts';
import { Life } from '../life.ts';
import { stm32Flash } from '../dfu/stm32-flash.ts';
import { NorFlash, SECTOR } from '../nor-flash.ts';
import type { FlashFault } from './flash-faults.ts';
import { drawFlashFaults, FlashFaults } from './flash-faults.ts';
import { describeFaults, faultScript } from './script.ts';
import { cases } from '../../testing/cases.ts';

const AT = 0x2010;

/** Either kind of flash behind one interface, with the same range from 0. */
interface Chip {
  erase(address: number): Promise<unknown>;
  program(address: number, ...bytes: number[]): Promise<unknown>;
  load(address: number, ...bytes: number[]): void;
  byte(address: number): number | undefined;
  violations(): number;
}

function norChip(faults: FlashFaults | null): Chip {
  const flash = new NorFlash(0x8000);
  flash.faults = faults;
  return {
    erase: async (address) => flash.erase(address - (address % SECTOR), SECTOR),
    program: async (address, ...bytes) => {
      try {
        flash.program(address, Uint8Array.from(bytes));
      } catch {
        // Reported in `violations`.
      }
    },
    load: (address, ...bytes) => flash.load(address, Uint8Array.from(bytes)),
    byte: (address) => flash.read(address, 1)[0],
    violations: () => flash.violations.length,
  };
}

function sectorChip(faults: FlashFaults | null): Chip {
  const flash = stm32Flash();
  const life = new Life(instantClock());
  flash.faults = faults;
  return {
    erase: (address) => flash.erase(flash.start + address, life),
    program: (address, ...bytes) => flash.program(flash.start + address, Uint8Array.from(bytes), life),
    load: (address, ...bytes) => flash.load(flash.start + address, Uint8Array.from(bytes)),
    byte: (address) => flash.read(flash.start + address, 1)[0],
    violations: () => flash.violations.length,
  };
}

/** Scripts use the chip's own addresses: a microcontroller's flash does not start at 0. */
function moved(fault: FlashFault, start: number): FlashFault {
  return fault.kind === 'never-0' || fault.kind === 'never-1' ? { ...fault, at: fault.at + start } : fault;
}

describe.each([
  ['a NOR flash', norChip, 0],
  ['a flash in sectors', sectorChip, 0x0800_0000],
])('%s', (_, make, start) => {
  const setUp = (...faults: readonly FlashFault[]) => {
    const own = new FlashFaults(faultScript(...faults.map((fault) => moved(fault, start))));
    return { faults: own, chip: make(own) };
  };

  test('with a bit that never becomes 0', async () => {
    const { chip, faults } = setUp({ kind: 'never-0', at: AT, bits: 0x81 });
    await chip.program(AT, 0x00, 0x00, 0x00, 0x00);
    expect([chip.byte(AT), chip.byte(AT + 1)]).toEqual([0x81, 0]);
    // The same again is allowed: the caller may believe the success that was reported.
    await chip.program(AT, 0x00, 0x00, 0x00, 0x00);
    expect([chip.violations(), faults.spoiled]).toEqual([0, []]);
    await chip.program(AT, 0x01, 0x00, 0x00, 0x00);
    expect(chip.violations()).toBe(1);
  });

  test('with a bit that no erase makes 1', async () => {
    const { chip, faults } = setUp({ kind: 'never-1', at: AT, bits: 0x0f });
    await chip.program(AT, 0x35, 0x35, 0x35, 0x35);
    await chip.erase(AT);
    expect([chip.byte(AT), chip.byte(AT + 1)]).toEqual([0xf5, 0xff]);
    await chip.program(AT, 0x7e, 0x7e, 0x7e, 0x7e);
    expect([chip.byte(AT), chip.byte(AT + 1)]).toEqual([0x74, 0x7e]);
    expect([chip.violations(), faults.spoiled]).toEqual([0, [start + AT]]);
  });

  test('with an erase that does nothing', async () => {
    const { chip, faults } = setUp({ kind: 'erase-does-nothing', at: 2 });
    chip.load(AT, 0x0f, 0xff, 0x0f, 0x0f);
    await chip.erase(0);
    chip.load(AT, 0x0f, 0xff, 0x0f, 0x0f);
    await chip.erase(AT);
    expect(chip.byte(AT)).toBe(0x0f);
    await chip.program(AT, 0x3c, 0x3c, 0xff, 0x0f);
    expect([0, 1, 2, 3].map((i) => chip.byte(AT + i))).toEqual([0x0c, 0x3c, 0x0f, 0x0f]);
    expect([chip.violations(), faults.spoiled]).toEqual([0, [start + AT, start + AT + 2]]);
    await chip.program(AT, 0x01, 0x3c, 0xff, 0x0f);
    expect(chip.violations()).toBe(1);
    await chip.erase(AT);
    expect([0, 1, 2, 3].map((i) => chip.byte(AT + i))).toEqual([0xff, 0xff, 0xff, 0xff]);
  });

  test('with a program operation that does nothing', async () => {
    const { chip, faults } = setUp({ kind: 'program-does-nothing', at: 2 });
    await chip.program(AT, 1, 2, 3, 4);
    await chip.program(AT + 4, 1, 2, 3, 4);
    expect([chip.byte(AT), chip.byte(AT + 4)]).toEqual([1, 0xff]);
    // A caller that trusts the chip would not write other bytes there.
    await chip.program(AT + 4, 9, 9, 9, 9);
    expect([chip.violations(), faults.spoiled]).toEqual([1, []]);
  });

  test('with an empty script behaves exactly like a flash without faults', async () => {
    const action = fc.tuple(fc.constantFrom('erase', 'program', 'load'), fc.nat(40), fc.nat(0xffffffff));
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 12 }), async (actions) => {
        const chips = [make(null), make(new FlashFaults(faultScript()))];
        for (const [what, at, word] of actions) {
          const bytes = [word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24];
          for (const chip of chips) {
            if (what === 'erase') await chip.erase(at * 4);
            else if (what === 'program') await chip.program(at * 4, ...bytes);
            else chip.load(at * 4, ...bytes);
          }
        }
        const [sound, faulty] = chips.map((chip) => [
          chip.violations(),
          ...Array.from({ length: 176 }, (_, i) => chip.byte(i)),
        ]);
        expect(faulty).toEqual(sound);
      }),
      { numRuns: cases(60) },
    );
  });
});

test('a digest that lies does so once', () => {
  const faults = new FlashFaults(faultScript({ kind: 'digest-lies', at: 2 }));
  const own = Uint8Array.of(4, 5);
  expect([1, 2, 3].map(() => [...faults.digest(own)])).toEqual([
    [4, 5],
    [5, 5],
    [4, 5],
  ]);
  expect(faults.done).toEqual({ erase: 0, program: 0, digest: 3 });
});

test('the same seed always draws the same script, and another seed another one', () => {
  const job = { first: 0x1000, last: 0x9000, erases: 20, programs: 100, digests: 30, count: 2 };
  const drawn = (seed: number) => describeFaults(drawFlashFaults(seed, job));
  expect(drawn(1)).toBe(drawn(1));
  expect(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(drawn)).size).toBe(10);
  expect(drawn(7)).toMatchInlineSnapshot(`"seed 7: never-0 @19218 bits 219; never-1 @16477 bits 70"`);
});
