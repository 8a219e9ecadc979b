/** A browser's own locks, requested by two documents of one origin, each of which counts as a tab. */
import { afterEach, expect, test } from 'vitest';
import { browserLocks } from './locks.ts';
import { locksContract } from '../testing/storage/locks.ts';

const frames: HTMLIFrameElement[] = [];

afterEach(() => {
  for (const frame of frames.splice(0)) frame.remove();
});

function tab() {
  const frame = document.createElement('iframe');
  document.body.append(frame);
  frames.push(frame);
  const locks = frame.contentWindow?.navigator.locks;
  if (locks === undefined) throw new Error('the browser has no locks');
  return { frame, locks: browserLocks(locks) };
}

locksContract(() => [tab().locks, tab().locks]);

test('a tab that is closed releases its jobs', async () => {
  const [here, there] = [tab(), tab()];
  await there.locks.take('one');
  expect(await here.locks.isTaken('one')).toBe(true);
  there.frame.remove();
  await expect.poll(() => here.locks.isTaken('one')).toBe(false);
  expect(await here.locks.take('one')).not.toBeNull();
});
