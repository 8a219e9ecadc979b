/** One connected board: carries out the user's intents and reports its state as plain data. */
import { withTimeout } from '../flash/clock.ts';
import type { Cancel, FailureFacts } from '../flash/failure.ts';
import { factsOf, unlessStopped } from '../flash/failure.ts';
import type { Inspection } from '../flash/family.ts';
import type { Refusal } from '../flash/finding.ts';
import type { Target } from '../flash/target.ts';
import { otherWay, shownPlan, stillGranted, withAbout, withConsent } from './agreement.ts';
import { asRefusal, FILES, planFor, purposeOf } from './planning/plan-for.ts';
import type { RequestedBoard, SayConnecting } from './connected-board.ts';
import { ConnectedBoard } from './connected-board.ts';
import type { EndedJob } from './job-execution/carry-out.ts';
import { beginJob, resumeJob } from './job-execution/begin-or-resume.ts';
import { isReadIntent, rereadTask } from './reading-tasks.ts';
import { BoardReadings } from './board-readings.ts';
import { isChoice, isPlan } from './choice-intents.ts';
import { ChosenFiles } from './chosen-files.ts';
import { PartitionViewer } from './contents/partition-viewer.ts';
import type { PlannedJob } from './planning/planning.ts';
import { OpenJobs } from './job-execution/open-jobs.ts';
import { readingWork } from './progress.ts';
import type { BoardWork, SessionContext, SessionParts } from './session-parts.ts';
import { contextOf } from './session-parts.ts';
import { ConnectedView } from './connected-view.ts';
import type { Intent } from './intents.ts';
import type { SessionState, Work } from './state.ts';
import { isBusy, isReading, isUntouched, openAsks } from './state.ts';
import type { Purpose } from '../storage/records.ts';
import { SerialQueue } from './serial-queue.ts';
import { StateReporter } from './state-reporter.ts';
import { ChipUnlock, unlockFailure, whileConnecting } from './unlocking.ts';

/** How long a verdict waits for the list of backups, in ms. */
const LISTED_MS = 2000;

