/** A damaged board in DFU mode behind a session. */
import type { MadeDfuBoard } from '../../virtual-boards/dfu/catalogue.ts';
import { Life } from '../../virtual-boards/life.ts';
import { instantClock } from '../../virtual-boards/clock.ts';
import { makeDfuBoard } from '../../virtual-boards/dfu/catalogue.ts';
import { openDfuWorld } from '../dfu/world.ts';
import type { Bench } from './run.ts';

/** Plugs the board in once the damage has happened to it. */
export function dfuBench({
  board,
  happens,
  later,
}: {
  readonly board: string;
  readonly happens: (board: MadeDfuBoard) => void;
  readonly later?: (board: MadeDfuBoard) => void;
}): Bench {
  const { made, port, session } = openDfuWorld(board);
  happens(made);
  const from = made.flash.sectors[0]?.address ?? 0;
  return {
    session,
    from,
    cells: () => made.flash.snapshot(),
    beforeStart: () => made.beforeStart() ?? made.flash.snapshot(),
    again: () => made.board.enterDfu(),
    isGone: async () => {
      later?.(made);
      const started = made.board.booted();
      port.unplug();
      port.plug();
      return (await started).end === 'application' && port.device === null;
    },
    start: async () => {
      // A boot may write the flash, so another board of this kind with the same cells is started.
      const clock = instantClock();
      const twin = makeDfuBoard(board, clock);
      twin.flash.load(from, made.flash.snapshot());
      const { end, at, words } = await twin.board.chip.boot(null, new Life(clock));
      return { at: end === 'application' ? at : null, log: words.join('\n') };
    },
  };
}
