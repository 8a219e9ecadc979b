/** Test support: a session whose backups are kept, and checked as repairs. Nothing of the app imports it. */
import type { Range } from '../../flash/map.ts';
import { BackupLibrary } from '../../backups/library.ts';
import { HASHES } from '../../formats/hashes.ts';
import type { Backup } from '../../storage/records.ts';
import type { Store } from '../../storage/store.ts';
import type { AnySession } from '../esp/world.ts';
import { connectedOf } from '../plain-world.ts';

/** A session with the store that it keeps backups in. */
export interface Keeping {
  readonly session: AnySession & Parameters<typeof connectedOf>[0];
  readonly store: Store;
}

/** Finds the backups of a store by their ids, as the app does. */
export function backupsOf(store: Store): (id: string) => Promise<Backup | null> {
  const library = new BackupLibrary({
    store,
    hashes: HASHES,
    app: 'test',
    estimate: () => Promise.resolve({}),
    now: () => 0,
    onView: () => undefined,
    onFile: () => undefined,
  });
  return (id) => library.backupById(id);
}

/** Backs the whole flash up, and returns the id of that. */
export async function backedUp({ session, store }: Keeping): Promise<string> {
  const known = new Set((await store.backups()).map((each) => (each.kind === 'open' ? each.backup.id : '')));
  await session.dispatch({ do: 'back-up', range: null });
  const made = (await store.backups()).find((each) => each.kind === 'open' && !known.has(each.backup.id));
  if (made?.kind !== 'open') throw new Error('nothing was kept');
  return made.backup.id;
}

/** What is wrong with a range of a backup. */
export async function wrongIn({ session }: Keeping, backup: string, range: Range): Promise<string | null | undefined> {
  await session.dispatch({ do: 'check-backups', ranges: [{ backup, range }] });
  return connectedOf(session).checked?.find((each) => each.backup === backup && each.range === range)?.wrong;
}
