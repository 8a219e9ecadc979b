/** Test support: the contract of locks, as tests with two tabs of one browser. */
import { describe, expect, test } from 'vitest';
import type { JobLocks } from '../../storage/locks.ts';

/** Defines the tests for locks; `tabs` makes the locks of two tabs that share nothing with other tests. */
export function locksContract(tabs: () => readonly [JobLocks, JobLocks]): void {
  describe('locks', () => {
    test('a job that one tab holds is refused to the other until it is released', async () => {
      const [here, there] = tabs();
      const letGo = await here.take('one');
      expect(letGo).not.toBeNull();
      expect(await there.take('one')).toBeNull();
      letGo?.();
      expect(await here.take('one')).not.toBeNull();
    });

    test('a released job can be taken by the other tab', async () => {
      const [here, there] = tabs();
      (await here.take('one'))?.();
      // This tab is the last to learn that the browser has released the lock.
      (await here.take('one'))?.();
      await expect.poll(() => there.take('one')).not.toBeNull();
      expect(await here.take('one')).toBeNull();
    });

    test('a job that this tab holds is not taken by another, and cannot be taken twice', async () => {
      const [here, there] = tabs();
      expect(await here.isTaken('one')).toBe(false);
      await here.take('one');
      expect([await here.isTaken('one'), await there.isTaken('one')]).toEqual([false, true]);
      expect(await here.take('one')).toBeNull();
    });

    test('jobs are locked independently', async () => {
      const [here, there] = tabs();
      await here.take('one');
      expect(await there.isTaken('two')).toBe(false);
      expect(await there.take('two')).not.toBeNull();
    });

    test('when two tabs want a job at the same time, one gets it', async () => {
      const [here, there] = tabs();
      const both = await Promise.all([here.take('one'), there.take('one')]);
      expect(both.filter((letGo) => letGo !== null)).toHaveLength(1);
    });

    test('releasing twice does not release somebody else’s lock', async () => {
      const [here, there] = tabs();
      const letGo = await here.take('one');
      letGo?.();
      expect(await here.take('one')).not.toBeNull();
      letGo?.();
      expect(await there.take('one')).toBeNull();
    });
  });
}
