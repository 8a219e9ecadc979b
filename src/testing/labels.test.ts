/** Every next step that names a button, a field or a setting in quotation marks names one that exists, by exactly its label. */
import { expect, it } from 'vitest';
import { settingsOf } from '../esp/board/settings.ts';
import type { Setting } from '../flash/family.ts';
import type { Values } from '../flash/finding.ts';
import { worded } from '../flash/finding.ts';
import { GUIDES } from '../help/guides.ts';
import { WRITTEN } from '../help/sections.ts';
import { boardOf, named, placesFor } from './esp/placements.ts';
import { collectRegisters } from './registers.ts';
import { APP, SAME_TABLE, SOUND } from './rules/samples.ts';

const COMPONENTS = import.meta.glob<string>(['../../components/**/*.ts', '!../../components/**/*.test.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Marks what a sentence gets from its values: names of files and places, which are no fixed labels. */
const VALUE = '\u0001';
const VALUES: Values = new Proxy<Record<string, string>>({}, { get: () => VALUE });
/** The same for sentences that differ where a value is absent. */
const NO_VALUES: Values = {};

/** The texts in templates, the words that they get from attributes and properties, and those of which one is chosen. */
function rendered(source: string): string[] {
  const flat = source.replaceAll(/\s+/g, ' ');
  const texts = [...flat.matchAll(/[>}]([^<>{}`]+)(?=[<$`])/g)].map(([, text = '']) => text.trim());
  const words = [...flat.matchAll(/(?:label|summary|title|name)(?:=|: )['"]([^'"]+)['"]/g)].map(
    ([, text = '']) => text,
  );
  const chosen = [...flat.matchAll(/ \? '([A-Z][^']+)' : /g)].map(([, text = '']) => text);
  return [...texts, ...words, ...chosen];
}

async function labels(): Promise<ReadonlySet<string>> {
  const boards = [await boardOf(SOUND), await boardOf(SOUND, { locked: true })];
  const settings: Setting[] = boards.flatMap((board) => settingsOf(board.identity, board.esp));
  const whole = named('m.bin', SOUND.slice().fill(0xff, 0x9000, 0x1e000));
  const choices = boards.flatMap((board) => [whole, SAME_TABLE, APP].flatMap((file) => placesFor(file, [], board)));
  return new Set([
    ...Object.values(COMPONENTS).flatMap(rendered),
    ...settings.flatMap(({ name, options }) => [name, ...options.map((option) => option.name)]),
    ...choices.map(({ name }) => name),
    // A guide on the help page is named by its title up to the colon.
    ...GUIDES.map(({ title }) => title.split(':')[0] ?? title),
    // board-tools puts this before each label.
    ...boards.flatMap(({ saves }) => saves.map(({ label }) => `Save ${label}`)),
  ]);
}

it('a label in a next step is on the page', async () => {
  const { registers } = await collectRegisters();
  const known = await labels();
  const steps = registers.flatMap(({ entries }) =>
    Object.values(entries).flatMap(({ next = '' }) => [worded(next, VALUES), worded(next, NO_VALUES)]),
  );
  const helped = Object.values({ ...WRITTEN.failures, ...WRITTEN.problems }).flatMap(({ todo }) => todo);
  const quoted = [...steps, ...helped].flatMap((step) =>
    [...step.matchAll(/“([^”]+)”/g)].map(([, label = '']) => label),
  );
  // A command for a shell is quoted too, and begins with a small letter as no label does.
  const fixed = [...new Set(quoted)].filter((label) => !label.includes(VALUE) && /^[^a-z]/.test(label));
  expect(fixed.length).toBeGreaterThan(10);
  expect(fixed.filter((label) => !known.has(label))).toEqual([]);
});
