/** What a session reads of a board on request: in words, with its size, and how. */
import { imageIn } from '../flash/arrangement.ts';
import { isSameKept } from '../flash/repair-sources.ts';
import type { Cancel } from '../flash/failure.ts';
import type { DroppedFile, Source } from '../flash/dropped-file.ts';
import type { DiagnosisReads, Family, Inspection } from '../flash/family.ts';
import type { Refusal } from '../flash/finding.ts';
import { span } from '../flash/finding.ts';
import { plainName } from '../flash/names.ts';
import { segmentRange } from '../flash/image.ts';
import type { Range } from '../flash/map.ts';
import { overlaps, regionOf, sizeOf } from '../flash/map.ts';
import type { Md5 } from '../flash/survey.ts';
import type { OnProgress, Target, Watch } from '../flash/target.ts';
import { checkBackups } from './repair-sources.ts';
import { compareWith } from './compare-flash.ts';
import {
  backupScope,
  backupWords,
  isTyped,
  refusedBackup,
  whyNoBytes,
  unitsToBackUp,
  wholeRegions,
  whyNoRead,
} from './backup-scope.ts';
import type { ChosenFiles } from './chosen-files.ts';
import type { ConnectedBoard } from './connected-board.ts';
import type { FlashReader } from './contents/flash-reader.ts';
import type { LookIntent } from './contents/contents-viewer.ts';
import type { PartitionViewer } from './contents/partition-viewer.ts';
import type { OpenJobs } from './job-execution/open-jobs.ts';
import { backUp, readUnits, unitsToSave } from './make-backup.ts';
import { sourceWord } from './progress.ts';
import { sessionRefusal } from './refusals.ts';
import type { BoardWork, SessionContext } from './session-parts.ts';
import type { Intent } from './intents.ts';

/** One reading. `total` in bytes, 0 if that is not known; `run` throws the `Failure`s of the device and the store. */
export interface ReadingTask {
  readonly says: string;
  readonly total: number;
  /** True where `total` is the most that it may come to. */
  readonly atMost?: boolean;
  /** True while a backup is made, which ends with the tab. */
  readonly backup?: boolean;
  /** True where it changes nothing about what is planned. */
  readonly keepsPlan?: true;
  readonly run: (onBytes: (done: number, total?: number) => void) => Promise<void>;
}

/** The intents that read more of a board than is known, compare it with a file or a backup, or save what a flash image holds. */
export type ReadIntent = Extract<Intent, { do: (typeof READS)[number] }>;

const READS = ['examine', 'diagnose', 'read-out', 'save-image', 'compare', 'check-backups'] as const;

/** Whether an intent reads more of a board. */
export function isReadIntent(intent: Intent): intent is ReadIntent {
  return READS.some((each) => each === intent.do);
}

/** What that needs beside the board. */
export interface ReadTaskContext<I extends Inspection, T extends Target> extends Pick<
  SessionContext,
  'md5' | 'store' | 'backup' | 'onFile'
> {
  readonly family: Family<I, T>;
  readonly reader: FlashReader;
  readonly files: readonly DroppedFile[];
  readonly cancel: Cancel;
}

/**
 * Reading more of a board: its apps, everything that matters, or everything; or saving a flash image as a file. Null if there is
 * no board, or no flash image.
 */
export function readTask<I extends Inspection, T extends Target>(
  intent: ReadIntent,
  board: ConnectedBoard<I, T>,
  work: ReadTaskContext<I, T>,
): ReadingTask | null {
  const { read, target } = board;
  const { family, cancel } = work;
  if (read === null || target === null) return null;
  if (intent.do === 'compare') return compareTask(intent.file, board, work.md5, cancel);
  if (intent.do === 'check-backups') {
    const run = async (onBytes: (done: number) => void) => {
      const known = board.checked.filter((each) => !intent.ranges.some((own) => isSameKept(own, each)));
      board.checked = [...known, ...(await checkBackups(intent.ranges, read, target, { ...work, onBytes }))];
    };
    const total = sizeOf(intent.ranges.map(({ range }) => range));
    return { says: 'Checking what the backups hold', total, keepsPlan: true, run };
  }
  if (intent.do === 'save-image') {
    const { file } = target;
    if (file === undefined) return null;
    const run = async () => work.onFile(await file.save(intent.what));
    return { says: 'Making the file', total: 0, keepsPlan: true, run };
  }
  const log = intent.do === 'diagnose' ? intent.log : undefined;
  const reads = {
    examine: {
      says: 'Reading the apps completely',
      total: read.examinable,
      atMost: true,
      run: (watch: Watch) => family.examine?.(target, read, watch),
    },
    diagnose: {
      says: `Looking closely at the ${sourceWord(target)}`,
      total: read.diagnosable,
      atMost: true,
      run: (watch: Watch) =>
        family.diagnose?.(target, read, closely(log ?? board.bootLog, read, target, { ...work, watch })),
    },
    'read-out': {
      says: 'Reading the whole flash',
      total: read.readable,
      atMost: false,
      run: (watch: Watch) => family.readOut?.(target, read, watch),
    },
  };
  const { says, total, atMost, run } = reads[intent.do];
  return {
    says,
    total: total ?? 0,
    atMost,
    run: async (onBytes) => {
      const more = await run({ cancel, onBytes });
      if (more !== undefined) board.see(more);
    },
  };
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
  const total = file === null ? 0 : sizeOf(wholeRegions(shown.layout.map));
  return { says: 'Comparing with the file', total, keepsPlan: true, run };
}

