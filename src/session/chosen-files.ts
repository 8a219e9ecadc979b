/** The dropped files, their contents, and where each is to go. */
import type { Cancel } from '../flash/failure.ts';
import type { Arrangement, Request, SamePlace } from '../flash/arrangement.ts';
import type { DroppedFile, Source } from '../flash/dropped-file.ts';
import type { Family, Inspection } from '../flash/family.ts';
import type { Refusal } from '../flash/finding.ts';
import type { Range } from '../flash/map.ts';
import { overlaps } from '../flash/map.ts';
import type { ReportFile } from './job-execution/report.ts';
import type { RebuiltContent, RewrittenContent } from '../flash/partition-contents.ts';
import type { Scheduler, YieldNow } from '../flash/yielding.ts';
import { yielding } from '../flash/yielding.ts';
import type { Identity } from '../flash/target.ts';
import { isSameBoard, isSurelySame } from './board-key.ts';
import { bytesSource, sourceFailure, unpackedOrWhy } from './sources.ts';
import { ChosenEdits } from './contents/chosen-edits.ts';
import type { ChoiceIntent } from './choice-intents.ts';
import type { ChosenFile, Drop, DropOptions, FilesView } from './drops.ts';
import { RepairFiles } from './repair-sources.ts';
import type { DroppedBytes } from './contents/partition-viewer.ts';
import { afterEdits, withEdits } from './contents/edited-bytes.ts';
import {
  containerView,
  filesOf,
  filesView,
  freshDrop,
  isContainer,
  nameOfDrop,
  placedAt,
  placesToKeep,
  sourcesLeft,
} from './drops.ts';
import { FitSearch } from './fit-search.ts';
import { asideEnd } from './aside.ts';
import type { Ended } from './state.ts';
import type { Purpose } from '../storage/records.ts';

/** The name of an edited layout among the files, and how it is added to them. */
const LAYOUT_FILE = 'partitions.csv';
const LAYOUT_DROP: DropOptions = { does: 'the partition table changes', isForOneBoard: true };

/** Dropped files in the order of dropping, for one board: connected again, it still has them, and another one has none of them. */
export class ChosenFiles<I extends Inspection> {
  #drops: readonly Drop[] = [];
  /** The board that everything is chosen for; null before the first. */
  #owner: Identity | null = null;
  /** Whether the next board that is read is expected to be that one. */
  #isExpected = false;
  /** What a person had dropped before: with its choices where it was for this board, without any where it was for another. */
  #former: readonly Drop[] = [];
  #nextId = 1;
  /** What the files come to on a board; cached until the files change. */
  #arranged: { readonly board: I; readonly arrangement: Arrangement } | null = null;
  #shown: { readonly board: I; readonly view: FilesView } | null = null;
  /** The layout that was edited: its drop, and which partition of the board each one was. */
  #edited: { readonly drop: number; readonly csv: string; readonly same?: readonly SamePlace[] } | null = null;
  readonly #fit: FitSearch<I>;
  readonly #repairFiles: RepairFiles<I>;
  readonly #edits = new ChosenEdits();
  #inJob: ReadonlySet<number> = new Set();
  /** The drop of the edited layout that is in it; null if none is. */
  #layoutInJob: number | null = null;
  /** The drops in it that hold bytes made for this board, not files of a person. */
  #madeInJob: readonly number[] = [];
  #isInJob = false;
  /** Where the job wrote that put files on the board, or found what it was to write. */
  #onBoard: readonly Range[] = [];
  /** What the edits come to on the board, as far as they were applied to it. */
  #rewritten: readonly RewrittenContent[] = [];
  /** What the edited layout needs rewritten, as far as that was done. */
  #rebuilt: readonly RebuiltContent[] = [];

  constructor(private readonly family: Family<I>) {
    this.#repairFiles = new RepairFiles(family);
    this.#fit = new FitSearch(family);
  }

  /** Notes that a person chooses a board, which may be any, until one is read. */
  expectAnyBoard(): void {
    this.#isExpected = false;
  }

