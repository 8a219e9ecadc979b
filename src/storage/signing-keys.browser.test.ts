/** Signing keys in a browser's database. */
import { expect, test } from 'vitest';
import { browserClock } from '../browser/clock.ts';
import { browserDatabase } from './database.ts';
import { browserKeys } from './signing-keys.ts';

const [own, other] = [
  { version: 1, key: 'ab'.repeat(32), name: 'bench', seed: new Uint8Array(32).fill(7), made: 5 },
  { version: 1, key: 'cd'.repeat(32), name: 'Rob', seed: null, made: 6 },
] as const;

test('are there for the next session until they are forgotten, and what is no key is left alone', async () => {
  const database = browserDatabase('keys test', browserClock);
  const keys = browserKeys(database);
  await keys.put(own);
  await keys.put(other);
  const next = browserKeys(browserDatabase('keys test', browserClock));
  expect((await next.all()).toSorted((a, b) => a.made - b.made)).toEqual([own, other]);
  await next.put({ ...other, name: 'Robert' });
  await next.remove(own.key);
  expect(await keys.all()).toEqual([{ ...other, name: 'Robert' }]);
});
