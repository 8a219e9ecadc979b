/** What a session reads of its board for a person, before or beside what is planned; a plan that it does not change stays as it is. */
import type { Cancel } from '../flash/failure.ts';
import { factsOf } from '../flash/failure.ts';
import type { Inspection } from '../flash/family.ts';
import type { Refusal } from '../flash/finding.ts';
import type { Target } from '../flash/target.ts';
import type { ChosenFiles } from './chosen-files.ts';
import type { ConnectedBoard } from './connected-board.ts';
import type { LookIntent } from './contents/contents-viewer.ts';
import type { PartitionViewer } from './contents/partition-viewer.ts';
import type { OpenJobs } from './job-execution/open-jobs.ts';
import { readingParts } from './progress.ts';
import type { BackupIntent, ReadIntent, ReadingTask } from './reading-tasks.ts';
import { backupTask, lookTask, readTask } from './reading-tasks.ts';
import type { SerialQueue } from './serial-queue.ts';
import type { BoardWork, SessionContext, SessionParts } from './session-parts.ts';
import type { SessionState, Work } from './state.ts';

/** What the readings need of their session. */
interface Reader<I extends Inspection, T extends Target> {
  readonly parts: SessionParts<I, T> & SessionContext;
  readonly board: ConnectedBoard<I, T>;
  readonly files: ChosenFiles<I>;
  readonly viewer: PartitionViewer<I>;
  readonly jobs: OpenJobs;
  readonly queue: SerialQueue;
  readonly state: () => SessionState;
  /** Work on the connected board; null if there is none. */
  readonly boardWork: (cancel: Cancel) => BoardWork<I, T> | null;
  readonly show: (work: Work) => void;
  /** Reports progress, no more often than anyone can read. */
  readonly tell: (work: () => Work) => void;
  /** Plans again, which says what is now. */
  readonly survey: (cancel: Cancel) => Promise<void>;
  readonly refuse: (refusal: Refusal) => void;
  /** Handles the early end of a reading. */
  readonly gaveUp: (error: unknown, cancel: Cancel) => Promise<void>;
}

/** The readings of one session. */
export class BoardReadings<I extends Inspection, T extends Target> {
  constructor(private readonly session: Reader<I, T>) {}

  /** Reads what a glance at the board left out, before anything is planned or looked into; false if it was stopped or overtaken. */
  async readWhole(cancel: Cancel): Promise<boolean> {
    const { board, jobs, parts, show, tell, gaveUp } = this.session;
    if (!board.isGlanced) return true;
    const part = readingParts({ says: 'Reading what the partitions hold', total: 0 }, parts.clock);
    show(part(0));
    try {
      cancel.check();
      await board.readRest(jobs.leftovers, (...read) => tell(() => part(...read)));
      cancel.check();
      return true;
    } catch (error) {
      await gaveUp(error, cancel);
      return false;
    }
  }

  /** Reads more of the board than connecting does, or saves what a flash image holds. */
  async readMore(intent: ReadIntent, cancel: Cancel): Promise<void> {
    const { parts, board, viewer, files, survey } = this.session;
    const task = readTask(intent, board, { ...parts, reader: viewer.reader, files: files.all, cancel });
    // The survey that this intent stopped has to run again; otherwise the page would show it as in progress forever.
    await (task === null ? survey(cancel) : this.run(task, cancel));
  }

  /** Looks into a partition; the plan stays, because nothing about it has changed. */
  async look(intent: LookIntent, cancel: Cancel): Promise<void> {
    const { board, viewer, boardWork, survey } = this.session;
    const [work, of, then] = [boardWork(cancel), board.read, this.#shownAgain()];
    if (work === null || of === null) return survey(cancel);
    viewer.reader.at(of);
    if (intent.range !== null) return this.run(lookTask(intent, viewer, work, of), cancel);
    viewer.close();
    await (then === undefined ? survey(cancel) : then());
  }

  /** Makes a backup on request, and what it is made for. */
  async backUp(intent: BackupIntent, cancel: Cancel): Promise<void> {
    const { files, boardWork, survey, refuse } = this.session;
    const work = boardWork(cancel);
    if (work === null) return survey(cancel);
    const task = backupTask(work, intent, files);
    await ('run' in task ? this.run(task, cancel) : refuse(task));
  }

  /** Reads from the board and then plans again, unless the plan stays; a stop ends only the reading. */
  async run({ run, backup = false, keepsPlan, ...task }: ReadingTask, cancel: Cancel): Promise<void> {
    const { parts, queue, tell, survey, gaveUp } = this.session;
    const then = keepsPlan === true ? this.#shownAgain() : undefined;
    const part = readingParts({ ...task, backup }, parts.clock);
    const onBytes = (...read: Parameters<typeof part>) => tell(() => part(...read));
    onBytes(0);
    try {
      await run(onBytes);
    } catch (error) {
      if (factsOf(error).kind !== 'stopped' || !cancel.cancelled) return gaveUp(error, cancel);
    }
    if (queue.isLast(cancel)) await (then === undefined ? survey(queue.goOn()) : then());
  }

  /** Shows again what was planned before; undefined for a plan that an intent overtook, which has to be made after it. */
  #shownAgain(): (() => void) | undefined {
    const { show } = this.session;
    const state = this.session.state();
    if (state.kind !== 'connected' || state.work.kind === 'surveying') return undefined;
    return () => show(state.work);
  }
}