  /**
   * Keeps what is chosen for this board only: anything else is let go, where what a person dropped can be used again. A board without
   * a unique ID is taken for the one before, unless that was left.
   */
  meet(board: Identity): void {
    const [before, isSame] = [this.#owner, this.#isExpected ? isSameBoard : isSurelySame];
    [this.#owner, this.#isExpected] = [board, true];
    if (before === null || isSame(before, board)) return;
    this.#isInJob = false;
    this.#letGo();
    this.#former = this.#former.map((drop) => freshDrop(this.#nextId++, sourcesLeft(drop)));
    this.#fit.request = null;
    this.#edits.withdraw();
    this.#changed();
  }

  /** Chooses nothing any more but edits of the board, which nobody could choose again; a layout stays in its editor. */
  #letGo(): void {
    const own = this.#dropped().map((drop) => ({ ...drop, isOnBoard: false }));
    if (own.length > 0) this.#former = own;
    for (const { files } of this.#drops) for (const { id } of files) this.#edits.withdrawFile(id);
    [this.#drops, this.#edited] = [[], null];
  }

  /** What a person dropped: what a repair or the editor made is a plan already, and a backup is where it was. */
  #dropped(): readonly Drop[] {
    return this.#drops.filter(({ isForOneBoard }) => !isForOneBoard);
  }

  /** Takes over what a person chose, left out or withdrew. */
  choose(intent: ChoiceIntent): void {
    this.#isInJob = false;
    switch (intent.do) {
      case 'add-files':
        return this.add(intent.files, intent);
      case 'use-again':
        [this.#drops, this.#former] = [[...this.#drops, ...this.#former], []];
        return this.#changed();
      case 'remove-file':
        return this.remove(intent.id);
      case 'use':
        return this.#change([intent.id], (file) => (file.used = intent.yes), intent.yes);
      case 'use-only':
        // Of a file they belong to it.
        this.#edits.withdrawAll(this.#edits.ids);
        for (const { files } of this.#drops) for (const file of files) file.used = file.id === intent.file;
        return this.place(intent.file, intent.choice);
      case 'place':
        return this.place(intent.id, intent.choice);
      case 'place-at':
        return this.placeAt(intent.id, intent.address);
      case 'change-layout':
        return this.layOut(intent.csv, intent.same);
      case 'edit-contents':
        return this.#change(this.#edits.add(intent.range, intent.edits));
      case 'withdraw-edits':
        return this.#change(this.#edits.withdraw(intent));
      case 'write-bytes':
        return this.add([bytesSource(intent.name, intent.data)], { ...intent, isForOneBoard: true });
      case 'make-it-fit':
        [this.#fit.request, this.#shown] = [intent.room, null];
        return;
    }
  }

  /** The partitions of the board of which something is to be changed. */
  get edited(): readonly Range[] {
    return this.#edits.contents.map(({ range }) => range);
  }

  /** Why edits of chosen files cannot be applied to them. */
  get refusals(): readonly Refusal[] {
    return this.#used().flatMap(({ edited }) => edited?.refusal ?? []);
  }

  /** A file as it was dropped; null if it is not there any more. */
  dataOf(id: number): DroppedBytes | null {
    const file = this.#drops.flatMap(({ files }) => files).find((each) => each.id === id);
    return file === undefined ? null : { name: file.name, data: file.dropped ?? file.data };
  }

  /** The partitions that are read for the plan: those of which something is changed, or that a new layout rewrites. */
  toRead(board: I): readonly Range[] {
    return [...this.edited, ...(this.arrangement(board).rebuilds ?? []).map(({ before }) => before)];
  }

  /** Remembers which edits, which layout and which made bytes a job that begins now puts on the board, if that is its purpose. */
  jobBegins({ kind }: Purpose): void {
    this.#isInJob = kind === 'flash';
    this.#inJob = this.#edits.ids;
    this.#layoutInJob = this.#edited?.drop ?? null;
    const made = this.#drops.filter(({ address, files }) => address !== null && files.some(({ used }) => used));
    this.#madeInJob = made.map(({ id }) => id);
  }

  /**
   * Withdraws what a job made for its board, and what needed more room, once the board has it; of what it left out, see `asideEnd`.
   * `isOwn`: it is the one that began last.
   */
  jobEnded({ purpose, outcome, plan }: Pick<Ended, 'purpose' | 'outcome' | 'plan'>, isOwn: boolean): void {
    // Whether it went well or not, what the files were written to is not theirs any more.
    if (plan.stretches.some((stretch) => this.#onBoard.some((range) => overlaps(range, stretch))))
      for (const drop of this.#drops) drop.isOnBoard = false;
    if (!['verified', 'unproved', 'nothing-to-do'].includes(outcome)) return;
    const { files, dropsIn } = asideEnd(purpose.kind, plan);
    this.#edits.withdrawIn(dropsIn);
    if (files === 'offered') this.#letGo();
    if (purpose.kind !== 'flash' || !isOwn || outcome === 'nothing-to-do') return this.#changed();
    this.#edits.withdrawAll(this.#inJob);
    for (const drop of this.#drops) drop.isOnBoard = true;
    this.#onBoard = [...plan.stretches, ...plan.equal];
    // The board has that layout now.
    if (this.#edited !== null && this.#edited.drop === this.#layoutInJob) this.layOut(null);
    // Another board may need another table.
    for (const id of this.#madeInJob) this.remove(id);
    this.#fit.request = null;
    this.#changed();
  }

  /**
   * Applies the edits to what the board holds, and rewrites what a new layout needs; `bytesOf` reads a partition. Rejects with
   * the failure `stopped` and those of reading.
   */
  async applyEdits(board: I, bytesOf: (range: Range) => Promise<Uint8Array>, yieldNow: YieldNow): Promise<void> {
    if (this.#rewritten.length + this.#rebuilt.length > 0) this.#changed();
    [this.#rewritten, this.#rebuilt] = [[], []];
    await this.#editFiles(yieldNow);
    if (this.#edits.contents.length > 0)
      this.#rewritten = (await this.family.rewriteContents?.(this.#request(), board, bytesOf, yieldNow)) ?? [];
    if (this.#rewritten.length > 0) this.#changed();
    if (await this.#fit.find(board, this.#unlaid(), bytesOf, yieldNow)) this.#changed();
    const { rebuilds = [] } = this.arrangement(board);
    if (rebuilds.length === 0) return;
    const edited = afterEdits(this.#rewritten, bytesOf);
    this.#rebuilt = (await this.family.rebuildContents?.(rebuilds, board, edited, yieldNow)) ?? [];
    this.#changed();
  }

  /** Adds files dropped together; nothing is read yet. */
  add(sources: readonly Source[], how: DropOptions = {}): void {
    if (sources.length === 0) return;
    this.#drops = [...this.#drops, freshDrop(this.#nextId++, sources, how)];
    this.#shown = null;
  }

  /** Takes an edited layout in place of the one before; `same` is which partition each one was, if that is known. Null withdraws it. */
  layOut(csv: string | null, same?: readonly SamePlace[]): void {
    if (this.#edited !== null) this.remove(this.#edited.drop);
    const own = csv === null ? [] : this.#dropped();
    if (own.length > 0 && own.every(({ isOnBoard }) => isOnBoard)) this.#letGo();
    this.#edited = csv === null ? null : { drop: this.#nextId, csv, ...(same !== undefined && { same }) };
    if (csv !== null) this.add([bytesSource(LAYOUT_FILE, new TextEncoder().encode(csv))], LAYOUT_DROP);
    this.#changed();
  }

  /** Removes a file, or a container with its parts. */
  remove(id: number): void {
    for (const drop of this.#drops) {
      for (const file of drop.files) if (id === drop.id || id === file.id) this.#edits.withdrawFile(file.id);
      if (drop.id === this.#edited?.drop && drop.files.some((file) => file.id === id)) this.#edited = null;
      for (const { name } of drop.files.filter((file) => file.id === id)) drop.gone.add(name);
      drop.files = drop.files.filter((file) => file.id !== id);
    }
    this.#drops = this.#drops.filter(
      (drop) => drop.id !== id && (drop.unpacked === null || drop.files.length > 0 || isContainer(drop)),
    );
    this.#changed();
  }

  /** Chooses a place of a file, or a build of a container, by its id; an id that is not offered counts as no choice. */
  place(id: number, choice: string): void {
    const drop = this.#drops.find((each) => each.id === id);
    if (drop === undefined) return this.#change([id], (file) => (file.choice = choice));
    // Its other files are unpacked before the next plan.
    Object.assign(drop, { build: choice, board: null, isOnBoard: false });
    this.#changed();
  }

  /** Gives a file the address that the user typed, or with null again that of its container. */
  placeAt(id: number, address: number | null): void {
    for (const drop of this.#drops)
      drop.files = drop.files.map((file) => (file.id === id ? placedAt(file, address) : file));
    this.#change([id]);
  }

  /** Every file that was dropped, used or not. */
  get all(): readonly DroppedFile[] {
    return this.#drops.flatMap(({ files }) => files);
  }

  /** Whether nothing is chosen to be written. */
  get isEmpty(): boolean {
    return this.#used().length === 0 && this.#edits.isEmpty;
  }

  /** Whether the job that began last carries out all that is chosen, and nothing was chosen since. */
  get isInJob(): boolean {
    return this.#isInJob;
  }

  /** Whether `open` has anything to do for a board. */
  isClosed(board: string): boolean {
    return this.#drops.some((drop) => drop.board !== board);
  }

  /**
   * Unpacks everything that was not yet unpacked for this board; what cannot be read is reported in its view. Rejects with the
   * failure `stopped` as soon as that is requested, even if a file never answers: what was not unpacked by then stays closed.
   */
  async open(board: string, inspection: I, turns: Scheduler, cancel: Cancel): Promise<void> {
    const yieldNow = yielding(turns, cancel);
    for (const drop of this.#drops.filter((each) => each.board !== board)) {
      const how = { build: drop.build, yieldNow };
      const found = await unpackedOrWhy(cancel, () => this.family.unpack(drop.sources, inspection, how));
      drop.files = filesOf(drop, found.unpacked?.parts ?? [], () => this.#nextId++);
      Object.assign(drop, { board, ...found });
      this.#changed();
    }
  }

  /** Says of everything that is not unpacked for this board that the user stopped it. */
  giveUp(board: string): void {
    for (const drop of this.#drops.filter((each) => each.board !== board)) {
      const { facts } = sourceFailure('unpacking-stopped', { values: { file: nameOfDrop(drop) } });
      Object.assign(drop, { board, unpacked: null, failure: facts, files: [] });
    }
    this.#changed();
  }

  /** What the used files come to on a board; the same object until the files change. */
  arrangement(board: I): Arrangement {
    if (this.#arranged?.board === board) return this.#arranged.arrangement;
    const [rewritten, rebuilt] = [this.#rewritten, this.#rebuilt];
    const written = { ...(rewritten.length > 0 && { rewritten }), ...(rebuilt.length > 0 && { rebuilt }) };
    const arrangement = this.family.arrange({ ...this.#request(), ...written }, board);
    this.#arranged = { board, arrangement };
    return arrangement;
  }

  #request(): Request {
    const files = this.#used().map((file) => ({ file, choice: file.choice }));
    const same = this.#edited?.same;
    const contents = this.#edits.contents;
    return { files, ...(same !== undefined && { same }), ...(contents.length > 0 && { contents }) };
  }

  /**
   * Chooses for files without a choice the place that they were added for, where they fit there, or that an interrupted job gave
   * them, where the board still has it: what the board would start is then no reason to write a file to a second slot.
   */
  keepPlaces(board: I, placeOf: (file: DroppedFile) => ReportFile | null): void {
    const kept = placesToKeep(this.#drops, this.arrangement(board).placements, placeOf);
    for (const { own, choice } of kept) own.choice = choice;
    if (kept.length > 0) this.#changed();
  }

  /** The files as shown for a board; the same object until the files change. */
  view(board: I): FilesView {
    if (this.#shown?.board === board) return this.#shown.view;
    const { placements } = this.arrangement(board);
    const files = filesView(this.#drops, placements, (file) => this.family.identify(file, board));
    const edited = this.#edited;
    const fits = this.#fit.fitsFor(board, this.#unlaid());
    const isUsed = this.#drops.some(({ id, files }) => id === edited?.drop && files.some(({ used }) => used));
    const dropped = this.#dropped();
    const repairFiles = this.#repairFiles.among(dropped, board);
    const view = {
      files,
      containers: this.#drops.filter(isContainer).map(containerView),
      ...(dropped.length === 0 &&
        this.#former.length > 0 && { again: nameOfDrop({ sources: this.#former.flatMap(sourcesLeft) }) }),
      ...(edited !== null && isUsed && { editedLayout: edited.csv }),
      ...(repairFiles.length > 0 && { repairFiles }),
      ...(fits !== null && { fits }),
      ...(this.#edits.view.length > 0 && { edits: this.#edits.view }),
    };
    this.#shown = { board, view };
    return view;
  }

  /** Applies the edits of files to them, as they were dropped. */
  async #editFiles(yieldNow: YieldNow): Promise<void> {
    for (const drop of this.#drops) {
      const files = await Promise.all(
        drop.files.map((file) => withEdits(this.family, file, this.#edits.ofFile(file.id), yieldNow)),
      );
      if (files.every((file, i) => file === drop.files[i])) continue;
      drop.files = files;
      this.#changed();
    }
  }

  /** The files that are no layout of ours, which get the room in another one. */
  #unlaid(): ChosenFile[] {
    const edited = this.#drops.find(({ id }) => id === this.#edited?.drop)?.files ?? [];
    return this.#used().filter((file) => !edited.includes(file));
  }

  /** Changes files as a person chose; one who means to write them does so also where a job has put them on the board already. */
  #change(ids: readonly number[], change: (file: ChosenFile) => void = () => {}, isWanted = true): void {
    for (const drop of this.#drops) {
      const own = drop.files.filter(({ id }) => ids.includes(id));
      own.forEach(change);
      if (own.length > 0 && isWanted) drop.isOnBoard = false;
    }
    this.#changed();
  }

  #changed(): void {
    [this.#arranged, this.#shown] = [null, null];
  }

  #used(): ChosenFile[] {
    return this.#drops.flatMap((drop) => drop.files.filter((file) => file.used));
  }
}
