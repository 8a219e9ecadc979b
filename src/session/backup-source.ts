/** A partition's content in a backup, as a file that can be put on a board. */
import { makeCancel } from '../flash/failure.ts';
import type { Source } from '../flash/family.ts';
import { joinedWithin } from '../flash/image.ts';
import type { Range } from '../flash/map.ts';
import { overlaps } from '../flash/map.ts';
import type { PlanRequest } from '../flash/repair.ts';
import { imageOf } from './planning/restoring.ts';
import type { SessionContext } from './session-parts.ts';
import { sourceFailure } from './sources.ts';

/** What finds a backup and its bytes. */
type Backups = Pick<SessionContext, 'backup' | 'store' | 'md5'>;

/** Reads a range of a backup when it is asked for. Rejects with `backup-file-gone`, also where the backup is encrypted or lacks bytes of it, and with the `Failure`s of the store. */
export function backupSource(
  { name, backup, range }: Extract<PlanRequest, { do: 'use-backup' }>,
  backups: Backups,
): Source {
  const read = (from: number, to: number) =>
    bytesOf(backup, { ...range, address: range.address + from, size: Math.min(to, range.size) - from }, name, backups);
  return { path: name, size: range.size, read, whole: () => read(0, range.size) };
}

async function bytesOf(id: string, range: Range, name: string, { backup, store, md5 }: Backups): Promise<Uint8Array> {
  const gone = () => sourceFailure('backup-file-gone', { values: { file: name }, place: { in: 'file', name } });
  const found = await backup(id);
  if (found === null) throw gone();
  const units = found.units.filter((unit) => overlaps(unit, range));
  const { image } = await imageOf({ store, md5, cancel: makeCancel() }, units);
  const [first] = joinedWithin(image, range);
  const data = first?.data ?? new Uint8Array();
  if (data.length !== range.size) throw gone();
  return data;
}
