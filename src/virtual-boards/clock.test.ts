import { expect, test } from 'vitest';
import { instantClock, realClock, speedFrom } from './clock.ts';

const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 20));

test('an instant clock runs events in time order and jumps over the time between them', async () => {
  const clock = instantClock();
  const seen: string[] = [];
  const note = (name: string) => () => void seen.push(`${name}@${clock.now()}`);
  clock.at(86_400_000, note('day'));
  clock.at(5, note('a'));
  clock.at(5, note('b'));
  const cancel = clock.at(1, note('never'));
  clock.at(2, () => clock.at(1, note('nested')));
  cancel();
  await settled();
  expect(seen).toEqual(['nested@3', 'a@5', 'b@5', 'day@86400000']);
});

test('promises make progress between two events of an instant clock', async () => {
  const clock = instantClock();
  const seen: string[] = [];
  clock.at(
    1,
    () =>
      void Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => seen.push('promise')),
  );
  clock.at(2, () => void seen.push('event'));
  await settled();
  expect(seen).toEqual(['promise', 'event']);
});

test('a real clock runs faster than silicon by its speed', async () => {
  const clock = realClock(100);
  const start = performance.now();
  const order: number[] = [];
  clock.at(500, () => void order.push(2));
  await new Promise<void>((resolve) => {
    clock.at(1000, resolve);
    clock.at(100, () => void order.push(1));
  });
  const took = performance.now() - start;
  expect(order).toEqual([1, 2]);
  expect(clock.now()).toBeGreaterThanOrEqual(1000);
  expect(took).toBeGreaterThanOrEqual(9);
  expect(took).toBeLessThan(500);
});

test('a speed of 0 is refused', () => {
  expect(() => realClock(0)).toThrow(RangeError);
});

test('what an event schedules comes before later events, even if a busy machine lags', async () => {
  const clock = realClock(100);
  const seen: string[] = [];
  const over = new Promise<void>((resolve) => {
    clock.at(100, () => clock.at(10, () => void seen.push(`brought about at ${clock.now()}`)));
    clock.at(200, () => resolve(void seen.push('later')));
  });
  const asked = clock.now();
  const busyUntil = performance.now() + 10;
  while (performance.now() < busyUntil) seen.length = 0;
  await over;
  expect(seen).toEqual([expect.stringContaining('brought about'), 'later']);
  expect(Number(/at (.*)$/.exec(seen[0] ?? '')?.[1]) - asked).toBeLessThan(150);
});

test.each([null, '', '-5', '0', 'NaN', 'fast', 'Infinity', '1e9', '0x', '1e-9'])(
  'an address that asks for the speed %s gets the real one',
  (text) => {
    expect(speedFrom(text)).toBe(1);
  },
);

test.each([
  ['0.1', 0.1],
  ['20', 20],
  ['100', 100],
])('an address that asks for the speed %s gets it', (text, speed) => {
  expect(speedFrom(text)).toBe(speed);
});
