/** What a session reads of a board on request: in words, with its size, and how. */
import type { Cancel } from '../flash/failure.ts';
import type { Family, Inspection, Source } from '../flash/family.ts';
import type { Refusal } from '../flash/finding.ts';
import type { Range } from '../flash/map.ts';
import { regionSize } from '../flash/map.ts';
import type { Md5 } from '../flash/survey.ts';
import type { Target } from '../flash/target.ts';
import { compareWith } from './compare-flash.ts';
import { backupScope, backupWords, refusedBackup, unitsToBackUp } from './backup-scope.ts';
import type { ConnectedBoard } from './connected-board.ts';
import type { LookIntent, PartitionViewer } from './contents/partition-viewer.ts';
import { backUp } from './make-backup.ts';
import { sizeOf } from './progress.ts';
import type { BoardWork, SessionContext } from './session-parts.ts';
import type { Intent } from './state.ts';

/** One reading. `total` in bytes, 0 if that is not known; `run` throws the `Failure`s of the device and the store. */
export interface ReadingTask {
  readonly says: string;
  readonly total: number;
  /** True while a backup is made, which ends with the tab. */
  readonly backup?: boolean;
  /** True where it changes nothing about what is planned. */
  readonly keepsPlan?: true;
  readonly run: (onBytes: (done: number) => void) => Promise<void>;
}

/** An intent to read more of a board than is known, or to save what a flash image holds. */
export type MoreIntent = Extract<Intent, { readonly do: 'examine' | 'read-out' | 'save-image' | 'compare' }>;

/**
 * Reading more of a board: its apps, or everything; or saving a flash image as a file. Null if there is no board, nothing more to
 * read, or no flash image.
 */
export function moreTask<I extends Inspection, T extends Target>(
  intent: MoreIntent,
  family: Family<I, T>,
  board: ConnectedBoard<I, T>,
  { onFile, md5 }: Pick<SessionContext, 'onFile' | 'md5'>,
  cancel: Cancel,
): ReadingTask | null {
  const { read, target } = board;
  if (read === null || target === null) return null;
  if (intent.do === 'compare') return compareTask(intent.file, board, md5, cancel);
  if (intent.do === 'save-image') {
    const { file } = target;
    if (file === undefined) return null;
    return {
      says: 'Making the file',
      total: 0,
      keepsPlan: true,
      run: async () => onFile(await file.save(intent.what)),
    };
  }
  const how = intent.do === 'examine' ? 'examine' : 'readOut';
  if (family[how] === undefined) return null;
  const [says, size] =
    how === 'examine' ? ['Reading the apps completely', read.examinable] : ['Reading the whole flash', read.readable];
  const run = async (onBytes: (done: number) => void) => {
    const more = await family[how]?.(target, read, { cancel, onBytes });
    if (more !== undefined) board.see(more);
  };
  return { says, total: size ?? 0, run };
}

/** Comparing with a file, or forgetting what that found (null); null if it cannot be done here. */
function compareTask<I extends Inspection, T extends Target>(
  file: Source | null,
  board: ConnectedBoard<I, T>,
  md5: Md5,
  cancel: Cancel,
): ReadingTask | null {
  const { target, board: shown, openImage } = board;
  if (target === null || shown === null || openImage === undefined) return null;
  const run = async (onBytes: (done: number) => void) => {
    const how = { target, board: shown, md5, cancel, onBytes };
    board.comparison = file === null ? null : await compareWith(file, openImage, how);
  };
  const total = file === null ? 0 : shown.layout.map.regions.reduce((sum, region) => sum + regionSize(region), 0);
  return { says: 'Comparing with the file', total, keepsPlan: true, run };
}

/** Making a backup, or the refusal of one; `save` if the bytes of the range are wanted as a file too. */
export function backupTask(work: BoardWork, wanted: Range | null, save: boolean): ReadingTask | Refusal {
  const range = backupScope(work.board, wanted);
  const refusal = refusedBackup(work.board, range);
  if (refusal !== null) return refusal;
  const run = async (onBytes: (done: number) => void) => {
    const { id } = await backUp(work, range, onBytes);
    work.onKept();
    if (save && wanted !== null) work.onSave(id, wanted);
  };
  const total = sizeOf(unitsToBackUp(work.board, range).units);
  return { says: `Backing up ${backupWords(work.board, range)}`, total, backup: true, run };
}

/** Looking into a partition; `of` stands for the reading of the board. */
export function lookTask<I extends Inspection>(
  intent: LookIntent,
  viewer: PartitionViewer<I>,
  work: BoardWork<I>,
  of: object,
): ReadingTask {
  return {
    says: viewer.saysOf(intent, work.board),
    total: 0,
    keepsPlan: true,
    run: (onBytes) => viewer.look(intent, work, of, onBytes),
  };
}
