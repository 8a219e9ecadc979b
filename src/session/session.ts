/** One connected board: carries a person's intents out, and says in plain data how things stand. */
import { summarise } from '../flash/describe.ts';
import type { Cancel, FailureFacts } from '../flash/failure.ts';
import { factsOf, makeCancel } from '../flash/failure.ts';
import type { Family, Inspection, Placement } from '../flash/family.ts';
import type { Refusal } from '../flash/finding.ts';
import { askKey } from '../flash/finding.ts';
import type { Image } from '../flash/image.ts';
import { makeImage, segmentRange } from '../flash/image.ts';
import { memoryJournal } from '../flash/journal.ts';
import type { EraseUnit, Range } from '../flash/map.ts';
import { overlaps } from '../flash/map.ts';
import type { Plan } from '../flash/plan.ts';
import { bytesBefore, estimateMs, planWrite } from '../flash/plan.ts';
import { refuseOverlap } from '../flash/refuse.ts';
import type { Md5, Survey } from '../flash/survey.ts';
import type { Target } from '../flash/target.ts';
import { ChosenFiles } from './chosen-files.ts';
import type { Writing } from './meter.ts';
import { jobProgress, Meter, unitStates } from './meter.ts';
import { Promises } from './promises.ts';
import { makeReport } from './report.ts';
import { explainWrong, runJob } from './runner.ts';
import type { Intent, SessionState, Work } from './state.ts';
import { APART } from './state.ts';
import { takeSurvey } from './survey.ts';

/** What a session is given: it knows no chip, no port and no clock of its own. */
export interface SessionParts<I extends Inspection, T extends Target = Target> {
  readonly family: Family<I, T>;
  /** Connects to the device; called again for every reconnect. */
  readonly connect: (cancel: Cancel, onSay: (words: string) => void) => Promise<T>;
  readonly md5: Md5;
  /** Version of the app, for reports. */
  readonly version: string;
  /** The browser it runs in, in its own words, for reports. */
  readonly browser?: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onState: (state: SessionState) => void;
}

/** How long a started board is listened to, in ms. */
const LISTEN_MS = 5000;
/** Progress is told at most this often, in ms: more would cost the page frames and tell a person nothing. */
const TELL_MS = 80;

/** A session. `dispatch` returns when the intent is carried out, or has been overtaken by another. */
export class Session<I extends Inspection, T extends Target = Target> {
  #state: SessionState = APART;
  #target: T | null = null;
  #board: I | null = null;
  #granted = new Set<string>();
  #wish: { image: Image; survey: Survey; placements: Placement[] } | null = null;
  readonly #files: ChosenFiles<I>;
  readonly #promises = new Promises();
  #cancel = makeCancel();
  #queue: Promise<void> = Promise.resolve();
  #tellAt = 0;

