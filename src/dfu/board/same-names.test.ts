/** Two memories may call themselves the same: what each holds is meant by its place. */
import { expect, test } from 'vitest';
import { boardOf, flashOf } from '../../testing/dfu/boards.ts';
import { noise } from '../../testing/bytes.ts';

test('of two memories of one name, each is shown with what it holds itself', async () => {
  const { layout, contents, boot } = await boardOf('twins', flashOf([0x08000000, noise(0x800, 3)]));
  expect(layout.partitions.map(({ name, address }) => [name, address])).toEqual([
    ['Flash', 0x08000000],
    ['Flash', 0x09000000],
  ]);
  const kinds = contents.map(({ region, address, kind }) => [region, address, kind]);
  expect(kinds.filter(([region]) => region === 'flash')[0]).toEqual(['flash', 0x08000000, 'data']);
  expect(kinds.filter(([region]) => region === 'flash-2')).toEqual([['flash-2', 0x09000000, 'blank']]);
  expect(boot?.says).toBe('Flash does not begin with a vector table, so it will probably not start.');
});
