/** What a board runs, in one sentence, from what was read of it. */
import type { Inspection } from '../../src/flash/family.ts';
import type { Verdict } from '../../src/flash/finding.ts';
import { count } from '../shared/format.ts';

/** The parts of `Runs raft-demo 1.4.2 from app0`: the verb, then the app and its place where both are known. */
export interface Summary {
  readonly says: string;
  /** The app's name; null where what starts has none or is not known. */
  readonly app: string | null;
  readonly place: string | null;
}

/** What the board runs, or that nothing is known to start. */
export function summaryOf({ boot, contents }: Inspection): Summary {
  if (boot === null) return { says: 'It is unknown what starts next', app: null, place: null };
  const { partition } = boot;
  if (partition === null) return { says: 'No bootable app found', app: null, place: null };
  const found = contents.find(
    ({ kind, region, address }) => kind === 'app' && region === partition.region && address === partition.address,
  );
  const app = found?.brief ?? null;
  return { says: app === null ? 'Starts' : 'Runs', app, place: partition.name };
}

/** How many findings of each calm kind there are: `1 check passed, 2 notes`; empty if there are none. */
export function calmWords(verdicts: readonly Verdict[]): string {
  const good = verdicts.filter((verdict) => verdict === 'good').length;
  const notes = verdicts.filter((verdict) => verdict === 'note').length;
  return [...(good > 0 ? [`${count(good, 'check')} passed`] : []), ...(notes > 0 ? [count(notes, 'note')] : [])].join(
    ', ',
  );
}
