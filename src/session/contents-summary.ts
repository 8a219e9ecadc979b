/** What bytes of a board are, in a line for the title of a backup. */
import { capital, list, opening } from '../flash/english.ts';
import type { Inspection } from '../flash/family.ts';
import type { Layout, Partition } from '../flash/layout.ts';
import type { Range } from '../flash/map.ts';
import { contains, isCovered, overlaps, rangeEnd } from '../flash/map.ts';
import type { JobRecord } from '../storage/records.ts';
import { layoutBeside } from './words/layout-beside.ts';

/** More partitions than this are counted, not named. */
const NAMED = 3;

/** What was read of a board, for the record of a job or the title of a backup. */
export function foundOn({ contents, boot }: Inspection): NonNullable<JobRecord['found']> {
  return { contents, starts: boot?.partition ?? null };
}

/**
 * A partition of which bytes are there, and what was found in it: empty where the name says it, or that is not recorded. `isNothing`
 * where that is no content, or none that is whole, `isBare` where it has room for an app, `isApp` where its words begin with the name of an app. `isPart` where only some of what it
 * held is there, `isAppAlone` where that is all of its app, but not of the partition.
 */
export interface HeldPartition {
  readonly name: string;
  readonly holds: string;
  readonly isNothing?: true;
  readonly isBare?: true;
  readonly isApp?: true;
  readonly isPart?: true;
  readonly isAppAlone?: true;
}

/** What is in a part of a board's flash. */
interface SummarisedPart {
  /** As many as are named. */
  readonly partitions: readonly HeldPartition[];
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
  const start = all.length > main.length ? (found?.starts ?? null) : null;
  // What only makes an app start comes last; beside others, what it has to say is said by what starts.
  const choices = main.length > 0 && start !== null ? [] : all.filter((partition) => !isMain(partition));
  const named = [...main, ...choices];
  // One more is named rather than counted: “and 1 more” is not shorter.
  const shown = named.length > NAMED + 1 ? named.slice(0, NAMED) : named;
  return {
    partitions: shown.map((partition) => ({
      name: partition.name,
      ...(isMain(partition) ? foundIn(partition, found) : { holds: '' }),
      // Its entries are each all that there is to bring back.
      ...(isMain(partition) && !isWhole(partition, ranges) && shareOf(partition, ranges, found)),
    })),
    more: named.length - shown.length,
    starts: typeof start === 'string' ? start : (start?.name ?? null),
  };
}

/** What was found in a partition, in words that continue a title. */
function foundIn(
  partition: Partition,
  found: JobRecord['found'] | null,
): Pick<HeldPartition, 'holds' | 'isNothing' | 'isBare' | 'isApp'> {
  const own = (found?.contents ?? []).filter((content) => overlaps(content, partition) && content.brief !== undefined);
  // A sentence is no part of a title: what has no shorter words, such as a bootloader, is named by its partition.
  const holds = [...new Set(own.map(({ brief }) => brief))].join(', ');
  const isNothing = own.length > 0 && own.every(({ kind }) => kind === 'blank');
  return {
    holds,
    ...(isNothing && { isNothing }),
    ...(isNothing && partition.role === 'app' && { isBare: true as const }),
    ...(own[0]?.kind === 'app' && { isApp: true as const }),
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
): Pick<HeldPartition, 'isPart' | 'isAppAlone'> {
  const { role, region, address } = partition;
  const content = found?.contents.find((each) => each.region === region && each.address === address);
  if (role !== 'app' || content === undefined) return { isPart: true };
  // Where a slot is blank at its start there is no app, whatever follows.
  if (content.kind === 'blank' && ranges.some((range) => contains(range, { region, address, size: 1 }))) return {};
  const { usedBytes } = content;
  return usedBytes !== undefined && isCovered({ region, address, size: usedBytes }, ranges)
    ? { isAppAlone: true }
    : { isPart: true };
}

/** A partition by its name: `the app in app1`, or `part of app1`, where not all of its bytes are there. */
export function partName({ name, isPart, isAppAlone }: HeldPartition): string {
  if (isAppAlone === true) return `the app in ${name}`;
  return isPart === true ? `part of ${name}` : name;
}

/** Whether a partition is named by what is in it, which can be brought back as that: not a part of it, and not that there is nothing. */
function isByContent({ holds, isNothing, isPart }: HeldPartition): boolean {
  return holds !== '' && isNothing !== true && isPart !== true;
}

/** Whether a partition is known to hold no app, although it has room for one. */
function isWithoutApp({ isBare, isPart }: HeldPartition): boolean {
  return isBare === true && isPart !== true;
}

/** What is there of a partition: first what it holds, `raft-demo 1.4.2 in app1`, or its name, `app1 without an app`, `part of nvs (settings)`. */
function heldIn(part: HeldPartition): string {
  const { name, holds } = part;
  if (isByContent(part)) return `${holds} in ${name}`;
  if (isWithoutApp(part)) return `${name} without an app`;
  return holds === '' ? partName(part) : `${partName(part)} (${holds})`;
}

/**
 * What bytes of a board are, in a line, as the title of a backup begins: `raft-demo 1.4.2 in app1; app0 started`. Where what was found is not
 * recorded, names have to do. A table that something else followed, with the layout `next`, is named by what that had differently.
 */
export function contentsSummary(
  layout: Layout,
  ranges: readonly Range[],
  found: JobRecord['found'] | null,
  next: Layout = layout,
): string {
  const beside = holdsTable(layout, ranges) ? layoutBeside(layout, next) : '';
  if (beside !== '') return `Layout with ${beside}${besideLayout(layout, ranges, found)}`;
  const summarised = summarisedParts(layout, ranges, found);
  const [first] = summarised.partitions;
  if (first === undefined) return 'Flash outside all partitions';
  // The names of partitions and apps stay as they are.
  const isOurs = isByContent(first) ? first.isApp !== true : partName(first) !== first.name;
  const words = summaryWords(summarised);
  return isOurs ? capital(words) : opening(words);
}

/** Whether ranges have any of the table that makes a layout what it is: that comes back with them. */
export function holdsTable({ partitions }: Layout, ranges: readonly Range[]): boolean {
  return partitions.some((table) => table.role === 'table' && ranges.some((range) => overlaps(range, table)));
}

/** What else bytes are that begin with a layout, behind its words. */
function besideLayout(layout: Layout, ranges: readonly Range[], found: JobRecord['found'] | null): string {
  const others = layout.partitions.filter(({ role }) => role !== 'table');
  const rest = summarisedParts({ ...layout, partitions: others }, ranges, found);
  return rest.partitions.length === 0 ? '' : `; also ${summaryWords(rest)}`;
}

/** That inside of a line. */
export function summaryWords({ partitions, more, starts }: SummarisedPart): string {
  const words = [...partitions.map(heldIn), ...(more > 0 ? [`${more} more`] : [])];
  // Beside a phrase, a comma shows that what else there is is not in that partition, too.
  const isInPhrases = words.length > 1 && partitions.some((part) => isByContent(part) || isWithoutApp(part));
  const held = isInPhrases ? `${words.slice(0, -1).join(', ')}, and ${words.at(-1) ?? ''}` : list(words);
  return `${held}${starts === null ? '' : `; ${starts} started`}`;
}
