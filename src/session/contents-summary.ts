/** What bytes of a board are, in a line for the title of a backup. */
import { list } from '../flash/english.ts';
import type { Inspection } from '../flash/family.ts';
import type { Layout, Partition } from '../flash/layout.ts';
import type { Range } from '../flash/map.ts';
import { contains, isCovered, overlaps, rangeEnd } from '../flash/map.ts';
import type { JobRecord } from '../storage/records.ts';

/** More partitions than this are counted, not named. */
const NAMED = 3;

/** What was read of a board, for the record of a job or the title of a backup. */
export function foundOn({ contents, boot }: Inspection): NonNullable<JobRecord['found']> {
  return { contents, starts: boot?.partition ?? null };
}

/** What is in a part of a board's flash. */
export interface SummarisedPart {
  /**
   * The partitions, as many as are named, and what was found in each; empty where the name says it, or that is not recorded. `isPart`
   * where only some of what it held is there, `isApp` where that is all of its app, but not of the partition.
   */
  readonly partitions: readonly {
    readonly name: string;
    readonly holds: string;
    readonly isPart?: true;
    readonly isApp?: true;
  }[];
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
  const isMain = ({ role }: Partition) => role !== 'boot-choice';
  const main = all.filter(isMain);
  // What only makes an app start comes last, and has nothing to say but that.
  const named = [...main, ...all.filter((partition) => !isMain(partition))];
  const holds = (partition: Partition) => {
    if (!isMain(partition)) return '';
    const own = (found?.contents ?? []).filter((content) => overlaps(content, partition));
    // A sentence is no part of a title: what has no shorter words, such as a bootloader, is named by its partition.
    return [...new Set(own.flatMap(({ brief }) => brief ?? []))].join(', ');
  };
  // One more is named rather than counted: “and 1 more” is not shorter.
  const shown = named.length > NAMED + 1 ? named.slice(0, NAMED) : named;
  const start = all.length > main.length ? (found?.starts ?? null) : null;
  return {
    partitions: shown.map((partition) => ({
      name: partition.name,
      holds: holds(partition),
      // Its entries are each all that there is to bring back.
      ...(isMain(partition) && !isWhole(partition, ranges) && shareOf(partition, ranges, found)),
    })),
    more: named.length - shown.length,
    starts: typeof start === 'string' ? start : (start?.name ?? null),
  };
}

/** Whether ranges, which do not overlap each other, have every byte of a partition. */
function isWhole(partition: Partition, ranges: readonly Range[]): boolean {
  const has = ({ address, size }: Range) =>
    Math.min(address + size, rangeEnd(partition)) - Math.max(address, partition.address);
  const own = ranges.filter((range) => overlaps(range, partition));
  return own.reduce((sum, range) => sum + has(range), 0) === partition.size;
}

/** What ranges have of a partition of which they lack bytes: all of its app, that it had none, or only a part. */
function shareOf(
  partition: Partition,
  ranges: readonly Range[],
  found: JobRecord['found'] | null,
): Pick<SummarisedPart['partitions'][number], 'isPart' | 'isApp'> {
  const { role, region, address } = partition;
  const content = found?.contents.find((each) => each.region === region && each.address === address);
  if (role !== 'app' || content === undefined) return { isPart: true };
  // Where a slot is blank at its start there is no app, whatever follows.
  if (content.kind === 'blank' && ranges.some((range) => contains(range, { region, address, size: 1 }))) return {};
  const { usedBytes } = content;
  return usedBytes !== undefined && isCovered({ region, address, size: usedBytes }, ranges)
    ? { isApp: true }
    : { isPart: true };
}

/** A partition as a title names it: `the app in app1`, or `part of app1`, where not all of its bytes are there. */
export function partName({ name, isPart, isApp }: SummarisedPart['partitions'][number]): string {
  if (isApp === true) return `the app in ${name}`;
  return isPart === true ? `part of ${name}` : name;
}

/** That in a line: `app1: no app; app0 starts`. Where what was found is not recorded, names have to do. */
export function contentsSummary(layout: Layout, ranges: readonly Range[], found: JobRecord['found'] | null): string {
  const { partitions, more, starts } = summarisedParts(layout, ranges, found);
  if (partitions.length === 0) return 'flash outside all partitions';
  const [only, ...others] = partitions;
  const held =
    only !== undefined && others.length === 0
      ? `${partName(only)}${only.holds === '' ? '' : `: ${only.holds}`}`
      : partNames(partitions, more);
  return `${held}${starts === null ? '' : `; ${starts} starts`}`;
}

/** Several partitions as a title names them: `app1 (raft-demo 1.4.2) and otadata`, `nvs, fs, app0 and 2 more`. */
export function partNames(partitions: SummarisedPart['partitions'], more: number): string {
  const names = partitions.map((part) => (part.holds === '' ? partName(part) : `${partName(part)} (${part.holds})`));
  return list(more > 0 ? [...names, `${more} more`] : names);
}
