/** One place in JSON of unknown origin: returns what is expected there, or says what is wrong and where. */
import { isObject } from './json.ts';

/** Makes the error for a place such as `files[2].size`; `what` is for people. */
export type Complain = (where: string, what: string) => Error;

/** A value and its place. Every method throws the error from `complain` if the value is not what the method returns. */
export class JsonField {
  constructor(
    readonly value: unknown,
    readonly where: string,
    private readonly complain: Complain,
  ) {}

  /** The error for a wrong value at this place. */
  wrong(what: string): Error {
    return this.complain(this.where, what);
  }

  /** A field of an object; a missing one is undefined, and wrong for every method that expects a value. */
  at(name: string): JsonField {
    if (!isObject(this.value)) throw this.wrong('expected an object');
    const value = Object.hasOwn(this.value, name) ? this.value[name] : undefined;
    return new JsonField(value, this.where === '' ? name : `${this.where}.${name}`, this.complain);
  }

  /** The entries of a list of at most `most`. */
  list(most: number): JsonField[] {
    if (!Array.isArray(this.value)) throw this.wrong('expected a list');
    if (this.value.length > most) throw this.wrong(`${this.value.length} entries are too many, the limit is ${most}`);
    return this.value.map((value: unknown, i) => new JsonField(value, `${this.where}[${i}]`, this.complain));
  }

  /** A string of at most `most` UTF-16 units. */
  text(most: number): string {
    if (typeof this.value !== 'string') throw this.wrong('expected text');
    if (this.value.length > most) throw this.wrong(`the text is longer than ${most}`);
    return this.value;
  }

  /** A string that matches a pattern; `what` says what is expected. */
  matching(pattern: RegExp, what: string): string {
    if (typeof this.value !== 'string' || !pattern.test(this.value)) throw this.wrong(`expected ${what}`);
    return this.value;
  }

  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number {
    const { value } = this;
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw this.wrong('expected a whole number');
    if (value < least || value > most) throw this.wrong(`${value} is out of range (${least} to ${most})`);
    return value;
  }

  /** True or false. */
  flag(): boolean {
    if (typeof this.value !== 'boolean') throw this.wrong('expected true or false');
    return this.value;
  }

  /** One of the given words. */
  oneOf<W extends string>(words: readonly W[]): W {
    const word = words.find((each) => each === this.value);
    if (word === undefined) throw this.wrong(`expected one of ${words.join(', ')}`);
    return word;
  }
}
