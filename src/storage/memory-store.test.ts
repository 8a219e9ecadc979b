/** The store in memory keeps the promises of any other store. */
import { expect, test } from 'vitest';
import { storeContract } from '../testing/storage/contract.ts';
import { memoryStore } from './memory-store.ts';
import { storeFailure } from './store.ts';

storeContract(() => Promise.resolve(memoryStore()));

test('it says that it does not last, and why if there is a reason', async () => {
  expect(await memoryStore().storage()).toEqual({ kind: 'tab', why: null });
  const { facts } = storeFailure('storage-newer');
  expect(await memoryStore(facts).storage()).toEqual({ kind: 'tab', why: facts });
});
