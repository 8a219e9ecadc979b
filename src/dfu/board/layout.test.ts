/** The layout of a board with modules says which partitions are for the system firmware, and which one for the app of its user. */
import { expect, test } from 'vitest';
import { boardOf, electronFlash, photonFlash } from '../../testing/dfu/boards.ts';
import { instantClock } from '../../virtual-boards/clock.ts';
import { makeDfuBoard } from '../../virtual-boards/dfu/catalogue.ts';

test.each([
  ['photon', photonFlash(), ['system 1', 'system 2']],
  ['p1', photonFlash(), ['system 1', 'system 2']],
  ['electron', electronFlash(), ['system 2', 'system 3', 'system 1']],
] as const)('%s', async (name, flash, systems) => {
  const { partitions } = (await boardOf(name, flash)).layout;
  expect(partitions.filter(({ system }) => system === true).map((each) => each.name)).toEqual(systems);
  const apps = partitions.filter(({ role, system }) => role === 'app' && system !== true);
  expect(apps.map((each) => each.name)).toEqual(['user']);
});

test.each(['photon', 'electron'] as const)(
  '%s: the system part that a place is named for is the one in it',
  async (name) => {
    const { layout, contents } = await boardOf(name, makeDfuBoard(name, instantClock()).flash.snapshot());
    const held = layout.partitions
      .filter(({ system }) => system === true)
      .map((each) => {
        const { brief = '' } = contents.find(({ address }) => address === each.address) ?? {};
        return [each.name, each.type, brief.replace(/ v\d+$/, '')];
      });
    expect(held.length).toBeGreaterThan(1);
    for (const [own = '', type, brief] of held) {
      expect(type).toBe(own.replace('system', 'system part'));
      expect(brief).toBe(type);
    }
  },
);
