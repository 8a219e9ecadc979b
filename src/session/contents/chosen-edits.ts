/** What a person wants to change of what partitions hold: kept as data, and applied anew to what the board holds at each plan. */
import type { Range } from '../../flash/map.ts';
import { isSameRange } from '../../flash/map.ts';
import type { ContentEdit, EditedContent } from '../../flash/partition-contents.ts';

/** An edit as the page shows it: a file's bytes stay with the session. */
export type EditShown =
  | Exclude<ContentEdit, { readonly edit: 'write-file' }>
  | (Omit<Extract<ContentEdit, { readonly edit: 'write-file' }>, 'data'> & { readonly size: number });

/** The edits of one partition, each with an id by which it can be withdrawn. */
export interface EditsView {
  readonly range: Range;
  readonly edits: readonly { readonly id: number; readonly edit: EditShown }[];
}

interface Chosen {
  readonly id: number;
  readonly range: Range;
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

  /** The edits by partition; the same objects until something about them changes. */
  get view(): readonly EditsView[] {
    return this.#view;
  }

  /** The edits as part of a request. */
  get contents(): readonly EditedContent[] {
    return this.#ranges().map((range) => ({ range, edits: this.#of(range).map(({ edit }) => edit) }));
  }

  /** Adds edits of one partition; a setting that is set again, or deleted, takes the place of its edit before. */
  add({ region, address, size }: Range, edits: readonly ContentEdit[]): void {
    const range = { region, address, size };
    for (const edit of edits) {
      const rest = this.#chosen.filter((each) => !isSameRange(each.range, range) || !replaces(edit, each.edit));
      this.#chosen = [...rest, { id: this.#nextId++, range, edit }];
    }
    this.#changed();
  }

  /** The ids of all edits. */
  get ids(): ReadonlySet<number> {
    return new Set(this.#chosen.map(({ id }) => id));
  }

  /** Withdraws the edits with these ids. */
  withdrawAll(ids: ReadonlySet<number>): void {
    this.#chosen = this.#chosen.filter(({ id }) => !ids.has(id));
    this.#changed();
  }

  /** Withdraws one edit by its id, those of a partition, or all. */
  withdraw({ range = null, id = null }: { readonly range?: Range | null; readonly id?: number | null } = {}): void {
    this.#chosen = this.#chosen.filter(
      (each) => (id !== null && each.id !== id) || (range !== null && !isSameRange(each.range, range)),
    );
    this.#changed();
  }

  #changed(): void {
    this.#view = this.#ranges().map((range) => ({
      range,
      edits: this.#of(range).map(({ id, edit }) => ({ id, edit: shown(edit) })),
    }));
  }

  #of(range: Range): readonly Chosen[] {
    return this.#chosen.filter((each) => isSameRange(each.range, range));
  }

  #ranges(): Range[] {
    return this.#chosen.flatMap(({ range }, i) =>
      this.#chosen.findIndex((other) => isSameRange(other.range, range)) === i ? [range] : [],
    );
  }
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
