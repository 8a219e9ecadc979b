/** Makes the virtual DFU boards that come with the app. */
import type { Clock } from '../clock.ts';
import { DfuBoard, type Chip } from './board.ts';
import { stFactory } from './firmware/st-factory.ts';
import { ParticleChip } from './particle-board.ts';
import type { SectorFlash, Violation } from './sector-flash.ts';
import { StChip } from './st-board.ts';
import { VIRTUAL_DFU_BOARDS, type VirtualDfuBoard } from './virtual-dfu-boards.ts';

/** A board in factory state, with access to its memories. */
export interface MadeDfuBoard {
  readonly board: DfuBoard;
  readonly entry: VirtualDfuBoard;
  /** The internal flash; `snapshot()` is a raw dump from 0x08000000, `erasesPerSector` its wear. */
  readonly flash: SectorFlash;
  /** Every memory, the internal flash first. */
  readonly memories: readonly SectorFlash[];
  /** Uses of a memory that would do damage on silicon; empty if there were none. */
  violations(): readonly Violation[];
  /** A copy of the internal flash as it was just before the last boot; null before the first. */
  beforeStart(): Uint8Array | null;
}

/** Makes a board; throws a `RangeError` for an unknown id. */
export function makeDfuBoard(id: string, clock: Clock): MadeDfuBoard {
  const entry = VIRTUAL_DFU_BOARDS.find((candidate) => candidate.id === id);
  if (entry === undefined) throw new RangeError(`there is no virtual board "${id}"`);
  const board = new DfuBoard(clock, makeChip(entry));
  return {
    board,
    entry,
    flash: board.chip.memories[0],
    memories: board.chip.memories,
    violations: () => board.violations,
    beforeStart: () => board.beforeStart(),
  };
}

function makeChip({ dfu, usb: { serial } }: VirtualDfuBoard): Chip {
  if (dfu.kind === 'particle') return new ParticleChip({ serial, ...dfu });
  return new StChip({ serial, factory: stFactory(), protection: dfu.readProtected === true ? 1 : 0 });
}
