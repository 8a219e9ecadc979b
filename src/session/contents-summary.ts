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

/** What is in a part of a board's flash. */
export interface SummarisedPart {
  /** The partitions, as many as are named, and what was found in each; empty where the name says it, or that is not recorded. */
  readonly partitions: readonly { readonly name: string; readonly holds: string }[];
  /** How many partitions are not named. */
  readonly more: number;
  /** The partition that the board started, if what decides that is among the bytes. */
  readonly starts: string | null;
}

/** The partitions that ranges lie in, what was found there, and what the board started. `found` is what was read then. */
export function summarisedParts(
  layout: Layout,
  ranges: readonly Range[],
  found: JobRecord['found'] | null,
): SummarisedPart {
  const all = layout.partitions.filter((partition) => ranges.some((range) => overlaps(range, partition)));
  const main = all.filter(({ role }) => role !== 'boot-choice');
  const named = main.length > 0 ? main : all;
  const holds = (partition: Partition) => {
    const own = (found?.contents ?? []).filter((content) => overlaps(content, partition));
    // A sentence is no part of a title: what has no shorter words, such as a bootloader, is named by its partition.
    return [...new Set(own.flatMap(({ brief }) => brief ?? []))].join(', ');
  };
  const start = all.length > main.length ? (found?.starts ?? null) : null;
  return {
    partitions: named.slice(0, NAMED).map((partition) => ({ name: partition.name, holds: holds(partition) })),
    more: Math.max(0, named.length - NAMED),
    starts: typeof start === 'string' ? start : (start?.name ?? null),
  };
}

/** That in a line: `app1: no app; app0 starts`. Where what was found is not recorded, names have to do. */
export function contentsSummary(layout: Layout, ranges: readonly Range[], found: JobRecord['found'] | null): string {
  const { partitions, more, starts } = summarisedParts(layout, ranges, found);
  if (partitions.length === 0) return 'flash outside all partitions';
  const held = partitions.map(({ name, holds }) => (holds === '' ? name : `${name}: ${holds}`)).join(', ');
  return `${held}${more > 0 ? `, and ${more} more` : ''}${starts === null ? '' : `; ${starts} starts`}`;
}
