/** Durations, dates and places as text. */
import type { Place } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Layout } from '../../flash/layout.ts';
import { partitionsTouching } from '../../flash/layout.ts';

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

const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** A time in this computer's time zone: `9 Mar 2026, 10:00`; a line breaks only after its comma. */
export function clock(time: number): string {
  return unbroken(exact.format(time));
}

/** A date whose day, month and year stay on one line: no space before its comma breaks. */
export function unbroken(date: string): string {
  return date.replace(/ (?=.*,)/g, '\u00a0');
}
