/** What a board may start while a job is interrupted: the old, the new, or nothing; never half of the new. */
import type { Cells } from './cells.ts';
import type { Ends, Scenario } from './scenario.ts';

/** Bytes of a board's first memory. */
export interface Place {
  readonly offset: number;
  readonly size: number;
}

/** What has to be so for what runs, besides that it is whole. */
export interface BootRules {
  /** The boot choice: as long as it is as it was, the board starts what it started before. */
  readonly choice?: Place | null;
  /** What the new app cannot do without. */
  readonly needs?: readonly Place[];
}

/** What runs is whole, as it was or as it shall be; the new one only with all that it needs. */
export function onlyWhole({ choice = null, needs = [] }: BootRules = {}): Scenario['mayBoot'] {
  return (boot, now, { before, after, bootBefore }: Ends) => {
    if (choice !== null && isEqual(now, before, choice)) {
      if (boot.kind !== bootBefore.kind) return `${boot.kind} (${boot.says}) instead of what it started before`;
      if (boot.app?.offset !== bootBefore.app?.offset) return `another app (${boot.says}) that was not chosen yet`;
    }
    // What a board keeps for such a case, and no job has a part in, is whole.
    const { fallback } = boot;
    if (fallback !== undefined && isEqual(now, before, fallback) && isEqual(now, after, fallback)) return null;
    if (boot.app === null || isEqual(now, before, boot.app)) return null;
    if (!isEqual(now, after, boot.app)) return `an app that is neither the old nor the new one (${boot.says})`;
    const lacks = needs.find((place) => !isEqual(now, after, place));
    return lacks === undefined ? null : `the new app without what it needs at +0x${lacks.offset.toString(16)}`;
  };
}

function isEqual([a = new Uint8Array()]: Cells, [b = new Uint8Array()]: Cells, { offset, size }: Place): boolean {
  return Buffer.compare(a.subarray(offset, offset + size), b.subarray(offset, offset + size)) === 0;
}
