/** Backups as the page shows them: what the bytes are called that a job overwrote. */
import { expect, test } from 'vitest';
import type { Layout } from '../flash/layout.ts';
import { BACKUP } from '../testing/backup-files.ts';
import { mapOf } from '../testing/flash.ts';
import { jobOf } from '../testing/library.ts';
import { openItem } from './library-items.ts';

const SLOT = { region: 'flash', address: 0, size: 8 } as const;
const layout: Layout = {
  map: mapOf(2, 2, 2, 2),
  partitions: [{ ...SLOT, name: 'app1', role: 'app', type: 'ota_1' }],
  guards: [],
  ciphered: [],
};

/** What a job overwrote of a slot whose app has this many bytes. */
function overwritten(addresses: readonly number[], usedBytes: number) {
  const { job } = jobOf('verified');
  const board = { ...BACKUP.board, layout };
  const app = { ...SLOT, kind: 'app', says: '', brief: 'raft-demo 1.4.2', usedBytes };
  const units = addresses.map((address) => ({ region: 'flash', address, size: 2, md5: `${address}` }));
  const { contents, plain } = openItem(
    { ...BACKUP, board, units, missing: [] },
    { ...job, board, found: { contents: [app], starts: null } },
  );
  return { contents: contents?.partitions[0], plain: plain.map(({ has }) => has) };
}

test('all of an app is not called a part of its partition, and what lacks bytes of it is', () => {
  expect(overwritten([0, 2], 3)).toMatchObject({ contents: { isApp: true }, plain: ['app'] });
  expect(overwritten([0, 2], 5)).toMatchObject({ contents: { isPart: true }, plain: ['part'] });
  // In pieces, none of which is the app.
  expect(overwritten([2, 4], 3)).toMatchObject({ contents: { isPart: true }, plain: ['part'] });
  expect(overwritten([0, 2, 4, 6], 3)).toMatchObject({ contents: { name: 'app1' }, plain: ['exactly'] });
});
