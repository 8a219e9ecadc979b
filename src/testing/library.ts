/** A backup library for tests, and its contents. */
import type { Content, Fact } from '../flash/journal.ts';
import type { Plan, UnitPlan } from '../flash/plan.ts';
import { HASHES, md5Hex } from '../formats/hashes.ts';
import { BACKUP, bytesOf, CONTENTS } from './backup-files.ts';
import type { LibraryFile } from '../backups/library.ts';
import { BackupLibrary } from '../backups/library.ts';
import type { LibraryView } from '../backups/library-view.ts';
import { memoryStore } from '../storage/memory-store.ts';
import type { Backup, JobEnd, JobRecord } from '../storage/records.ts';
import type { Store } from '../storage/store.ts';

/** A passphrase. */
export const PASS = 'correct horse battery';
const contents: readonly Content[] = [...CONTENTS].map(([md5, data]) => ({ md5, data }));
const after = new Uint8Array(256).fill(7);

/** A job over three units of the backup's board: two were kept, and one was begun without a backup. */
export function jobOf(end: JobEnd | null): { readonly job: JobRecord; readonly facts: readonly Fact[] } {
  const range = { region: 'flash', address: 0x100, size: 0x300 };
  const units = [0x100, 0x200, 0x300].map((address): UnitPlan => {
    const unit = { region: 'flash', address, size: 256 };
    const pieces = [{ address, size: 256, source: { from: 'image' } as const }];
    const known = address < 0x300;
    const before = known ? md5Hex(bytesOf(unit)) : null;
    return { ...unit, pieces, before, after: md5Hex(after), why: '', backup: known ? 'read' : 'none' };
  });
  const plan: Plan = {
    version: 1,
    image: { size: 0x300, md5: '' },
    stretches: [{ ...range, units, rank: 0, encrypt: false }],
    equal: [],
  };
  const backedUp = units.flatMap(({ region, address, size, before }) =>
    before === null ? [] : [{ region, address, size, md5: before }],
  );
  const facts: Fact[] = [
    { fact: 'backed-up', units: backedUp },
    { fact: 'intent', run: 0, units },
  ];
  const job: JobRecord = {
    version: 1,
    id: 'j-1',
    purpose: { kind: 'flash' },
    board: BACKUP.board,
    files: [{ name: 'blink.bin', size: 0x300, md5: '', place: 'app1', address: '0x100' }],
    plan,
    after: { layout: BACKUP.board.layout, expected: null, says: '' },
    started: Date.UTC(2026, 10, 27),
    end: end === null ? null : { how: end, at: 0 },
  };
  return { job, facts };
}

/** Stores such a job. */
export async function withJob(store: Store, end: JobEnd | null): Promise<void> {
  const { job, facts } = jobOf(end);
  await store.openJob(job, [...contents, { md5: md5Hex(after), data: after }], []);
  await store.append(job.id, 0, facts);
}

/** Stores a backup with its bytes. */
export async function withBackup(store: Store, backup: Backup = BACKUP): Promise<void> {
  await store.putContents(contents);
  await store.putBackup({ kind: 'open', backup });
}

/** A backup, and the jobs `j-1` and `j-2`; of `j-1` only its backup record is left to damage if that is the `table`. */
export async function withRecords(store: Store, table: string): Promise<void> {
  await withBackup(store);
  await withJob(store, 'verified');
  const whole = jobOf('verified');
  await store.openJob({ ...whole.job, id: 'j-2' }, [], []);
  await store.append('j-2', 0, whole.facts);
  if (table === 'backups') await store.remove('j-1');
}

/** A library over a store, what it has shown and exported, and a way to give it a file. */
export function makeLibrary(store: Store = memoryStore()) {
  const views: LibraryView[] = [];
  const files: LibraryFile[] = [];
  const tickets: (number | undefined)[] = [];
  const running = new Set<string>();
  const library = new BackupLibrary({
    store,
    hashes: HASHES,
    app: 'Sectorwise 0.1.0',
    now: () => Date.UTC(2026, 10, 28),
    estimate: async () => ({ usage: 10, quota: 1000 }),
    isRunning: (job) => Promise.resolve(running.has(job)),
    onView: (view) => views.push(view),
    onFile: (file, ticket) => {
      files.push(file);
      tickets.push(ticket);
    },
    encryption: { iterations: 2 },
  });
  const give = (data: Uint8Array, name = 'a.zip') =>
    library.dispatch({ do: 'import-backup', file: new File([new Uint8Array(data)], name) });
  return { library, store, views, files, tickets, running, give };
}

/** The file of the last export. */
export async function exported(
  { library, files }: Pick<ReturnType<typeof makeLibrary>, 'library' | 'files'>,
  id: string,
  passphrase: string | null = null,
): Promise<LibraryFile> {
  await library.dispatch({ do: 'export-backup', id, passphrase });
  const file = files.at(-1);
  if (file === undefined) throw new Error(library.view.failure?.says);
  return file;
}

/** The ids of what the page sees, and whether each is encrypted. */
export const names = ({ view }: BackupLibrary) =>
  view.items.map(({ id, fits }) => `${id} ${fits === null ? 'encrypted' : 'open'}`);
/** How many of the backup's contents a store has. */
export const bytesKept = (store: Store) => store.have(CONTENTS.keys()).then((kept) => kept.size);
