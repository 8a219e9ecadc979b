import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { chipsPage } from './chips-page.ts';

it('docs/chips.md matches the chips’ data', () => {
  expect(readFileSync('docs/chips.md', 'utf8'), 'run node scripts/run.mjs scripts/chips.ts').toBe(chipsPage());
});
