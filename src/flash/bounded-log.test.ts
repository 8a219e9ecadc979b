/** Board output of any length is held in bounded memory: its beginning, its end, and how much is missing between. */
import { expect, test } from 'vitest';
import { BoundedLog, KEPT } from './bounded-log.ts';
import { plainText } from './terminal-text.ts';

const line = (i: number) => `I (${i}) telemetry: ${'x'.repeat(60)}\r\n`;

function logOf(each: number, pieces: readonly string[]): BoundedLog {
  const log = new BoundedLog(each);
  for (const piece of pieces) log.add(piece);
  return log;
}

test('what fits is kept as it came', () => {
  const text = Array.from({ length: 1500 }, (_, i) => line(i)).join('');
  expect(text.length).toBeLessThan(2 * KEPT);
  for (const size of [1, 7, 4096, text.length]) {
    const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
    expect(logOf(KEPT, pieces).text() === text).toBe(true);
  }
});

test('of more, whole lines of both ends are kept, and what is missing is said exactly', () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => line(i));
  const text = plainText(logOf(KEPT, lines).text());
  const [first = '', last = ''] = text.split(/… [\d.]+ MiB not kept …\n/);
  expect(last.length).toBeGreaterThan(0.75 * KEPT);
  expect(first.length).toBeGreaterThan(0.75 * KEPT);
  expect(text.length).toBeLessThan(2.1 * KEPT);
  const whole = lines.join('');
  expect(whole.startsWith(first)).toBe(true);
  expect(whole.endsWith(last)).toBe(true);
  expect(first.endsWith('\r\n')).toBe(true);
  expect(last).toMatch(/^I \(\d+\) telemetry: /);
  const left = (whole.length - first.length - last.length) / (1 << 20);
  expect(text).toContain(`… ${left.toFixed(2)} MiB not kept …`);
});

test('output without line ends is cut where it must be', () => {
  const text = logOf(
    KEPT,
    Array.from({ length: 64 }, () => 'y'.repeat(4096)),
  ).text();
  expect(plainText(text)).toBe(`${'y'.repeat(KEPT)}\n… 128 KiB not kept …\n${'y'.repeat(KEPT)}`);
});

test('a colour from before the gap does not go on behind it', () => {
  const text = logOf(16, ['\u001B[0;31mred', 'z'.repeat(100)]).text('not shown');
  expect(text.endsWith(`\u001B[0m… 78 bytes not shown …\n${'z'.repeat(16)}`)).toBe(true);
});

test('a line is found where it is kept, and not among its like', () => {
  const head = 'same\r\n';
  const find = (log: BoundedLog, from: number, size: number) => {
    const place = log.find({ from, to: from + size });
    return place === null ? null : { at: place.from, says: log.text().slice(place.from, place.to) };
  };
  const whole = logOf(32, [head, head]);
  expect(find(whole, 6, 4)).toEqual({ at: 6, says: 'same' });
  // With its middle left out: at the beginning, in the middle, at the end.
  const lines = Array.from({ length: 40 }, () => head).join('');
  const cut = logOf(32, [lines]);
  expect(cut.text()).toContain('not kept');
  expect(find(cut, 6, 4)).toEqual({ at: 6, says: 'same' });
  expect(find(cut, 120, 4)).toBeNull();
  expect(find(cut, lines.length - 6, 4)).toEqual({ at: cut.text().length - 6, says: 'same' });
  // Where there was no line end to cut at.
  const long = logOf(8, ['a'.repeat(20), 'bcd']);
  expect(find(long, 20, 3)).toEqual({ at: long.text().length - 3, says: 'bcd' });
  expect(find(long, 7, 3)).toBeNull();
});
