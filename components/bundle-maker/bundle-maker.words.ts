/** What a person may put into a recovery bundle, and what is ticked by default. Pure; the dialog shows it. */
import { mayBePrivate, isIncludedByDefault } from '../../src/bundle/default-parts.ts';
import type { Content } from '../../src/flash/family.ts';
import type { Layout, Partition } from '../../src/flash/layout.ts';
import type { Range } from '../../src/flash/map.ts';
import { contains, isSameRange, overlaps } from '../../src/flash/map.ts';
import { whyNoWrite } from '../../src/session/backup-scope.ts';

/** One partition in the list: ticked by default or not, and what speaks against it. */
export interface BundleRow {
  readonly partition: Partition;
  readonly ticked: boolean;
  /** What a person should know before ticking it; empty if nothing. */
  readonly warning: string;
}

/** What a bundle is to be made of, and what is known of it. */
export type BundleAsk = (
  { readonly of: 'board' } | { readonly of: 'backup'; readonly id: string } | { readonly of: 'files' }
) & {
  /** A name to begin with. */
  readonly name: string;
  /** The partitions that can go in; empty for files, of which everything goes in. */
  readonly rows: readonly BundleRow[];
};

/** The rows of a layout: of what was `held` (all if null), and can be written; blank ones are not ticked. */
export function rowsOf(layout: Layout, held: readonly Range[] | null, contents: readonly Content[] = []): BundleRow[] {
  const { partitions, ciphered } = layout;
  return partitions
    .filter((partition) => whyNoWrite({ layout }, partition) === null)
    .filter((partition) => held === null || held.some((range) => contains(range, partition)))
    .filter((partition) => !ciphered.some((range) => overlaps(range, partition)))
    .map((partition) => {
      const blank = contents.some((each) => isSameRange(each, partition) && each.kind === 'blank');
      return {
        partition,
        ticked: isIncludedByDefault(partition) && !blank,
        warning: blank ? 'blank: nothing to include' : warningOf(partition),
      };
    });
}

function warningOf(partition: Partition): string {
  if (partition.role === 'settings') return 'settings of this board: Wi-Fi passwords and keys may be among them';
  if (!isIncludedByDefault(partition)) return 'of this board: secrets may be in it';
  return mayBePrivate(partition) ? 'look for passwords among its files first' : '';
}
