/** A damaged Espressif board behind a session. */
import type { MadeBoard } from '../../virtual-boards/catalogue.ts';
import { bootDecision } from '../../virtual-boards/esp/boot.ts';
import { CHIPS } from '../../virtual-boards/esp/chips/index.ts';
import { chipNameOf, VIRTUAL_BOARDS } from '../../virtual-boards/virtual-boards.ts';
import { openWorld } from '../esp/world.ts';
import type { Bench } from './run.ts';

/** Plugs the board in once the damage has happened to it. Throws a `RangeError` for an unknown board. */
export function espBench({
  board,
  happens,
}: {
  readonly board: string;
  readonly happens: (board: MadeBoard) => void;
}): Bench {
  const entry = VIRTUAL_BOARDS.find(({ id }) => id === board);
  if (entry === undefined) throw new RangeError(`there is no virtual board "${board}"`);
  const { made, session } = openWorld(board);
  happens(made);
  const chip = CHIPS[chipNameOf(entry)];
  return {
    session,
    from: 0,
    cells: () => made.flash.snapshot(),
    beforeStart: () => made.beforeStart() ?? made.flash.snapshot(),
    // The lines of the port do that.
    again: () => undefined,
    isGone: () => Promise.resolve(false),
    start: () => {
      const cells = made.flash.snapshot();
      const flash = { size: cells.length, read: (at: number, size: number) => cells.subarray(at, at + size) };
      const { booted, running, lines } = bootDecision(flash, { chip, fuses: made.fuses });
      return Promise.resolve({ at: running ? booted : null, log: lines.map(({ text }) => text).join('\n') });
    },
  };
}
