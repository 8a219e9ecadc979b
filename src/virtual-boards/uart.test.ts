import { expect, test } from 'vitest';
import { instantClock } from './clock.ts';
import { WireDirection, baudsMatch, garble, uartPace, wireTime, type Rates } from './uart.ts';

function wire(rates: Rates) {
  const clock = instantClock();
  const got: number[] = [];
  const direction = new WireDirection(clock, uartPace(rates, 'host'), (bytes) => void got.push(...bytes));
  const idle = () => new Promise<number>((resolve) => direction.whenIdle(() => resolve(clock.now())));
  return { clock, direction, got, idle };
}

const sample = Uint8Array.from({ length: 1000 }, (_, i) => i & 0xff);

test.each([115_200, 460_800, 921_600])('1000 bytes take ten bits each at %i baud and arrive in order', async (rate) => {
  const { direction, got, idle } = wire({ host: rate, board: rate });
  direction.send(sample.subarray(0, 300));
  direction.send(sample.subarray(300));
  expect(got).toEqual([]);
  expect(await idle()).toBeCloseTo(wireTime(1000, rate), 6);
  expect(got).toEqual([...sample]);
});

test('mismatched rates garble bytes the same way each time, and never into a frame end', async () => {
  const { direction, got, idle } = wire({ host: 921_600, board: 115_200 });
  direction.send(sample);
  await idle();
  expect(got).toHaveLength(1000);
  expect(got).not.toEqual([...sample]);
  expect(got).not.toContain(0xc0);
  expect(garble(sample)).toEqual(garble(sample));
});

test('the rate that counts is the one on arrival: a board that changes it in between reads garbage', async () => {
  const rates = { host: 115_200, board: 115_200 };
  const { clock, direction, got, idle } = wire(rates);
  direction.send(sample);
  clock.at(wireTime(500, 115_200), () => (rates.board = 921_600));
  await idle();
  expect(got.slice(0, 400)).toEqual([...sample.subarray(0, 400)]);
  expect(got.slice(600)).not.toEqual([...sample.subarray(600)]);
});

test('a cleared wire delivers nothing more', async () => {
  const { clock, direction, got } = wire({ host: 115_200, board: 115_200 });
  direction.send(sample);
  direction.clear();
  await new Promise<void>((resolve) => void clock.at(1000, resolve));
  expect(got).toEqual([]);
});

test.each([
  [115_200, 115_200, true],
  [115_200, 117_000, true],
  [115_200, 120_000, false],
  [921_600, 115_200, false],
])('%i and %i baud: %s', (a, b, match) => {
  expect(baudsMatch(a, b)).toBe(match);
});
