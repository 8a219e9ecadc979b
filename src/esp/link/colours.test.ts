import { expect, test } from 'vitest';
import { Uncoloured } from './colours.ts';

const LOG = '\x1b[0;32mI (28) boot: a [x] line\x1b[0m\r\n\x1b[0;31mE (30) boot: wrong\x1b[0m\r\n';
const PLAIN = 'I (28) boot: a [x] line\r\nE (30) boot: wrong\r\n';

test('colours are taken out wherever the text is cut', () => {
  for (let at = 0; at <= LOG.length; at++) {
    const text = new Uncoloured();
    expect(text.push(LOG.slice(0, at)) + text.push(LOG.slice(at))).toBe(PLAIN);
  }
  const bytes = new Uncoloured();
  expect([...LOG].map((each) => bytes.push(each)).join('')).toBe(PLAIN);
});

test('other escapes, and what only looks like one, stay', () => {
  const text = new Uncoloured();
  expect(text.push('\x1b[2Ka \x1b') + text.push('b')).toBe('\x1b[2Ka \x1bb');
});
