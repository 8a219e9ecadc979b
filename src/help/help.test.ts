/** Every message is on the help page, and nothing on it is left over. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { collectRegisters } from '../testing/registers.ts';
import { BUTTONS } from './drawings.ts';
import { FAILURES, FINDINGS, REFUSALS } from './registers.ts';
import { chapters, WRITTEN } from './sections.ts';
import { LED, SYMPTOM_NAMES, symptomOf } from './symptom-links.ts';
import { SCOPES } from './scopes.ts';
import { SYMPTOMS } from './symptoms.ts';
import { TASKS } from './tasks.ts';
import { allChapters } from './topics.ts';

const { registers } = await collectRegisters();
const listed: readonly unknown[] = [...FAILURES, ...REFUSALS, ...FINDINGS];
const names = (of: 'failures' | 'rules') =>
  registers.filter((register) => register.of === of).flatMap(({ entries }) => Object.keys(entries));

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[^]*?\*\/|(?<![:\w])\/\/.*$/gm, '');
}

/** Whether a text is the whole of an element or of a string somewhere. */
function isLabel(label: string, source: string): boolean {
  const text = label.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return new RegExp(`[>}'"\`]\\s*${text}\\s*[<$'"\`]`, 'u').test(source);
}

test('every register is on the page', () => {
  const missing = registers.filter(({ entries }) => !listed.includes(entries));
  expect(
    missing.map(({ name, file }) => `${name} of ${file}`),
    'add these to src/help/registers.ts',
  ).toEqual([]);
});

test('every failure has a help text, and every help text a failure', () => {
  const written = Object.keys(WRITTEN.failures);
  expect({
    'to be written in src/help/failures.*.ts': names('failures').filter((name) => !written.includes(name)),
    'to be taken away: no register knows them': written.filter((name) => !names('failures').includes(name)),
  }).toEqual({
    'to be written in src/help/failures.*.ts': [],
    'to be taken away: no register knows them': [],
  });
});

test('every cause belongs to a refusal or a finding', () => {
  const orphans = Object.keys({ ...WRITTEN.causes, ...WRITTEN.problems }).filter(
    (name) => !names('rules').includes(name),
  );
  expect(orphans, 'to be taken away from src/help/causes.ts or problems.ts: no register knows them').toEqual([]);
});

test.each(['no-app-starts', 'start-lacks'])(
  '%s: the page says what it means, its causes, and when to give up',
  (name) => {
    const section = chapters()
      .flatMap(({ sections }) => sections)
      .find((each) => each.name === name);
    expect(section?.what).not.toBe('');
    expect(section?.why.length).toBeGreaterThan(2);
    expect(section?.todo.length).toBeGreaterThan(2);
    expect(section?.todo.at(-1)).toMatch(/^Give up on this /);
  },
);

test('every refusal, question, warning and problem has a section, each once', () => {
  const sections = chapters().flatMap((chapter) => chapter.sections.map(({ name }) => name));
  const pressing = registers.flatMap(({ entries }) =>
    Object.entries(entries).flatMap(([name, entry]) =>
      'verdict' in entry && (entry.verdict === 'note' || entry.verdict === 'good') ? [] : [name],
    ),
  );
  expect(sections.toSorted()).toEqual(pressing.toSorted());
});

describe.each(Object.entries({ ...WRITTEN.failures, ...WRITTEN.problems }))('%s', (_, { what, why, todo }) => {
  test('says what happened, likely causes and what to do, in plain sentences', () => {
    expect(why.length).toBeGreaterThan(0);
    expect(todo.length).toBeGreaterThan(0);
    for (const sentence of [what, ...why, ...todo]) expect(sentence).toMatch(/^[A-Z“].*[.”)]$/);
  });
});

