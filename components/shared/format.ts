/** Numbers as text, beyond `hex` and `bytes` of the findings. */
export { count } from '../../src/flash/english.ts';
export { roughly, span } from '../../src/flash/finding.ts';
import type { Place } from '../../src/flash/finding.ts';
import { bytes, hex } from '../../src/flash/finding.ts';
import type { Layout } from '../../src/flash/layout.ts';
import { partitionsTouching } from '../../src/flash/layout.ts';
import type { Range } from '../../src/flash/map.ts';

/** A duration: `less than a second`, `8 s`, `1 min 20 s`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 1) return 'less than a second';
  if (seconds < 60) return `${seconds} s`;
  const rest = seconds % 60;
  return rest === 0 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 60)} min ${rest} s`;
}

/** An approximate duration: `less than a second`, `about 8 s`. */
export function estimated(ms: number): string {
  return ms < 500 ? duration(ms) : `about ${duration(ms)}`;
}

/** A place in technical form: partition, address, size. */
export function where(place: Place, layout: Layout | null): string {
  if (place.in === 'device') return 'the board';
  if (place.in === 'file') {
    const at =
      place.line !== undefined ? `, line ${place.line}` : place.offset !== undefined ? ` at +${hex(place.offset)}` : '';
    return `${place.name}${at}`;
  }
  const names = layout === null ? [] : partitionsTouching(layout, place.range).map((partition) => partition.name);
  return [...(names.length > 0 ? [names.join(', ')] : []), hex(place.range.address), bytes(place.range.size)].join(
    ', ',
  );
}

/** Every range of a choice with its size: `0x80A0000, 128 KiB + 0x80E0000, 128 KiB`. */
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
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** How long ago a time is, in everyday words: `2 hours ago`, `yesterday`. Both in ms since 1970. */
export function ago(time: number, now: number): string {
  const past = Math.max(0, now - time);
  const [unit, ms] = UNITS.find(([, each]) => past >= each) ?? ['minute', Infinity];
  return ms === Infinity ? 'just now' : relative.format(-Math.floor(past / ms), unit);
}

/** A time in this computer's time zone: `9 Mar 2026, 10:00`. */
export function clock(time: number): string {
  return exact.format(time);
}

/** What a restore brings back, and from when: `app1: blank; app0 starts, as of 9 Mar 2026, 10:00`. */
export function restored({ name, made }: { readonly name: string; readonly made?: number }): string {
  return made === undefined ? name : `${name}, as of ${clock(made)}`;
}

/** A size of storage, which needs no last digit: `12.3 MiB`, `2 GiB`. */
export function storage(size: number): string {
  const [unit, name] = size >= 1 << 30 ? [1 << 30, 'GiB'] : size >= 1 << 20 ? [1 << 20, 'MiB'] : [1024, 'KiB'];
  return `${Number((size / unit).toFixed(1)).toLocaleString('en')} ${name}`;
}
