/** The connected board: as read, with the user's settings applied, and whether it is the expected one. */
import { withTimeout } from '../flash/clock.ts';
import { type Cancel, makeCancel, unlessStopped } from '../flash/failure.ts';
import type { Content, Inspection, Setting } from '../flash/family.ts';
import type { Finding } from '../flash/finding.ts';
import type { Layout } from '../flash/layout.ts';
import type { Range } from '../flash/map.ts';
import { overlaps } from '../flash/map.ts';
import type { Chosen, Identity, OnProgress, Target, Tuned } from '../flash/target.ts';
import { backupSetting } from './planning/backup-policy.ts';
import { boardKey, boardName, isSameBoard, isSurelySame, markKey } from './board-key.ts';
import type { LostJob } from './doubted.ts';
import { doubted } from './doubted.ts';
import { sessionFinding } from './findings.ts';
import type { ProblemsKnown } from './known-problems.ts';
import { KnownProblems } from './known-problems.ts';
import type { CheckedRange } from '../flash/repair-sources.ts';
import type { ComparisonView, OpenImage } from './compare-flash.ts';
import type { EndedJob } from './job-execution/carry-out.ts';
import { type Leftovers, NO_LEFTOVERS } from './job-execution/incomplete.ts';
import { withAwaited } from './job-execution/awaited.ts';
import type { SessionParts } from './session-parts.ts';
import type { SettingsStore } from '../storage/settings-store.ts';
import type { BoardMark } from '../storage/records.ts';
import { ProgressMeter } from './progress.ts';
import type { Intent } from './intents.ts';
import type { Progress } from './state.ts';
import { compareSetting } from './planning/surroundings.ts';

/** How long releasing a board may take, in ms. */
const CLOSE_MS = 800;

/** Hears what is being done while a board is connected, and how far reading it is, where that is known. */
export type SayConnecting = (says: string, progress?: Progress) => void;

/** Which board is meant: any, the one before, or the one that is connected, which is connected again to take a choice up. */
export type RequestedBoard = 'any' | 'same' | 'as-chosen';

/** Remembers the user's settings for each board, and the previous board. */
export class ConnectedBoard<I extends Inspection, T extends Target> {
  #target: T | null = null;
  #read: I | null = null;
  #board: I | null = null;
  #left = NO_LEFTOVERS;
  /** Each with what was found at its place then: what has changed since is not vouched for. */
  #verified: readonly { readonly unit: Range; readonly found: Content | undefined }[] = [];
  /** Ranges that were written since the board was read. */
  #unread: LostJob | null = null;
  /** How long reading the board took, in ms, and at which pace in bytes per second: the speed may be changed afterwards. */
  #reading = { ms: 0, pace: 1 };
  #chosen: Chosen = {};
  /** Settings that the user chose and that are not applied yet. */
  #wanted: Chosen = {};
  #last: Identity | null = null;
  #notices: readonly Finding[] = [];
  #met = 0;
  #tuned: Tuned = 'in-force';
  /** What the board printed when it was last started here; empty if nobody has listened. */
  bootLog = '';
  #isGlanced = false;
  readonly #problems = new KnownProblems();
  #rest = makeCancel();

  constructor(
    private readonly parts: Pick<SessionParts<I, T>, 'family' | 'connect' | 'connecting' | 'openImage' | 'clock'>,
    private readonly settings: SettingsStore,
  ) {}

  /** The connection to the board; null while there is none, also if the board is still shown after a job. */
  get target(): T | null {
    return this.#target;
  }

  /** The board as read; null while there is none. */
  get read(): I | null {
    return this.#read;
  }

  /** The board with the user's settings applied; null while there is none. */
  get board(): I | null {
    return this.#board;
  }

  /** What comparing the flash with a file found, until it is written, read or connected again; null where nobody asked. */
  comparison: ComparisonView | null = null;

  /** What backups would bring back, since the board was read. */
  checked: readonly CheckedRange[] = [];

  /** What was written since the board was read, where it could not be read again: empty where everything is as it was read. */
  get unread(): readonly Range[] {
    return this.#unread?.changed ?? [];
  }

  /** Opens a file to compare with; undefined where that is not offered. */
  get openImage(): OpenImage | undefined {
    return this.parts.openImage;
  }

