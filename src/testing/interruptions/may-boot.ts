/** What a board may start while a job is interrupted: the old app, the new one or nothing, never half of the new one. */
import { isEqualBytes } from '../bytes.ts';
import type { Cells } from './cells.ts';
import type { Ends, Scenario } from './scenario.ts';

/** A range of a board's first memory. */
interface Place {
  readonly offset: number;
  readonly size: number;
}

/** Conditions on what runs, besides being complete. */
export interface BootRules {
  /** The boot choice: while it is unchanged, the board must start what it started before. */
  readonly choice?: Place | null;
  /** What the new app depends on. */
  readonly needs?: readonly Place[];
}

/** The app that runs is complete, the old or the new one; the new one only with everything it needs. */
export function onlyWhole({ choice = null, needs = [] }: BootRules = {}): Scenario['mayBoot'] {
  return (boot, now, { before, after, bootBefore }: Ends) => {
    if (choice !== null && isEqual(now, before, choice)) {
      if (boot.kind !== bootBefore.kind) return `${boot.kind} (${boot.says}) instead of what it started before`;
      if (boot.app?.offset !== bootBefore.app?.offset) return `another app (${boot.says}) that was not chosen yet`;
    }
    // The board's own fallback, which no job touches, is complete.
    const { fallback } = boot;
    if (fallback !== undefined && isEqual(now, before, fallback) && isEqual(now, after, fallback)) return null;
    if (boot.app === null || isEqual(now, before, boot.app)) return null;
    if (!isEqual(now, after, boot.app)) return `an app that is neither the old nor the new one (${boot.says})`;
    const lacks = needs.find((place) => !isEqual(now, after, place));
    return lacks === undefined ? null : `the new app without what it needs at +0x${lacks.offset.toString(16)}`;
  };
}

function isEqual([a = new Uint8Array()]: Cells, [b = new Uint8Array()]: Cells, { offset, size }: Place): boolean {
  return isEqualBytes(a.subarray(offset, offset + size), b.subarray(offset, offset + size));
}
