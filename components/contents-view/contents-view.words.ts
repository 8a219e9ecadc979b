/** What the view of contents says: what can be looked into, what is to be changed, and where that stands. */
import { foundWords } from '../../src/flash/describe.ts';
import { count } from '../../src/flash/english.ts';
import { bytes, hex, span } from '../../src/flash/finding.ts';
import type { Content, Inspection } from '../../src/flash/family.ts';
import type { Partition, PartitionRole } from '../../src/flash/layout.ts';
import { overlaps } from '../../src/flash/map.ts';
import type { ContentsPlace } from '../../src/flash/partition-contents.ts';
import { isSamePlace } from '../../src/flash/partition-contents.ts';
import type { EditsView } from '../../src/session/contents/chosen-edits.ts';
import type { Work } from '../../src/session/state.ts';

/** What people look for first. */
const FIRST: readonly PartitionRole[] = ['settings', 'files'];

/** The partition that is opened where none was chosen: settings or files first, or the only one that there is; null if there is none of these. */
export function usualPartition({ layout, contents }: Inspection): Partition | null {
  const used = (partition: Partition) =>
    contents.some((content) => overlaps(content, partition) && content.kind !== 'blank');
  for (const role of FIRST) {
    const own = layout.partitions.filter((partition) => partition.role === role);
    const best = own.find(used) ?? own[0];
    if (best !== undefined) return best;
  }
  const [only, ...others] = layout.partitions.filter(({ role }) => role !== 'protected');
  return others.length === 0 ? (only ?? null) : null;
}

/** Why nothing is opened where no partition is chosen: that the board shows none of its content, or that one has to be chosen. */
export function nothingOpened({ layout }: Inspection): string {
  if (layout.map.regions.every(({ access }) => !access.read))
    return 'The board does not send what is on its flash, so no partition can be opened.';
  if (layout.ciphered.length > 0)
    return 'The board encrypts its flash: only the chip itself can read its partition table and what the partitions hold.';
  return 'Choose a partition to look inside.';
}

/** What was found in a partition that has no listing of its own, as sentences; with the place of each where there are several. */
export function foundIn({ contents }: Inspection, partition: Partition): readonly string[] {
  const own = contents.filter((content) => overlaps(content, partition));
  if (own.length === 0) return ['Its content is not known.'];
  return own.map((content) => (own.length === 1 ? foundWords(content) : `${span(content)}: ${foundWords(content)}`));
}

/** A partition in the list of those to choose from: `nvs, 84 KiB: 7 settings`. */
export function optionText(partition: Partition, contents: readonly Content[]): string {
  const own = contents.find((content) => overlaps(content, partition));
  const held = own === undefined ? '' : `: ${own.brief ?? own.kind}`;
  return `${partition.name}, ${bytes(partition.size)} at ${hex(partition.address)}${held}`;
}

/** The edits of one place. */
export function editsOf(edits: readonly EditsView[], range: ContentsPlace): EditsView['edits'] {
  return edits.find((each) => isSamePlace(each.range, range))?.edits ?? [];
}

/** What is said of what the job wrote, which was read again after it, and of what it did not reach, while the board runs its firmware. */
const READ_AFTER = 'This is what it held before the board was started. To change it, press “Read the board again”.';

/**
 * When what is shown was read, while the board cannot be read for `wait`: before the job (`earlier`) with the changes that were chosen
 * and those that are written since then, or what it held before the board was started. Empty where it is what the board holds now.
 */
export function readWords(
  work: Work,
  earlier: boolean,
  { chosen, written }: { readonly chosen: number; readonly written: number },
  wait: string,
): string {
  if (!earlier) {
    const isStarted = work.kind === 'ended' && work.start !== null && wait !== '';
    return isStarted ? READ_AFTER : '';
  }
  const beside = chosen === 0 ? '' : ', with the changes that were chosen';
  const since =
    written === 0 ? '' : ` ${count(written, 'change')} made since then ${written === 1 ? 'is' : 'are'} not shown.`;
  return `This was read before the job${beside}.${since} ${wait}`.trimEnd();
}

/** How many changes there are, and where they stand: planned, refused, or the flash has it all already. */
export function editsStatus(edits: readonly EditsView[], work: Work): string {
  const all = edits.reduce((sum, each) => sum + each.edits.length, 0);
  if (all === 0) return '';
  const chosen = count(all, 'change');
  switch (work.kind) {
    case 'planned':
      return work.purpose.kind === 'flash'
        ? work.plan.stretches.length === 0
          ? `${chosen} chosen. The flash already holds this.`
          : `${chosen} planned: the bar at the bottom says what will be written.`
        : `${chosen} chosen, which this plan does not include.`;
    case 'refused':
      return `${chosen} chosen. This cannot be planned as it is.`;
    case 'idle':
      return `${chosen} chosen, but not planned yet.`;
    default:
      return `${chosen} chosen.`;
  }
}
