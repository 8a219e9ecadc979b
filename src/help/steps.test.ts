/** Next steps lead to views on the page, and to commands and options on the command line: neither names what the other has. */
import { describe, expect, test } from 'vitest';
import type { Values, Words } from '../flash/finding.ts';
import { refusals, worded } from '../flash/finding.ts';
import { LIBRARY_FAILURES } from '../backups/failures.ts';
import { WORKER_FAILURES } from '../browser/heartbeat.ts';
import { PORT_FAILURES } from '../browser/ports.ts';
import { BY_COMMAND } from '../flash/steps.ts';
import { UNLOCK_FAILURES } from '../session/unlocking.ts';
import { STORE_FAILURES } from '../storage/store.ts';
import { FAILURES, FINDINGS, REFUSALS } from './registers.ts';

/** Failures of what the command line does not have: a browser, its ports and its storage, and a page of parts. */
const OF_THE_PAGE: readonly unknown[] = [
  PORT_FAILURES,
  WORKER_FAILURES,
  STORE_FAILURES,
  LIBRARY_FAILURES,
  UNLOCK_FAILURES,
];
const PARTS = ['part-not-loaded'];
const FAILED = FAILURES.filter((register) => !OF_THE_PAGE.includes(register))
  .flatMap((register) => Object.entries(register))
  .filter(([name]) => !PARTS.includes(name));

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

  test('no next step of a failure is worded for the page on the command line', () => {
    // Those of a board are pressed and held.
    const buttons = /\bpress RESET\b|\bBOOT button\b|\bholding a button during reset\b/gi;
    const pages =
      /\b(press|drop|dropped|tick|button|click|reload|view|tab)\b|\b(this|the start) page\b|under (“|Backups)|choose (it again|“[A-Z])/i;
    const said = FAILED.map(
      ([name, { next }]) => `${name}: ${worded(next, values, BY_COMMAND).replaceAll(buttons, '')}`,
    );
    expect(said.length).toBeGreaterThan(80);
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
