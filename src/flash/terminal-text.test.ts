/** Colours of a boot log: shown as runs, removed from plain text, and complete even if they arrive in pieces. */
import { describe, expect, test } from 'vitest';
import { plainText, runsOf } from './terminal-text.ts';
import type { TextRun } from './terminal-text.ts';

const ESC = '\u001B';
const PLAIN = { colour: null, bold: false } as const;
const run = (text: string, look: Partial<TextRun> = {}): TextRun => ({ ...PLAIN, ...look, text });

/** As bootloaders of ESP-IDF 4.4 to 5.1 print it. */
const IDF = `${ESC}[0;32mI (29) boot: ESP-IDF v5.0.4${ESC}[0m\r\n${ESC}[0;31mE (84) boot: no app${ESC}[0m\r\n`;

const CASES: readonly (readonly [string, string, readonly TextRun[]])[] = [
  ['nothing', '', []],
  ['text without colours', 'ets Jul 29 2019\r\n', [run('ets Jul 29 2019\r\n')]],
  [
    'what ESP-IDF prints',
    IDF,
    [
      run('I (29) boot: ESP-IDF v5.0.4', { colour: 'green' }),
      run('\r\n'),
      run('E (84) boot: no app', { colour: 'red' }),
      run('\r\n'),
    ],
  ],
  ['no parameter is a reset', `${ESC}[1;33ma${ESC}[mb`, [run('a', { colour: 'yellow', bold: true }), run('b')]],
  [
    'weight and colour end apart',
    `${ESC}[1;35ma${ESC}[22mb${ESC}[39mc`,
    [run('a', { colour: 'magenta', bold: true }), run('b', { colour: 'magenta' }), run('c')],
  ],
  ['a bright colour is that colour', `${ESC}[96ma`, [run('a', { colour: 'cyan' })]],
  ['a background is passed over', `${ESC}[41;37ma`, [run('a', { colour: 'white' })]],
  ['numbers of a palette are no codes', `${ESC}[38;5;31ma${ESC}[48;2;1;31;34mb`, [run('a'), run('b')]],
  [
    'other sequences show nothing',
    `${ESC}[2J${ESC}[?25la${ESC}]0;title\u0007b${ESC}(Bc${ESC}c`,
    [run('a'), run('b'), run('c')],
  ],
  ['what cannot be a sequence takes no text along', `${ESC}\r\na${ESC}[31\r\nb`, [run('\r\na'), run('\r\nb')]],
  ['a title without an end stops at its line', `${ESC}]0;title\r\nI (1) boot`, [run('\r\nI (1) boot')]],
];

describe('the colours of what a board prints', () => {
  test.each(CASES)('%s', (_, text, runs) => {
    expect(runsOf(text)).toEqual(runs);
    expect(plainText(text)).toBe(runs.map((each) => each.text).join(''));
  });

  test('a partial escape sequence is not shown, wherever it is split', () => {
    const whole = plainText(IDF);
    for (let at = 0; at <= IDF.length; at++) {
      const shown = plainText(IDF.slice(0, at));
      expect(whole.startsWith(shown)).toBe(true);
      expect(
        runsOf(IDF.slice(0, at))
          .map(({ text }) => text)
          .join(''),
      ).toBe(shown);
    }
  });
});
