/** What the app says about a board is true, checked on one board of each family; `claims.long.test.ts` takes more of them. */
import { expect, test } from 'vitest';
import { TIMEOUT, falseClaimsOnBoard, falseClaimsOnChange } from './false-claims.ts';

test.each([
  ['esp32-raft', 'update'],
  ['photon', 'split'],
])(
  '%s, %s: nothing that the app says is false',
  async (id, name) => expect(await falseClaimsOnChange(id, name)).toEqual([]),
  TIMEOUT,
);

test(
  'stm32f405: nothing that the app says is false while it is read, backed up and restored',
  async () => expect(await falseClaimsOnBoard('stm32f405')).toEqual([]),
  TIMEOUT,
);
