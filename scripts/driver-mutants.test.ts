/** `npm run driver-mutants` is run by hand: a change of the app's source must not leave it without what it replaces. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DRIVER_MUTANTS } from './driver-mutants.list.ts';

test.each(DRIVER_MUTANTS)('the app’s source has once what is replaced to forget $forgets', ({ file, text }) => {
  expect(readFileSync(file, 'utf8').split(text)).toHaveLength(2);
});
