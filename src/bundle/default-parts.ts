/** What goes into a recovery bundle by default: a small file, because the page needs only this of the room. */
import type { Partition, PartitionRole } from '../flash/layout.ts';

/** What every board of a kind may have: how it starts, what runs on it, and the files of that. */
const SHARED: ReadonlySet<PartitionRole> = new Set(['boot', 'table', 'boot-choice', 'app', 'files']);

/**
 * Whether a partition goes into a bundle unless its maker says otherwise. Settings, keys, memory dumps and data of unknown meaning
 * are of one board, or secret.
 */
export function isIncludedByDefault({ role }: Pick<Partition, 'role'>): boolean {
  return SHARED.has(role);
}

/** Whether a partition may hold what nobody but its owner should have. */
export function mayBePrivate({ role }: Pick<Partition, 'role'>): boolean {
  return role === 'files' || !SHARED.has(role);
}
