/** The layout in which a plan is described: the layout after it, plus what only the previous one has. */
import type { Layout, Partition } from './layout.ts';
import { without } from './map.ts';

/**
 * A partition as a plan names it. Without `change` it is the same before and after, whatever its name. `new`: there was none at
 * this place with this size and type. `former`: the uncovered rest of a partition that goes away, which its name says.
 */
export interface PlannedPartition extends Partition {
  readonly change?: 'new' | 'former';
}

/** A layout whose partitions say how a plan changes them. */
export interface PlannedLayout extends Layout {
  readonly partitions: readonly PlannedPartition[];
}

/** The layout in which a plan that leads from one layout to another is described. */
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
