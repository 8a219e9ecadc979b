/** A board that was backed up before its partition table became another: what a restore makes of the backup. */
import type { Backup } from '../../storage/records.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { TABLE } from '../../virtual-boards/esp/firmware/factory.ts';
import type { TableRow } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { makeLibrary } from '../library.ts';
import { connectedOf } from '../plain-world.ts';
import type { World } from './world.ts';
import { openWorld } from './world.ts';

export const APP1 = 0x1d0000;
export const APP = buildAppImage({ project: 'other', version: '2.0.0', seed: 2, size: 0x20000 });

export type Rows = (rows: readonly TableRow[]) => readonly TableRow[];

/** What makes one row another. */
export const change = (name: string, to: Partial<TableRow>) => (rows: readonly TableRow[]) =>
  rows.map((row) => (row.label === name ? { ...row, ...to } : row));

/** Small, so that little is read. */
const ROWS = change('app1', { size: 0x40000 })(RAFT_OTA_ROWS);

/** What is loaded into the flash, by address. */
type Loads = Readonly<Record<number, Uint8Array>>;

interface Case {
  /** The partitions that are backed up, as one backup. */
  readonly names: readonly string[];
  readonly before?: Loads;
  readonly layout: Rows;
  /** What the flash holds after the backup. */
  readonly later?: Loads;
  /** What is otherwise in the backup. */
  readonly edit?: (backup: Backup) => Backup;
  readonly rows?: Rows;
}

/** A board of which partitions are backed up before its table becomes another; the restore is planned. */
export async function restoredBackup({ names, before = {}, layout, later = {}, edit, rows }: Case): Promise<World> {
  const store = memoryStore();
  const { library } = makeLibrary(store);
  const made: Backup[] = [];
  const backup = async () => {
    const [first] = made;
    if (first === undefined) return null;
    const units = made.flatMap((each) => each.units).toSorted((a, b) => a.address - b.address);
    const all = { ...first, units };
    return edit === undefined ? all : edit(all);
  };
  const world = openWorld('esp32-raft', undefined, {}, { store, backup });
  const { session } = world;
  const { flash } = world.made;
  const load = (loads: Loads) => {
    for (const [address, data] of Object.entries(loads)) flash.load(Number(address), data);
  };
  const own = rows?.(ROWS) ?? ROWS;
  flash.load(TABLE, buildPartitionTable(own));
  load({ [APP1]: APP, ...before });
  await session.connect();
  for (const name of names) {
    const range = connectedOf(session).board.layout.partitions.find((each) => each.name === name);
    if (range === undefined) throw new Error(`no ${name}`);
    await session.dispatch({ do: 'back-up', range });
  }
  for (const record of await store.backups()) {
    const found = record.kind === 'open' ? await library.backupById(record.backup.id) : null;
    if (found !== null) made.push(found);
  }
  if (made.length !== names.length) throw new Error('nothing was backed up');
  flash.load(TABLE, buildPartitionTable(layout(own)));
  load(later);
  await session.dispatch({ do: 'reconnect' });
  await session.dispatch({ do: 'restore', backup: made[0]?.id ?? '' });
  return world;
}
