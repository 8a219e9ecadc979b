import { expect, test } from 'vitest';
import { factKind, renamedBackup, renamedFact, renamedJob } from './readable.ts';

test('a unit that an earlier version held back is now deferred, and everything else is as it was written', () => {
  const last = { region: 'flash', address: 0, size: 1024, md5: 'x' };
  const record = {
    id: 'a',
    plan: { version: 1, stretches: [{ rank: 0, units: [{ address: 0, heldBack: last }, { address: 1 }] }] },
  };
  expect(renamedJob(record)).toEqual({
    id: 'a',
    plan: { version: 1, stretches: [{ rank: 0, units: [{ address: 0, deferred: last }, { address: 1 }] }] },
  });
});

test('a partition that an earlier version made anew is now recreated', () => {
  const [before, after] = [
    { fate: 'overwritten', anew: true },
    { fate: 'overwritten', recreated: true },
  ];
  const layout = { map: {}, partitions: [] };
  expect(renamedJob({ id: 'a', after: { layout, fates: [before, { fate: 'kept' }] } })).toEqual({
    id: 'a',
    after: { layout, fates: [after, { fate: 'kept' }] },
  });
});

test('a fact of an earlier version has today’s name', () => {
  expect(renamedFact({ fact: 'witness', units: [] })).toEqual({ fact: 'fingerprint', units: [] });
  expect(renamedFact({ fact: 'intent', run: 1 })).toEqual({ fact: 'intent', run: 1 });
  expect([factKind('witness'), factKind('intent'), factKind(7)]).toEqual(['fingerprint', 'intent', 7]);
});

test('a backup that an earlier version sealed is encrypted', () => {
  const sealed = { kind: 'sealed', outside: { version: 1 }, bundle: Uint8Array.of(1) };
  expect(renamedBackup(sealed)).toEqual({ ...sealed, kind: 'encrypted' });
  expect([renamedBackup({ kind: 'open' }), renamedBackup(null)]).toEqual([{ kind: 'open' }, null]);
});

test.each([null, 7, 'text', {}, { plan: {} }, { plan: { stretches: [null, { units: [null] }] } }])(
  '%j is left as it is',
  (value) => {
    expect(renamedJob(value)).toEqual(value);
  },
);
