/**
 * How `toEqual` and its kin compare two kinds of values:
 * - a text with a regular expression by matching it: Vitest takes any text for equal to any regular expression inside
 *   `toMatchObject`, as neither has keys of its own;
 * - bytes as numbers: Vitest walks an iterator, which takes a hundred times as long for a whole flash.
 */
import { expect } from 'vitest';

function matches(this: unknown, a: unknown, b: unknown): boolean | undefined {
  if (typeof a === 'string' && b instanceof RegExp) return b.test(a);
  return a instanceof RegExp && typeof b === 'string' ? a.test(b) : undefined;
}

function sameBytes(this: unknown, a: unknown, b: unknown): boolean | undefined {
  if (!(a instanceof Uint8Array) || !(b instanceof Uint8Array) || a.constructor !== b.constructor) return undefined;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

expect.addEqualityTesters([matches, sameBytes]);
