/** The bytes of a partition or of a whole region, saved as a file in one step: verified as for a backup, of which none is kept. */
import { expect, test } from 'vitest';
import type { SessionContext } from './session-parts.ts';
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
  const saved: { readonly range: Range; readonly data: readonly number[]; readonly ticket: number | undefined }[] = [];
  const store = memoryStore();
  const inspect: typeof family.inspect = async (...all) => ({ ...(await family.inspect(...all)), layout });
  const onSave: SessionContext['onSave'] = ({ range, data }, ticket) =>
    void saved.push({ range, data: [...data], ticket });
  const made = makeWorld({ inspect }, { store, onSave });
  await made.session.connect();
  return { ...made, saved, store };
}

test.each([
  ['a partition', own, 'own (0x8, 8 bytes)'],
  ['the whole region', whole, 'the whole flash'],
] as const)('the bytes of %s are read to be saved, and no backup is kept', async (_, range, what) => {
  const { session, world, saved, store } = await connected();
  await session.dispatch({ do: 'save-bytes', range, ticket: 7 });
  const data = [...world.flash.subarray(range.address, range.address + range.size)];
  expect(saved).toEqual([{ range, data, ticket: 7 }]);
  const said = world.states.flatMap((state) =>
    state.kind === 'connected' && state.work.kind === 'surveying' ? [state.work.progress.says] : [],
  );
  expect(said).toContain(`Reading ${what} to save it as a file`);
  expect(await store.backups()).toEqual([]);
  expect(workOf(session)).toEqual({ kind: 'idle' });
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
