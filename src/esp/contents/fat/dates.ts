/** Dates of directory entries: local time of whoever wrote them, in steps of two seconds, from 1980 to 2107. */

const FIRST_YEAR = 1980;
const LAST_YEAR = 2107;

/** A date and a time as ms since 1970; null if none was set or it is not a date. FAT keeps local time: it is taken as UTC. */
export function dateFrom(date: number, time: number): number | null {
  const [year, month, day] = [FIRST_YEAR + (date >> 9), (date >> 5) & 0xf, date & 0x1f];
  const [hour, minute, second] = [time >> 11, (time >> 5) & 0x3f, (time & 0x1f) * 2];
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null;
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  return new Date(at).getUTCDate() === day ? at : null;
}

/** The date and time words of ms since 1970, read as UTC; zeros, FAT's “not set”, for none. */
export function dateWords(modified: number | null): { readonly date: number; readonly time: number } {
  if (modified === null) return { date: 0, time: 0 };
  const at = new Date(modified);
  const year = at.getUTCFullYear();
  if (Number.isNaN(year) || year < FIRST_YEAR) return { date: (1 << 5) | 1, time: 0 };
  if (year > LAST_YEAR) return { date: ((LAST_YEAR - FIRST_YEAR) << 9) | (12 << 5) | 31, time: 0xbf7d };
  return {
    date: ((year - FIRST_YEAR) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
  };
}
