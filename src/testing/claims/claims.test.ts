/** What the app says about a board is true, checked on two boards in Node and others in the browser; `claims.long.test.ts` takes more of them. */
import { expect, test } from 'vitest';
import { TIMEOUT, falseClaimsOnBoard, falseClaimsOnChange } from './false-claims.ts';
import { LONG } from '../long.ts';

test('photon, split: nothing that the app says is false', { ...LONG, timeout: TIMEOUT }, async () =>
  expect(await falseClaimsOnChange('photon', 'split')).toEqual([]),
);

test(
  'stm32f405: nothing that the app says is false while it is read, backed up and restored',
  async () => expect(await falseClaimsOnBoard('stm32f405')).toEqual([]),
  TIMEOUT,
);
