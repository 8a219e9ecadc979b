/** One connected board: carries a person's intents out, and says in plain data how things stand. */
import type { Cancel, FailureFacts } from '../flash/failure.ts';
import { factsOf, makeCancel } from '../flash/failure.ts';
import type { Family, Inspection } from '../flash/family.ts';
import { askKey } from '../flash/finding.ts';
import type { Plan } from '../flash/plan.ts';
import { plannedUnits } from '../flash/plan.ts';
import type { Md5 } from '../flash/survey.ts';
import type { Chosen, Target } from '../flash/target.ts';
import { AtHand } from './at-hand.ts';
import { backUp, unitsToBackUp } from './backing-up.ts';
import type { Means } from './carry-out.ts';
import { carryOut } from './carry-out.ts';
import { ChosenFiles } from './chosen-files.ts';
import type { Errand } from './errand.ts';
import type { OwnJob } from './jobs.ts';
import { Jobs } from './jobs.ts';
import { Meter } from './meter.ts';
import type { Planning } from './planning.ts';
import { planFiles } from './planning.ts';
import { earned } from './resuming.ts';
import { planRestore, planRollBack } from './restoring.ts';
import type { SettingsStore } from './settings-store.ts';
import { memorySettings } from './settings-store.ts';
import { sessionRefusal } from './refusals.ts';
import type { Intent, Progress, SessionState, Work } from './state.ts';
import { APART } from './state.ts';
import type { JobLocks } from './store/locks.ts';
import { memoryLocks } from './store/locks.ts';
import { memoryStore } from './store/memory-store.ts';
import type { Backup } from './store/records.ts';
import type { Store } from './store/store.ts';
import { STORE_FAILURES } from './store/store.ts';

/** What a session is given: it knows no chip, no port and no clock of its own. */
export interface SessionParts<I extends Inspection, T extends Target = Target> {
  readonly family: Family<I, T>;
  /** Connects to the device; called again for every reconnect. */
  readonly connect: (cancel: Cancel, onSay: (words: string) => void) => Promise<T>;
  readonly md5: Md5;
  /** Version of the app, for reports. */
  readonly version: string;
  /** Where choices are kept; without it they last as long as the session. */
  readonly settings?: SettingsStore;
  /** Where jobs, backups and their bytes are kept; without it they last as long as the session. */
  readonly store?: Store;
  /** What keeps two tabs off one job. */
  readonly locks?: JobLocks;
  /** A name for a job or a backup that no other has. */
  readonly newId: () => string;
  /** The backup with this id, wherever it comes from; null if there is none that is open. */
  readonly backup?: (id: string) => Promise<Backup | null>;
  /** Hears that jobs or backups were added or ended. */
  readonly onKept?: () => void;
  /** The browser it runs in, in its own words, for reports. */
  readonly browser?: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onState: (state: SessionState) => void;
}

/** What a plan is wanted for. */
type Aim =
  | { readonly kind: 'files' }
  | { readonly kind: 'restore'; readonly backup: string }
  | { readonly kind: 'roll-back'; readonly job: string };

/** Progress is told at most this often, in ms: more would cost the page frames and tell a person nothing. */
const TELL_MS = 125;

/** A session. `dispatch` returns when the intent is carried out, or has been overtaken by another. */
export class Session<I extends Inspection, T extends Target = Target> {
  #state: SessionState = APART;
  #target: T | null = null;
  #granted = new Set<string>();
  /** What was chosen and not taken up yet. */
  #wanted: Chosen = {};
  #errand: Errand | null = null;
  /** What is planned for: the chosen files, or what was there before. */
  #aim: Aim = { kind: 'files' };
  readonly #files: ChosenFiles<I>;
  readonly #atHand: AtHand<I, T>;
  readonly #store: Store;
  readonly #jobs: Jobs;
  #cancel = makeCancel();
  #queue: Promise<void> = Promise.resolve();
  #tellAt = 0;