/** A session. `dispatch` resolves when its intent has been carried out or overtaken by another. */
export class Session<I extends Inspection, T extends Target = Target> {
  readonly #teller: StateReporter;
  #plannedJob: PlannedJob | null = null;
  /** What is planned for: the chosen files, a backup, or a roll back. */
  #aim: Purpose = FILES;
  readonly #files: ChosenFiles<I>;
  readonly #connectedBoard: ConnectedBoard<I, T>;
  readonly #context: SessionContext;
  readonly #jobs: OpenJobs;
  // Anything unforeseen ends in a state that says so.
  readonly #queue = new SerialQueue(
    (error) => this.#part(factsOf(error)),
    (cancel) => isReading(this.state) && this.#stopped(cancel),
  );
  readonly #view = new ConnectedView<I, T>();
  /** The job that began last, if it was left open: it has begun and not come to its end. */
  #lastJob: string | null = null;
  /** How many times as long as at the device's pace the last job took. */
  #slowness = 1;
  readonly #viewer = new PartitionViewer<I>((id) => this.#files.dataOf(id));
  readonly #unlock: ChipUnlock;
  readonly #readings: BoardReadings<I, T>;

  constructor(private readonly parts: SessionParts<I, T>) {
    this.#files = new ChosenFiles(parts.family);
    this.#context = contextOf(parts);
    this.#connectedBoard = new ConnectedBoard(parts, this.#context.settings);
    this.#jobs = new OpenJobs(this.#context);
    this.#teller = new StateReporter(parts.clock, parts.onState);
    this.#unlock = new ChipUnlock(this.#context, (state) => this.#teller.say(state));
    this.#readings = new BoardReadings({
      parts: { ...parts, ...this.#context },
      board: this.#connectedBoard,
      files: this.#files,
      viewer: this.#viewer,
      jobs: this.#jobs,
      queue: this.#queue,
      state: () => this.state,
      boardWork: (cancel) => this.#boardWork(cancel),
      show: (work) => this.#work(work),
      tell: (work) => this.#tell(work),
      survey: (cancel) => this.#survey(cancel),
      refuse: (refusal) => this.#refuse(refusal),
      gaveUp: (error, cancel) => this.#gaveUp(error, cancel),
    });
  }

  /** The current state. */
  get state(): SessionState {
    return this.#teller.state;
  }

  /** Carries out an intent. Never rejects: failures are in the state. */
  async dispatch(intent: Intent): Promise<void> {
    try {
      await this.#handle(intent);
    } catch (error) {
      await this.#part(factsOf(error));
    }
  }

  #handle(intent: Intent): Promise<void> {
    if (!isBusy(this.state)) this.#connectedBoard.follow(intent);
    if (isPlan(intent)) return this.#replan(purposeOf(intent));
    if (isChoice(intent)) {
      this.#files.choose(intent);
      return this.#replan();
    }
    if (isReadIntent(intent)) return this.#unlessBusy((cancel) => this.#readings.readMore(intent, cancel));
    switch (intent.do) {
      case 'set':
        return this.#set(intent.id, intent.value);
      case 'consent':
        return this.#consent(intent.ask, intent.yes);
      case 'flash':
        if (shownPlan(this.state, intent.plan) === null) return this.#queue.ended;
        return this.#queue.next((cancel) => this.#flash(intent.plan, cancel));
      case 'back-up':
      case 'save-bytes':
      case 'make-bundle':
        return this.#unlessBusy((cancel) => this.#readings.backUp(intent, cancel));
      case 'resume':
        return this.#unlessBusy((cancel) => this.#resume(intent.job, cancel));
      case 'abandon-job':
        return this.#unlessBusy((cancel) => this.#abandon(intent.job, cancel));
      case 'unlock':
        return this.#unlessBusy((cancel) => this.#unlockChip(intent.words, cancel));
      case 'cancel':
        // Nothing runs while a chip is awaited.
        if (this.state.kind === 'unlocking' && this.state.step === 'returning')
          return this.#queue.next(() => this.#part(unlockFailure('unlock-unwatched').facts));
        if (this.state.kind === 'connected' && this.state.work.kind === 'flashing')
          this.#work({ ...this.state.work, stopping: true });
        this.#connectedBoard.stopRest();
        this.#queue.stop();
        return this.#queue.ended;
      case 'reconnect':
        return this.connect(true);
      case 'disconnect':
        this.#connectedBoard.stopRest();
        return this.#queue.next(() => this.#part(null));
      default:
        return this.#unlessBusy((cancel) => this.#readings.look(intent, cancel));
    }
  }

  /** Connects and reads the board; `again` if the same board as before is expected. */
  connect(again = false): Promise<void> {
    this.#connectedBoard.stopRest();
    return this.#queue.next((cancel) => this.#connectTo(again ? 'same' : 'any', cancel));
  }

  async #connectTo(meant: RequestedBoard, cancel: Cancel): Promise<void> {
    if (meant !== 'as-chosen') this.#unlock.forget();
    try {
      if (meant === 'any') {
        this.#files.expectAnyBoard();
        this.#slowness = 1;
        await this.#jobs.meet(null);
      }
      const say: SayConnecting = (...now) => this.#teller.say(whileConnecting(this.state, ...now));
      await this.#connectedBoard.connect(meant, cancel, (...now) =>
        now[1] === undefined ? say(...now) : this.#teller.tell(() => say(...now)),
      );
      const { mark } = this.#connectedBoard;
      if (mark !== null) this.#files.meet(mark.identity);
      await this.#unlock.settle(this.#connectedBoard, cancel);
      await unlessStopped(cancel, this.#jobs.meet(this.#connectedBoard.mark));
      const before = this.#jobs.layoutBefore;
      if (before !== null) await this.#connectedBoard.readAgain(cancel, before);
      if (!this.#connectedBoard.isGlanced) await this.#connectedBoard.note(this.#jobs.leftovers, cancel);
      if (meant !== 'as-chosen') this.#aim = FILES;
    } catch (error) {
      const failure = factsOf(error);
      return this.#part(failure.kind === 'stopped' ? null : failure);
    }
    await this.#survey(cancel);
  }

  /** Unlocks the chip, if what was typed agrees to that, and gives it up: it is gone until it is connected again. */
  async #unlockChip(typed: string, cancel: Cancel): Promise<void> {
    const work = this.#boardWork(cancel);
    if (work === null || !(await this.#unlock.unlock(work, typed))) return this.#survey(cancel);
    await this.#connectedBoard.letGo();
  }

  /** Records a setting; it applies to the next survey, even if another intent comes first. */
  #set(id: string, value: string): Promise<void> {
    // Without a device nothing would apply the setting.
    if (this.state.kind !== 'connected' || isBusy(this.state) || this.#connectedBoard.target === null)
      return this.#queue.ended;
    this.#connectedBoard.want(id, value);
    return this.#replan(this.#aim);
  }

  /** Handles a cable pulled while no job was running; a running job finds out through its own commands. */
  lost(failure: FailureFacts): void {
    if (this.state.kind !== 'connected' || isBusy(this.state)) return;
    const { work } = this.state;
    this.#connectedBoard.stopRest();
    if (work.kind === 'ended') this.#work({ ...work, connected: false });
    else {
      // Work still in progress must not report a connected board any more.
      this.#connectedBoard.forget();
      this.#teller.say({ kind: 'disconnected', failure: this.#jobs.beside(failure) });
    }
    void this.#queue.next(() => this.#connectedBoard.letGo(work.kind !== 'ended'));
  }

  #consent(ask: string, yes: boolean): Promise<void> {
    const agreed = withConsent(this.state, ask, yes);
    const aim = agreed && otherWay(agreed, ask, yes);
    if (aim) return this.#replan(aim, agreed?.granted);
    if (agreed) this.#work(agreed);
    return this.#queue.ended;
  }

  /** Runs work on the connected board, unless a job is running; without a board it must not cancel connecting. */
  #unlessBusy(work: (cancel: Cancel) => Promise<void>): Promise<void> {
    const free = this.state.kind === 'connected' && !isBusy(this.state);
    if (!free) return this.#queue.ended;
    return this.#queue.next(async (cancel) => void ((await this.#readings.readWhole(cancel)) && (await work(cancel))));
  }

  /** Plans again, for the chosen files unless another purpose is given; `granted` counts for the questions that stay the same. */
  #replan(aim: Purpose = FILES, granted: readonly string[] = []): Promise<void> {
    if (this.state.kind !== 'connected' || isBusy(this.state)) return this.#queue.ended;
    this.#aim = aim;
    // What was planned before is out of date: nobody may agree to it any more. Without a device nothing ends a reading.
    const { target } = this.#connectedBoard;
    this.#work(target === null ? this.state.work : readingWork('Applying your choice', this.#context.clock));
    return this.#queue.next((cancel) => this.#survey(cancel, granted));
  }

  async #survey(cancel: Cancel, granted: readonly string[] = []): Promise<void> {
    if (this.#connectedBoard.target === null || !(await this.#readings.readWhole(cancel))) return;
    this.#plannedJob = null;
    try {
      // Whatever overtook this survey applies the settings; if the user stopped it, they are withdrawn.
      const tuned = await this.#connectedBoard.applyWanted(cancel, () => !this.#queue.isLast(cancel));
      if (cancel.cancelled) return this.#stopped(cancel);
      if (tuned === 'next-connection') return await this.#connectTo('as-chosen', cancel);
    } catch (error) {
      return this.#gaveUp(error, cancel);
    }
    const work = this.#boardWork(cancel);
    if (work === null) return;
    if (this.#files.isClosed(this.#connectedBoard.id))
      this.#work(readingWork('Reading the dropped files', this.#context.clock));
    try {
      await this.#files.open(this.#connectedBoard.id, work.board, this.#context, cancel);
      const { planning, aim } = await planFor(this.#aim, work, this.#files, this.#jobs);
      if (cancel.cancelled) return this.#stopped(cancel);
      this.#aim = aim;
      if (planning.kind === 'idle') return this.#work(planning);
      if (planning.kind === 'refused') return this.#refuse(...planning.refusals);
      this.#plannedJob = planning.plannedJob;
      const { plan, purpose } = planning.plannedJob.planned;
      const known = this.#jobs.leftovers;
      await this.#jobs.found(plan.equal, planning.digestOf);
      if (purpose.kind === 'roll-back' && plan.stretches.length === 0) await this.#jobs.undone(purpose.job);
      // What was found equal is complete after all.
      if (this.#jobs.leftovers !== known) await this.#connectedBoard.note(this.#jobs.leftovers, cancel);
      this.#work(stillGranted(planning.plannedJob.planned, granted));
    } catch (error) {
      await this.#gaveUp(error, cancel);
    }
  }

  /** Work on the connected board; null if there is none. */
  #boardWork(cancel: Cancel): BoardWork<I, T> | null {
    const [{ family, md5 }, { target, read, board, mark, readMs, foundCloser }] = [this.parts, this.#connectedBoard];
    if (read === null || board === null || mark === null || target === null) return null;
    const shows = { show: (work: Work) => this.#work(work), tell: (work: () => Work) => this.#tell(work) };
    const bytesOf = this.#viewer.reader.at(read).sureBytes({ target, map: board.layout.map, md5, cancel });
    const lookAgain: BoardWork<I>['lookAgain'] = (now, changed, onBytes) =>
      this.#viewer.lookAgain({ ...work, board: this.#connectedBoard.asChosen(now) }, now, changed, onBytes);
    const known = { target, board, mark, readMs, slowness: this.#slowness, foundCloser };
    const work = { ...this.#context, family, ...known, bytesOf, lookAgain, cancel, ...shows };
    return work;
  }

  /** Handles the early end of work that has not written anything: a stop, a harmless refusal, or a lost link. */
  async #gaveUp(error: unknown, cancel: Cancel): Promise<void> {
    const failure = factsOf(error);
    const refusal = asRefusal(failure);
    if (failure.kind === 'stopped' && !cancel.cancelled) throw new RangeError('it stopped, and nobody asked it to');
    if (failure.kind === 'stopped') this.#stopped(cancel);
    else if (refusal !== null) this.#refuse(refusal);
    else await this.#part(failure);
  }

  #refuse(...refusals: readonly Refusal[]): void {
    this.#work({ kind: 'refused', purpose: this.#aim, refusals });
  }

  /** A survey was stopped, by the user or by the next intent, which then reports its own state. */
  #stopped(cancel: Cancel): void {
    if (!this.#queue.isLast(cancel)) return;
    // The next survey would go on with the files that the user has just stopped.
    this.#files.giveUp(this.#connectedBoard.id);
    this.#work({ kind: 'idle' });
  }

  async #flash(shown: string, cancel: Cancel): Promise<void> {
    const [planned, plannedJob, work] = [shownPlan(this.state, shown), this.#plannedJob, this.#boardWork(cancel)];
    if (planned === null || plannedJob === null || work === null || openAsks(planned).length > 0) return;
    // The data that the plan was made from is no longer needed, and is large.
    this.#plannedJob = null;
    try {
      this.#viewer.reader.forget();
      this.#unlock.forget();
      this.#files.jobBegins(planned.purpose);
      const ended = await beginJob(withAbout(plannedJob, this.state), this.#jobs, work);
      this.#lastJob = this.#jobs.view()?.job ?? null;
      await (ended === null ? this.#survey(cancel) : this.#ended(ended, true));
    } catch (error) {
      await this.#gaveUp(error, cancel);
    }
  }

  async #resume(id: string, cancel: Cancel): Promise<void> {
    const work = this.#boardWork(cancel);
    const own = work === null || this.#jobs.view()?.noResume !== null ? null : await this.#jobs.take(id);
    if (own === null || work === null) return this.#survey(cancel);
    this.#aim = own.record.purpose;
    this.#viewer.reader.forget();
    try {
      const end = await resumeJob(own, this.#jobs, work);
      if ('ended' in end) await this.#ended(end, id === this.#lastJob);
      else this.#work({ kind: 'refused', purpose: this.#aim, refusals: [end], ofResume: true });
    } catch (error) {
      await this.#gaveUp(error, cancel);
    }
  }

  /** `isOwn`: it is the job that the chosen edits were last put into, and not one that was found unfinished. */
  async #ended({ ended, ...after }: EndedJob<I>, isOwn: boolean): Promise<void> {
    const listed = Promise.resolve(this.#context.onKept());
    this.#aim = FILES;
    // What it printed before is no evidence of what it holds now.
    this.#connectedBoard.bootLog = ended.start?.log ?? (isUntouched(ended) ? this.#connectedBoard.bootLog : '');
    this.#files.jobEnded(ended, isOwn);
    this.#slowness = after.slowness ?? this.#slowness;
    const problems = this.#connectedBoard.seeAfter(after);
    this.#connectedBoard.noteLeft(this.#jobs.leftovers);
    if (!ended.connected) await this.#connectedBoard.letGo(false);
    // The backup that it kept is listed before its verdict. A storage that takes longer does not hold that back.
    if (ended.outcome === 'verified' || ended.outcome === 'unproved')
      await withTimeout(this.#context.clock, LISTED_MS, listed, () => undefined);
    this.#work({ ...ended, ...problems });
  }

  async #abandon(id: string, cancel: Cancel): Promise<void> {
    await this.#jobs.abandon(id);
    void this.#context.onKept();
    this.#aim = FILES;
    if (this.#connectedBoard.target === null) return this.#survey(cancel);
    await this.#readings.run(rereadTask(this.#connectedBoard, this.#jobs, cancel), cancel);
  }

  #work(work: Work): void {
    const state = this.#view.of(work, this.#aim, this.#connectedBoard, this.#files, this.#viewer, this.#jobs);
    if (state !== null) this.#teller.say({ ...state, ...this.#unlock.view });
  }

  /** Reports progress, but no more often than anyone can read. */
  #tell(work: () => Work): void {
    this.#teller.tell(() => this.#work(work()));
  }

  /** Releases the board, and reports why if that was not requested. */
  async #part(failure: FailureFacts | null): Promise<void> {
    await this.#connectedBoard.letGo();
    this.#teller.say({ kind: 'disconnected', failure: failure && this.#jobs.beside(failure) });
  }
}
