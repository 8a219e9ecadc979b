/** The jobs of the connected board: the recorded ones that are still open, and the one being carried out. */
import type { FailureFacts } from '../../flash/failure.ts';
import { factsOf, withResumeAsNextStep } from '../../flash/failure.ts';
import type { DroppedFile } from '../../flash/dropped-file.ts';
import type { Refusal } from '../../flash/finding.ts';
import { hex } from '../../flash/finding.ts';
import { jobState } from '../../flash/job.ts';
import type { Fact, Journal, KeptBytes } from '../../flash/journal.ts';
import type { EraseUnit, Range } from '../../flash/map.ts';
import { overlaps, bare } from '../../flash/map.ts';
import { keptOf, movedOf, plannedUnits } from '../../flash/plan.ts';
import type { Layout } from '../../flash/layout.ts';
import { partitionAt } from '../../flash/layout.ts';
import { extentOf, openPromises, bytesToRestore, fingerprintIn } from '../../flash/job-extent.ts';
import { unitKey } from '../../flash/survey.ts';
import type { PlannedJob } from '../planning/planning.ts';
import { begunUnits, isBetweenLayouts, isMovingContent } from './between-layouts.ts';
import type { KnownJob, Leftovers } from './incomplete.ts';
import { leftoversOf, mayBeIncomplete, NO_LEFTOVERS } from './incomplete.ts';
import type { ReportFile } from './report.ts';
import { whyNoRead } from '../backup-scope.ts';
import { sessionRefusal } from '../refusals.ts';
import { jobTitle } from '../words/job-title.ts';
import type { SessionContext } from '../session-parts.ts';
import type { Interrupted } from '../state.ts';
import { jobJournal, soundContent } from '../../storage/job-journal.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import type { BoardMark, JobRecord } from '../../storage/records.ts';
import { isSameMap, planLayout } from '../../storage/records.ts';

/** A job locked by this tab: no other tab carries it out until `letGo` is called. */
export interface OwnJob {
  readonly record: JobRecord;
  readonly journal: Journal;
  /** The layout that the job is shown with; the same object for the whole job. */
  readonly layout: Layout;
  readonly letGo: () => void;
}

/** An open job of the connected board. */
interface OpenJob {
  readonly record: JobRecord;
  readonly facts: readonly Fact[];
  /** Whether another tab is carrying it out now. */
  readonly elsewhere: boolean;
  /** The first unit that the job has to write back and whose content is missing from this browser. */
  readonly gone: EraseUnit | null;
}

/** Finds, begins, resumes and ends jobs. Every call may throw a `Failure` of the store. */
export class OpenJobs {
  #mark: BoardMark | null = null;
  #open: readonly OpenJob[] = [];
  #promised: readonly KeptBytes[] = [];
  #known: readonly KnownJob[] = [];
  #leftovers: Leftovers = NO_LEFTOVERS;
  #view: Interrupted | null = null;
  /** When the newest job of this board was started, open or not; 0 if there is none. */
  #latest = 0;

  constructor(private readonly context: SessionContext) {}

  /** Loads the open jobs of a board that was connected; null: there is no board. */
  async meet(mark: BoardMark | null): Promise<void> {
    this.#mark = mark;
    await this.#look();
  }

  /** Bytes that open jobs promised to keep and that the board does not hold now. */
  get promised(): readonly KeptBytes[] {
    return this.#promised;
  }

  /** What jobs have left on this board; the same object until something about them changes. */
  get leftovers(): Leftovers {
    return this.#leftovers;
  }

