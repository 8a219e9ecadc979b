/** What needs repair on a board, most urgent first. Pure; the view shows it. */
import { byUrgency } from '../../src/flash/diagnosis.ts';
import type { Inspection } from '../../src/flash/family.ts';
import type { Finding } from '../../src/flash/finding.ts';
import type { ContentsView } from '../../src/session/contents/contents-viewer.ts';
import { isUrgent } from '../../src/flash/finding.ts';

/** A board, and what its opened partition lists. */
interface Seen {
  readonly board: Inspection;
  readonly contents?: Pick<ContentsView, 'listing' | 'range'>;
}

/**
 * The problems and warnings of a board and of what is looked into, each once: problems first, in the order in which a start needs
 * what they are about.
 */
export function problemsOf({ board, contents }: Seen): readonly Finding[] {
  // What is damaged in a backup or in a dropped file is not on the board.
  const listing = contents?.range.within === undefined ? (contents?.listing ?? null) : null;
  const looked = listing === null || listing.kind === 'unknown' ? [] : listing.findings;
  const all = [...board.findings, ...looked].filter(isUrgent);
  const known = new Set<string>();
  // What is looked into may have been read with the board, too: its places are then written in two ways.
  const each = all.filter(({ kind, says, restores, place }) => {
    const key = JSON.stringify([kind, says, restores ?? place]);
    return !known.has(key) && known.add(key);
  });
  return byUrgency(each, board.layout);
}

/** How many of them want something done: a problem does, a warning only if something here repairs it. */
export function urgentCount(seen: Seen): number {
  return problemsOf(seen).filter(({ verdict, repairs = [] }) => verdict === 'problem' || repairs.length > 0).length;
}
