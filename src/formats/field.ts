/** Values of unknown origin, from a file or the browser's database: each place returns what is expected, or says what is wrong. */
import type { JsonObject } from './json.ts';
import { isObject } from './json.ts';

/** Makes the error for a place such as `files[2].size`; `what` is for people. */
export type MakeFieldError = (where: string, what: string) => Error;

/** Reads one place; throws the error of the field if the value is wrong. */
export type Reader<T> = (field: Field) => T;

/** A reader for each field of `T`, so that none is forgotten. */
export type Readers<T> = { readonly [K in keyof T]-?: Reader<unknown> };

/** A value and its place. Every method throws the error from `complain` if the value is not what the method returns. */
export class Field {
  constructor(
    readonly value: unknown,
    private readonly place: string | { readonly of: Field; readonly name: string | number },
    private readonly complain: MakeFieldError,
  ) {}

  /** The place of this value, such as `files[2].size`; empty for the root. */
  get where(): string {
    // Built only for errors: the record of a job has thousands of units.
    if (typeof this.place === 'string') return this.place;
    const { of, name } = this.place;
    if (typeof name === 'number') return `${of.where}[${name}]`;
    return of.where === '' ? name : `${of.where}.${name}`;
  }

  /** The error for a wrong value at this place. */
  wrong(what: string): Error {
    return this.complain(this.where, what);
  }

  /** A field of an object; a missing one is undefined, and wrong for every method that expects a value. */
  at(name: string): Field {
    const object = this.object();
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    return new Field(value, { of: this, name }, this.complain);
  }

  /** An object with any fields. */
  object(): JsonObject {
    if (!isObject(this.value)) throw this.wrong('expected an object');
    return this.value;
  }

  /** Reads fields of an object, each with its own reader. */
  each<T>(readers: Readers<T>): void {
    for (const name in readers) readers[name](this.at(name));
  }

  /** The entries of a list of at most `most`. */
  list(most = Infinity): Field[] {
    if (!Array.isArray(this.value)) throw this.wrong('expected a list');
    if (this.value.length > most) throw this.wrong(`${this.value.length} entries are too many, the limit is ${most}`);
    return this.value.map((value: unknown, name) => new Field(value, { of: this, name }, this.complain));
  }

  /** A string of at most `most` UTF-16 units. */
  text(most = Infinity): string {
    if (typeof this.value !== 'string') throw this.wrong('expected text');
    if (this.value.length > most) throw this.wrong(`the text is longer than ${most}`);
    return this.value;
  }

  /** A string that matches a pattern; `what` says what is expected. */
  matching(pattern: RegExp, what: string): string {
    if (typeof this.value !== 'string' || !pattern.test(this.value)) throw this.wrong(`expected ${what}`);
    return this.value;
  }

  /** A time in ISO 8601, exactly as `toISOString` writes it; in ms since 1970. */
  time(): number {
    const text = this.text(40);
    const time = Date.parse(text);
    if (Number.isNaN(time) || new Date(time).toISOString() !== text)
      throw this.wrong('there is no time such as 2026-11-26T00:52:00.000Z');
    return time;
  }

  /** Any number. */
  number(): number {
    if (typeof this.value !== 'number') throw this.wrong('expected a number');
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

  /** One of the given values. */
  oneOf<W extends string | number | boolean>(words: readonly W[]): W {
    const word = words.find((each) => each === this.value);
    if (word === undefined) throw this.wrong(`expected one of ${words.join(', ')}`);
    return word;
  }
}

/** Whether a reader accepts a value. */
export function isReadable(value: unknown, read: Reader<unknown>): boolean {
  const mismatch = new Error('the value is not what it has to be');
  try {
    read(new Field(value, '', () => mismatch));
    return true;
  } catch (error) {
    if (error === mismatch) return false;
    throw error;
  }
}
