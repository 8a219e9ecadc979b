/** Seeded runs with faults in the wire, the flash or the store. */
import type { Clock } from '../boards/clock.ts';

/** A layer that faults are in. */
export type LayerName = 'serial';

/** What share of all runs each layer gets. */
export const LAYERS: readonly { readonly layer: LayerName; readonly share: number }[] = [];

/** What came of runs. */
export interface RunTally {
  runs: number;
  verified: number;
  named: number;
  hung: number;
  false: number;
  readonly says: string[];
}

/** A tally of no runs. */
export function emptyRuns(): RunTally {
  return { runs: 0, verified: 0, named: 0, hung: 0, false: 0, says: [] };
}

/** Runs some, the first with this seed. */
export async function runLayer(_layer: LayerName, _from: number, _count: number, _clock: Clock): Promise<RunTally> {
  return emptyRuns();
}
