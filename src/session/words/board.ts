/** What a board runs, in one sentence, from what was read of it. */
import type { Inspection } from '../../flash/family.ts';

/** The parts of `Runs raft-demo 1.4.2 from app0`: the verb, then the app and its place where both are known. */
export interface Summary {
  readonly says: string;
  /** The app's name; null where what starts has none or is not known. */
  readonly app: string | null;
  readonly place: string | null;
}

/** What the board runs, or that nothing is known to start; of a partition without its board, what it holds. */
export function summaryOf({ identity, boot, contents }: Inspection): Summary {
  const [held] = contents;
  if (identity.file?.partition === true) return { says: (held?.says ?? '').replace(/\.$/, ''), app: null, place: null };
  if (boot === null) return { says: 'It is unknown what starts next', app: null, place: null };
  const { partition } = boot;
  if (partition === null) return { says: 'No bootable app found', app: null, place: null };
  const found = contents.find(({ region, address }) => region === partition.region && address === partition.address);
  const app = found?.brief ?? null;
  // Nothing runs in a file.
  return { says: app === null || identity.file !== undefined ? 'Starts' : 'Runs', app, place: partition.name };
}
