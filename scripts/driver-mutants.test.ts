/** `npm run driver-mutants` is run by hand: a change of the app's source must not leave a mutant without its place in it. */
import { readFileSync } from 'node:fs';
import { parseSync } from 'vite';
import { expect, test } from 'vitest';
import { DRIVER_MUTANTS } from './driver-mutants.list.ts';

test.each(DRIVER_MUTANTS)('the app’s source can be built as if it forgot $forgets', ({ file, text, by }) => {
  const source = readFileSync(file, 'utf8');
  expect(source.split(text)).toHaveLength(2);
  expect(
    parseSync(
      file,
      source.replace(text, () => by),
    ).errors,
  ).toEqual([]);
});
