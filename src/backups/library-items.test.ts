/** Backups as the page shows them: what the bytes are called that a job overwrote. */
import { expect, test } from 'vitest';
import type { Layout } from '../flash/layout.ts';
import { BACKUP } from '../testing/backup-files.ts';
import { mapOf } from '../testing/flash.ts';
import { jobOf } from '../testing/library.ts';
import { contentsSummary } from '../session/contents-summary.ts';
import { fileName, openItem, partInName } from './library-items.ts';

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
  const kept = { ...job, board, found: { contents: [app], starts: null } };
  const { plain } = openItem({ ...BACKUP, board, units, missing: [] }, kept);
  return { name: contentsSummary(layout, units, kept.found), plain: plain.map(({ has }) => has) };
}

test('all of an app is not called a part of its partition, and what lacks bytes of it is', () => {
  const [app, piece] = ['raft-demo 1.4.2 in app1', 'Part of app1 (raft-demo 1.4.2)'];
  expect(overwritten([0, 2], 3)).toEqual({ name: app, plain: ['app'] });
  expect(overwritten([0, 2], 5)).toEqual({ name: piece, plain: ['part'] });
  // In pieces, none of which is the app.
  expect(overwritten([2, 4], 3)).toEqual({ name: piece, plain: ['part'] });
  expect(overwritten([0, 2, 4, 6], 3)).toEqual({ name: app, plain: ['exactly'] });
});

test('a file of all of an app is named by that app, and one of fewer bytes as a part of the partition', () => {
  const { job } = jobOf('verified');
  const board = { ...BACKUP.board, layout };
  const app = { ...SLOT, kind: 'app', says: '', brief: 'raft-demo 1.4.2', usedBytes: 3 };
  const kept = { ...job, board, found: { contents: [app], starts: null } };
  const units = [0, 2].map((address) => ({ region: 'flash', address, size: 2, md5: `${address}` }));
  const backup = { ...BACKUP, board, units, missing: [] };
  const all = { region: 'flash', address: 0, size: 4 };
  expect(partInName(backup, all, kept)).toBe('raft-demo 1.4.2 app1-0x0');
  expect(partInName(backup, { ...all, size: 2 }, kept)).toBe('part-of-app1-0x0');
  // Nobody wrote down what was found.
  expect(partInName(backup, all, null)).toBe('part-of-app1-0x0');
  expect(fileName('ESP32 raft-demo 1.4.2 app1-0x0', 0, 'bin')).toBe(
    'sectorwise-ESP32-raft-demo-1.4.2-app1-0x0-1970-01-01T00-00.bin',
  );
});

test('how much of a backup is blank is counted in its erase units', () => {
  const blank = '6ae59e64850377ee5470c854761551ea';
  const map = mapOf(4096, 4096, 4096);
  const board = { ...BACKUP.board, layout: { ...layout, map, partitions: [] } };
  const units = [blank, 'a', blank].map((md5, i) => ({ region: 'flash', address: i * 4096, size: 4096, md5 }));
  const item = openItem({ ...BACKUP, board, units, missing: [] }, null);
  expect([item.size, item.blank]).toEqual([3 * 4096, 2 * 4096]);
});

test('it says what the job did that overwrote it, as the page said while it ran', () => {
  expect(openItem(BACKUP, jobOf('verified').job).job).toEqual({ end: 'verified', doing: 'Flashing nvs' });
  expect(openItem(BACKUP, null).job).toEqual({ end: 'unknown', doing: null });
});