describe('titles', () => {
  const topics = allChapters().flatMap((chapter) => chapter.topics);
  const titleOf = ({ title, beside }: (typeof topics)[number]) => `${title} ${beside}`.trim().toLowerCase();

  test('no two are equal, with what stands beside them', () => {
    const all = topics.map(titleOf);
    expect(
      all.filter((title, i) => all.indexOf(title) !== i),
      'tell them apart in src/help/scopes.ts',
    ).toEqual([]);
  });

  test('what stands beside one tells it from another with the same title', () => {
    const needless = Object.keys(SCOPES).filter((name) => {
      const own = topics.find((topic) => topic.name === name);
      return topics.filter(({ title }) => title === own?.title).length < 2;
    });
    expect(needless, 'to be taken away from src/help/scopes.ts').toEqual([]);
  });

  test('names, which are fragments of addresses, are unique', () => {
    const all = topics.map(({ name }) => name);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('the tasks', () => {
  const sources = ['components', 'src/session', 'src/esp', 'src/dfu']
    .flatMap((directory) =>
      readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) => `${directory}/${name}`),
    )
    .filter((path) => path.endsWith('.ts') && !/\.test\.ts$|\/gallery\//.test(path))
    .map((path) => withoutComments(readFileSync(path, 'utf8')))
    .join('\n');

  test.each(TASKS)('$name: steps in sentences, which quote what is on the page', ({ title, steps }) => {
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    for (const step of steps) expect(step).toMatch(/^[A-Z“].*[.]$/);
    const quoted = steps.flatMap((step) => [...step.matchAll(/“([^”]+)”/g)].map(([, label = '']) => label));
    expect(quoted.filter((label) => !isLabel(label, sources))).toEqual([]);
  });
});

test.each([
  ['<b>More</b>', true],
  ['${icons.menu} More\n<', true],
  ["label: 'More'", true],
  ['`More`', true],
  ['// <b>More</b>', false],
  ['/** A `More` of this. */', false],
  ['<b>More boards</b>', false],
  ['<b>Show More</b>', false],
])('a label is a whole text outside of comments: %s', (source, is) => {
  expect(isLabel('More', withoutComments(source))).toBe(is);
});

describe('the symptoms of a board that does not talk', () => {
  test('are all on the page, under the names that links use', () => {
    expect(SYMPTOMS.map(({ name }) => name)).toEqual([...SYMPTOM_NAMES]);
  });

  test('are led to by failures that there are, and failures without one lead nowhere', () => {
    expect(LED.filter((name) => !names('failures').includes(name))).toEqual([]);
    expect(LED.every((name) => symptomOf(name) !== null)).toBe(true);
    expect(symptomOf('storage-full')).toBeNull();
  });

  test.each(SYMPTOMS)('$name says what to do in sentences', ({ steps }) => {
    expect(steps.length).toBeGreaterThan(1);
    for (const step of steps) expect(step).toMatch(/^[A-Z].*[.]$/);
  });

  test.each(Object.entries(BUTTONS))(
    '%s: the drawing has the buttons of the text, and ends with both released',
    (drawing, rows) => {
      const steps = SYMPTOMS.filter((each) => each.drawing === drawing).flatMap((each) => each.steps);
      for (const { boards, held, reset, moments } of rows) {
        expect(steps.find((step) => step.startsWith(boards) && step.includes(held)) ?? steps.join(' ')).toContain(
          boards,
        );
        expect(steps.join(' ')).toMatch(new RegExp(`\\b${held}\\b`));
        expect(steps.join(' ').toUpperCase()).toContain(`PRESS ${reset}`);
        expect(moments.map(({ down }) => down)).toEqual([[held], [held, reset], []]);
      }
    },
  );

  test('the udev rule names ST’s ROM and Particle, one rule a line', () => {
    const rule = SYMPTOMS.flatMap(({ copies }) => copies).find(({ label }) => label === 'The rule')?.text ?? '';
    const rules = rule.split('\n').filter((line) => !line.startsWith('#'));
    expect(
      rules.every((line) => /^SUBSYSTEM=="usb", ATTRS\{idVendor\}=="[0-9a-f]{4}",.* TAG\+="uaccess"$/.test(line)),
    ).toBe(true);
    expect(rule).toMatch(/0483.*df11[^]*2b04/);
  });
});
