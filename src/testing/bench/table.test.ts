/** What the benchmark says of its rows. */
import { describe, expect, test } from 'vitest';
import type { Row, Times } from './row.ts';
import { median, recordOf, resultOf, tableOf, worseThan } from './table.ts';

const row: Row = {
  id: 'write',
  work: 'write',
  peer: 'the peer',
  clock: 'board',
  goal: { limit: 1.1, peer: 1 },
  repetitions: 3,
  cost: 1,
  run: () => Promise.reject(new Error('not run here')),
};
const times = (ours: number, peer: number | null, limit: number | null): Times => ({ ours, peer, limit });

test('a median is the middle one, and of an even number the lower of the two', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2]);
  expect(() => median([])).toThrow(RangeError);
});

describe('a row', () => {
  test('reaches what is asked of it if its medians do', () => {
    const result = resultOf(row, [times(100, 200, 99), times(90, 200, 99), times(300, 200, 99)]);
    expect(result).toMatchObject({ ours: 100, peer: 200, toPeer: 0.5, reached: true });
    expect(result.spread).toBeCloseTo(2.1);
  });

  test('misses it by one of the two', () => {
    expect(resultOf(row, [times(120, 200, 100)]).reached).toBe(false);
    expect(resultOf(row, [times(100, 90, 100)]).reached).toBe(false);
  });

  test('is judged by the limit alone where the peer has no figure, and not at all without either', () => {
    expect(resultOf(row, [times(100, null, 100)]).reached).toBe(true);
    expect(resultOf(row, [times(100, null, null)]).reached).toBeNull();
  });

  test('says what it misses', () => {
    expect(
      tableOf([resultOf(row, [times(1200, 2000, 1000)])])
        .split('\n')
        .at(-1),
    ).toBe('| write | 1.20 s | 2.00 s | 1.00 s | 0.60 | 1.20 | ≤ 1.00 × peer, ≤ 1.10 × limit: **missed** | board |');
  });
});

test('a row that is no time is shown in its own unit, and on no clock', () => {
  const memory = { ...row, clock: null, unit: 'MB', goal: { limit: 1 } } as const;
  const lines = tableOf([resultOf(memory, [times(180.4, null, 150)])]).split('\n');
  expect(lines.at(-1)).toBe('| write | 180 MB | – | 150 MB | – | 1.20 | ≤ 1.00 × limit: **missed** | – |');
});

describe('against what was recorded', () => {
  const was = recordOf([resultOf(row, [times(100, 200, 100)])]);

  test('10 % more of the peer’s time is too much, and less is not', () => {
    expect(worseThan(was, [resultOf(row, [times(109, 200, 100)])])).toEqual([]);
    expect(worseThan(was, [resultOf(row, [times(111, 200, 100)])])).toEqual([
      'write: 0.555 times the peer, recorded are 0.500',
    ]);
  });

  test('a row that nothing was recorded of is named', () => {
    expect(worseThan({}, [resultOf(row, [times(1, 2, null)])])).toHaveLength(1);
  });
});
