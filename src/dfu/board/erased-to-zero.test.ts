/** On a chip that erases to 00, the map says so and blank flash is recognised as blank. */
import { expect, test } from 'vitest';
import { erasedByteOf } from '../../flash/map.ts';
import { PARTS } from '../../testing/dfu/boards.ts';
import { openStBoard } from '../../testing/dfu/link.ts';
import { recognise } from './recognise.ts';

test.each([
  ['an STM32L0', '1536*128Bg', 0],
  ['an STM32L1', '1024*256Bg', 0],
  ['an STM32F411', '04*016Kg,01*064Kg,03*128Kg', 0xff],
])('%s erases to what its map says', async (_, runs, erased) => {
  const device = await openStBoard({}, `@Internal Flash  /0x08000000/${runs}`).connect();
  const map = await device.readMap();
  expect(map.regions.map(({ id }) => erasedByteOf(map, id))).toEqual(map.regions.map(() => erased));
});

test.each([
  [0, 0, 'blank'],
  [0xff, 0xff, 'blank'],
  [0xff, 0, 'data'],
])('bytes of %i where flash erases to %i are %s', (byte, erased, kind) => {
  expect(recognise(new Uint8Array(64).fill(byte), erased, null, PARTS).kind).toBe(kind);
});
