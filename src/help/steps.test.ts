/** Next steps lead to views on the page, and to commands and options on the command line: neither names what the other has. */
import { describe, expect, test } from 'vitest';
import type { Values, Words } from '../flash/finding.ts';
import { refusals, worded } from '../flash/finding.ts';
import { BY_COMMAND } from '../flash/steps.ts';
import { FINDINGS, REFUSALS } from './registers.ts';

/** Every value is there, or none is: words may depend on that. */
const ALL: Values = new Proxy<Record<string, string>>({}, { get: (_, name) => `[${String(name)}]` });
const NONE: Values = {};

const KINDS = [...FINDINGS, ...REFUSALS]
  .flatMap((register) => Object.entries(register))
  .flatMap(([name, { next }]): (readonly [string, Words])[] => (next === undefined ? [] : [[name, next]]));

describe.each([
  ['every value', ALL],
  ['no value', NONE],
])('with %s', (_, values) => {
  test('no next step names a view or a list of the page on the command line', () => {
    const said = KINDS.map(([name, words]) => `${name}: ${worded(words, values, BY_COMMAND)}`);
    expect(said.length).toBeGreaterThan(100);
    const pages = /\bviews? (Flash|Layout|Contents|Repair|Backups)\b|under Backups|“(Flashing options|Write to)”/;
    expect(said.filter((each) => pages.test(each))).toEqual([]);
  });

  test('no next step names an option or a command on the page', () => {
    const said = KINDS.map(([name, words]) => `${name}: ${worded(words, values)}`);
    expect(said.filter((each) => /--(set|place)\b|“sectorwise /.test(each))).toEqual([]);
  });
});

test('a refusal carries the words for the command line only where they are others', () => {
  const says = () => 'It does not fit.';
  const make = refusals<'layout' | 'file'>({
    layout: { says, next: (_, at) => `Make it larger ${at.layout}.` },
    file: { says, next: 'Choose another file.' },
  });
  expect(make('layout', { in: 'device' })).toMatchObject({
    next: 'Make it larger in the view Layout.',
    nextByCommand: 'Make it larger with “sectorwise layout”.',
  });
  expect(make('file', { in: 'device' }).nextByCommand).toBeUndefined();
});
