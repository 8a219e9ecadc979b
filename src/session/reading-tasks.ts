/** What a session reads of a board on request: in words, with its size, and how. */
import type { Cancel } from '../flash/failure.ts';
import type { Family, Inspection } from '../flash/family.ts';
import type { Refusal } from '../flash/finding.ts';
import { span } from '../flash/finding.ts';
import { plainName } from '../flash/plain-name.ts';
import type { Range } from '../flash/map.ts';
import type { Target } from '../flash/target.ts';
import { backupScope, backupWords, refusedBackup, unitsToBackUp, whyNoRead } from './backup-scope.ts';
import type { ConnectedBoard } from './connected-board.ts';
import type { LookIntent, PartitionViewer } from './contents/partition-viewer.ts';
import type { OpenJobs } from './job-execution/open-jobs.ts';
import { backUp } from './make-backup.ts';
import { sizeOf } from './progress.ts';
import { sessionRefusal } from './refusals.ts';
import type { BoardWork } from './session-parts.ts';

/** One reading. `total` in bytes, 0 if that is not known; `run` throws the `Failure`s of the device and the store. */
export interface ReadingTask {
  readonly says: string;
  readonly total: number;
  /** True while a backup is made, which ends with the tab. */
  readonly backup?: true;
  readonly run: (onBytes: (done: number) => void) => Promise<void>;
}

/** Reading more of a board: its apps, or everything; null if there is no board, or nothing more to read. */
export function moreTask<I extends Inspection, T extends Target>(
  how: 'examine' | 'readOut',
  family: Family<I, T>,
  board: ConnectedBoard<I, T>,
  cancel: Cancel,
): ReadingTask | null {
  const { read, target } = board;
  if (read === null || target === null || family[how] === undefined) return null;
  const [says, size] =
    how === 'examine' ? ['Reading the apps completely', read.examinable] : ['Reading the whole flash', read.readable];
  const run = async (onBytes: (done: number) => void) => {
    const more = await family[how]?.(target, read, { cancel, onBytes });
    if (more !== undefined) board.see(more);
  };
  return { says, total: size ?? 0, run };
}

/** Reading the board once more, and what its jobs have left on it. */
export function againTask<I extends Inspection, T extends Target>(
  board: ConnectedBoard<I, T>,
  jobs: OpenJobs,
  cancel: Cancel,
): ReadingTask {
  const run = async () => {
    await board.readAgain(cancel);
    await board.note(jobs.leftovers, cancel);
  };
  return { says: 'Reading the board again', total: 0, run };
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

/** Reading a range that is no partition, as a file of its bytes, which the board or a second reading confirms; or why not. */
export function bytesTask(work: BoardWork, range: Range): ReadingTask | Refusal {
  const why = whyNoRead(work.board, range);
  const what = span(range);
  if (why !== null) return sessionRefusal('nothing-to-back-up', { in: 'flash', range }, { what, why });
  const run = async (onBytes: (done: number) => void) => {
    let done = 0;
    const data = await work.bytesOf(range, (more) => onBytes((done += more)));
    work.onFile({ name: `${plainName(range.region)}-${what.replace('–', '-')}.bin`, data });
  };
  return { says: `Reading ${what}`, total: range.size, run };
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
    run: (onBytes) => viewer.look(intent, work, of, onBytes),
  };
}
