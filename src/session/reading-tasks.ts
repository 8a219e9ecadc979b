/** What a session reads of a board on request: in words, with its size, and how. */
import type { Cancel } from '../flash/failure.ts';
import type { DiagnosisReads, DroppedFile, Family, Inspection } from '../flash/family.ts';
import type { Refusal } from '../flash/finding.ts';
import type { Range } from '../flash/map.ts';
import type { Md5 } from '../flash/survey.ts';
import type { Target, Watch } from '../flash/target.ts';
import { backupScope, backupWords, refusedBackup, unitsToBackUp } from './backup-scope.ts';
import type { ConnectedBoard } from './connected-board.ts';
import type { FlashReader } from './contents/flash-reader.ts';
import type { LookIntent, PartitionViewer } from './contents/partition-viewer.ts';
import { backUp } from './make-backup.ts';
import { sizeOf } from './progress.ts';
import type { BoardWork } from './session-parts.ts';
import type { Intent } from './state.ts';

/** One reading. `total` in bytes, 0 if that is not known; `run` throws the `Failure`s of the device and the store. */
export interface ReadingTask {
  readonly says: string;
  readonly total: number;
  /** True while a backup is made, which ends with the tab. */
  readonly backup?: true;
  readonly run: (onBytes: (done: number) => void) => Promise<void>;
}

/** The intents that read more of a board. */
export type MoreIntent = Extract<Intent, { do: 'examine' | 'diagnose' | 'read-out' }>;

/** What that needs beside the board. */
export interface MoreWork<I extends Inspection, T extends Target> {
  readonly family: Family<I, T>;
  readonly md5: Md5;
  readonly reader: FlashReader;
  readonly files: readonly DroppedFile[];
  readonly cancel: Cancel;
}

/** Reading more of a board: its apps, everything that matters, or everything; null if there is no board, or nothing more to read. */
export function moreTask<I extends Inspection, T extends Target>(
  intent: MoreIntent,
  board: ConnectedBoard<I, T>,
  work: MoreWork<I, T>,
): ReadingTask | null {
  const { read, target } = board;
  const { family, cancel } = work;
  if (read === null || target === null) return null;
  const reads = {
    examine: {
      says: 'Reading the apps completely',
      total: read.examinable,
      run: (watch: Watch) => family.examine?.(target, read, watch),
    },
    diagnose: {
      says: 'Looking closely at the board',
      total: read.diagnosable,
      run: (watch: Watch) => family.diagnose?.(target, read, closely(intent, board, read, target, { ...work, watch })),
    },
    'read-out': {
      says: 'Reading the whole flash',
      total: read.readable,
      run: (watch: Watch) => family.readOut?.(target, read, watch),
    },
  };
  const { says, total, run } = reads[intent.do];
  return {
    says,
    total: total ?? 0,
    run: async (onBytes) => {
      const more = await run({ cancel, onBytes });
      if (more !== undefined) board.see(more);
    },
  };
}

function closely<I extends Inspection, T extends Target>(
  intent: MoreIntent,
  board: ConnectedBoard<I, T>,
  read: I,
  target: T,
  { md5, reader, files, watch }: MoreWork<I, T> & { readonly watch: Watch },
): DiagnosisReads {
  let done = 0;
  const onMore = (bytes: number) => watch.onBytes?.((done += bytes));
  const work = { target, map: read.layout.map, md5, cancel: watch.cancel, onMore };
  const log = intent.do === 'diagnose' && intent.log !== undefined ? intent.log : board.bootLog;
  return { watch, bytesOf: (range) => reader.at(read).bytesOf(() => work, range), log, files };
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
    run: (onBytes) => viewer.look(intent, work, of, onBytes),
  };
}
