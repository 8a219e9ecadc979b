/** One connected board: carries a person's intents out, and says in plain data how things stand. */
import type { Cancel, FailureFacts } from '../flash/failure.ts';
import { factsOf, makeCancel } from '../flash/failure.ts';
import type { Family, Inspection } from '../flash/family.ts';
import { askKey } from '../flash/finding.ts';
import { memoryJournal } from '../flash/journal.ts';
import type { Md5 } from '../flash/survey.ts';
import type { Chosen, Target } from '../flash/target.ts';
import { AtHand } from './at-hand.ts';
import type { Errand } from './carry-out.ts';
import { carryOut } from './carry-out.ts';
import { ChosenFiles } from './chosen-files.ts';
import { Meter } from './meter.ts';
import { planFor } from './planning.ts';
import { Promises } from './promises.ts';
import type { SettingsStore } from './settings-store.ts';
import { memorySettings } from './settings-store.ts';
import type { Intent, SessionState, Work } from './state.ts';
import { APART } from './state.ts';

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
  /** The browser it runs in, in its own words, for reports. */
  readonly browser?: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onState: (state: SessionState) => void;
}

/** Progress is told at most this often, in ms: more would cost the page frames and tell a person nothing. */
const TELL_MS = 125;

/** A session. `dispatch` returns when the intent is carried out, or has been overtaken by another. */
export class Session<I extends Inspection, T extends Target = Target> {
  #state: SessionState = APART;
  #target: T | null = null;
  #granted = new Set<string>();
  /** What was chosen and not taken up yet. */
  #wanted: Chosen = {};
  #errand: Errand<I> | null = null;
  readonly #files: ChosenFiles<I>;
  readonly #atHand: AtHand<I, T>;
  readonly #promises = new Promises();
  #cancel = makeCancel();
  #queue: Promise<void> = Promise.resolve();
  #tellAt = 0;

  constructor(private readonly parts: SessionParts<I, T>) {
    this.#files = new ChosenFiles(parts.family);
    this.#atHand = new AtHand(parts.family, parts.settings ?? memorySettings());
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

  #replan(): Promise<void> {
    if (this.#state.kind !== 'together' || this.#isBusy()) return this.#queue;
    this.#work(this.#state.work);
    return this.#next((cancel) => this.#survey(cancel));
  }

  async #survey(cancel: Cancel): Promise<void> {
    const { family, md5, now } = this.parts;
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
      const planning = await planFor({
        family,
        target,
        board,
        cancel,
        md5,
        now,
        placements: this.#files.placements(board),
        promised: this.#promises.to(board.identity),
        onProgress: (progress) => cancel.cancelled || this.#tell(() => ({ kind: 'surveying', progress })),
      });
      if (cancel.cancelled) return this.#stopped(cancel);
      if (planning.kind !== 'errand') return this.#work(planning);
      this.#errand = planning.errand;
      this.#promises.fulfil(board.identity, planning.errand.planned.plan.equal);
      this.#work(planning.errand.planned);
    } catch (error) {
      const failure = factsOf(error);
      if (failure.kind !== 'stopped') await this.#part(failure);
      else this.#stopped(cancel);
    }
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
      this.#atHand.see(await family[how](target, read, { cancel, onBytes }));
    } catch (error) {
      const failure = factsOf(error);
      if (failure.kind !== 'stopped') return this.#part(failure);
      if (this.#cancel !== cancel) return;
      this.#cancel = makeCancel();
    }
    await this.#survey(this.#cancel);
  }

  async #flash(shown: string, cancel: Cancel): Promise<void> {
    const [errand, target] = [this.#errand, this.#target];
    if (!this.#isShown(shown) || errand === null || target === null) return;
    const { plan, asks } = errand.planned;
    if (asks.some((ask) => !this.#granted.has(askKey(ask)))) return;
    const journal = memoryJournal();
    const { family, md5, now, version, browser } = this.parts;
    const tell = (work: () => Work) => this.#tell(work);
    const means = { family, target, journal, cancel, md5, now, version, browser, tell };
    let ended: Extract<Work, { kind: 'ended' }>;
    try {
      ended = await carryOut(errand, means);
    } finally {
      this.#promises.remember(errand.board.identity, plan, journal);
    }
    if (!ended.connected) await this.#letGo(false);
    this.#work(ended);
  }

  #work(work: Work): void {
    const { board } = this.#atHand;
    if (board !== null) this.#say({ kind: 'together', board, ...this.#files.view(board), work });
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
