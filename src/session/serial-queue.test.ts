/** One thing at a time, whatever goes wrong with the one before. */
import { expect, test } from 'vitest';
import { Turns } from './serial-queue.ts';

test('a turn that fails is told, and the next one is taken', async () => {
  const told: unknown[] = [];
  const turns = new Turns(async (error) => void told.push(error));
  const done: string[] = [];
  await turns.next(() => Promise.reject(new Error('first')));
  await turns.next(() => Promise.resolve(void done.push('second')));
  expect([told, done]).toEqual([[new Error('first')], ['second']]);
});

test('the next turn is taken also where telling of the failure fails: who asked for the first one hears of it', async () => {
  const turns = new Turns(() => Promise.reject(new Error('nobody to tell')));
  const done: string[] = [];
  const first = turns.next(() => Promise.reject(new Error('first')));
  // Asked for while the first is under way, as a person does.
  await Promise.resolve();
  const second = turns.next(() => Promise.resolve(void done.push('second')));
  await expect(first).rejects.toThrow('nobody to tell');
  await second;
  expect(done).toEqual(['second']);
  await expect(turns.ended).resolves.toBeUndefined();
});