  constructor(private readonly parts: SessionParts<I, T>) {
    this.#files = new ChosenFiles(parts.family);
    this.#atHand = new AtHand(parts.family, parts.settings ?? memorySettings());
    const { md5, now, newId } = parts;
    this.#store = parts.store ?? memoryStore();
    this.#jobs = new Jobs({ store: this.#store, locks: parts.locks ?? memoryLocks(), md5, now, newId });
  }

  /** How things stand. */
  get state(): SessionState {
    return this.#state;
  }

  /** Carries an intent out. Never rejects: what goes wrong is in the state. */
  async dispatch(intent: Intent): Promise<void> {
    try {
      await this.#carryOut(intent);
    } catch (error) {
      await this.#part(factsOf(error));
    }
  }

  #carryOut(intent: Intent): Promise<void> {
    switch (intent.do) {
      case 'add-files':
        this.#files.add(intent.files);
        return this.#replan();
      case 'remove-file':
        this.#files.remove(intent.id);
        return this.#replan();
      case 'use':
        this.#files.use(intent.id, intent.yes);
        return this.#replan();
      case 'place':
        this.#files.place(intent.id, intent.choice);
        return this.#replan();
      case 'set':
        return this.#set(intent.id, intent.value);
      case 'consent':
        this.#consent(intent.ask, intent.yes);
        return this.#queue;
      case 'flash':
        return this.#isShown(intent.plan) ? this.#next((cancel) => this.#flash(intent.plan, cancel)) : this.#queue;
      case 'examine':
        return this.#isBusy() ? this.#queue : this.#next((cancel) => this.#readMore('examine', cancel));
      case 'read-out':
        return this.#isBusy() ? this.#queue : this.#next((cancel) => this.#readMore('readOut', cancel));
      case 'back-up':
        return this.#isBusy() ? this.#queue : this.#next((cancel) => this.#backUp(intent.partition, cancel));
      case 'restore':
        return this.#replan({ kind: 'restore', backup: intent.backup });
      case 'roll-back':
        return this.#replan({ kind: 'roll-back', job: intent.job });
      case 'plan-files':
        return this.#replan();
      case 'resume':
        return this.#isBusy() ? this.#queue : this.#next((cancel) => this.#resume(intent.job, cancel));
      case 'leave':
        return this.#isBusy() ? this.#queue : this.#next((cancel) => this.#leave(intent.job, cancel));
      case 'cancel':
        if (this.#state.kind === 'together' && this.#state.work.kind === 'flashing') {
          this.#work({ ...this.#state.work, stopping: true });
        }
        this.#cancel.cancel();
        return this.#queue;
      case 'reconnect':
        return this.connect(true);
      case 'disconnect':
        return this.#next(() => this.#part(null));
    }
  }

  /** Connects and reads what is on the board; `again` where the same board is meant as before. */
  connect(again = false): Promise<void> {
    return this.#next(async (cancel) => {
      await this.#letGo();
      const say = (says: string) => this.#say({ kind: 'connecting', says, progress: null });
      say('Connecting to the board');
      try {
        const target = await this.parts.connect(cancel, say);
        this.#target = target;
        const read = await this.parts.family.inspect(target, cancel, say);
        await this.#atHand.meet(read, target, again);
        await this.#jobs.meet(this.#atHand.mark);
        this.#aim = { kind: 'files' };
      } catch (error) {
        const failure = factsOf(error);
        return this.#part(failure.kind === 'stopped' ? null : failure);
      }
      await this.#survey(cancel);
    });
  }

  /** Notes a choice: whatever is looked at next is looked at with it, also if something else is asked for meanwhile. */
  #set(id: string, value: string): Promise<void> {
    if (this.#state.kind !== 'together' || this.#isBusy()) return this.#queue;
    this.#wanted = { ...this.#wanted, [id]: value };
    // The plan that is shown is not what will be: nobody may say yes to it any more.
    this.#work({ kind: 'surveying', progress: new Meter('Taking up your choice', 0, this.parts.now).at(0) });
    return this.#next((cancel) => this.#survey(cancel));
  }

  /** The cable was pulled while nothing was under way; a job that is under way hears of it by its own call. */
  lost(failure: FailureFacts): void {
    if (this.#state.kind !== 'together' || this.#isBusy()) return;
    const { work } = this.#state;
    if (work.kind === 'ended') this.#work({ ...work, connected: false });
    else {
      // What is still under way must not tell of a board any more.
      this.#atHand.forget();
      this.#say({ kind: 'apart', failure });
    }
    void this.#next(() => this.#letGo(work.kind !== 'ended'));
  }

  /** Whether this is the plan that the person sees and may say yes to; `plan` is its image's digest. */
  #isShown(plan: string): boolean {
    const work = this.#state.kind === 'together' ? this.#state.work : null;
    return work?.kind === 'planned' && work.plan.image.md5 === plan;
  }

  /** A yes counts for the question that is asked now, and for no other plan or board. */
  #consent(ask: string, yes: boolean): void {
    if (this.#state.kind !== 'together' || this.#state.work.kind !== 'planned') return;
    const { work } = this.#state;
    if (!work.asks.some((asked) => askKey(asked) === ask)) return;
    if (yes) this.#granted.add(ask);
    else this.#granted.delete(ask);
    this.#work({ ...work, granted: [...this.#granted] });
  }

  /** Stops what is under way and then does `work`: one thing at a time touches the device. */
  #next(work: (cancel: Cancel) => Promise<void>): Promise<void> {
    this.#cancel.cancel();
    const cancel = makeCancel();
    this.#cancel = cancel;
    this.#queue = this.#queue
      .then(() => (cancel.cancelled ? undefined : work(cancel)))
      // Whatever was not foreseen ends in a state that says so, and the next intent is carried out all the same.
      .catch((error: unknown) => this.#part(factsOf(error)));
    return this.#queue;
  }

  /** Whether a job is under way: it is not disturbed by what is dropped or pressed meanwhile. */
  #isBusy(): boolean {
    return this.#state.kind === 'together' && ['flashing', 'starting'].includes(this.#state.work.kind);
  }

  /** Plans anew; what is dropped or taken away is planned for, unless something else is asked for. */
  #replan(aim: Aim = { kind: 'files' }): Promise<void> {
    if (this.#state.kind !== 'together' || this.#isBusy()) return this.#queue;
    this.#aim = aim;
    this.#work(this.#state.work);
    return this.#next((cancel) => this.#survey(cancel));
  }

  async #survey(cancel: Cancel): Promise<void> {
    const { now } = this.parts;
    const target = this.#target;
    if (target === null) return;
    this.#errand = null;
    this.#granted.clear();
    const wanted = this.#wanted;
    this.#wanted = {};
    try {
      await this.#atHand.choose(wanted, target);
    } catch (error) {
      return this.#part(factsOf(error));
    }
    const { board } = this.#atHand;
    if (board === null) return;
    if (cancel.cancelled) return this.#stopped(cancel);
    if (this.#files.isClosed(this.#atHand.id)) {
      const looking = new Meter('Looking at what was dropped', 0, now);
      this.#work({ kind: 'surveying', progress: looking.at(0) });
      await this.#files.open(this.#atHand.id, board);
      if (cancel.cancelled) return this.#stopped(cancel);
    }
    try {
      const planning = await this.#plan(target, board, cancel);
      if (cancel.cancelled) return this.#stopped(cancel);
      if (planning.kind !== 'errand') return this.#work(planning);
      const { errand, digestOf } = planning;
      this.#errand = errand;
      const { plan, purpose } = errand.planned;
      await this.#jobs.found(plan.equal, digestOf);
      if (purpose.kind === 'roll-back' && plan.stretches.length === 0) await this.#jobs.undone(purpose.job);
      this.#work(errand.planned);
    } catch (error) {
      await this.#gaveUp(error, cancel);
    }
  }

  async #plan(target: T, board: I, cancel: Cancel): Promise<Planning> {
    const { family, md5, now } = this.parts;
    const { mark } = this.#atHand;
    const aim = this.#aim;
    if (mark === null) return { kind: 'idle' };
    if (this.#jobs.isElsewhere)
      return { kind: 'refused', refusals: [sessionRefusal('job-elsewhere', { in: 'device' })] };
    const onProgress = (progress: Progress) => cancel.cancelled || this.#tell(() => ({ kind: 'surveying', progress }));
    const parts = { family, target, board, mark, store: this.#store, cancel, md5, now, onProgress };
    switch (aim.kind) {
      case 'files':
        if (this.#jobs.loss !== null) return { kind: 'refused', refusals: [this.#jobs.loss] };
        return planFiles(parts, this.#files.placements(board), this.#jobs.promised);
      case 'roll-back': {
        const job = this.#jobs.find(aim.job);
        return job === null ? { kind: 'idle' } : planRollBack(parts, job);
      }
      case 'restore': {
        const backup = (await this.parts.backup?.(aim.backup)) ?? null;
        return backup === null ? { kind: 'idle' } : planRestore(parts, backup);
      }
    }
  }

  /** Work that wrote nothing ended early: a lost link parts, a no of the device or the store is said, a stop is a stop. */
  async #gaveUp(error: unknown, cancel: Cancel): Promise<void> {
    const failure = factsOf(error);
    if (failure.kind === 'stopped') return this.#stopped(cancel);
    if (failure.kind !== 'refused' || !(failure.name in STORE_FAILURES)) return this.#part(failure);
    const { name: kind, values, says, next, place = { in: 'device' } as const } = failure;
    this.#work({ kind: 'refused', refusals: [{ kind, place, values, says, next }] });
  }

  /** Looking was stopped: by the person, or by the next thing that they asked for, which says how things stand. */
  #stopped(cancel: Cancel): void {
    if (this.#cancel === cancel) this.#work({ kind: 'idle' });
  }

  async #readMore(how: 'examine' | 'readOut', cancel: Cancel): Promise<void> {
    const { family, now } = this.parts;
    const [read, target] = [this.#atHand.read, this.#target];
    if (read === null || target === null || family[how] === undefined) return;
    const [says, size] =
      how === 'examine' ? ['Reading the apps whole', read.examinable] : ['Reading the whole flash', read.readable];
    const meter = new Meter(says, size ?? 0, now);
    const onBytes = (done: number) => this.#tell(() => ({ kind: 'surveying', progress: meter.at(done) }));
    onBytes(0);
    try {
      this.#atHand.see(await family[how](target, read, { cancel, onBytes }), target);
    } catch (error) {
      const failure = factsOf(error);
      if (failure.kind !== 'stopped') return this.#part(failure);
      if (this.#cancel !== cancel) return;
      this.#cancel = makeCancel();
    }
    await this.#survey(this.#cancel);
  }

  async #flash(shown: string, cancel: Cancel): Promise<void> {
    const errand = this.#errand;
    if (!this.#isShown(shown) || errand === null) return;
    const { plan, asks, estimateMs } = errand.planned;
    if (asks.some((ask) => !this.#granted.has(askKey(ask)))) return;
    try {
      this.#beginning(plan, 'Writing down what is to be done');
      await this.#carry(await this.#jobs.begin(errand), estimateMs, cancel);
    } catch (error) {
      // What the plan took for kept was deleted meanwhile: another plan reads it again.
      if (factsOf(error).name === 'content-gone') return this.#survey(cancel);
      await this.#gaveUp(error, cancel);
    }
  }

  /** Goes on with a job that was interrupted, if that is earned: the device is asked, and trusted over the journal. */
  async #resume(id: string, cancel: Cancel): Promise<void> {
    const target = this.#target;
    const own = target === null || this.#jobs.view()?.noResume !== null ? null : await this.#jobs.take(id);
    if (own === null || target === null) return this.#survey(cancel);
    this.#beginning(own.record.plan, 'Asking the board what it holds now');
    try {
      const refusal = await earned(own, this.#means(target, cancel, null));
      if (refusal !== null) {
        own.letGo();
        return this.#work({ kind: 'refused', refusals: [refusal] });
      }
    } catch (error) {
      own.letGo();
      return this.#gaveUp(error, cancel);
    }
    await this.#carry(own, null, cancel);
  }

  async #carry(own: OwnJob, estimatedMs: number | null, cancel: Cancel): Promise<void> {
    const target = this.#target;
    if (target === null) return own.letGo();
    let outcome: string = 'failed';
    let ended: Extract<Work, { kind: 'ended' }>;
    try {
      ended = await carryOut(own, this.#means(target, cancel, estimatedMs));
      outcome = ended.outcome;
    } finally {
      // A job whose end cannot be noted stays open: gone on with, it finds that everything is there.
      await this.#jobs.close(own, outcome).catch(() => undefined);
      this.parts.onKept?.();
    }
    this.#aim = { kind: 'files' };
    if (!ended.connected) await this.#letGo(false);
    this.#work(ended);
  }

  /** From here on the job is not disturbed by what is dropped or pressed, although it has not done anything yet. */
  #beginning(plan: Plan, says: string): void {
    const units = plannedUnits(plan).map(() => 'waiting' as const);
    const progress = new Meter(says, 0, this.parts.now).at(0);
    this.#work({ kind: 'flashing', plan, unprovable: 0, progress, units, stopping: false });
  }

  async #leave(id: string, cancel: Cancel): Promise<void> {
    await this.#jobs.leave(id);
    this.parts.onKept?.();
    this.#aim = { kind: 'files' };
    await this.#survey(cancel);
  }

  /** Keeps what the board holds because a person asked for it. */
  async #backUp(partition: string | null, cancel: Cancel): Promise<void> {
    const { md5, now, newId } = this.parts;
    const { board, mark } = this.#atHand;
    const target = this.#target;
    if (board === null || mark === null || target?.read === undefined) return;
    const total = unitsToBackUp(board, partition).units.reduce((sum, unit) => sum + unit.size, 0);
    const meter = new Meter(partition === null ? 'Keeping the whole device' : `Keeping ${partition}`, total, now);
    const onBytes = (done: number) => this.#tell(() => ({ kind: 'surveying', progress: meter.at(done) }));
    onBytes(0);
    try {
      await backUp({ target, board, mark, partition, store: this.#store, md5, cancel, id: newId(), now, onBytes });
      this.parts.onKept?.();
    } catch (error) {
      if (factsOf(error).kind !== 'stopped') return this.#gaveUp(error, cancel);
    }
    // A stop stops the backup alone: what was planned is planned again.
    if (this.#cancel === cancel) await this.#survey((this.#cancel = makeCancel()));
  }

  #means(target: T, cancel: Cancel, estimatedMs: number | null): Means<I, T> {
    const { family, md5, now, version, browser } = this.parts;
    const { board } = this.#atHand;
    if (board === null) throw new RangeError('a job without a board');
    const tell = (work: () => Work) => this.#tell(work);
    return { family, target, board, cancel, md5, now, version, browser, estimatedMs, tell };
  }

  #work(work: Work): void {
    const { board } = this.#atHand;
    // A board that is gone cannot be asked, so nobody is.
    const interrupted = this.#target === null ? null : this.#jobs.view();
    if (board !== null) this.#say({ kind: 'together', board, ...this.#files.view(board), work, interrupted });
  }

  /** Tells progress, but not more often than anyone can read. */
  #tell(work: () => Work): void {
    const now = this.parts.now();
    if (now < this.#tellAt) return;
    this.#work(work());
    this.#tellAt = now + TELL_MS;
  }

  #say(state: SessionState): void {
    this.#state = state;
    this.#tellAt = 0;
    this.parts.onState(state);
  }

  /** Lets the board go, and says why if it was not asked for. */
  async #part(failure: FailureFacts | null): Promise<void> {
    await this.#letGo();
    this.#say({ kind: 'apart', failure });
  }

  async #letGo(forget = true): Promise<void> {
    const target = this.#target;
    this.#target = null;
    if (forget) {
      this.#atHand.forget();
      this.#wanted = {};
    }
    // A port that is gone cannot be closed; there is nothing left to do about it.
    await target?.close().catch(() => undefined);
  }
}
