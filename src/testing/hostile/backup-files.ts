/** Hostile backup files and archives, given to the library as a person would. */
import { encryptedLabelOf } from '../../backups/library-items.ts';
import { encryptBackup } from '../../backups/encryption.ts';
import { readBackupFile, writeBackupFile } from '../../backups/backup-file.ts';
import { factsOf } from '../../flash/failure.ts';
import { HASHES } from '../../formats/hashes.ts';
import { BACKUP, repacked } from '../backup-files.ts';
import { bytesKept, makeLibrary, withBackup } from '../library.ts';
import type { HostileCase } from './case.ts';
import { BACKUP_FILE, DAMAGED_BACKUPS, MANIFEST, PARTS, reported } from './damaged-backups.ts';
import { DAMAGED_ENCRYPTED, FEW, PASSPHRASE } from './damaged-encryption.ts';
import { wrongWords } from './shown.ts';

const BIDI = '\u202egnp.exe\u200b\u0007';
const bytes = (text: string) => new TextEncoder().encode(text);

/** Imports a file into a library that is empty, or has one backup; opens what came in with a passphrase if there is one. */
async function imported(data: Uint8Array, { beside = false, passphrase = '' } = {}): Promise<string> {
  const { library, store, give } = makeLibrary();
  if (beside) await withBackup(store);
  const before = await bytesKept(store);
  await give(data);
  const [item] = library.view.items;
  if (passphrase !== '' && item !== undefined && library.view.failure === null)
    await library.dispatch({ do: 'open-backup', id: item.id, passphrase });
  const { failure, items } = library.view;
  const wrong = wrongWords([
    ...items.flatMap(({ name, board }) => [name, board]),
    ...(failure === null ? [] : [failure.says]),
  ]);
  if (failure !== null && (await bytesKept(store)) !== before && passphrase === '')
    wrong.push('bytes of a refused file were kept');
  if (failure !== null && passphrase === '' && items.length > (beside ? 1 : 0)) wrong.push('a refused file is listed');
  const came = failure === null ? 'imported' : failure.name;
  return wrong.length === 0 ? came : `WRONG: ${wrong.join('; ')} (${came})`;
}

const damaged = (of: string, list: typeof DAMAGED_BACKUPS): HostileCase[] =>
  list.map(([what, data, name]) => ({
    name: `${of}: ${what}`,
    attacks: 'the library: half of a damaged file kept, or all of it believed',
    comes: name,
    // A file that is encrypted is refused when it is opened, unless its head already tells.
    run: () => imported(data, of === 'encrypted' ? { passphrase: PASSPHRASE } : {}),
  }));

const MORE: readonly HostileCase[] = [
  {
    name: 'a manifest that unpacks to 17 MiB of zeros',
    attacks: 'backup files: unpacked before anyone looks at its size',
    comes: 'backup-file-too-large',
    run: () => imported(repacked(BACKUP_FILE, { 'manifest.json': new Uint8Array(17 << 20) })),
  },
  {
    name: 'a file of 1 TiB',
    attacks: 'backup files: read before anyone looks at its size',
    comes: 'backup-file-too-large',
    run: () =>
      readBackupFile(
        { path: 'a.zip', size: 2 ** 40, read: () => Promise.reject(new Error('it was read')) },
        HASHES,
      ).then(
        () => 'imported',
        (error: unknown) => factsOf(error).name,
      ),
  },
  {
    name: 'sixty thousand files that the manifest does not name',
    attacks: 'backup files: each of them unpacked',
    comes: /^(imported|backup-file-damaged)$/,
    run: () =>
      imported(
        repacked(
          BACKUP_FILE,
          Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`x/${i}`, new Uint8Array(1)])),
        ),
      ),
    limits: { cpuMs: 6000 },
    long: true,
  },
  {
    name: 'a manifest of 60,000 partitions',
    attacks: 'backup files: lists without a limit',
    comes: 'backup-file-wrong',
    run: () => {
      const [row = ''] = /\{\s*"name": "nvs"[^}]*\}/.exec(MANIFEST) ?? [];
      return imported(reported([row, Array.from({ length: 60_000 }, () => row.replace(/\s+/g, '')).join(',')]));
    },
  },
  {
    name: 'a manifest nested a hundred thousand deep',
    attacks: 'JSON: a parser that calls itself',
    comes: 'backup-file-foreign',
    run: () =>
      imported(repacked(BACKUP_FILE, { 'manifest.json': bytes(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) })),
  },
  {
    name: 'a path that leaves the archive',
    attacks: 'backup files: a file that did not come with it',
    comes: 'backup-file-damaged',
    run: () => imported(reported([/flash\/flash-0x100\.bin/, '../../../etc/passwd'])),
  },
  {
    name: 'names that turn and hide text',
    attacks: 'names: a backup shown as that of another board',
    comes: 'imported',
    run: async () => {
      const { identity, layout } = BACKUP.board;
      const partitions = layout.partitions.map((each) => ({ ...each, name: BIDI, type: BIDI }));
      const board = { ...BACKUP.board, identity: { ...identity, chip: BIDI }, layout: { ...layout, partitions } };
      return imported(await writeBackupFile({ ...BACKUP, name: BIDI, board }, PARTS));
    },
  },
  {
    name: 'an encrypted file whose names turn and hide text',
    attacks: 'names: what is readable of an encrypted file is not authenticated until it is opened',
    comes: 'imported',
    run: async () => {
      const outside = {
        ...encryptedLabelOf(BACKUP),
        name: BIDI,
        board: { key: BIDI, name: `${BIDI}${'x'.repeat(5000)}` },
      };
      return imported(await encryptBackup(BACKUP_FILE, outside, PASSPHRASE, FEW));
    },
  },
  {
    name: 'an encrypted file that holds something else than a backup',
    attacks: 'encryption: what a passphrase opens is believed',
    comes: 'backup-file-foreign',
    run: async () =>
      imported(await encryptBackup(bytes('no backup'), encryptedLabelOf(BACKUP), PASSPHRASE, FEW), {
        passphrase: PASSPHRASE,
      }),
  },
  {
    name: 'an encrypted file that holds a backup with another id',
    attacks: 'encryption: a backup that takes the place of another',
    comes: 'backup-file-wrong',
    run: async () =>
      imported(await encryptBackup(BACKUP_FILE, { ...encryptedLabelOf(BACKUP), id: 'b-2' }, PASSPHRASE, FEW), {
        passphrase: PASSPHRASE,
      }),
  },
  {
    name: 'another content under the id of a backup that is here',
    attacks: 'the library: an import that loses what is kept',
    comes: 'backup-differs',
    run: async () =>
      imported(await writeBackupFile({ ...BACKUP, units: BACKUP.units.slice(1) }, PARTS), { beside: true }),
  },
  {
    name: 'an encrypted file under the id of a backup that is here',
    attacks: 'the library: an open backup replaced by one that nobody can open',
    comes: 'backup-differs',
    run: async () =>
      imported(await encryptBackup(BACKUP_FILE, encryptedLabelOf(BACKUP), 'other', FEW), { beside: true }),
  },
];

/** Hostile backup files and archives. */
export const BACKUP_CASES: readonly HostileCase[] = [
  ...damaged('open', DAMAGED_BACKUPS),
  ...damaged('encrypted', DAMAGED_ENCRYPTED),
  ...MORE,
];
