/** The bytes of a partition or of a whole region, saved as a file in one step: backed up first, so that they are verified. */
import { describe, expect, test } from 'vitest';
import { whyNoBytes, whyNoErase } from './backup-scope.ts';
import type { Layout } from '../flash/layout.ts';
import type { Range } from '../flash/map.ts';
import { connectedOf, makeWorld, map, plainFamily, workOf } from '../testing/plain-world.ts';
import { memoryStore } from '../storage/memory-store.ts';

const own = { region: 'flash', address: 8, size: 8 };
const whole = { region: 'flash', address: 0, size: 32 };
const layout: Layout = {
  map,
  partitions: [{ ...own, name: 'own', role: 'data', type: 'data' }],
  guards: [],
  ciphered: [],
};

async function connected() {
  const family = plainFamily();
  const saved: { readonly id: string; readonly range: Range; readonly ticket: number | undefined }[] = [];
  const store = memoryStore();
  const inspect: typeof family.inspect = async (...all) => ({ ...(await family.inspect(...all)), layout });
  const made = makeWorld({ inspect }, { store, onSave: (id, range, ticket) => saved.push({ id, range, ticket }) });
  await made.session.connect();
  return { ...made, saved, store };
}

describe.each([
  ['a partition', own, 'partition', 1],
  ['the whole region', whole, 'device', 4],
] as const)('%s', (_, range, kind, units) => {
  test('is in a backup when its bytes are asked for', async () => {
    const { session, saved, store } = await connected();
    await session.dispatch({ do: 'save-bytes', range, ticket: 7 });
    const [record] = await store.backups();
    if (record?.kind !== 'open') throw new Error('nothing was backed up');
    expect(saved).toEqual([{ id: record.backup.id, range, ticket: 7 }]);
    expect([record.backup.kind, record.backup.units.length]).toEqual([kind, units]);
    expect(workOf(session)).toEqual({ kind: 'idle' });
  });
});

test('a backup alone saves no file', async () => {
  const { session, saved } = await connected();
  await session.dispatch({ do: 'back-up', range: own });
  expect(saved).toEqual([]);
});

test('what lies past the flash is refused', async () => {
  const { session, saved } = await connected();
  await session.dispatch({ do: 'save-bytes', range: { ...own, address: 0x1000 } });
  expect(workOf(session)).toMatchObject({ kind: 'refused', refusals: [{ kind: 'nothing-to-back-up' }] });
  expect(saved).toEqual([]);
});

test('a button can say beforehand why not', async () => {
  const { board } = connectedOf((await connected()).session);
  expect([whyNoBytes(board, own), whyNoBytes(board, whole), whyNoErase(board, own)]).toEqual([null, null, null]);
  const encrypted = { layout: { ...layout, ciphered: [own] } };
  expect(whyNoBytes(encrypted, own)).toBe('Encrypted: only the chip itself can read it.');
  expect(whyNoBytes(encrypted, whole)).toBe('A part of it cannot be read in plain form.');
  const guarded = { layout: { ...layout, guards: [{ ...own, reason: 'it is somebody else’s.' }] } };
  expect(whyNoErase(guarded, own)).toBe('Never written: it is somebody else’s.');
  expect(whyNoErase(board, whole)).toBe('Not on the board yet.');
});
