/** Next steps lead to views on the page, and to commands and options on the command line: neither names what the other has. */
import { describe, expect, test } from 'vitest';
import type { Values, Words } from '../flash/finding.ts';
import { refusals, worded } from '../flash/finding.ts';
import { DFU_REPAIRS } from '../dfu/repair/rules.ts';
import { ESP_REPAIRS } from '../esp/repair/rules.ts';
import { COMMON, commandIn } from '../cli/arguments.ts';
import { COMMANDS } from '../cli/commands/index.ts';
import * as SETTINGS from '../esp/board/setting-ids.ts';
import { LIBRARY_FAILURES } from '../backups/failures.ts';
import { WORKER_FAILURES } from '../browser/heartbeat.ts';
import { PORT_FAILURES } from '../browser/ports.ts';
import { BY_COMMAND } from '../flash/steps.ts';
import { SESSION_REFUSALS } from '../session/refusals.ts';
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

/** Refusals of what the command line does not have: jobs that were interrupted, backups, and the erasing of a range. */
const NOT_COMMANDS = Object.keys(SESSION_REFUSALS).filter((name) => name !== 'nothing-to-back-up');

/** What is said on the page, and nowhere else; beside it what sounds like that: buttons of a board, and a voltage that drops. */
const OF_A_PAGE = new RegExp(
  [
    /\b(press|drop|dropped|tick|uncheck|button|click|reload|view|tab|browser)\b|\bbelow[.:]/,
    /\b(this|the start) page\b|under (“|Backups)|(in|from) the list|on the flash map|choose it again/,
    /\b(choose|set|to) “[A-Z](?![^.]*on Sectorwise’s page)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
);
const OF_A_BOARD = /\bpress RESET\b|\bBOOT button\b|\bholding a button during reset\b|\bvoltage dropped\b/gi;

function pageWordsIn(said: readonly (readonly [name: string, words: string])[]) {
  return said.filter(([, words]) => OF_A_PAGE.test(words.replaceAll(OF_A_BOARD, '')));
}

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
    const said = FAILED.map(([name, { next }]) => [name, worded(next, values, BY_COMMAND)] as const);
    expect(said.length).toBeGreaterThan(80);
    expect(pageWordsIn(said)).toEqual([]);
  });

  test('no refusal, question or finding that a command can print is worded for the page', () => {
    const said = [...FINDINGS, ...REFUSALS]
      .flatMap((register) => Object.entries(register))
      .filter(([name]) => !NOT_COMMANDS.includes(name))
      .map(([name, { says, next = '', ...more }]) => {
        const consent = 'consent' in more ? more.consent : '';
        return [name, [says(values), worded(next, values, BY_COMMAND), consent].join(' ')] as const;
      });
    expect(said.length).toBeGreaterThan(300);
    expect(pageWordsIn(said)).toEqual([]);
  });

  test('no reason why nothing repairs a finding is worded for the page on the command line', () => {
    const said = Object.entries({ ...ESP_REPAIRS, ...DFU_REPAIRS }).map(
      ([name, { none }]) => [name, worded(none, values, BY_COMMAND)] as const,
    );
    expect(said.length).toBeGreaterThan(80);
    expect(pageWordsIn(said)).toEqual([]);
  });

  test('every command, option and setting that a next step names on the command line exists', () => {
    const rules = Object.values({ ...ESP_REPAIRS, ...DFU_REPAIRS }).map(({ none }) => none);
    const said = [...KINDS.map(([, next]) => next), ...FAILED.map(([, { next }]) => next), ...rules]
      // Other programs have options, too.
      .map((words) => worded(words, values, BY_COMMAND).replaceAll(/“(?!sectorwise )[^”]*”/g, ''));
    const named = (pattern: RegExp) =>
      new Set(said.flatMap((each) => [...each.matchAll(pattern)].map(([, name = '']) => name)));
    const options = [...COMMON, ...COMMANDS.flatMap((command) => command.options)].map(({ name }) => name);
    expect([...named(/--([a-z-]+)/g)].filter((name) => !options.includes(name))).toEqual([]);
    const settings: readonly unknown[] = Object.values(SETTINGS);
    expect([...named(/--set ([a-z-]+)=/g)].filter((name) => !settings.includes(name))).toEqual([]);
    const isCommand = (name: string) =>
      commandIn(COMMANDS, name.split(' ')) !== null || COMMANDS.some((each) => each.name.startsWith(`${name} `));
    const commands = [...named(/“sectorwise ([^”]+)”/g)];
    expect(commands).toContain('fs ls');
    expect(commands.filter((name) => !isCommand(name))).toEqual([]);
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