  /** How long reading the board once more takes at the current speed, in ms, going by how long it took. */
  get readMs(): number {
    const { ms, pace } = this.#reading;
    return (ms * pace) / (this.#target?.pace().readBytesPerSecond ?? pace);
  }

  /** The board as records of jobs and backups name it; null while there is none. */
  get mark(): BoardMark | null {
    const read = this.#read;
    return read === null ? null : { key: markKey(read.identity), identity: read.identity, layout: read.layout };
  }

  /** Distinguishes it from every board before it, even if it has no unique ID. */
  get id(): string {
    const identity = this.#last;
    if (identity === null) return '';
    return identity.key === null ? `unnamed ${this.#met}` : `${identity.chip} ${boardKey(identity)}`;
  }

  /**
   * Releases the current board, then connects and reads a board with its settings; connects again if some of them need a new
   * connection. `tell` receives what is being done. Throws the `Failure`s of connecting and reading.
   */
  async connect(meant: RequestedBoard, cancel: Cancel, tell: SayConnecting): Promise<void> {
    await this.letGo();
    let says = '';
    let part: Progress | undefined;
    const say = (words: string) => {
      says = words;
      tell(says, part && { ...part, says });
    };
    if (meant === 'any') this.#last = null;
    const { connecting = 'Connecting to the board' } = this.parts;
    say(meant === 'as-chosen' ? 'Reconnecting with the settings for this board' : connecting);
    try {
      // Held from the start, so that it can be released whatever happens next.
      const target = await this.parts.connect(cancel, say, this.#chosenFor(meant));
      this.#target = target;
      const { family } = this.parts;
      this.#isGlanced = family.glance !== undefined;
      const meter = new ProgressMeter(says, 0, this.parts.clock);
      const onProgress: OnProgress = (...done) => tell(says, (part = { ...meter.at(...done), says }));
      const read = await (family.glance?.(target, cancel, say) ??
        this.#inspect(target, cancel, say, undefined, onProgress));
      if ((await this.#meet(read, target, meant, cancel)) === 'in-force') return;
    } catch (error) {
      // Settings with which no connection works must not lock the board out.
      if (meant === 'as-chosen' && !cancel.cancelled) await this.#unchoose();
      throw error;
    }
    await this.connect('as-chosen', cancel, tell);
  }

  /** Whether only a glance at the board was taken: contents are still to be read. */
  get isGlanced(): boolean {
    return this.#isGlanced;
  }

  /**
   * Reads what a glance has left out, and what jobs have left; `stopRest` ends that. Every intent needs it, so none of them stops
   * it: the next one would read it again, and a device that is slow to stop would be given up. Throws the `Failure`s of that.
   */
  async readRest(left: Leftovers, onProgress: OnProgress): Promise<void> {
    if (this.#target === null) return;
    this.#rest = makeCancel();
    this.see(await this.#inspect(this.#target, this.#rest, () => undefined, undefined, onProgress));
    await this.note(left, this.#rest);
    // Not before: whoever stops while an app is checked sees what jobs have left the next time.
    this.#isGlanced = false;
  }

  /** Ends `readRest`, if it runs. */
  stopRest(): void {
    this.#rest.cancel();
  }

  /** Reads a board, and takes the time of it; see `readAgain` for `before`. */
  async #inspect(
    target: T,
    cancel: Cancel,
    say: (words: string) => void,
    before?: Layout,
    onProgress?: OnProgress,
  ): Promise<I> {
    const from = this.parts.clock.now();
    const read = await this.parts.family.inspect(target, cancel, say, before, onProgress);
    this.#reading = { ms: this.parts.clock.now() - from, pace: target.pace().readBytesPerSecond };
    this.#problems.readAgain(read.findings);
    return read;
  }

  /** Releases the connection; with `forget`, the board is gone as well. Never rejects. */
  async letGo(forget = true): Promise<void> {
    const target = this.#target;
    this.#target = null;
    if (forget) {
      this.#wanted = {};
      this.forget();
    }
    // A port that is gone cannot be closed, and one that hangs is not waited for; there is nothing left to do.
    if (target !== null)
      await withTimeout(this.parts.clock, CLOSE_MS, target.close(), () => undefined).catch(() => undefined);
  }

  /** The settings known before it is known which board answers. */
  #chosenFor(meant: RequestedBoard): Chosen {
    if (meant === 'as-chosen') return this.#chosen;
    return this.#last === null || this.#last.key === null ? {} : this.#chosen;
  }

  /**
   * Takes over a board that was read, with the settings stored for it. A board other than the expected one gives a finding.
   * Throws what the target throws while applying settings.
   */
  async #meet(read: I, target: T, meant: RequestedBoard, cancel: Cancel): Promise<Tuned> {
    const { identity } = read;
    const was = this.#last;
    const names = was === null || isSameBoard(was, identity) ? null : { is: boardName(identity), was: boardName(was) };
    if (was === null || names !== null) this.bootLog = '';
    if (was === null || !isSurelySame(was, identity)) this.#verified = [];
    if (names !== null) this.#notices = [sessionFinding('another-board', { in: 'device' }, names)];
    else if (meant !== 'as-chosen') this.#notices = [];
    this.#last = identity;
    this.#met++;
    if (identity.key !== null) this.#chosen = await unlessStopped(cancel, this.settings.load(boardKey(identity)));
    // Boards without a unique ID would share one entry: settings meant for one could harm another.
    else if (meant !== 'as-chosen') this.#chosen = {};
    try {
      const tuned = (await target.tune?.(this.#chosen, cancel)) ?? 'in-force';
      // Another connection would not apply it either.
      this.#tuned = meant === 'as-chosen' ? 'in-force' : tuned;
    } catch (error) {
      // Settings with which the link does not work must not lock the board out.
      if (!cancel.cancelled) await this.settings.save(boardKey(identity), {});
      throw error;
    }
    this.see(read);
    return this.#tuned;
  }

  /** Forgets the settings of the last board. */
  async #unchoose(): Promise<void> {
    this.#chosen = {};
    if (this.#last !== null && this.#last.key !== null) await this.settings.save(boardKey(this.#last), {});
  }

  /** Notes that a job has written since the board was read, and that it was lost: until it is read again, only the job knows. */
  #doubt(job: LostJob): void {
    if (job.changed.length === 0) return;
    [this.#unread, this.comparison, this.checked] = [job, null, []];
    this.#show();
  }

  /** Notes which partitions hold only a part of what was to be written, and which nothing of it yet: reading them does not tell. */
  noteLeft(left: Leftovers): void {
    if ([left, this.#left].every(({ incomplete, awaited }) => incomplete.length + awaited.length === 0)) return;
    this.#left = left;
    this.#show();
  }

  /** Follows what a person asks for: which of the problems it repairs. */
  follow(intent: Intent): void {
    this.#problems.follow(intent, this.#board?.findings ?? [], this.checked);
  }

  /** The problems and warnings that only a closer look has found. */
  get foundCloser(): readonly Finding[] {
    return this.#problems.foundCloser(this.#read?.findings ?? []);
  }

  /**
   * Takes over what was read after a job, and what the job changed. Returns which problems were known before; nothing where the
   * board was not read again.
   */
  seeAfter({ read, changed, verified, disproved, unproved, after }: Omit<EndedJob<I>, 'ended'>): ProblemsKnown | null {
    const now = read === null || read === 'lost' ? [] : read.findings;
    const [before, shown] = [this.#read?.findings ?? [], this.#board?.findings ?? []];
    const known = this.#problems.afterJob({ verified, disproved, now }, before, shown);
    if (read === 'lost') {
      const starts = typeof after.expected === 'string' ? null : after.expected;
      this.#doubt({ changed, unproved, starts, after: after.layout });
    } else if (read !== null) {
      this.#problems.readAgain(read.findings);
      this.see(read);
    }
    const isNew = ({ unit }: { readonly unit: Range }) =>
      [...changed, ...verified].some((other) => overlaps(other, unit));
    const others = this.#verified.filter((each) => !isNew(each));
    this.#verified = [...others, ...verified.map((unit) => ({ unit, found: foundAt(this.#read, unit) }))];
    this.#show();
    return read === null || read === 'lost' ? null : known;
  }

  /**
   * Reads the board again; `before` is the layout that it had before an interrupted job cut its table. Throws the `Failure`s of
   * that.
   */
  async readAgain(cancel: Cancel, before?: Layout, onProgress?: OnProgress): Promise<void> {
    if (this.#target === null) return;
    this.see(await this.#inspect(this.#target, cancel, () => undefined, before, onProgress));
    this.#isGlanced = false;
  }

  /** Notes what jobs have left, and reads the apps of which they wrote only a part. Throws the `Failure`s of reading. */
  async note(left: Leftovers, cancel: Cancel): Promise<void> {
    this.noteLeft(left);
    const [target, read, { inApps }] = [this.#target, this.#read, left];
    if (target === null || read === null || inApps.length === 0) return;
    const checked = await this.parts.family.checkMixed?.(target, read, inApps, { cancel });
    if (checked !== undefined && checked !== read) this.see(checked);
  }

  /** Notes what was read whole and is blank. */
  noteBlank(ranges: readonly Range[]): void {
    const noted = this.#read === null ? undefined : this.parts.family.noteBlank?.(this.#read, ranges);
    if (noted !== undefined) this.see(noted);
  }

  /** Takes over what has since been read from the same board. */
  see(read: I): void {
    [this.#read, this.#unread, this.comparison, this.checked] = [read, null, null, []];
    this.#show();
  }

  /** Works out the board as it is shown, from what was read, chosen and noted. */
  #show(): void {
    const [target, read, unread] = [this.#target, this.#read, this.#unread];
    if (target === null || read === null) return;
    const stays = this.#verified.filter(({ unit, found }) => isSameContent(foundAt(read, unit), found));
    const verified = stays.map(({ unit }) => unit);
    const noted = { ...read, incomplete: this.#left.incomplete, ...(verified.length > 0 && { verified }) };
    const board = this.parts.family.choose(noted, this.#chosen);
    // Of a flash image everything is kept in memory, and comparing it costs nothing.
    const isFile = target.file !== undefined;
    const own = isFile ? [] : [backupSetting(this.#chosen, target), compareSetting(this.#chosen, target)];
    const settings = [...board.settings, ...own];
    const contents = withAwaited(board.contents, this.#left.awaited);
    const shown = { ...board, contents, settings, findings: [...this.#notices, ...board.findings] };
    this.#board = unread === null ? shown : { ...shown, ...doubted(shown, unread) };
  }

  /** What was read of this board, with the user's settings applied. */
  asChosen(read: I): I {
    return this.parts.family.choose(read, this.#chosen);
  }

  /** Takes a setting that the user chose; `applyWanted` applies it. */
  want(id: string, value: string): void {
    this.#wanted = { ...this.#wanted, [id]: value };
  }

  /**
   * Applies the settings that the user chose; those that this board does not offer are ignored. Returns whether all settings are
   * in force. Throws what the target throws: the settings are then withdrawn, unless `isOvertaken` by what will apply them.
   */
  async applyWanted(cancel: Cancel, isOvertaken: () => boolean): Promise<Tuned> {
    const wanted = this.#wanted;
    this.#wanted = {};
    try {
      return await this.#choose(wanted, cancel);
    } catch (error) {
      if (isOvertaken()) this.#wanted = { ...wanted, ...this.#wanted };
      throw error;
    }
  }

  async #choose(wanted: Chosen, cancel: Cancel): Promise<Tuned> {
    const [target, read, board] = [this.#target, this.#read, this.#board];
    if (target === null || read === null || board === null) return this.#tuned;
    const offered = Object.entries(wanted).filter(([id, value]) => board.settings.some((s) => offers(s, id, value)));
    if (offered.length === 0) return this.#tuned;
    const chosen = { ...this.#chosen, ...Object.fromEntries(offered) };
    this.#tuned = (await target.tune?.(chosen, cancel)) ?? 'in-force';
    this.#chosen = chosen;
    const passing = board.settings.filter((each) => each.passing === true).map((each) => each.id);
    const kept = Object.entries(chosen).filter(([each]) => !passing.includes(each));
    if (board.identity.key !== null) await this.settings.save(boardKey(board.identity), Object.fromEntries(kept));
    this.#show();
    return this.#tuned;
  }

  /** The board is gone, but is remembered as the previous one. */
  forget(): void {
    [this.#read, this.#board] = [null, null];
  }
}

/** What was found in the partition of an erase unit; undefined if nobody has looked. */
function foundAt(read: Inspection | null, unit: Range): Content | undefined {
  return read?.contents.find((content) => overlaps(content, unit));
}

/** Whether the same app was found, or twice none of the same kind of content. */
function isSameContent(a: Content | undefined, b: Content | undefined): boolean {
  return a?.kind === b?.kind && a?.digest === b?.digest;
}

function offers(setting: Setting, id: string, value: string): boolean {
  return setting.id === id && setting.fixed === undefined && setting.options.some((option) => option.id === value);
}
