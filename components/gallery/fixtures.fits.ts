/** Layouts that make an app fit, for the gallery and the tests of the editor: one that loses nothing, and one that does. */
import type { TableEntry } from '../../src/flash/layout-editor.ts';
import type { FittingLayouts } from '../../src/flash/layout-fit.ts';
import { editable } from './fixtures.board.ts';

/** The editable table with app slots of this size in bytes, one after the other, and the file system behind them. */
function withSlots(size: number): TableEntry[] {
  return editable.rows.map((row) => {
    if (row.name === 'app0') return { ...row, size };
    if (row.name === 'app1') return { ...row, offset: 0x20000 + size, size };
    return row.name === 'fs' ? { ...row, offset: 0x20000 + 2 * size, size: 0x3e0000 - 2 * size } : row;
  });
}

const costs = { lost: [], endsUpdates: false, changesBootloader: false, moved: 0 };

/** Two layouts for an app of 1.76 MiB. */
export const fits: FittingLayouts = {
  room: { for: 'app', size: 0x1c2340, slots: 'every' },
  says: 'Room for an app of 1,844,032 bytes.',
  layouts: [
    {
      id: 'a',
      rows: withSlots(0x1d0000),
      costs,
      says: 'app0 and app1 become 1856 KiB each.',
      details: ['fs shrinks from 512 KiB to 256 KiB: it is blank.', 'Nothing is moved.'],
    },
    {
      id: 'b',
      rows: withSlots(0x1e0000),
      costs: { ...costs, lost: ['fs'], moved: 0x1b0000 },
      says: 'app0 and app1 become 1920 KiB each.',
      details: ['fs shrinks from 512 KiB to 128 KiB, and its content is given up.', '1728 KiB of content is moved.'],
    },
  ],
  why: null,
};
