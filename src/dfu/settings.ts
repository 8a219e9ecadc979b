/** What a person may choose about the way of working on a board in DFU mode. */
import type { Setting } from '../flash/family.ts';
import type { Chosen } from '../flash/target.ts';
import type { AlternateSetting } from './device.ts';
import { isSpecial, isWritable } from './layout.ts';

/** Whether option bytes and one-time memory may be written: `locked` or `open`. */
export const SPECIAL_MEMORY = 'special-memory';

/** Whether a person allowed that option bytes and one-time memory are written. */
export function isOpen(chosen: Chosen): boolean {
  return chosen[SPECIAL_MEMORY] === 'open';
}

/**
 * The settings of a board: none where there is nothing to choose. Most ROMs do not let option bytes be erased, and then
 * nothing is written there at all; an older F407’s says that they can be.
 */
export function settingsOf(settings: readonly AlternateSetting[], chosen: Chosen): Setting[] {
  const special = settings.filter(
    (setting) => isSpecial(setting) && setting.memory.kind === 'memory' && setting.memory.regions.some(isWritable),
  );
  if (special.length === 0) return [];
  const names = special.map(({ memory }) => (memory.kind === 'memory' ? memory.name : '')).join(' and ');
  return [
    {
      id: SPECIAL_MEMORY,
      name: `${names}`,
      help: 'A wrong value there can lock the chip for ever. Leave it alone unless you know every bit.',
      options: [
        { id: 'locked', name: 'Never write there' },
        { id: 'open', name: 'A file may write there' },
      ],
      value: isOpen(chosen) ? 'open' : 'locked',
      usual: 'locked',
      passing: true,
    },
  ];
}
