/** What goes into a recovery bundle unasked: a small file, because the page needs only this of the room. */
import type { Partition, PartitionRole } from '../flash/layout.ts';

/** Partitions with these roles are of one board, or secret: they go in only if their owner chooses so. */
const PRIVATE: ReadonlySet<PartitionRole> = new Set(['settings', 'protected']);

/**
 * Whether a partition goes into a bundle unless its maker says otherwise: what every board of its kind may have, and not the
 * settings, keys and memory dumps of this one.
 */
export function isUsual({ role, type }: Pick<Partition, 'role' | 'type'>): boolean {
  return !PRIVATE.has(role) && !(role === 'data' && /coredump|nvs_keys|efuse/.test(type));
}

/** Whether a partition may hold what nobody but its owner should have. */
export function isPrivate({ role, type }: Pick<Partition, 'role' | 'type'>): boolean {
  return role === 'files' || !isUsual({ role, type });
}
