/** What bytes of a board are, in a line for the title of a backup. */
import type { Inspection } from '../flash/family.ts';
import type { Layout, Partition } from '../flash/layout.ts';
import type { Range } from '../flash/map.ts';
import { overlaps } from '../flash/map.ts';
import type { JobRecord } from '../storage/records.ts';

/** More partitions than this are counted, not named. */
const NAMED = 3;

/** What was read of a board, for the record of a job or the title of a backup. */
export function foundOn({ contents, boot }: Inspection): NonNullable<JobRecord['found']> {
  return { contents, starts: boot?.partition ?? null };
}

/**
 * The partitions that ranges lie in, what was found there, and what the board started if that is among it: `app1: blank; app0
 * starts`. `found` is what was read of the board then; null where that is not recorded, and then names have to do.
 */
export function heldIn(layout: Layout, ranges: readonly Range[], found: JobRecord['found'] | null): string {
  const all = layout.partitions.filter((partition) => ranges.some((range) => overlaps(range, partition)));
  const main = all.filter(({ role }) => role !== 'boot-choice');
  const named = main.length > 0 ? main : all;
  if (named.length === 0) return 'flash outside all partitions';
  const held = (partition: Partition) => {
    const own = (found?.contents ?? []).filter((content) => overlaps(content, partition));
    const briefs = [...new Set(own.map(({ brief, says }) => brief ?? says.replace(/\.$/, '')))];
    return briefs.length === 0 ? partition.name : `${partition.name}: ${briefs.join(', ')}`;
  };
  const more = named.length > NAMED ? `, and ${named.length - NAMED} more` : '';
  const start = all.length > main.length ? (found?.starts ?? null) : null;
  const starts = start === null ? '' : `; ${typeof start === 'string' ? start : start.name} starts`;
  return `${named.slice(0, NAMED).map(held).join(', ')}${more}${starts}`;
}
