/** The layout that places of a plan are named by: the one that will be, and what only the one before has. */
import type { Layout, Partition } from './layout.ts';
import { without } from './map.ts';

/** The layout after a plan, with what is left of partitions that will not be, under the name `former NAME`. */
export function plannedLayout(before: Layout, after: Layout): Layout {
  const former = before.partitions.flatMap((partition) =>
    without(partition, after.partitions).map((rest): Partition => ({
      ...partition,
      ...rest,
      name: `former ${partition.name}`,
    })),
  );
  const regions = after.map.regions.map(({ id }) => id);
  const partitions = [...after.partitions, ...former].toSorted(
    (a, b) => regions.indexOf(a.region) - regions.indexOf(b.region) || a.address - b.address,
  );
  return { ...after, partitions };
}
