/** The pace of a virtual board that runs faster than silicon, which the page that made it knows. */
import { expect, test } from 'vitest';
import { digestsSpareReading, paceAt } from './target.ts';

const pace = {
  writeBytesPerSecond: 100_000,
  packed: { wireBytesPerSecond: 60_000, flashBytesPerSecond: 200_000 },
  readBytesPerSecond: 50_000,
  digestBytesPerSecond: 1_000_000,
  stretchMs: 40,
};

test('everything takes a fourth of the time at four times the speed', () => {
  expect(paceAt(4, pace)).toEqual({
    writeBytesPerSecond: 400_000,
    packed: { wireBytesPerSecond: 240_000, flashBytesPerSecond: 800_000 },
    readBytesPerSecond: 200_000,
    digestBytesPerSecond: 4_000_000,
    stretchMs: 10,
  });
});

test('what follows from the pace, but for time, is the same; silicon is as it was', () => {
  expect(paceAt(1, pace)).toEqual(pace);
  for (const digestBytesPerSecond of [50_000, 1_000_000])
    expect(digestsSpareReading(paceAt(8, { ...pace, digestBytesPerSecond }))).toBe(
      digestsSpareReading({ ...pace, digestBytesPerSecond }),
    );
});
