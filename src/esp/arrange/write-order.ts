/** The order in which partitions are written; that of a changed layout is in `migration-order.ts`. */
import type { Commitment } from '../../flash/arrangement.ts';
import type { Layout } from '../../flash/layout.ts';

/** Higher ranks are written later: what makes a board boot comes last, and the table before the otadata that selects a slot. */
const RANKS = { app: 0, settings: 0, files: 0, data: 0, protected: 0, boot: 1, table: 2, 'boot-choice': 3 } as const;

/** The order in which the partitions of a layout are written; nothing is deferred to a commit. */
export function commitmentTo({ partitions }: Layout): Commitment {
  const ranks = partitions
    .map(({ region, address, size, role }) => ({ region, address, size, rank: RANKS[role] }))
    .filter(({ rank }) => rank > 0)
    .toSorted((a, b) => b.rank - a.rank);
  return { ranks, commits: [] };
}
