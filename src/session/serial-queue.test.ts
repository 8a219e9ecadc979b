/** One thing at a time, whatever goes wrong with the one before. */
import { expect, test } from 'vitest';
import { SerialQueue } from './serial-queue.ts';

test('a turn that fails is told, and the next one is taken', async () => {
  const reported: unknown[] = [];
  const queue = new SerialQueue(async (error) => void reported.push(error));
  const done: string[] = [];
  await queue.next(() => Promise.reject(new Error('first')));
  await queue.next(() => Promise.resolve(void done.push('second')));
  expect([reported, done]).toEqual([[new Error('first')], ['second']]);
});

test('the next turn is taken also where telling of the failure fails: who asked for the first one hears of it', async () => {
  const queue = new SerialQueue(() => Promise.reject(new Error('nobody to tell')));
  const done: string[] = [];
  const first = queue.next(() => Promise.reject(new Error('first')));
  // Asked for while the first is under way, as a person does.
  await Promise.resolve();
  const second = queue.next(() => Promise.resolve(void done.push('second')));
  await expect(first).rejects.toThrow('nobody to tell');
  await second;
  expect(done).toEqual(['second']);
  await expect(queue.ended).resolves.toBeUndefined();
});
