/** Drives one board through a journey and has every claim compared with its flash. */
import type { FlashFault } from '../../virtual-boards/faults/flash-faults.ts';
import { FlashFaults } from '../../virtual-boards/faults/flash-faults.ts';
import type { FaultScript } from '../../virtual-boards/faults/script.ts';
import { faultScript } from '../../virtual-boards/faults/script.ts';
import { backupOfJob, openItem } from '../../backups/library-items.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import type { Planned, Work } from '../../session/state.ts';
import type { Backup, Purpose } from '../../storage/records.ts';
import { cellsOf, loadCells } from '../interruptions/cells.ts';
import type { BoardKind, Page } from '../interruptions/page.ts';
import { agree, backupsIn, describeState } from '../interruptions/page.ts';
import { judgeAsks, judgeBackupLines } from './judge/asks.ts';
import { judgeBackup } from './judge/backups.ts';
import { judgeBoard } from './judge/board.ts';
import { judgeFates } from './judge/fates.ts';
import { Judge } from './judge/judge.ts';
import type { Cells, Span } from './judge/reader.ts';
import { bytesAt, same } from './judge/reader.ts';
import { judgeStart } from './judge/start.ts';
import type { Ran } from './judge/start.ts';
import { judgeExtent, judgePlan, judgeResult } from './judge/units.ts';
import { judgeBackupWords, judgePlanWords, judgeRestoreTitle, judgeResultWords } from './judge/words.ts';

/** A board and what the judges need to know about it. */
export interface BoardFacts {
  readonly kind: BoardKind;
  /** Whether it has a readable partition table. */
  readonly hasTable: boolean;
}

/** How a job is interrupted, and at which erase or program operation, counted from 1. */
export interface Disturbance {
  readonly at: number;
  readonly how: 'stop' | 'pull';
}

/** A job that was started: the flash before it and after its last run. */
interface Done {
  readonly before: Cells;
  /** The address of the app that the board would have started before it; null for none. */
  readonly starts: number | null;
  after: Cells;
  /** Everything that was erased for it. */
  readonly erased: Span[];
  /** The outcome of its last run. */
  outcome: string;
}

const NO_FAULTS: FaultScript<FlashFault> = faultScript();

/** Counts flash operations and calls back at one of them. */
class Counter extends FlashFaults {
  operations = 0;
  readonly erased: Span[] = [];
  constructor(private readonly disturbance: { readonly at: number; readonly run: () => void } | null) {
    super(NO_FAULTS);
  }

  override erase(address: number, cells: Uint8Array): void {
    super.erase(address, cells);
    this.erased.push({ address, size: cells.length });
    this.#count();
  }

  override program(_: number, cells: Uint8Array, bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) cells[i] = (cells[i] ?? 0xff) & (bytes[i] ?? 0xff);
    this.#count();
  }

  #count(): void {
    if (++this.operations === this.disturbance?.at) queueMicrotask(this.disturbance.run);
  }
}

/** A board, a page opened for it, and the judge. */
export class Walker {
  readonly judge = new Judge();
  readonly page: Page;
  /** The number of erase and program operations of the last run. */
  operations = 0;
  /** Steps that the app refused or had no use for, with the reason. */
  readonly notDone: string[] = [];
  readonly #store = memoryStore();
  readonly #jobs = new Map<string, Done>();
  readonly #backups = new Map<string, { readonly cells: Cells; readonly starts: number | null }>();
  #last: Done | null = null;
  #end: { readonly cells: Cells; readonly ran: Ran } | null = null;

