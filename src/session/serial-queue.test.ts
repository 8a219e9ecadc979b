/** One task at a time, whatever goes wrong with the previous one. */
import { expect, test } from 'vitest';
import { SerialQueue } from './serial-queue.ts';

test('a task that fails is reported, and the next one runs', async () => {
  const reported: unknown[] = [];
  const queue = new SerialQueue(async (error) => void reported.push(error));
  const done: string[] = [];
  await queue.next(() => Promise.reject(new Error('first')));
  await queue.next(() => Promise.resolve(void done.push('second')));
  expect([reported, done]).toEqual([[new Error('first')], ['second']]);
});

test('the next task runs even if reporting the failure fails, which rejects the first one', async () => {
  const queue = new SerialQueue(() => Promise.reject(new Error('nobody to tell')));
  const done: string[] = [];
  const first = queue.next(() => Promise.reject(new Error('first')));
  // Requested while the first is running, as a user does.
  await Promise.resolve();
  const second = queue.next(() => Promise.resolve(void done.push('second')));
  await expect(first).rejects.toThrow('nobody to tell');
  await second;
  expect(done).toEqual(['second']);
  await expect(queue.ended).resolves.toBeUndefined();
});
