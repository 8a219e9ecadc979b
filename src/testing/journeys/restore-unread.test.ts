/** A backup, and a board that shows nothing of its flash: what is asked before the restore. */
import { expect, test } from 'vitest';
import { md5Hex } from '../../formats/hashes.ts';
import type { Backup } from '../../storage/records.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import { noise } from '../bytes.ts';
import { openWorld, workOf } from '../esp/world.ts';
import { connectedOf } from '../plain-world.ts';

test('nothing is said of a layout that nobody can read, and the content goes only to its old addresses', async () => {
  const store = memoryStore();
  const backups: Backup[] = [];
  const backup = (id: string) => Promise.resolve(backups.find((each) => each.id === id) ?? null);
  const { session } = openWorld('esp32c3-secure-download', 115200, {}, { store, backup });
  await session.connect();
  const { layout, identity } = connectedOf(session).board;
  const app = {
    name: 'app1',
    region: 'flash',
    address: 0x200000,
    size: 0x10000,
    role: 'app',
    type: 'app/ota_1',
  } as const;
  const data = noise(0x1000);
  await store.putContents([{ md5: md5Hex(data), data }]);
  backups.push({
    version: 1,
    id: 'b',
    kind: 'partition',
    name: 'app1',
    made: 0,
    board: { key: 'another', identity, layout: { ...layout, partitions: [...layout.partitions, app] } },
    units: [{ region: 'flash', address: app.address, size: data.length, md5: md5Hex(data) }],
    missing: [],
  });
  await session.dispatch({ do: 'restore', backup: 'b' });
  const [ask] = workOf(session, 'refused').refusals;
  expect(ask?.says).toBe(
    'This board cannot be read, so its layout is not known. In the backup, app1 is at 0x200000, 64 KiB.',
  );
  expect(ask).toMatchObject({ kind: 'backup-place-changed' });
  expect(ask?.next).toMatch(/^Nothing shows whether this board has app1 there\./);
});