  constructor(
    private readonly board: BoardFacts,
    /** Whether each displayed board is also compared with a fresh read of the same flash. */
    private readonly again: boolean,
  ) {
    this.page = board.kind.open({
      store: this.#store,
      starts: true,
      onRestart: async () => (this.#end = { cells: this.now(), ran: await this.#boot() }),
    });
  }

  /** A copy of the board's first memory. */
  now(): Cells {
    const [memory] = this.page.memories;
    if (memory === undefined) throw new RangeError('a board without memory');
    return { start: memory.start, bytes: memory.read(memory.start, memory.size).slice() };
  }

  async connect(): Promise<void> {
    await this.page.session.connect();
    await this.look('connected');
  }

  /** Checks the board as it is displayed now. */
  async look(when: string): Promise<void> {
    const { judge, board } = this;
    const { state } = this.page.session;
    judge.when = when;
    if (state.kind !== 'connected') return;
    const now = this.now();
    const unfinished = ['stopped', 'failed', 'wrong', 'beside'].includes(this.#last?.outcome ?? '');
    judgeBoard(judge, state.board, { now, hasTable: board.hasTable, starts: (await this.#boot()).at, unfinished });
    const { interrupted } = state;
    const job = interrupted === null ? undefined : this.#jobs.get(interrupted.job);
    if (interrupted !== null && job !== undefined) {
      const record = (await this.page.store.jobs()).find(({ id }) => id === interrupted.job);
      if (record !== undefined) judgeExtent(judge, interrupted.extent, record.plan, job.before, now);
    }
    if (this.again) await this.#readAnew();
  }

  /** Compares the displayed board with a fresh read of the same flash on a new page. */
  async #readAnew(): Promise<void> {
    const { kind } = this.board;
    const cells = cellsOf(this.page.memories);
    const other = kind.open({ store: this.#store.fork(), onRestart: () => undefined });
    loadCells(other.memories, cells);
    await other.session.connect();
    const shown = this.page.session.state;
    // An examined app says more than one whose header was read.
    const more = shown.kind === 'connected' && shown.board.examinable === null;
    const first = other.session.state;
    if (more && first.kind === 'connected' && first.board.examinable !== null)
      await other.session.dispatch({ do: 'examine' });
    const fresh = other.session.state;
    other.cable?.unplug();
    // A board can write to its flash when it is powered up.
    if (shown.kind !== 'connected' || fresh.kind !== 'connected') return;
    if (cellsOf(other.memories).some((memory, i) => !same(memory, cells[i] ?? null))) return;
    const lines = ({ board }: typeof shown): string[] => [
      ...board.layout.partitions.map(({ name, address, size }) => `${name} 0x${address.toString(16)} ${size}`),
      ...board.contents.map(({ address, says }) => `0x${address.toString(16)}: ${says}`),
      `starts: ${board.boot?.partition?.name ?? 'unknown'}`,
    ];
    const [said, is] = [lines(shown), lines(fresh)];
    this.judge.check(
      'board: as it reads now',
      said.join() === is.join(),
      () => said.filter((line) => !is.includes(line)).join('; '),
      () => is.filter((line) => !said.includes(line)).join('; '),
    );
  }

  /** Backs up the first partition with this name, or the whole flash (null). */
  async backUp(name: string | null): Promise<void> {
    const known = new Set(this.#backups.keys());
    const { state } = this.page.session;
    const partitions = state.kind === 'connected' ? state.board.layout.partitions : [];
    const range = name === null ? null : partitions.find((partition) => partition.name === name);
    if (range === undefined) throw new RangeError(`the board has no partition ${name}`);
    await this.page.session.dispatch({ do: 'back-up', range });
    const made = { cells: this.now(), starts: (await this.#boot()).at };
    for (const record of await this.page.store.backups())
      if (record.kind === 'open' && !known.has(record.backup.id)) this.#backups.set(record.backup.id, made);
  }

  /** Runs the displayed plan; false if there is none. `files` are the bytes that it should put into the flash. */
  async flash(when: string, files: readonly Uint8Array[], disturbance: Disturbance | null = null): Promise<boolean> {
    const { judge, page } = this;
    const { state } = page.session;
    judge.when = when;
    if (state.kind !== 'connected' || state.work.kind !== 'planned') {
      this.notDone.push(`${when}: ${describeState(state)}`);
      return false;
    }
    const planned = state.work;
    const { layout } = state.board;
    const before = this.now();
    judgePlan(judge, planned.plan, before);
    judgeRestoreTitle(judge, planned, await this.#filesOf(planned));
    const after = await this.#carryOut(() => agree(page), before, disturbance);
    if (disturbance === null) {
      const erased = this.#last?.erased ?? [];
      judgePlanWords(judge, planned, { before, after, erased, ran: this.#end?.ran ?? null });
      judgeFates(judge, planned.fates, {
        before,
        after,
        hasTable: this.board.hasTable,
        isPlain: this.board.kind.proves,
        files:
          planned.purpose.kind === 'flash' || planned.purpose.kind === 'erase'
            ? files
            : await this.#broughtBack(planned.purpose),
      });
      if (this.board.hasTable) judgeAsks(judge, planned, before, after);
      judgeBackupLines(judge, planned, layout, { before, after, kept: await this.#kept() });
    }
    return true;
  }

  /** Resumes the open job. */
  async resume(when: string): Promise<void> {
    const { state } = this.page.session;
    this.judge.when = when;
    const job = state.kind === 'connected' ? state.interrupted : null;
    if (job === null || job.noResume !== null) {
      this.notDone.push(`${when}: ${job?.noResume?.kind ?? 'no open job'}`);
      return;
    }
    await this.#carryOut(() => this.page.session.dispatch({ do: 'resume', job: job.job }), this.now(), null);
  }

  /** Rolls the open job back. */
  async rollBack(when: string): Promise<void> {
    const { state } = this.page.session;
    const job = state.kind === 'connected' ? state.interrupted : null;
    const was = job === null ? undefined : this.#jobs.get(job.job);
    if (job === null || job.noRollBack !== null || was === undefined) {
      this.notDone.push(`${when}: ${job?.noRollBack?.kind ?? 'no open job'}`);
      return;
    }
    await this.page.session.dispatch({ do: 'roll-back', job: job.job });
    const work = this.#work();
    const says = work?.kind === 'planned' ? work.afterwards : '';
    if (work?.kind === 'planned' && work.plan.stretches.length > 0) await this.flash(when, []);
    const now = this.#end?.cells ?? this.now();
    if (says.endsWith('byte for byte.'))
      this.judge.check(
        'words: what a roll back brings',
        same(now.bytes, was.before.bytes),
        () => says,
        () => 'it is not as it was before',
      );
  }

  /** Abandons the open job; returns its id, or null if there is none. */
  async abandon(when: string): Promise<string | null> {
    const { state } = this.page.session;
    const job = state.kind === 'connected' ? state.interrupted : null;
    if (job === null) {
      this.notDone.push(`${when}: no open job`);
      return null;
    }
    await this.page.session.dispatch({ do: 'abandon-job', job: job.job });
    return job.job;
  }

  /** Restores a backup. */
  async restore(when: string, backup: string): Promise<void> {
    await this.page.session.dispatch({ do: 'restore', backup });
    await this.flash(when, []);
  }

  /** The id of the newest job. */
  async newestJob(): Promise<string | null> {
    const jobs = await this.page.store.jobs();
    return jobs.toSorted((a, b) => b.started - a.started)[0]?.id ?? null;
  }

  /** The id of the newest backup that was made on request. */
  newestBackup(): string | null {
    return [...this.#backups.keys()].at(-1) ?? null;
  }

  /** Plugs the board in again and reconnects. */
  async reconnect(when: string): Promise<void> {
    this.page.cable?.plug();
    await this.page.session.dispatch({ do: 'reconnect' });
    await this.look(when);
  }

  /** Checks all backups. */
  async lookAtBackups(when: string): Promise<void> {
    const { judge, page } = this;
    judge.when = when;
    const stored = (digest: string) => page.store.content(digest);
    for (const record of await page.store.backups()) {
      const was = record.kind === 'open' ? this.#backups.get(record.backup.id) : undefined;
      if (record.kind !== 'open' || was === undefined) continue;
      const { backup } = record;
      await judgeBackup(judge, {
        backup,
        size: openItem(backup, null).size,
        old: was.cells,
        starts: was.starts,
        after: null,
        stored,
      });
    }
    for (const job of await page.store.jobs()) {
      const done = this.#jobs.get(job.id);
      const backup = backupOfJob(job, await page.store.facts(job.id));
      if (done === undefined || backup === null) continue;
      const item = openItem(backup, job);
      const after = job.end === null || job.end.how === 'left' ? null : done.after;
      await judgeBackup(judge, { backup, size: item.size, old: done.before, starts: done.starts, after, stored });
      const now = this.#end?.cells ?? this.now();
      const isThere = backup.units.every((unit) => same(bytesAt(now, unit), bytesAt(done.before, unit)));
      judgeBackupWords(
        judge,
        item,
        job.files.map(({ name }) => name),
        isThere,
      );
    }
  }

  async #carryOut(run: () => Promise<void>, base: Cells, disturbance: Disturbance | null): Promise<Cells> {
    const { judge, page } = this;
    this.#end = null;
    const known = await page.store.jobs();
    const starts = (await this.#boot()).at;
    const counter = new Counter(disturbance && { at: disturbance.at, run: () => this.#disturb(disturbance) });
    for (const memory of page.memories) memory.faults = counter;
    await run();
    for (const memory of page.memories) memory.faults = null;
    this.operations = counter.operations;
    const after = this.#end ?? { cells: this.now(), ran: null };
    const states = { after: after.cells, ran: after.ran };
    const jobs = await page.store.jobs();
    const own =
      jobs.find(({ id }) => !known.some((job) => job.id === id)) ??
      jobs.find(({ id, end }) => end !== known.find((job) => job.id === id)?.end);
    const done = (own && this.#jobs.get(own.id)) ?? {
      before: base,
      starts,
      after: states.after,
      erased: [],
      outcome: '',
    };
    done.after = states.after;
    done.erased.push(...counter.erased);
    this.#last = done;
    if (own !== undefined) this.#jobs.set(own.id, done);
    const work = this.#work();
    done.outcome = work?.kind === 'ended' ? work.outcome : 'unknown';
    if (work?.kind !== 'ended') {
      this.notDone.push(`${judge.when}: ended as ${describeState(page.session.state)}`);
      return states.after;
    }
    judgeResult(judge, work, { ...done, base }, this.board.kind.proves);
    judgeResultWords(judge, work, { before: done.before, ...states }, this.board.kind.proves);
    if (states.ran !== null) judgeStart(judge, own?.after.expected ?? null, work, states.ran);
    return states.after;
  }

  #disturb({ how }: Disturbance): void {
    if (how === 'pull') this.page.cable?.unplug();
    else void this.page.session.dispatch({ do: 'cancel' });
  }

  #work(): Work | null {
    const { state } = this.page.session;
    return state.kind === 'connected' ? state.work : null;
  }

  /** The contents that a restore or rollback brings back, one for each unit. */
  async #broughtBack(purpose: Purpose): Promise<Uint8Array[]> {
    const id = purpose.kind === 'restore' ? purpose.backup : purpose.kind === 'roll-back' ? purpose.job : '';
    const backup = await backupsIn(this.page.store)(id);
    const contents = (backup?.units ?? []).map(({ md5 }) => this.page.store.content(md5));
    return (await Promise.all(contents)).filter((content) => content !== null);
  }

  /** The backup of the newest job. */
  async #kept(): Promise<Backup | null> {
    const id = await this.newestJob();
    const job = (await this.page.store.jobs()).find((each) => each.id === id);
    return job === undefined ? null : backupOfJob(job, await this.page.store.facts(job.id));
  }

  /** The names of the files that overwrote what a restore brings back. */
  async #filesOf({ purpose }: Planned): Promise<string[]> {
    if (purpose.kind !== 'restore') return [];
    const job = (await this.page.store.jobs()).find(({ id }) => id === purpose.backup);
    return job?.files.map(({ name }) => name) ?? [];
  }

  async #boot(): Promise<Ran> {
    const { kind, app, says } = await this.page.boot();
    const start = this.page.memories[0]?.start ?? 0;
    return { at: kind === 'app' && app !== null ? start + app.offset : null, says };
  }
}
