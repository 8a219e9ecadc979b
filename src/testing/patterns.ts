/**
 * Lets `toEqual` and `toMatchObject` compare a text with a regular expression by matching it. Vitest takes any text for equal
 * to any regular expression inside `toMatchObject`: neither has keys of its own.
 */
import { expect } from 'vitest';

function matches(this: unknown, a: unknown, b: unknown): boolean | undefined {
  if (typeof a === 'string' && b instanceof RegExp) return b.test(a);
  return a instanceof RegExp && typeof b === 'string' ? a.test(b) : undefined;
}

expect.addEqualityTesters([matches]);