  /** What is left once a job of this board has come to where it is; `facts` is null if it came to its end. */
  leftoversAfter(record: JobRecord, facts: readonly Fact[] | null): Leftovers {
    return leftoversOf([{ record, facts }, ...this.#known.filter((job) => job.record.id !== record.id)]);
  }

  /** The layout that the board had before an open job began to write its partition table; null if none has. */
  get layoutBefore(): Layout | null {
    const [newest] = this.#open;
    const tables = newest?.record.board.layout.partitions.filter(({ role }) => role === 'table') ?? [];
    const cut = tables.some((table) => this.#leftovers.incomplete.some((range) => overlaps(range, table)));
    return newest !== undefined && cut ? newest.record.board.layout : null;
  }

  /** Where an open job of this very board writes a file; null if none does. */
  placeOf(file: DroppedFile): ReportFile | null {
    if (this.#mark === null || this.#mark.identity.key === null) return null;
    const [newest] = this.#open;
    if (newest?.record.purpose.kind !== 'flash') return null;
    const own = newest.record.files.filter(({ size }) => size === file.data.length);
    if (own.length === 0) return null;
    const digest = this.context.md5(file.data);
    return own.find(({ md5 }) => md5 === digest) ?? null;
  }

  /** The newest open job, as a person is asked about it; the same object until something about it changes. */
  view(): Interrupted | null {
    return this.#view;
  }

  /** A failure of the board; a lost link means something for a job that was begun and has not ended. */
  beside(failure: FailureFacts): FailureFacts {
    const begun = this.#view?.extent.begun ?? 0;
    return failure.kind === 'lost' && begun > 0 ? withResumeAsNextStep(failure) : failure;
  }

  /** Whether another tab is carrying out a job on this very board. */
  get isElsewhere(): boolean {
    return this.#mark?.identity.key !== null && this.#open.some(({ elsewhere }) => elsewhere);
  }

  /**
   * Why nothing may be planned over lost bytes of an open job: the plan would take the current content for what was to be kept.
   */
  get loss(): Refusal | null {
    return this.#open.map(lossOf).find((refusal) => refusal !== null) ?? null;
  }

  /** Why no files may be planned while a job that moves content is unfinished; null if there is none. */
  get moving(): Refusal | null {
    const found = this.#open.some(({ record, facts }) => isMovingContent(record, facts));
    return found ? sessionRefusal('moves-unfinished', { in: 'device' }) : null;
  }

  /** Why what these partitions hold cannot be edited: a job has written a part of one; null if none has. */
  unfinishedIn(ranges: readonly Range[]): Refusal | null {
    const [met] = ranges.filter((range) =>
      this.#open.some(({ record, facts }) => begunUnits(record, facts).some((unit) => overlaps(unit, range))),
    );
    if (met === undefined) return null;
    const partition = (this.#mark && partitionAt(this.#mark.layout, met)?.name) ?? hex(met.address);
    return sessionRefusal('edits-unfinished', { in: 'flash', range: met }, { partition });
  }

  /** An open job of this board with its facts; null if there is none with this id. */
  find(id: string): { readonly record: JobRecord; readonly facts: readonly Fact[] } | null {
    return this.#open.find(({ record }) => record.id === id) ?? null;
  }

  /**
   * Records a new job, with everything that it may need, before anything is done to the board. A job that changes nothing is
   * kept only in memory: there is nothing to resume or undo.
   */
  async begin({ planned, draft, contents, needed }: PlannedJob): Promise<OwnJob> {
    const { locks, md5, now, newId } = this.context;
    const store = draft.plan.stretches.length === 0 ? memoryStore() : this.context.store;
    // Jobs are told apart as earlier and later by this, and the computer's date may have been set back since.
    const started = Math.max(now(), this.#latest + 1);
    const record: JobRecord = { ...draft, id: newId(), started, end: null };
    const letGo = (await locks.take(record.id)) ?? (() => undefined);
    try {
      const all = [...contents()];
      await store.openJob(record, all, needed);
      // Contents with bytes that exist nowhere else are read back before they are erased on the board.
      const kept = new Set(
        plannedUnits(record.plan).flatMap((unit) =>
          [...keptOf(unit), ...movedOf(unit)].length > 0 ? [unit.after] : [],
        ),
      );
      const rest = all.filter((content) => !kept.has(content.md5));
      const recent = new Map(rest.map((content) => [content.md5, content.data]));
      const journal = await jobJournal(store, record.id, md5, recent);
      return { record, journal, layout: planned.layout, letGo };
    } catch (error) {
      letGo();
      throw error;
    }
  }

  /** Locks an open job to resume it; null if it no longer exists or another tab has it. */
  async take(id: string): Promise<OwnJob | null> {
    const { store, locks, md5 } = this.context;
    const record = this.find(id)?.record;
    const letGo = record === undefined ? null : await locks.take(id);
    if (record === undefined || letGo === null) return null;
    return { record, journal: await jobJournal(store, id, md5), layout: planLayout(record), letGo };
  }

  /**
   * Records how a job ended. Success also closes earlier jobs that it covers; a job that never began is removed; any other
   * stays open for the user to decide.
   */
  async close({ record, journal, letGo }: OwnJob, outcome: string): Promise<void> {
    const { store, now } = this.context;
    try {
      if (outcome === 'verified' || outcome === 'unproved') {
        await store.endJob(record.id, outcome, now());
        const { purpose } = record;
        for (const { record: other, facts } of this.#open) {
          if (other.id === record.id) continue;
          if (purpose.kind === 'roll-back' && purpose.job === other.id) await this.#end(other.id, 'rolled-back');
          else if (isCovered(other, facts, record) && isOneBoard(record, facts, journal.facts()))
            await this.#end(other.id, 'replaced');
        }
      } else if (extentOf(record.plan, journal.facts()).begun === 0) await store.remove(record.id);
    } finally {
      letGo();
      await this.#look();
    }
  }

  /** Records that a board was found to be in the state before an open job. */
  async undone(id: string): Promise<void> {
    await this.#end(id, 'rolled-back');
    await this.#look();
  }

  /** Closes a job without finishing it; what it kept stays among the backups. */
  async abandon(id: string): Promise<void> {
    if (this.find(id) !== null) await this.#end(id, 'left');
    await this.#look();
  }

  /** Ends a job, unless another tab carries it out, or has ended it since the jobs were last looked at. */
  async #end(id: string, how: 'rolled-back' | 'replaced' | 'left'): Promise<void> {
    const { store, locks, now } = this.context;
    const letGo = await locks.take(id);
    if (letGo === null) return;
    try {
      const record = (await store.jobs()).find((each) => each.id === id);
      if (record === undefined || record.end !== null) return;
      // A job that never began has overwritten nothing, so there is nothing to keep.
      if (how === 'left' && extentOf(record.plan, await store.facts(id)).begun === 0) await store.remove(id);
      else await store.endJob(id, how, now());
    } finally {
      letGo();
    }
  }

  /** Records units that already hold what their open jobs wanted; a job that is complete is ended. */
  async found(units: readonly EraseUnit[], digestOf: (unit: EraseUnit) => string | null): Promise<void> {
    const { store, locks, md5, now } = this.context;
    // Without a unique ID nobody knows whether these jobs were for this board.
    if (this.#mark === null || this.#mark.identity.key === null) return;
    const known = new Set(units.map(unitKey));
    let news = false;
    for (const { record, facts } of this.#open) {
      const state = jobState(record.plan, facts);
      const there = plannedUnits(record.plan).filter((unit) => {
        const progress = state.units.get(unitKey(unit));
        return (
          known.has(unitKey(unit)) &&
          progress?.begun === true &&
          progress.state !== 'verified' &&
          digestOf(unit) === unit.after
        );
      });
      const letGo = there.length === 0 ? null : await locks.take(record.id);
      if (letGo === null) continue;
      try {
        const journal = await jobJournal(store, record.id, md5);
        await journal.append(...there.map((unit) => ({ fact: 'digest', unit: bare(unit), md5: unit.after }) as const));
        const { total, verified } = extentOf(record.plan, journal.facts());
        if (total === verified) await store.endJob(record.id, 'verified', now());
        news = true;
      } finally {
        letGo();
      }
    }
    if (news) await this.#look();
  }

  async #look(): Promise<void> {
    const { store, locks } = this.context;
    const mark = this.#mark;
    const open: OpenJob[] = [];
    const promised: KeptBytes[] = [];
    const known: KnownJob[] = [];
    const taken = new Set<string>();
    const records = mark === null ? [] : await store.jobs();
    for (const record of records) {
      if (record.board.key !== mark?.key) continue;
      // Facts of a later version are left alone: the job cannot be resumed here, but the board can be used.
      const facts = mayBeIncomplete(record) ? await store.facts(record.id).catch(() => null) : null;
      known.push({ record, facts });
      if (record.end !== null || facts === null) continue;
      const elsewhere = await locks.isTaken(record.id);
      const { owed, gone } = elsewhere ? { owed: [], gone: null } : await this.#owed(record, facts, taken);
      open.push({ record, facts, elsewhere, gone });
      promised.push(...owed);
      for (const unit of begunUnits(record, facts)) taken.add(unitKey(unit));
    }
    // A store that hung may answer after another board was met.
    if (mark !== this.#mark) return;
    [this.#open, this.#promised] = [open, promised];
    this.#latest = Math.max(0, ...known.map(({ record }) => record.started));
    // Without a unique ID nobody knows whether these jobs were for this board.
    this.#known = mark?.identity.key === null ? [] : known;
    this.#leftovers = leftoversOf(this.#known);
    const [newest] = open;
    this.#view = newest === undefined || mark === null ? null : interruptedView(newest, mark);
  }

  /** What one job has to write back, in units that no later job has begun; the later job is responsible for those. */
  async #owed(
    record: JobRecord,
    facts: readonly Fact[],
    taken: ReadonlySet<string>,
  ): Promise<{ readonly owed: readonly KeptBytes[]; readonly gone: EraseUnit | null }> {
    const { store, md5 } = this.context;
    const owed: KeptBytes[] = [];
    let gone: EraseUnit | null = null;
    for (const { range, unit } of openPromises(record.plan, facts)) {
      if (taken.has(unitKey(unit))) continue;
      try {
        const content = await soundContent(store, unit.after, md5);
        const from = range.address - unit.address;
        owed.push({ ...range, data: content.slice(from, from + range.size) });
      } catch (error) {
        // The user can still abandon the job or roll it back, so this must not end here.
        if (factsOf(error).name !== 'content-gone') throw error;
        gone ??= bare(unit);
      }
    }
    return { owed, gone };
  }
}

function interruptedView(job: OpenJob, mark: BoardMark): Interrupted {
  const { record, facts, elsewhere } = job;
  const { lost } = bytesToRestore(record.plan, facts);
  const [first] = lost;
  const either = elsewhere
    ? sessionRefusal('job-elsewhere', { in: 'device' })
    : isSameMap(record.board.layout.map, mark.layout.map)
      ? null
      : sessionRefusal('other-map', { in: 'device' });
  return {
    job: record.id,
    purpose: record.purpose.kind,
    ...jobTitle(record),
    started: record.started,
    extent: extentOf(record.plan, facts),
    image: record.plan.image.md5,
    ...(plannedUnits(record.plan).some((unit) => whyNoRead(mark, unit) !== null) && { unreadable: true as const }),
    ...(isBetweenLayouts(record, facts) && { betweenLayouts: true as const }),
    noResume: either ?? lossOf(job),
    noRollBack:
      either ??
      (first === undefined
        ? record.purpose.kind === 'roll-back'
          ? sessionRefusal('is-way-back', { in: 'device' })
          : null
        : sessionRefusal('no-way-back', { in: 'flash', range: first }, { units: lost.length })),
  };
}

function lossOf({ gone }: OpenJob): Refusal | null {
  if (gone === null) return null;
  return sessionRefusal('kept-gone', { in: 'flash', range: gone }, { address: hex(gone.address) });
}

/** Whether a later job has written, or found correct, every unit that this one had begun. */
function isCovered(record: JobRecord, facts: readonly Fact[], later: JobRecord): boolean {
  const there = new Set([...plannedUnits(later.plan), ...later.plan.equal].map(unitKey));
  return begunUnits(record, facts).every((unit) => there.has(unitKey(unit)));
}

/** Whether two jobs with the same key are certainly of one board, by its unique ID or by a matching fingerprint. */
function isOneBoard({ board }: JobRecord, before: readonly Fact[], after: readonly Fact[]): boolean {
  if (board.identity.key !== null) return true;
  const reported = new Map(fingerprintIn(before).map((unit) => [unitKey(unit), unit.md5]));
  const both = fingerprintIn(after).filter((unit) => reported.has(unitKey(unit)));
  return both.length > 0 && both.every((unit) => reported.get(unitKey(unit)) === unit.md5);
}
