/** Test support: what locks promise, as tests of two tabs of one browser. */
import { describe, expect, test } from 'vitest';
import type { JobLocks } from '../../storage/locks.ts';

/** Describes locks; `tabs` makes those of two tabs that nobody else shares. */
export function locksContract(tabs: () => readonly [JobLocks, JobLocks]): void {
  describe('locks', () => {
    test('a job that one tab has taken is refused to the other, until it is let go of', async () => {
      const [here, there] = tabs();
      const letGo = await here.take('one');
      expect(letGo).not.toBeNull();
      expect(await there.take('one')).toBeNull();
      letGo?.();
      expect(await here.take('one')).not.toBeNull();
    });

    test('a job that was let go of can be taken by the other tab', async () => {
      const [here, there] = tabs();
      (await here.take('one'))?.();
      // This tab hears last that the browser has let go.
      (await here.take('one'))?.();
      await expect.poll(() => there.take('one')).not.toBeNull();
      expect(await here.take('one')).toBeNull();
    });

    test('a job that this tab has taken is not taken by another, and cannot be taken twice', async () => {
      const [here, there] = tabs();
      expect(await here.isTaken('one')).toBe(false);
      await here.take('one');
      expect([await here.isTaken('one'), await there.isTaken('one')]).toEqual([false, true]);
      expect(await here.take('one')).toBeNull();
    });

    test('jobs are taken one by one', async () => {
      const [here, there] = tabs();
      await here.take('one');
      expect(await there.isTaken('two')).toBe(false);
      expect(await there.take('two')).not.toBeNull();
    });

    test('of two tabs that want a job at the same time one has it', async () => {
      const [here, there] = tabs();
      const both = await Promise.all([here.take('one'), there.take('one')]);
      expect(both.filter((letGo) => letGo !== null)).toHaveLength(1);
    });

    test('letting go twice does not let go for somebody else', async () => {
      const [here, there] = tabs();
      const letGo = await here.take('one');
      letGo?.();
      expect(await here.take('one')).not.toBeNull();
      letGo?.();
      expect(await there.take('one')).toBeNull();
    });
  });
}
