import { expect, test } from 'vitest';
import { memoryStore } from '../storage/memory-store.ts';
import { plainDigest } from '../testing/flash.ts';
import { backupSource } from './backup-source.ts';

const range = { region: 'flash', address: 8, size: 4 };
const intent = { do: 'use-backup', name: 'app1.bin', backup: 'b', range, at: range } as const;

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