function closely<I extends Inspection, T extends Target>(
  log: string,
  read: I,
  target: T,
  { md5, reader, files, watch }: ReadTaskContext<I, T> & { readonly watch: Watch },
): DiagnosisReads {
  let done = 0;
  const onMore = (bytes: number) => watch.onBytes?.((done += bytes));
  const work = { target, map: read.layout.map, md5, cancel: watch.cancel, onMore };
  return { watch, bytesOf: (range) => reader.at(read).bytesOf(() => work, range), log, files };
}

/** Reading the board once more, and what its jobs have left on it. */
export function rereadTask<I extends Inspection, T extends Target>(
  board: ConnectedBoard<I, T>,
  jobs: OpenJobs,
  cancel: Cancel,
): ReadingTask {
  const run = async (onProgress: OnProgress) => {
    await board.readAgain(cancel, undefined, onProgress);
    await board.note(jobs.leftovers, cancel);
  };
  return { says: `Reading the ${sourceWord(board.target)} again`, total: 0, run };
}

/** Reading a range that is no partition, as a file of its bytes, which the board or a second reading confirms; or why not. */
function bytesTask(
  work: BoardWork,
  { range, ticket }: Extract<BackupIntent, { do: 'save-bytes' }>,
): ReadingTask | Refusal {
  const why = whyNoRead(work.board, range);
  if (why !== null) return refusedRead(range, why);
  const what = span(range);
  const run = async (onBytes: (done: number) => void) => {
    let done = 0;
    const data = await work.bytesOf(range, (more) => onBytes((done += more)));
    work.onFile({ name: `${plainName(range.region)}-${what.replace('–', '-')}.bin`, data }, ticket);
  };
  return { says: `Reading ${what}`, total: range.size, run };
}

/** Reading a partition or a whole region, as a file of its bytes; or why not. */
function saveTask(
  work: BoardWork,
  { range, ticket }: Extract<BackupIntent, { do: 'save-bytes' }>,
): ReadingTask | Refusal {
  const { board, mark } = work;
  const why = whyNoBytes(board, range);
  if (why !== null) return refusedRead(range, why);
  const run = async (onBytes: (done: number) => void) =>
    work.onSave({ board: mark, range, data: await readUnits(work, range, onBytes) }, ticket);
  const scope = backupScope(board, range);
  const isPiece = wholeRegions(board.layout.map).length > 1 && scope === null;
  const what = isPiece ? regionOf(board.layout.map, range.region).name : backupWords(board, scope);
  return { says: `Reading ${what} to save it as a file`, total: sizeOf(unitsToSave(board, range)), backup: true, run };
}

function refusedRead(range: Range, why: string): Refusal {
  return sessionRefusal('nothing-to-back-up', { in: 'flash', range }, { what: span(range), why });
}

/** The intents that copy what a board holds: to a backup, to a file, or to a bundle. */
export type BackupIntent = Extract<Intent, { do: 'back-up' | 'save-bytes' | 'make-bundle' }>;

/** Making a backup and what it is for, or the refusal of one. A bundle of the chosen files needs no backup, and a typed range has none. */
export function backupTask<I extends Inspection>(
  work: BoardWork<I>,
  intent: BackupIntent,
  files: Pick<ChosenFiles<I>, 'arrangement'>,
): ReadingTask | Refusal {
  const { board } = work;
  if (intent.do === 'make-bundle' && intent.of === 'files') {
    const run = () => {
      const { layout, content } = files.arrangement(board);
      const image = imageIn(content);
      const written = (partition: Range) => image.some((segment) => overlaps(segmentRange(segment), partition));
      const request = { ...intent.request, parts: layout.partitions.filter(written) };
      work.onBundle({ of: 'build', identity: board.identity, layout, image }, request);
      return Promise.resolve();
    };
    return { says: 'Making the recovery bundle', total: 0, run };
  }
  if (intent.do === 'save-bytes' && isTyped(board, intent.range)) return bytesTask(work, intent);
  if (intent.do === 'save-bytes') return saveTask(work, intent);
  const range = intent.do === 'make-bundle' ? null : intent.range;
  const refusal = refusedBackup(board, range);
  if (refusal !== null) return refusal;
  const run = async (onBytes: (done: number) => void) => {
    const { id } = await backUp(work, range, onBytes);
    void work.onKept();
    if (intent.do === 'make-bundle') work.onBundle({ backup: id }, intent.request);
  };
  const total = sizeOf(unitsToBackUp(board, range).units);
  return { says: `Backing up ${backupWords(board, range)}`, total, backup: true, run };
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
