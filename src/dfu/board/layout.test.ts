/** The layout of a board with modules says which partitions are for the system firmware, and which one for the app of its user. */
import { expect, test } from 'vitest';
import { boardOf, electronFlash, photonFlash } from '../../testing/dfu/boards.ts';

test.each([
  ['photon', photonFlash(), ['system 1', 'system 2']],
  ['p1', photonFlash(), ['system 1', 'system 2']],
  ['electron', electronFlash(), ['system 1', 'system 2', 'system 3']],
] as const)('%s', async (name, flash, systems) => {
  const { partitions } = (await boardOf(name, flash)).layout;
  expect(partitions.filter(({ system }) => system === true).map((each) => each.name)).toEqual(systems);
  const apps = partitions.filter(({ role, system }) => role === 'app' && system !== true);
  expect(apps.map((each) => each.name)).toEqual(['user']);
});
