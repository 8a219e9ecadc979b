/** Every kind of finding, refusal and failure, whoever words it: ids that are unique, words that can be read, a next step. */
import { describe, expect, it } from 'vitest';
import type { Values } from '../flash/finding.ts';
import { worded } from '../flash/finding.ts';
import { collectRegisters } from './registers.ts';

const NAMED = [
  'APP_IMAGE_FINDINGS',
  'BOARD_FINDINGS',
  'CSV_FINDINGS',
  'DFU_FILE_FINDINGS',
  'DFU_FINDINGS',
  'DFU_REFUSALS',
  'ESP_FAILURES',
  'FILE_REFUSALS',
  'GEOMETRY_REFUSALS',
  'LAYOUT_FINDINGS',
  'OWN_FAILURES',
  'PARTICLE_FINDINGS',
  'TABLE_FINDINGS',
];

const { registers, hidden } = await collectRegisters();
const kinds = registers.flatMap(({ file, entries }) =>
  Object.entries(entries).map(([kind, entry]) => ({ kind, entry, file })),
);

// Each value's own name, so that a word that asks for no value is told from one that asks for a missing one.
const NAMES: Values = new Proxy<Record<string, string>>({}, { get: (_, name) => String(name) });

describe('the registers', () => {
  it('are all there', () => {
    // A register that is not exported cannot be read here.
    expect(hidden).toEqual([]);
    expect(registers.map(({ name }) => name)).toEqual(expect.arrayContaining(NAMED));
  });

  it('give each kind to one of them only', () => {
    const files = new Map<string, string[]>();
    for (const { kind, file } of kinds) files.set(kind, [...(files.get(kind) ?? []), file]);
    expect([...files].filter(([, where]) => where.length > 1)).toEqual([]);
  });
});

describe.each(kinds)('$kind', ({ kind, entry }) => {
  it('is named in kebab-case', () => expect(kind).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/));

  it('has plain words', () => {
    const next = worded(entry.next ?? 'Go on.', NAMES);
    const said = [entry.says(NAMES), next, ('consent' in entry ? entry.consent : null) ?? 'Go on.'];
    for (const words of said) {
      expect(words).not.toMatch(/undefined|NaN|\[object|\$\{|\s\s|^\s|\s$/);
      expect(words).toMatch(/^[A-Z"a-z]/);
      expect(words.length).toBeGreaterThan(5);
    }
  });

  it('says what to do, unless nothing is wrong', () => {
    const harmless = 'verdict' in entry && (entry.verdict === 'note' || entry.verdict === 'good');
    expect(harmless || (entry.next ?? '') !== '').toBe(true);
  });
});
