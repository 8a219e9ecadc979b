/** The layout that a plan is told in: the one that will be, and what only the one before has. */
import type { Layout, Partition } from './layout.ts';
import { without } from './map.ts';

/**
 * A partition as a plan names it. Without `change` it is the same before and afterwards, whatever its name. `new`: nothing
 * was at just this place, of this size and type. `former`: what is left of one that will not be, and its name says so.
 */
export interface PlannedPartition extends Partition {
  readonly change?: 'new' | 'former';
}

/** A layout whose partitions know what a plan does to them. */
export interface PlannedLayout extends Layout {
  readonly partitions: readonly PlannedPartition[];
}

/** What a plan that leads from one layout to another is told in. */
export function plannedLayout(before: Layout, after: Layout): PlannedLayout {
  const now = after.partitions.map((partition): PlannedPartition => {
    const same = before.partitions.some((other) => isSame(other, partition));
    return same ? partition : { ...partition, change: 'new' };
  });
  const former = before.partitions.flatMap((partition) =>
    without(partition, after.partitions).map((rest): PlannedPartition => ({
      ...partition,
      ...rest,
      name: `former ${partition.name}`,
      change: 'former',
    })),
  );
  const regions = after.map.regions.map(({ id }) => id);
  const partitions = [...now, ...former].toSorted(
    (a, b) => regions.indexOf(a.region) - regions.indexOf(b.region) || a.address - b.address,
  );
  return { ...after, partitions };
}

function isSame(a: Partition, b: Partition): boolean {
  return a.region === b.region && a.address === b.address && a.size === b.size && a.type === b.type;
}
