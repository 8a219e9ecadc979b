/** What is shown of names that somebody else chose. */
import { describe, expect, it } from 'vitest';
import { plainName } from './names.ts';

describe('a name from outside', () => {
  it.each([
    ['as it is', 'firmware-1.2.bin', 'firmware-1.2.bin'],
    ['in any script', 'прошивка 固件 ファーム.bin', 'прошивка 固件 ファーム.bin'],
    ['with characters outside the basic plane', 'a😀.bin', 'a😀.bin'],
    ['with a line break', 'a.bin\r\nVerified', 'a.bin\uFFFD\uFFFDVerified'],
    ['with an escape sequence', '\u001B[2Ja.bin\u0000', '\uFFFD[2Ja.bin\uFFFD'],
    ['written from right to left', 'a\u202Enib.exe', 'a\uFFFDnib.exe'],
    ['with isolates and marks', '\u2066a\u2069\u200E\u200F\u061C', '\uFFFDa\uFFFD\uFFFD\uFFFD\uFFFD'],
    ['with zero-width characters', 'a\u200B\u200C\u200D\u2060\uFEFFb', 'a\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDb'],
    ['with a soft hyphen', 'a\u00ADb', 'a\uFFFDb'],
    ['with tag characters', 'a\u{E0041}b', 'a\uFFFDb'],
    ['with separators of lines and paragraphs', 'a\u2028b\u2029c', 'a\uFFFDb\uFFFDc'],
    ['with half a character', 'a\uD83D', 'a\uFFFD'],
    ['of 200 characters', 'x'.repeat(200), 'x'.repeat(200)],
    ['of more', `${'x'.repeat(200)}.bin`, `${'x'.repeat(99)}…${'x'.repeat(96)}.bin`],
  ])('%s', (_, name, shown) => {
    expect(plainName(name)).toBe(shown);
  });

  it('is never longer than asked for, and never ends in half a character', () => {
    const shown = plainName('😀'.repeat(1000), 60);
    expect(shown.length).toBeLessThanOrEqual(60);
    expect(shown).not.toMatch(/\p{Cs}/u);
  });
});
