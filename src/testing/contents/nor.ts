/** Whether an image can have become another on NOR flash: writing clears bits, and only erasing a whole unit sets them. */

/** The erase unit of the partitions of ESP chips, in bytes. */
const UNIT = 0x1000;

/** What happened to a unit: nothing, only bits cleared, or bits set, for which it must have been erased. */
export type UnitChange = 'same' | 'cleared' | 'erased';

/** The change of each unit between two images of one size; of different sizes, that of the units that both have. */
export function unitChanges(before: Uint8Array, after: Uint8Array): UnitChange[] {
  const units = Math.floor(Math.min(before.length, after.length) / UNIT);
  return Array.from({ length: units }, (_, unit) => {
    let change: UnitChange = 'same';
    for (let at = unit * UNIT; at < (unit + 1) * UNIT; at++) {
      const [old = 0, now = 0] = [before[at], after[at]];
      if ((old & now) !== now) return 'erased';
      if (old !== now) change = 'cleared';
    }
    return change;
  });
}
