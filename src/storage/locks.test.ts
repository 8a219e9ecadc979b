/** Locks in memory, shared by tabs. */
import { locksContract } from '../testing/storage/locks.ts';
import { memoryLocks } from './locks.ts';

locksContract(() => {
  const taken = new Set<string>();
  return [memoryLocks(taken), memoryLocks(taken)];
});
