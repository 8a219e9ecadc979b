/** Every kind of finding, refusal and failure in every register: unique ids, readable wording, a next step. */
import { describe, expect, it } from 'vitest';
import { article, count } from '../flash/english.ts';
import type { Values } from '../flash/finding.ts';
import { worded } from '../flash/finding.ts';
import type { FailureWords } from '../flash/failure.ts';
import { FAILURES, FINDINGS, REFUSALS } from '../help/registers.ts';
import { WRITTEN } from '../help/sections.ts';
import { collectRegisters } from './registers.ts';
import { espFailure } from '../esp/failures.ts';
import { notLoaded } from '../flash/failure.ts';
import { storeFailure } from '../storage/store.ts';

const { registers, hidden } = await collectRegisters();
const kinds = registers.flatMap(({ file, entries }) =>
  Object.entries(entries).map(([kind, entry]) => ({ kind, entry, file })),
);

// Each value's own name, so that text without values is told apart from text with a missing one.
const NAMES: Values = new Proxy<Record<string, string>>({}, { get: (_, name) => String(name) });

describe('the registers', () => {
  it('are all found', () => {
    // A register that is not exported cannot be read here.
    expect(hidden).toEqual([]);
    const found = new Set<unknown>(registers.map(({ entries }) => entries));
    const covered: readonly Readonly<Record<string, object>>[] = [...FAILURES, ...REFUSALS, ...FINDINGS];
    expect(covered.flatMap((register) => (found.has(register) ? [] : [Object.keys(register)]))).toEqual([]);
    expect(covered.length).toBeGreaterThan(0);
  });

  it('leave durations to the plan, whose estimate is the only one', () => {
    const timed = kinds.filter(({ entry }) => {
      if (!('next' in entry) || 'verdict' in entry || 'kind' in entry) return false;
      const said = `${entry.says(NAMES)} ${worded(entry.next ?? '', NAMES)}`;
      return /\b(takes (up to|about|a few)|seconds?|minutes?)\b|\d (s|min)\b/i.test(said);
    });
    expect(timed.map(({ kind }) => kind)).toEqual([]);
  });

  it('never share a kind', () => {
    const files = new Map<string, string[]>();
    for (const { kind, file } of kinds) files.set(kind, [...(files.get(kind) ?? []), file]);
    expect([...files].filter(([, where]) => where.length > 1)).toEqual([]);
  });
});

