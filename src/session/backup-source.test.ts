import { expect, test } from 'vitest';
import { memoryStore } from '../storage/memory-store.ts';
import { plainDigest } from '../testing/flash.ts';
import { backup, content } from '../testing/storage/records.ts';
import { backupSource } from './backup-source.ts';

const range = { region: 'flash', address: 8, size: 4 };
const intent = { do: 'use-backup', name: 'app1.bin', backup: 'b', range, at: range, of: null } as const;

test('the content of a backup that is gone by then is missing by name', async () => {
  const backups = { backup: () => Promise.resolve(null), store: memoryStore(), md5: plainDigest };
  const file = backupSource(intent, backups);
  expect([file.path, file.size]).toEqual(['app1.bin', 4]);
  await expect(file.read(0, 4)).rejects.toMatchObject({
    facts: {
      name: 'backup-file-gone',
      says: expect.stringMatching(/^app1\.bin cannot be read: .* deleted or encrypted\.$/),
    },
  });
});

test('a slice is read without the contents beside it', async () => {
  const [first, second] = ['aaaa', 'bbbb'];
  const record = backup('b', [first, second]);
  if (record.kind !== 'open') throw new Error('it is encrypted');
  const store = memoryStore();
  // What the first unit held is not stored.
  await store.putContents([content(second)]);
  const md5 = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const both = { ...intent, range: { region: 'flash', address: 2, size: 6 } };
  const file = backupSource(both, { backup: () => Promise.resolve(record.backup), store, md5 });
  expect(await file.read(3, 5)).toEqual(content(second).data.subarray(1, 3));
  expect(await file.read(2, 2)).toHaveLength(0);
  await expect(file.read(0, 6)).rejects.toMatchObject({ facts: { name: 'content-gone' } });
});