  constructor(private readonly parts: SessionParts<I, T>) {
    this.#files = new ChosenFiles(parts.family);
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
      case 'add-file':
        this.#files.add(intent.name, intent.data);
        return this.#replan();
      case 'remove-file':
        this.#files.remove(intent.id);
        return this.#replan();
      case 'place':
        this.#files.place(intent.id, intent.choice);
        return this.#replan();
      case 'consent':
        this.#consent(intent.ask, intent.yes);
        return this.#queue;
      case 'flash':
        return this.#planShown()?.image.md5 === intent.plan ? this.#next((cancel) => this.#flash(cancel)) : this.#queue;
      case 'examine':
        return this.#isBusy() ? this.#queue : this.#next((cancel) => this.#examine(cancel));
      case 'cancel':
        if (this.#state.kind === 'together' && this.#state.work.kind === 'flashing') {
          this.#work({ ...this.#state.work, stopping: true });
        }
        this.#cancel.cancel();
        return this.#queue;
      case 'reconnect':
        return this.connect();
      case 'disconnect':
        return this.#next(() => this.#part(null));
    }
  }

  /** Connects and reads what is on the board. */
  connect(): Promise<void> {
    return this.#next(async (cancel) => {
      await this.#letGo();
      const say = (says: string) => this.#set({ kind: 'connecting', says, progress: null });
      say('Connecting to the board');
      try {
        this.#target = await this.parts.connect(cancel, say);
        this.#board = await this.parts.family.inspect(this.#target, cancel, say);
      } catch (error) {
        const failure = factsOf(error);
        return this.#part(failure.kind === 'stopped' ? null : failure);
      }
      await this.#survey(cancel);
    });
  }

  /** The cable was pulled while nothing was under way; a job that is under way hears of it by its own call. */
  lost(failure: FailureFacts): void {
    if (this.#state.kind !== 'together' || this.#isBusy()) return;
    const { work } = this.#state;
    if (work.kind === 'ended') this.#work({ ...work, connected: false });
    else this.#set({ kind: 'apart', failure });
    void this.#next(() => this.#letGo(work.kind !== 'ended'));
  }

  /** The plan that the person sees and may say yes to; null while there is none. */
  #planShown(): Plan | null {
    return this.#state.kind === 'together' && this.#state.work.kind === 'planned' ? this.#state.work.plan : null;
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
    const { family, md5 } = this.parts;
    const [board, target] = [this.#board, this.#target];
    if (board === null || target === null) return;
    this.#wish = null;
    this.#granted.clear();
    const placements = this.#files.placements(board);
    const promised = this.#promises.to(board.identity);
    if (this.#files.length === 0 && promised.length === 0) return this.#work({ kind: 'idle' });

    const all = family.check(placements, board);
    const own = placements.map((placement) => ({ placement, segments: family.segments(placement, placements, board) }));
    const result = makeImage(own.flatMap(({ segments }) => segments));
    const hard: Refusal[] = all.filter((refusal) => refusal.consent === undefined);
    if (result.kind === 'overlap' && hard.length === 0) {
      const { first, second } = result;
      const claims = own.filter(({ segments }) =>
        segments.map(segmentRange).some((s) => overlaps(s, first) && overlaps(s, second)),
      );
      const files = claims.map(({ placement }) => placement.file.name).join(' and ');
      hard.push(refuseOverlap(second, files));
    }
    if (hard.length > 0 || result.kind === 'overlap') return this.#work({ kind: 'refused', refusals: hard });

    const meter = new Meter('Comparing the file with the flash', 0, this.parts.now);
    const tell = (done: number) => this.#tell(() => ({ kind: 'surveying', progress: meter.at(done) }));
    this.#work({ kind: 'surveying', progress: meter.at(0) });
    try {
      const layout = family.layout(placements, board);
      const survey = await takeSurvey({ target, layout, image: result.image, promised, md5, cancel, onBytes: tell });
      const rank = (range: Range) => family.rank(range, placements, board);
      const planning = planWrite({ layout, image: result.image, promised, survey, md5, rank });
      if (planning.kind === 'refused') return this.#work(planning);
      this.#promises.fulfil(board.identity, planning.plan.equal);
      this.#wish = { image: result.image, survey, placements };
      this.#work({
        kind: 'planned',
        plan: planning.plan,
        summary: summarise(planning.plan),
        estimateMs: estimateMs(planning.plan, target.pace()),
        asks: all.filter((refusal) => refusal.consent !== undefined),
        granted: [...this.#granted],
        afterwards: family.afterwards(placements, board),
      });
    } catch (error) {
      const failure = factsOf(error);
      if (failure.kind !== 'stopped') await this.#part(failure);
      // Stopped by the person, and not by the next thing that they asked for.
      else if (this.#cancel === cancel) this.#work({ kind: 'idle' });
    }
  }

  async #examine(cancel: Cancel): Promise<void> {
    const { family, now } = this.parts;
    const [board, target] = [this.#board, this.#target];
    if (board === null || target === null || family.examine === undefined) return;
    const meter = new Meter('Reading the apps whole', board.examinable ?? 0, now);
    const onBytes = (done: number) => this.#tell(() => ({ kind: 'surveying', progress: meter.at(done) }));
    onBytes(0);
    try {
      this.#board = await family.examine(target, board, { cancel, onBytes });
    } catch (error) {
      const failure = factsOf(error);
      if (failure.kind !== 'stopped') return this.#part(failure);
      if (this.#cancel !== cancel) return;
      this.#cancel = makeCancel();
    }
    await this.#survey(this.#cancel);
  }

  async #flash(cancel: Cancel): Promise<void> {
    const [state, wish, target, board] = [this.#state, this.#wish, this.#target, this.#board];
    if (state.kind !== 'together' || state.work.kind !== 'planned') return;
    if (wish === null || target === null || board === null) return;
    const { plan, asks, estimateMs: estimatedMs } = state.work;
    if (asks.some((ask) => !this.#granted.has(askKey(ask)))) return;
    const started = this.parts.now();
    const journal = memoryJournal();
    const promised = this.#promises.to(board.identity);
    const meter = new Meter(
      'Writing',
      plan.stretches.reduce((sum, stretch) => sum + stretch.size, 0),
      this.parts.now,
    );
    const run = {
      plan,
      journal,
      target,
      cancel,
      image: wish.image,
      md5: this.parts.md5,
      keep: (unit: EraseUnit, range: Range) => bytesBefore({ survey: wish.survey, promised }, unit, range),
      onStep: (writing: Writing) =>
        this.#tell(() => {
          const progress = jobProgress(plan, journal, writing, meter);
          return { kind: 'flashing', plan, units: unitStates(plan, journal), progress, stopping: cancel.cancelled };
        }),
    };
    run.onStep(null);
    const outcome = await runJob(run);
    this.#promises.remember(board.identity, plan, journal);

    let failure: FailureFacts | null = outcome.kind === 'broken' ? outcome.failure : null;
    if (outcome.kind === 'wrong') failure = await explainWrong(run, outcome.units);
    let start: { log: string; verdict: ReturnType<Family['bootVerdict']> } | null = null;
    const proved = outcome.kind === 'verified' || outcome.kind === 'unproved';
    if (proved && plan.stretches.length > 0) {
      const units = unitStates(plan, journal);
      try {
        start = await this.#start(wish.placements, board, target, (bootLog) =>
          this.#tell(() => ({ kind: 'starting', plan, units, bootLog })),
        );
      } catch (error) {
        // The bytes are proved; that the board then could not be listened to does not take that back.
        failure = factsOf(error);
      }
    }
    // A stop that the board did not answer has cost the link too.
    const gone = journal.facts().some((fact) => fact.fact === 'broken' && fact.failure.kind === 'lost');
    const connected = start === null && !gone && failure?.kind !== 'lost';
    if (!connected) await this.#letGo(false);
    const kind = outcome.kind === 'broken' ? (failure?.kind === 'stopped' ? 'stopped' : 'failed') : outcome.kind;
    const ended = {
      plan,
      units: unitStates(plan, journal),
      outcome: kind === 'verified' && plan.stretches.length === 0 ? 'nothing-to-do' : kind,
      failure,
      start,
    } as const;
    const times = { started, ended: this.parts.now() };
    const report = makeReport({
      ...ended,
      ...times,
      estimatedMs,
      app: this.parts.version,
      browser: this.parts.browser,
      board,
      placements: wish.placements,
      facts: journal.facts(),
      md5: this.parts.md5,
    });
    this.#work({ kind: 'ended', ...ended, report, connected });
  }

  async #start(placements: readonly Placement[], board: I, target: Target, onText: (log: string) => void) {
    let log = '';
    const { family } = this.parts;
    const layout = family.layout(placements, board);
    const expected = family.expected(placements, board);
    await target.leave({
      ms: LISTEN_MS,
      onText: (text) => {
        log += text;
        onText(log);
      },
      done: (text) => family.bootVerdict(text, layout, expected) !== null,
    });
    return { log, verdict: family.bootVerdict(log, layout, expected) };
  }

  #work(work: Work): void {
    if (this.#board === null) return;
    this.#set({ kind: 'together', board: this.#board, files: this.#files.views(this.#board), work });
  }

  /** Tells progress, but not more often than anyone can read. */
  #tell(work: () => Work): void {
    const now = this.parts.now();
    if (now < this.#tellAt) return;
    this.#work(work());
    this.#tellAt = now + TELL_MS;
  }

  #set(state: SessionState): void {
    this.#state = state;
    this.#tellAt = 0;
    this.parts.onState(state);
  }

  /** Lets the board go, and says why if it was not asked for. */
  async #part(failure: FailureFacts | null): Promise<void> {
    await this.#letGo();
    this.#set({ kind: 'apart', failure });
  }

  async #letGo(forget = true): Promise<void> {
    const target = this.#target;
    this.#target = null;
    if (forget) this.#board = null;
    // A port that is gone cannot be closed; there is nothing left to do about it.
    await target?.close().catch(() => undefined);
  }
}
