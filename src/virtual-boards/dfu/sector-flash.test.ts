import { describe, expect, test } from 'vitest';
import { instantClock } from '../clock.ts';
import { Life } from '../life.ts';
import { stm32Flash } from './stm32-flash.ts';

const START = 0x0800_0000;

function made() {
  const clock = instantClock();
  return { clock, flash: stm32Flash(), life: new Life(clock) };
}
const sleep = (clock: { at(ms: number, fn: () => void): unknown }, ms: number) =>
  new Promise<void>((resolve) => void clock.at(ms, resolve));

test('it is made of 4 × 16, 1 × 64 and 7 × 128 KiB', () => {
  const { flash } = made();
  expect(flash.size).toBe(0x10_0000);
  expect(flash.sectors.map(({ address }) => (address - START).toString(16))).toEqual(
    '0 4000 8000 c000 10000 20000 40000 60000 80000 a0000 c0000 e0000'.split(' '),
  );
});

describe('refused, counted, and without effect', () => {
  test.each([
    ['an erase outside', (f: ReturnType<typeof made>) => f.flash.erase(START - 4, f.life), 'out-of-range 7fffffc'],
    [
      'a program past its end',
      (f: ReturnType<typeof made>) => f.flash.program(0x080f_fffc, new Uint8Array(8), f.life),
      'out-of-range 80ffffc',
    ],
    [
      'a program inside a word',
      (f: ReturnType<typeof made>) => f.flash.program(START + 2, Uint8Array.of(1), f.life),
      'misaligned-program 8000002',
    ],
    [
      'a bit that would have to be set',
      (f: ReturnType<typeof made>) => f.flash.program(START, Uint8Array.of(0xff, 0xff), f.life),
      'cell-not-erased 8000000',
    ],
    [
      'one more bit of a programmed byte',
      (f: ReturnType<typeof made>) => f.flash.program(START, Uint8Array.of(0x0e), f.life),
      'cell-not-erased 8000000',
    ],
  ])('%s', async (_, act, violation) => {
    const all = made();
    all.flash.load(START, Uint8Array.of(0x0f));
    expect(await act(all)).toBe(false);
    expect(all.flash.violations.map(({ fault, address }) => `${fault} ${address.toString(16)}`)).toEqual([violation]);
    expect(all.flash.totalErases).toBe(0);
  });
});

test('the offending word is corrupted, the words before it are written, those after it are not', async () => {
  const { flash, life } = made();
  flash.load(START + 4, Uint8Array.of(0xf0, 0xf0, 0xf0, 0xf0));
  expect(await flash.program(START, new Uint8Array(12).fill(0x3c), life)).toBe(false);
  expect([...flash.read(START, 12)]).toEqual([...Array(4).fill(0x3c), ...Array(4).fill(0x30), ...Array(4).fill(0xff)]);
});

test('a cell may be programmed again with the value it holds', async () => {
  const { flash, life } = made();
  expect(await flash.program(START, Uint8Array.of(1, 2, 3, 4), life)).toBe(true);
  expect(await flash.program(START, Uint8Array.of(1, 2, 3, 4), life)).toBe(true);
  expect(flash.violations).toEqual([]);
});

test.each([
  [START, 250],
  [0x0801_0000, 550],
  [0x080e_1234, 1000],
])('an erase at %i takes %i ms, and is counted for its sector', async (address, ms) => {
  const { clock, flash, life } = made();
  await flash.erase(address, life);
  expect(clock.now()).toBe(ms);
  expect(flash.totalErases).toBe(1);
  expect(flash.erasesPerSector[flash.sectorAt(address)?.index ?? -1]).toBe(1);
});

test('programming takes 16 µs a word', async () => {
  const { clock, flash, life } = made();
  await flash.program(START, new Uint8Array(4096), life);
  expect(clock.now()).toBeCloseTo(16.384, 6);
});

describe('power loss', () => {
  test('in the middle of an erase: the sector is neither unchanged nor blank, its neighbours are untouched', async () => {
    for (const address of [0x0800_4000, 0x0800_8000, 0x0800_c000]) {
      const { clock, flash, life } = made();
      flash.load(START, new Uint8Array(0x1_0000).fill(0x42));
      void flash.erase(address, life);
      await sleep(clock, 100);
      flash.powerLost();
      life.end();
      await sleep(clock, 1000);
      const sector = flash.read(address, 0x4000);
      expect(sector.every((byte) => byte === 0xff)).toBe(false);
      expect(sector.every((byte) => byte === 0x42)).toBe(false);
      expect(flash.read(address - 0x4000, 0x4000).every((byte) => byte === 0x42)).toBe(true);
      expect(flash.totalErases).toBe(1);
    }
  });

  test('in the middle of programming: the words so far are written, one is half written, the rest is blank', async () => {
    const { clock, flash, life } = made();
    void flash.program(START, new Uint8Array(4000), life);
    await sleep(clock, 8);
    flash.powerLost();
    life.end();
    await sleep(clock, 100);
    expect([...flash.read(START + 1996, 12)]).toEqual([0, 0, 0, 0, 0x5a, 0x5a, 0x5a, 0x5a, 0xff, 0xff, 0xff, 0xff]);
  });

  test('while idle, changes nothing', async () => {
    const { flash, life } = made();
    await flash.erase(START, life);
    flash.powerLost();
    expect(flash.read(START, 0x4000).every((byte) => byte === 0xff)).toBe(true);
  });
});
