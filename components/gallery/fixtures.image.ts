/** A flash image in a file, for the gallery and tests. */
import type { Inspection } from '../../src/flash/family.ts';
import type { ComparedPlace } from '../../src/flash/compare.ts';
import type { ComparisonView } from '../../src/session/compare-flash.ts';
import type { ImageChanges } from '../../src/session/state.ts';
import type { ImageAsked } from '../shared/events.ts';
import { board } from './fixtures.board.ts';

/** The board of the other fixtures, opened from a dump of its flash. */
export const imageBoard: Inspection = {
  ...board,
  identity: {
    family: 'esp',
    chip: 'ESP32',
    revision: '',
    key: null,
    facts: [
      { name: 'File', value: 'dump.bin' },
      { name: 'Flash size', value: '4 MiB' },
    ],
    file: { name: 'dump.bin', size: 4 << 20 },
  },
  protections: [],
};

/** What an update of an app changes. */
export const imageChanges: ImageChanges = { units: 156, bytes: 156 * 4096, saved: false };

/** The question about a dump of an STM32. */
export const imageAsked: ImageAsked = {
  file: new File([], 'stm32.bin'),
  question: {
    kind: 'question',
    asks: 'board',
    says: 'It begins like the flash of an STM32, and nothing in it says of which one.',
    options: [
      { name: 'STM32F405 or F407', choice: { board: 'f405' } },
      { name: 'Particle Photon', choice: { board: 'photon' } },
    ],
  },
};

/** What a comparison with an older dump found. */
export const compared: ComparisonView = {
  file: 'old.bin',
  comparison: {
    places: [place(0, 1, null), place(1, 7, 'bootloader'), place(9, 5, 'nvs', [9, 1]), place(32, 432, 'app0', [33, 2])],
    equal: 1021,
    different: 3,
    left: [],
  },
};

function place(at: number, units: number, name: string | null, differs?: readonly [number, number]): ComparedPlace {
  const range = (from: number, count: number) => ({ region: 'flash', address: from * 4096, size: count * 4096 });
  const different = differs === undefined ? [] : [range(...differs)];
  return { ...range(at, units), name, units, differing: differs?.[1] ?? 0, different };
}
