/** Bytes with edits applied: those of a dropped file before it is written, and those of a partition for a new layout. */
import type { Family, Inspection } from '../../flash/family.ts';
import type { Range } from '../../flash/map.ts';
import { isSameRange } from '../../flash/map.ts';
import type { ContentEdit, RewrittenContent } from '../../flash/partition-contents.ts';
import type { YieldNow } from '../../flash/yielding.ts';
import type { ChosenFile } from '../drops.ts';
import { isSameList } from '../drops.ts';

/**
 * A file with these edits applied to it as it was dropped; the same object where nothing changes. Where they cannot be applied its
 * bytes stay as they are, and it says why. Rejects with the failure `stopped`.
 */
export async function withEdits<I extends Inspection>(
  family: Family<I>,
  file: ChosenFile,
  edits: readonly ContentEdit[],
  yieldNow: YieldNow,
): Promise<ChosenFile> {
  const { dropped, edited, changes: _changes, ...plain } = file;
  if (edits.length === 0) return dropped === undefined ? file : { ...plain, data: dropped };
  if (edited !== undefined && isSameList(edited.edits, edits)) return file;
  const data = dropped ?? file.data;
  const done = await family.editStored?.({ data, type: null, keys: null }, edits, yieldNow);
  if (done === undefined) return file;
  const place = { in: 'file', name: file.name } as const;
  return 'refusal' in done
    ? { ...plain, data, dropped: data, edited: { edits, refusal: { ...done.refusal, place } } }
    : { ...plain, data: done.data, dropped: data, changes: done.changes, edited: { edits, refusal: null } };
}

/** Reads partitions as the edits leave them; `read` gives the bytes of those that are not edited. */
export function afterEdits(
  rewritten: readonly RewrittenContent[],
  read: (range: Range) => Promise<Uint8Array>,
): (range: Range) => Promise<Uint8Array> {
  return (range) => {
    const own = rewritten.find(({ before }) => isSameRange(before, range));
    return own !== undefined && 'data' in own.result ? Promise.resolve(own.result.data) : read(range);
  };
}
