/** The store in memory keeps the promises of any other store. */
import { expect, test } from 'vitest';
import { storeContract } from '../testing/storage/contract.ts';
import { memoryStore } from './memory-store.ts';

storeContract(() => Promise.resolve(memoryStore()));

test('it says that it does not last, and why if there is a reason', () => {
  expect(memoryStore()).not.toHaveProperty('why');
  expect(memoryStore('storage is denied')).toMatchObject({ lasting: false, why: 'storage is denied' });
});
