/** A backup is looked into without a board: what it holds of a partition is shown, and what it does not have is said. */
import { describe, expect, test } from 'vitest';
import type { Family } from '../flash/family.ts';
import type { ContentsPlace } from '../flash/partition-contents.ts';
import { HASHES } from '../formats/hashes.ts';
import type { ContentsView } from '../session/contents/contents-viewer.ts';
import { nextTurn } from '../session/next-turn.ts';
import { memoryStore } from '../storage/memory-store.ts';
import type { Backup } from '../storage/records.ts';
import { BACKUP, bytesOf, CONTENTS } from '../testing/backup-files.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { BackupViewer, isBackupLook } from './backup-viewer.ts';

const openStored: Family['openStored'] & object = async ({ bytes, type }) => {
  const [first = 0] = await bytes.read(0, 1);
  const file = { path: '/all', kind: 'file', size: bytes.size, modified: null } as const;
  const details = `${type} from ${first}`;
  return {
    listing: { kind: 'files', format: 'Bytes', details, entries: [file], usedBytes: 0, totalBytes: 0, findings: [] },
    readFile: () => bytes.read(0, bytes.size),
  };
};

async function viewing(backup: Backup = BACKUP) {
  const store = memoryStore();
  await store.putContents([...CONTENTS].map(([md5, data]) => ({ md5, data })));
  await store.putBackup({ kind: 'open', backup });
  const [views, saved]: [(ContentsView | null)[], string[]] = [[], []];
  const viewer = new BackupViewer({
    store,
    hashes: HASHES,
    clock: manualClock(),
    turn: nextTurn,
    openStored,
    onFile: ({ name }) => saved.push(name),
    onView: (view) => views.push(view),
  });
  return { viewer, store, saved, last: () => views.at(-1) };
}

/** The partition that the backup has in full. */
const whole = BACKUP.board.layout.partitions.find(({ name }) => name === 'nvs');

/** The bytes with which it begins. */
const FIRST = bytesOf({ region: 'flash', address: 0x100, size: 256 });

function placeOf({ region, address, size }: ContentsPlace, id = BACKUP.id): ContentsPlace {
  return { region, address, size, within: { in: 'backup', id } };
}

describe('a backup', () => {
  test('is opened partition by partition, and files are saved from it', async () => {
    if (whole === undefined) throw new Error('the backup has no whole partition');
    const { viewer, saved, last } = await viewing();
    const range = placeOf(whole);
    await viewer.look({ do: 'open-contents', range });
    expect(last()).toMatchObject({ range, why: '', listing: { details: `${whole.type} from ${FIRST[0]}` } });
    await viewer.look({ do: 'read-file', range, path: '/all', save: true });
    expect(saved).toEqual(['all']);
    await viewer.look({ do: 'read-bytes', range, offset: 0, size: 4 });
    expect(last()?.bytes?.data).toEqual(FIRST.subarray(0, 4));
  });

  test('that is gone, or does not have all of a partition, says so', async () => {
    const [partition] = BACKUP.board.layout.partitions;
    if (partition === undefined) throw new Error('the board has no partitions');
    const { viewer, last } = await viewing({ ...BACKUP, units: [] });
    await viewer.look({ do: 'open-contents', range: placeOf(partition) });
    expect(last()).toMatchObject({ listing: null, why: 'The backup does not have all of it.' });
    await viewer.look({ do: 'open-contents', range: placeOf(partition, 'gone') });
    expect(last()?.why).toBe('It is not among the backups of this browser any more.');
  });

  test('whose bytes are damaged in the storage is not shown', async () => {
    if (whole === undefined) throw new Error('the backup has no whole partition');
    const { viewer, store, last } = await viewing();
    store.content = () => Promise.resolve(null);
    await viewer.look({ do: 'open-contents', range: placeOf(whole) });
    expect(last()).toMatchObject({ listing: null, why: expect.stringMatching(/missing|damaged|gone/) });
  });
});

test('only what is about a backup goes to it', () => {
  const range = { region: 'flash', address: 0, size: 4 };
  expect(isBackupLook({ do: 'open-contents', range: placeOf(range) })).toBe(true);
  expect(isBackupLook({ do: 'open-contents', range })).toBe(false);
  expect(isBackupLook({ do: 'open-contents', range: null })).toBe(false);
  expect(isBackupLook({ do: 'cancel' })).toBe(false);
});
