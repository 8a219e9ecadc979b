/** What is shown of a board that was lost during a job: nothing of what was written since it was read, unless the job has proved it. */
import { outdated } from '../flash/diagnosis.ts';
import type { BootState, Content, Inspection } from '../flash/family.ts';
import type { Finding } from '../flash/finding.ts';
import type { Layout, Partition, PartitionRole, StartPlace } from '../flash/layout.ts';
import { endGivenUp } from '../flash/layout.ts';
import type { Range } from '../flash/map.ts';
import { bare, overlaps, without } from '../flash/map.ts';

const NOT_READ_SINCE = 'Not read since it was written.';

/** What no board needs in order to start. */
const BESIDE_START: readonly PartitionRole[] = ['settings', 'files', 'data'];

/** What is known of a job in which the board was lost. */
export interface LostJob {
  /** What may have changed since the board was read. */
  readonly changed: readonly Range[];
  /** The planned units that are not verified, also those that were not begun. */
  readonly unproved: readonly Range[];
  /** What starts once all of them are verified; null where the plan does not know. */
  readonly starts: StartPlace | null;
  /** The layout then: what lay beside the start may be what starts now. */
  readonly after: Layout;
}

/**
 * A board without what was found in ranges that were written since, without files that were made of them, and with what starts as far
 * as that is known. What is wrong elsewhere still is; a diagnosis judges everything together, so it is of before.
 */
export function doubted(
  board: Inspection,
  job: LostJob,
): Pick<Inspection, 'boot' | 'contents' | 'findings' | 'saves'> & Partial<Pick<Inspection, 'selection' | 'diagnosis'>> {
  const { selection } = board;
  const { diagnosis } = outdated(board);
  const contents = board.contents.map((content) => unreadIn(content, job.changed));
  const isSame = selection === undefined || !job.changed.some((range) => overlaps(range, selection.place));
  return {
    contents,
    boot: startAfter(board, job),
    findings: findingsLeft(board, job.changed),
    saves: board.saves.filter(({ of = [] }) => !of.some((own) => job.changed.some((range) => overlaps(range, own)))),
    ...(diagnosis !== undefined && { diagnosis }),
    // Its entries are not what they were, and nothing can be changed about them before they are read again.
    ...(!isSame && { selection: { place: selection.place, entries: [], why: NOT_READ_SINCE, offers: [] } }),
  };
}

/** What is still wrong once these ranges were written; with another table, what was wrong of its partitions may not be. */
function findingsLeft({ findings, layout }: Inspection, changed: readonly Range[]): readonly Finding[] {
  const tables = layout.partitions.filter(({ role }) => role === 'table');
  const isOther = tables.some((table) => changed.some((range) => overlaps(range, table)));
  return findings.filter((finding) => !isAbout(finding, changed) && !(isOther && finding.place.in === 'flash'));
}

/** Whether a finding is about what is in these ranges, or would be repaired there. */
function isAbout({ place, restores = [] }: Finding, ranges: readonly Range[]): boolean {
  const own = place.in === 'flash' ? [place.range, ...restores] : restores;
  return own.some((part) => ranges.some((range) => overlaps(range, part)));
}

/** What starts next: what did before, what the plan says, or one of the two; null where none of that is known. */
function startAfter({ boot, layout, selection }: Inspection, job: LostJob): BootState | null {
  const layouts = [layout, job.after];
  const before = boot?.partition ?? null;
  // A new layout may take an end of the slot that the app does not need.
  const needed = slotOf(before, layout).flatMap((own) => without(own, endGivenUp(own, job.after)));
  if (!mayChangeStart(needed, layouts, job.changed)) return boot;
  const { starts, unproved } = job;
  if (starts === null) return null;
  const slot = slotOf(starts, job.after);
  const open = unproved.filter((unit) => mayChangeStart(slot, layouts, [unit]));
  const [entry, ...more] = open;
  if (entry === undefined)
    return { partition: starts, says: `What makes ${starts.name} start was verified before the board was lost.` };
  // An entry that is cut short does not count: then the other one does, as it did before.
  const counted = selection?.entries.find(({ counts }) => counts);
  const isOneOfTwo =
    before !== null &&
    before.address !== starts.address &&
    more.length === 0 &&
    selection !== undefined &&
    counted !== undefined &&
    overlaps(entry, selection.place) &&
    !overlaps(entry, counted) &&
    !mayChangeStart(
      needed,
      layouts,
      job.changed.filter((range) => !overlaps(range, selection.place)),
    );
  if (!isOneOfTwo) return null;
  return {
    partition: null,
    unsure: true,
    either: [before, starts],
    says: `The entry that selects ${starts.name} was being written when the board was lost: ${starts.name} starts if it is complete, and ${before.name} if not.`,
  };
}

/**
 * Whether writes to ranges may change that an app starts, which is in `slot`. They do not where the board chooses between apps, and
 * the choice, what makes it, and the app that is chosen are as they were.
 */
function mayChangeStart(slot: readonly Range[], layouts: readonly Layout[], ranges: readonly Range[]): boolean {
  return slot.length === 0 || layouts.some((layout) => mayChangeStartIn(layout, slot, ranges));
}

/** The slot of the app that starts; empty where none is known. */
function slotOf(place: StartPlace | null, { partitions }: Layout): readonly Partition[] {
  if (place === null) return [];
  return partitions.filter(({ region, address }) => region === place.region && address === place.address);
}

function mayChangeStartIn({ partitions }: Layout, slot: readonly Range[], ranges: readonly Range[]): boolean {
  const chooses = partitions.some(({ role }) => role === 'boot-choice');
  return ranges.some((range) => {
    const own = partitions.filter((partition) => overlaps(partition, range));
    const isBeside = own.every(
      ({ role }) =>
        BESIDE_START.includes(role) || (role === 'app' && chooses && !slot.some((part) => overlaps(range, part))),
    );
    return own.length === 0 || !isBeside;
  });
}

function unreadIn(content: Content, ranges: readonly Range[]): Content {
  // An app still is what it was, when what a new layout gives away behind it is written.
  const used = { ...bare(content), size: content.usedBytes ?? content.size };
  return ranges.some((range) => overlaps(range, used))
    ? { ...bare(content), kind: 'unread', says: NOT_READ_SINCE }
    : content;
}
