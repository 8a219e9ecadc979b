/** Numbers as text, as the page shows them: a line never breaks between a size and its unit. */
import { count } from '../../src/flash/english.ts';
import { bytes as plainBytes, hex, roughly as plainRoughly } from '../../src/flash/finding.ts';
import type { Range } from '../../src/flash/map.ts';
import { clock, unbroken } from '../../src/session/words/values.ts';

export { count };
export { span } from '../../src/flash/finding.ts';
export { clock, duration, estimated, unbroken, where } from '../../src/session/words/values.ts';

/** The same words on one line. */
function onOneLine(words: string): string {
  return words.replaceAll(' ', '\u00a0');
}

/** A size in bytes, on one line: `84 KiB`, `4 MiB`, `1,234 bytes`. */
export function bytes(size: number): string {
  return onOneLine(plainBytes(size));
}

/** A size at a glance, on one line: `1.7 MiB`, `290 KiB`, `12 bytes`. */
export function roughly(size: number): string {
  return onOneLine(plainRoughly(size));
}

/** Every range of a choice with its size: `0x080A0000, 128 KiB + 0x080E0000, 128 KiB`. */
export function extents(ranges: readonly Range[]): string {
  // In a list to choose from nothing is wrapped.
  return ranges.map(({ address, size }) => `${hex(address)}, ${plainBytes(size)}`).join(' + ');
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

const hours = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const thisYear = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** A time as a person looks for it, in this computer's time zone: `today, 15:37`, `yesterday, 13:07`, `28 Nov, 03:39`. Both in ms since 1970. */
export function dayAndTime(time: number, now: number): string {
  const [day, of] = [dayOf(time), new Date(now)];
  if (day === dayOf(now)) return `today,\u00a0${hours.format(time)}`;
  // The day before, however long that was: with summer time a day has 23 or 25 hours.
  if (day === dayOf(new Date(of.getFullYear(), of.getMonth(), of.getDate() - 1)))
    return `yesterday,\u00a0${hours.format(time)}`;
  return isSameYear(time, now) ? unbroken(thisYear.format(time)) : clock(time);
}

function dayOf(time: number | Date): string {
  return new Date(time).toDateString();
}

/** Whether two times are of one year, in this computer's time zone. */
export function isSameYear(time: number, now: number): boolean {
  return new Date(time).getFullYear() === new Date(now).getFullYear();
}

/** A time of the day, in ms since 1970, to the second: `13:04:05`. */
export function timeOfDay(time: number): string {
  return new Date(time).toTimeString().slice(0, 8);
}

/** A size of storage, which needs no last digit: `12.3 MiB`, `2 GiB`. */
export function storage(size: number): string {
  const [unit, name] = size >= 1 << 30 ? [1 << 30, 'GiB'] : size >= 1 << 20 ? [1 << 20, 'MiB'] : [1024, 'KiB'];
  return onOneLine(`${Number((size / unit).toFixed(1)).toLocaleString('en')} ${name}`);
}

/** How far a job got: `2 of 64 erase units verified`, and how many were verified before it was resumed. */
export function verifiedWords({
  verified,
  total,
  unchecked = 0,
}: {
  readonly verified: number;
  readonly total: number;
  readonly unchecked?: number;
}): string {
  const earlier = unchecked === 0 ? '' : ` (${unchecked} verified earlier, not checked again yet)`;
  return `${verified} of ${count(total, 'erase unit')} verified${earlier}`;
}
