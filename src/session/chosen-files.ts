/** The files that someone dropped, and where each is to go. */
import type { Choice, DroppedFile, Family, Inspection, Placement } from '../flash/family.ts';
import type { FileView } from './state.ts';

interface ChosenFile extends DroppedFile {
  readonly id: number;
  /** What the person chose, by the choice's id; null: the best place that fits. */
  choice: string | null;
}

/** Dropped files in the order of dropping. They outlive the board: after a reconnect they are still chosen. */
export class ChosenFiles<I extends Inspection> {
  #files: ChosenFile[] = [];
  #nextId = 1;

  constructor(private readonly family: Family<I>) {}

  get length(): number {
    return this.#files.length;
  }

  add(name: string, data: Uint8Array): void {
    this.#files.push({ id: this.#nextId++, name, data, choice: null });
  }

  remove(id: number): void {
    this.#files = this.#files.filter((file) => file.id !== id);
  }

  /** Chooses a place by its id; one that is not offered (any more) counts as none. */
  place(id: number, choice: string): void {
    const file = this.#files.find((f) => f.id === id);
    if (file !== undefined) file.choice = choice;
  }

  placements(board: I): Placement[] {
    return this.#files.map((file) => {
      const { choices, chosen } = this.#choose(file, board);
      return { file, choice: (chosen === null ? null : choices[chosen]) ?? null };
    });
  }

  views(board: I): FileView[] {
    return this.#files.map((file) => ({
      id: file.id,
      name: file.name,
      size: file.data.length,
      recognised: this.family.recognise(file, board),
      ...this.#choose(file, board),
    }));
  }

  #choose(file: ChosenFile, board: I): { choices: readonly Choice[]; chosen: number | null } {
    const choices = this.family.choices(file, this.#files, board);
    const own = choices.findIndex((choice) => choice.id === file.choice);
    if (own >= 0) return { choices, chosen: own };
    const byItself = choices.flatMap((choice, i) => (choice.byHand === true ? [] : [i]));
    const best = byItself.find((i) => choices[i]?.fits === true) ?? byItself[0];
    return { choices, chosen: best ?? null };
  }
}