// One test for each kind, and one for its English: a test for each value would be nine thousand of them.
it.each(kinds)('$kind has a name, readable words, and what to do unless nothing is wrong', ({ kind, entry }) => {
  expect(kind).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);

  const next = worded(entry.next ?? 'Go on.', NAMES);
  const said = [entry.says(NAMES), next, ('consent' in entry ? entry.consent : null) ?? 'Go on.'];
  for (const words of said) {
    expect(words).not.toMatch(/undefined|NaN|\[object|\$\{|\s\s|^\s|\s$/);
    expect(words).toMatch(/^[A-Z“a-z]/);
    expect(words.length).toBeGreaterThan(5);
  }

  // It stands above other words, as a title does: not a sentence, and short enough for one line of a phone.
  const heading = 'heading' in entry ? (entry.heading ?? '') : 'No heading of its own';
  expect(heading).toMatch(/^[A-Z][^.]{9,46}[^.\s]$/);

  const harmless = 'verdict' in entry && (entry.verdict === 'note' || entry.verdict === 'good');
  expect(harmless || (entry.next ?? '') !== '').toBe(true);
});

/** The values of a failure that are a board's own answer to a command. */
const ANSWERS: readonly string[] = ['code', 'status'];

/** Whether a failure quotes what the board answered, or that it answered nothing. */
function isAnswerIn({ says }: FailureWords): boolean {
  const quoted = new Set<string>();
  const values = new Proxy<Record<string, string>>({}, { get: (_, name) => (quoted.add(String(name)), String(name)) });
  return says(values).includes('without giving a reason') || ANSWERS.some((answer) => quoted.has(answer));
}

it('who said no is in the register of a failure, of what was refused, and goes with the failure', () => {
  const own = FAILURES.flatMap((register) => Object.entries(register));
  expect(own.flatMap(([name, { by, kind }]) => (by !== undefined && kind !== 'refused' ? [name] : []))).toEqual([]);
  // Whoever says what the board answered says that it was the board; nobody else does.
  const wrong = own.filter(([, words]) => (words.by === 'board') !== (words.kind === 'refused' && isAnswerIn(words)));
  expect(wrong.map(([name]) => name)).toEqual([]);
  expect(own.some(([, { by }]) => by === 'board')).toBe(true);
  expect(espFailure('device-refused').facts.by).toBe('board');
  expect(storeFailure('storage-full').facts.by).toBe('storage');
  expect(notLoaded('The view of repairs', 'no script').facts.by).toBe('server');
  expect('by' in espFailure('port-busy').facts).toBe(false);
});

/** The same value for every name. */
function always(value: string | number): Values {
  return new Proxy<Record<string, string | number>>({}, { get: () => value });
}

/** The same as `NAMES`, except for some of them. */
function but(some: Values): Values {
  return new Proxy<Record<string, string | number>>(
    {},
    { get: (_, name) => some[String(name)] ?? `${String(name)}Value` },
  );
}

const LONG = `${'raft-demo-with-a-long-name-'.repeat(12)}.bin`;
const AWKWARD: readonly [string, Values][] = [
  ['0', always(0)],
  ['1', always(1)],
  ['2', always(2)],
  ['a thousand', always(1000)],
  ['a very long name', always(LONG)],
  ['a vowel', always('ESP32')],
  ['a consonant', always('Photon')],
  ['an abbreviation that is spelt out', always('STM32F405 or F407')],
  ['one that is not', always('UF2')],
  ['an unknown chip', always('unknown chip (1384)')],
];

/** Values that may be empty: the text must still be a sentence then. */
const MAY_BE_EMPTY: Readonly<Record<string, readonly string[]>> = {
  'app-unsigned': ['version'],
  'image-trailing': ['what'],
};

const COUNTED = 'byte|row|line|unit|block|segment|partition|second|file|place|slot|sector|attempt|piece|field|record';

/** What is wrong with a text as English, as far as a pattern can tell. */
function slips(said: string): string[] {
  // CSV rows for a person to add have empty fields, and udev rules have quotation marks of their own.
  const text = said.replaceAll(/“\w+, \w+[^”]*”/g, '“…”').replaceAll(/="[^"]*"/g, '=…');
  const wrong: readonly [string, RegExp][] = [
    ['a word twice', /\b([a-z]+) \1\b/],
    ['a space before a mark', / [;,:!?)]| \.(?![a-z])/],
    ['two spaces', /\s\s/],
    ['an empty bracket', /\(\s*\)/],
    ['two full stops', /[^.]\.\.(?!\.)/],
    ['“a” before a vowel', /\ba (?:ESP|STM|unk|[aeio](?!ne\b|nce\b))/i],
    ['“an” before a consonant', /\ban (?:Ph|UF|[bcdfgjkpqtvwyz])/i],
    ['two articles', /\b(?:a|an|the) (?:a|an|the) /i],
    ['one of several', new RegExp(`(?<![\\w.])1 (?:[a-z]+ )?(?:${COUNTED})s\\b`)],
    ['a value that is not there', /undefined|null|NaN|\[object/],
    ['two colons in one sentence', /: (?:[^.!?…]|[.](?! ))*: /],
    ['a straight quotation mark or apostrophe', /["']/],
    ['a word that nobody says', /\b(?:anew|afresh|there now|put together|beside what)\b/i],
    ['an address in another style', /\b0x(?:0\w{1,6}|[1-9A-F]\w{6}|\w*[a-f]\w*)\b/],
  ];
  return wrong.filter(([, pattern]) => pattern.test(text)).map(([what]) => `${what}: ${text}`);
}

it.each(kinds)('$kind is correct English, whatever its values are', ({ kind, entry }) => {
  const wrong = AWKWARD.flatMap(([what, values]) =>
    [...slips(entry.says(values)), ...slips(worded(entry.next ?? '', values))].map((slip) => `with ${what}: ${slip}`),
  );
  expect(wrong).toEqual([]);

  const empty = Object.fromEntries((MAY_BE_EMPTY[kind] ?? []).map((name) => [name, '']));
  expect(slips(entry.says(but(empty)))).toEqual([]);

  const values = new Proxy<Record<string, string>>({}, { get: (_, name) => `<${String(name)}>` });
  expect(entry.says(values)).toMatch(/[.!?…>”"]$/);
  expect(worded(entry.next ?? 'Go on.', values)).toMatch(/[.!?…)]$/);
});

describe('the help page', () => {
  const texts = [
    ...Object.values({ ...WRITTEN.failures, ...WRITTEN.problems }).flatMap(({ what, why, todo }) => [
      what,
      ...why,
      ...todo,
    ]),
    ...Object.values(WRITTEN.causes),
  ];
  it('is correct English', () => {
    expect(texts.flatMap(slips)).toEqual([]);
    expect(texts.filter((text) => !/^[A-Z“0-9].*[.!?)]$/.test(text))).toEqual([]);
  });
});

describe('sizes', () => {
  const SOURCES = import.meta.glob<string>(
    ['../**/*.ts', '../../components/**/*.ts', '!**/*.test.ts', '!../testing/**'],
    {
      query: '?raw',
      import: 'default',
      eager: true,
    },
  );
  /** Where the hexadecimal digits of a size are for machines: a CSV, a tooltip; or where they are the offset at which something ends. */
  const FOR_MACHINES =
    /csv-write\.ts$|layout-editor|hex-view\.ts$|virtual-boards|log-evidence\.ts$|secure-cert|open-esp\.ts$|elf\.ts$/;

  it('are given in bytes, KiB and MiB: only addresses are hexadecimal', () => {
    const found = Object.entries(SOURCES).flatMap(([file, source]) =>
      FOR_MACHINES.test(file)
        ? []
        : [...source.matchAll(/\b(?:size|length|room): hex\([^\n]*|\bhex\((?:\w+\.)*(?:size|length)\)[^\n]*/g)].map(
            ([line]) => `${file}: ${line}`,
          ),
    );
    expect(found).toEqual([]);
  });
});

describe('plurals and articles', () => {
  it.each<[number | string, string, string]>([
    [0, 'erase unit', '0 erase units'],
    [1, 'erase unit', '1 erase unit'],
    [2, 'entry', '2 entries'],
    [1, 'entry', '1 entry'],
    [1234, 'byte', '1,234 bytes'],
    ['1', 'row', '1 row'],
  ])('%s %s', (n, what, words) => expect(count(n, what)).toBe(words));

  it.each([
    ['ESP32', 'an ESP32'],
    ['Particle Photon', 'a Particle Photon'],
    ['P1', 'a P1'],
    ['Electron', 'an Electron'],
    ['STM32F405', 'an STM32F405'],
    ['user application', 'a user application'],
    ['update', 'an update'],
    ['unit', 'a unit'],
    ['unknown chip (1384)', 'an unknown chip (1384)'],
    ['UF2 file', 'a UF2 file'],
    ['HTML page', 'an HTML page'],
    ['XML text', 'an XML text'],
    ['RAR archive', 'a RAR archive'],
    ['S-record file', 'an S-record file'],
    ['nRF52840', 'an nRF52840'],
    ['RP2040', 'an RP2040'],
    ['RISC-V', 'a RISC-V'],
    ['Xtensa', 'an Xtensa'],
    ['one-byte file', 'a one-byte file'],
    ['8 KiB gap', 'an 8 KiB gap'],
    ['18-byte header', 'an 18-byte header'],
    ['16 KiB sector', 'a 16 KiB sector'],
  ])('of %s', (name, words) => expect(article(name)).toBe(words));
});
