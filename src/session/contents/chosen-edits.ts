/**
 * What a person wants to change of what partitions and dropped files hold: kept as data, and applied again at each plan, to what the
 * board holds or the file does.
 */
import type { ContentEdit, ContentsPlace, EditedContent } from '../../flash/partition-contents.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import { isSamePlace } from '../../flash/partition-contents.ts';

/** An edit as the page shows it: a file's bytes stay with the session. */
export type EditShown =
  | Exclude<ContentEdit, { readonly edit: 'write-file' }>
  | (Omit<Extract<ContentEdit, { readonly edit: 'write-file' }>, 'data'> & { readonly size: number });

/** The edits of one place, each with an id by which it can be withdrawn. */
export interface EditsView {
  readonly range: ContentsPlace;
  readonly edits: readonly { readonly id: number; readonly edit: EditShown }[];
}

interface Chosen {
  readonly id: number;
  readonly range: ContentsPlace;
  readonly edit: ContentEdit;
}

/** The chosen edits in the order in which they were made. */
export class ChosenEdits {
  #chosen: readonly Chosen[] = [];
  #nextId = 1;
  #view: readonly EditsView[] = [];

  /** Whether nothing is to be changed. */
  get isEmpty(): boolean {
    return this.#chosen.length === 0;
  }

  /** The edits by place; the same objects until something about them changes. */
  get view(): readonly EditsView[] {
    return this.#view;
  }

  /** The edits of the board's partitions, as part of a request. */
  get contents(): readonly EditedContent[] {
    return this.#ranges()
      .filter(({ within }) => within === undefined)
      .map((range) => ({ range, edits: this.#of(range).map(({ edit }) => edit) }));
  }

  /** The edits of the dropped file with this id, in order. */
  ofFile(id: number): readonly ContentEdit[] {
    return this.#chosen.flatMap(({ range, edit }) => (filesIn(range).includes(id) ? [edit] : []));
  }

  /** Withdraws the edits of the dropped file with this id. */
  withdrawFile(id: number): void {
    this.#chosen = this.#chosen.filter(({ range }) => !filesIn(range).includes(id));
    this.#changed();
  }

  /**
   * Adds edits of one place; a setting that is set again, or deleted, takes the place of its edit before. Returns the ids of the
   * dropped files that it changes.
   */
  add({ region, address, size, within }: ContentsPlace, edits: readonly ContentEdit[]): number[] {
    const range = { region, address, size, ...(within !== undefined && { within }) };
    for (const edit of edits) {
      const rest = this.#chosen.filter((each) => !isSamePlace(each.range, range) || !replaces(edit, each.edit));
      this.#chosen = [...rest, { id: this.#nextId++, range, edit }];
    }
    this.#changed();
    return filesIn(range);
  }

  /** The ids of all edits of the board's partitions: those of a file stay with it. */
  get ids(): ReadonlySet<number> {
    return new Set(this.#chosen.flatMap(({ id, range }) => (range.within === undefined ? [id] : [])));
  }

  /** Withdraws the edits with these ids. */
  withdrawAll(ids: ReadonlySet<number>): void {
    this.#chosen = this.#chosen.filter(({ id }) => !ids.has(id));
    this.#changed();
  }

  /** Withdraws the edits of the board's partitions that have bytes in these ranges: what they were to change is gone. */
  withdrawIn(ranges: readonly Range[]): void {
    const isGone = ({ range }: Chosen) => range.within === undefined && ranges.some((each) => overlaps(each, range));
    this.withdrawAll(new Set(this.#chosen.filter(isGone).map(({ id }) => id)));
  }

  /** Withdraws one edit by its id, those of a place, or all. Returns the ids of the dropped files that it changes. */
  withdraw({
    range = null,
    id = null,
  }: { readonly range?: ContentsPlace | null; readonly id?: number | null } = {}): number[] {
    const before = this.#chosen;
    this.#chosen = before.filter(
      (each) => (id !== null && each.id !== id) || (range !== null && !isSamePlace(each.range, range)),
    );
    this.#changed();
    return before.filter((each) => !this.#chosen.includes(each)).flatMap((each) => filesIn(each.range));
  }

  #changed(): void {
    this.#view = this.#ranges().map((range) => ({
      range,
      edits: this.#of(range).map(({ id, edit }) => ({ id, edit: shown(edit) })),
    }));
  }

  #of(range: ContentsPlace): readonly Chosen[] {
    return this.#chosen.filter((each) => isSamePlace(each.range, range));
  }

  #ranges(): ContentsPlace[] {
    return this.#chosen.flatMap(({ range }, i) =>
      this.#chosen.findIndex((other) => isSamePlace(other.range, range)) === i ? [range] : [],
    );
  }
}

/** The id of the dropped file that a place is in, if it is in one. */
function filesIn({ within }: ContentsPlace): number[] {
  return within?.in === 'file' ? [within.id] : [];
}

function replaces(edit: ContentEdit, before: ContentEdit): boolean {
  const sets = edit.edit === 'set' || edit.edit === 'delete-setting';
  const set = before.edit === 'set' || before.edit === 'delete-setting';
  return sets && set && edit.namespace === before.namespace && edit.key === before.key;
}

function shown(edit: ContentEdit): EditShown {
  if (edit.edit !== 'write-file') return edit;
  const { data, ...rest } = edit;
  return { ...rest, size: data.length };
}
