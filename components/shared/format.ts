/** Numbers as text, beyond `hex` and `bytes` of the findings. */
import { bytes, hex } from '../../src/flash/finding.ts';
import type { Range } from '../../src/flash/map.ts';

export { count } from '../../src/flash/english.ts';
export { roughly, span } from '../../src/flash/finding.ts';
export { clock, duration, estimated, restored, unbroken, where } from '../../src/session/words/values.ts';

/** Every range of a choice with its size: `0x080A0000, 128 KiB + 0x080E0000, 128 KiB`. */
export function extents(ranges: readonly Range[]): string {
  return ranges.map(({ address, size }) => `${hex(address)}, ${bytes(size)}`).join(' + ');
}

const UNITS = [
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** How long ago a time is, in everyday words: `2 hours ago`, `yesterday`. Both in ms since 1970. */
export function ago(time: number, now: number): string {
  const past = Math.max(0, now - time);
  const [unit, ms] = UNITS.find(([, each]) => past >= each) ?? ['minute', Infinity];
  return ms === Infinity ? 'just now' : relative.format(-Math.floor(past / ms), unit);
}

/** A size of storage, which needs no last digit: `12.3 MiB`, `2 GiB`. */
export function storage(size: number): string {
  const [unit, name] = size >= 1 << 30 ? [1 << 30, 'GiB'] : size >= 1 << 20 ? [1 << 20, 'MiB'] : [1024, 'KiB'];
  return `${Number((size / unit).toFixed(1)).toLocaleString('en')} ${name}`;
}
