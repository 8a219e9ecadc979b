/** What Sectorwise knows about boards in DFU mode, behind the port that every family has. */
import type { Family, Placement, SavedFile } from '../flash/family.ts';
import type { Range } from '../flash/map.ts';
import { contains } from '../flash/map.ts';
import { heldAt } from './board/boot.ts';
import type { DfuDevice } from './protocol/device.ts';
import { checkFiles } from './arrange/check.ts';
import { placesFor, unitsToPick } from './arrange/choices.ts';
import { afterwardsOf, bootOutcomeOf } from './arrange/boot-outcome.ts';
import { savesOf } from './arrange/saves.ts';
import { commitsIn, commitsOf, segmentsOf } from './arrange/segments.ts';
import { unpackFiles } from './arrange/unpack.ts';
import { identify } from './arrange/identify.ts';
import type { DfuBoard } from './board/inspect.ts';
import { chooseDfu, examineDfu, inspectDfu, readOutDfu } from './board/inspect.ts';
import { onBoard } from './board/inspection.ts';
import type { DfuParts } from './family-parts.ts';

/** The family of DFU boards, with what it can tell beyond what every family tells. */
export interface DfuFamily extends Family<DfuBoard, DfuDevice> {
  /** Ranges that are left erased until all else is proved, in the order of programming. */
  commits(placements: readonly Placement[], board: DfuBoard): readonly Range[];
  /** Files to keep with these placements: where data lies, as a C header; the linker regions of an application. */
  saves(placements: readonly Placement[], board: DfuBoard): readonly SavedFile[];
}

/** A board leaves DFU mode without a word: that is no sign of anything, good or bad. */
const LEFT = {
  partition: null,
  good: null,
  says: 'The board left DFU mode. It does not report what it starts.',
} as const;

/** Makes the family from what is known and from the formats of modules. */
export function makeDfuFamily(parts: DfuParts): DfuFamily {
  return {
    inspect: (device, cancel, onSay) => inspectDfu(device, cancel, onSay, parts),
    examine: (device, board, watch) => examineDfu(device, board, watch, parts),
    readOut: (device, board, watch) => readOutDfu(device, board, watch, parts),
    choose: (board, chosen) => chooseDfu(board, chosen, parts),
    unpack: (sources, board) => unpackFiles(sources, board, parts),
    recognise: (file) => {
      const { kind, says, findings } = identify(file, parts);
      return { kind, says, findings };
    },
    choices: (file, _files, board, wished) => placesFor(file, board, parts, wished),
    picking: (file, _files, board) => unitsToPick(file, board, parts),
    segments: (placement, _placements, board) => segmentsOf(placement, board, parts),
    check: (placements, board) => checkFiles(placements, board, parts),
    layout: (_placements, board) => board.layout,
    afterwards: (placements, board) => afterwardsOf(placements, board, parts),
    rank: (range, _placements, board) => rankOf(range, board),
    expected: (placements, board) => bootOutcomeOf(placements, board, parts).start?.partition ?? null,
    bootVerdict: () => LEFT,
    commits: (placements, board) => commitsOf(placements, board, parts),
    commitsIn: (image, board) => commitsIn(image, board),
    saves: (placements, board) => savesOf(placements, board, parts),
  };
}

/**
 * The user application's sector goes first, but for its first block, which is committed last: from then on the board
 * waits in safe mode, and never runs an application with half an extension. A chip without modules gets the erase unit
 * with its vector table last.
 */
function rankOf(range: Range, board: DfuBoard): number {
  const { profile, held } = board.dfu;
  const plan = profile?.modules ?? null;
  if (profile !== null && plan !== null) {
    const [user, factory] = [plan.user, plan.factory].map((place) => place && onBoard(board, place));
    // What waits there would be restored over an application that is half written.
    if (factory && contains(factory, range) && heldAt(profile, held, plan.factory).passes) return -1;
    return !user || contains(user, range) ? 0 : 1;
  }
  const [first] = board.layout.map.regions;
  return first !== undefined && range.region === first.id && range.address === first.start ? 1 : 0;
}
