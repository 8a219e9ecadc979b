/** Board output of any length in bounded memory: its beginning and its end, and how much was left out between them. */
import { roughly } from './finding.ts';

/** What is said of what was left out. */
type Missing = 'not kept' | 'not shown';

/** How many characters of a boot log are kept from its beginning, and as many from its end. */
export const KEPT = 0x10000;

/** A part of a text: from which character to before which, each counted from the beginning, with all escape sequences. */
export interface TextPlace {
  readonly from: number;
  readonly to: number;
}

/** ECMA-48: resets colours, so that what was cut off does not colour the rest. */
const RESET = '\u001B[0m';

/**
 * Collects text and holds at most a few times `each` characters: the first and the last `each` of them, cut between lines
 * wherever lines are no longer than a quarter of that.
 */
export class BoundedLog {
  #first = '';
  #last = '';
  /** The length of all that was added after `#first`. */
  #after = 0;

  constructor(private readonly each: number) {}

  /** Adds text as it arrives. */
  add(text: string): void {
    const room = this.#after > 0 ? 0 : this.each - this.#first.length;
    const [head, rest] = [text.slice(0, room), text.slice(room)];
    this.#first += head;
    this.#last += rest;
    this.#after += rest.length;
    // Only now and then: a slice for each piece would copy the end again and again.
    if (this.#last.length > 2 * this.each) this.#last = this.#last.slice(-this.each);
  }

  /** All of it, or its beginning and its end with a line between them that says how much is `missing`. */
  text(missing: Missing = 'not kept'): string {
    const { first, gap, last } = this.#kept(missing);
    return first + gap + last;
  }

  /** Where in `text()` a part is of all that was added; null where it was left out. */
  find({ from, to }: TextPlace): TextPlace | null {
    const { first, gap, last } = this.#kept('not kept');
    if (to <= first.length) return { from, to };
    const left = this.#first.length + this.#after - last.length;
    const moved = first.length + gap.length - left;
    return from < left ? null : { from: from + moved, to: to + moved };
  }

  #kept(missing: Missing): { readonly first: string; readonly gap: string; readonly last: string } {
    if (this.#after <= this.each) return { first: this.#first + this.#last.slice(-this.each), gap: '', last: '' };
    const slack = this.each / 4;
    const end = this.#first.lastIndexOf('\n') + 1;
    const isCut = end > this.each - slack;
    const first = isCut ? this.#first.slice(0, end) : this.#first;
    const tail = this.#last.slice(-this.each);
    const start = tail.indexOf('\n') + 1;
    const last = start < slack ? tail.slice(start) : tail;
    const left = this.#first.length + this.#after - first.length - last.length;
    return { first, gap: `${isCut ? '' : '\n'}${RESET}… ${roughly(left)} ${missing} …\n`, last };
  }
}
