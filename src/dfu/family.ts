/** What Sectorwise knows about boards in DFU mode, behind the port that every family has. */
import type { Family, Placement, SavedFile } from '../flash/family.ts';
import type { Range } from '../flash/map.ts';
import { contains } from '../flash/map.ts';
import type { DfuDevice } from './device.ts';
import { checkFiles } from './files/check.ts';
import { placesFor } from './files/choices.ts';
import { dataHeader } from './files/linker.ts';
import { afterwardsOf, prospectOf } from './files/prospect.ts';
import { commitsOf, segmentsOf } from './files/segments.ts';
import { unpackFiles } from './files/unpack.ts';
import { whatIs } from './files/what.ts';
import { shown } from './files/words.ts';
import type { DfuBoard } from './inspect.ts';
import { chooseDfu, examineDfu, inspectDfu } from './inspect.ts';
import { onBoard } from './inspection.ts';
import type { DfuParts } from './parts.ts';

/** The family of DFU boards, with what it can tell beyond what every family tells. */
export interface DfuFamily extends Family<DfuBoard, DfuDevice> {
  /** Ranges that are left erased until all else is proved, in the order of programming. */
  commits(placements: readonly Placement[], board: DfuBoard): readonly Range[];
  /** Files to keep with these placements: where data lies, as a C header. */
  saves(placements: readonly Placement[], board: DfuBoard): readonly SavedFile[];
}

/** Makes the family from what is known and from the formats of modules. */
export function makeDfuFamily(parts: DfuParts): DfuFamily {
  return {
    inspect: (device, cancel, onSay) => inspectDfu(device, cancel, onSay, parts),
    examine: (device, board, watch) => examineDfu(device, board, watch, parts),
    choose: (board, chosen) => chooseDfu(board, chosen, parts),
    unpack: (sources, board) => unpackFiles(sources, board, parts),
    recognise: (file) => {
      const { kind, says, findings } = whatIs(file, parts);
      return { kind, says, findings };
    },
    choices: (file, _files, board) => placesFor(file, board, parts),
    segments: (placement, _placements, board) => segmentsOf(placement, board, parts),
    check: (placements, board) => checkFiles(placements, board, parts),
    layout: (_placements, board) => board.layout,
    afterwards: (placements, board) => afterwardsOf(placements, board, parts),
    rank: (range, _placements, board) => rankOf(range, board),
    expected: (placements, board) => prospectOf(placements, board, parts).start?.partition ?? null,
    // A board in DFU mode leaves without a word.
    bootVerdict: () => null,
    commits: (placements, board) => commitsOf(placements, board, parts),
    saves: (placements, board) => savesOf(placements, board, parts),
  };
}

/**
 * The user application's sector goes first, but for its first block, which is committed last: from then on the board
 * waits in safe mode, and never runs an application with half an extension. A chip without modules gets the erase unit
 * with its vector table last.
 */
function rankOf(range: Range, board: DfuBoard): number {
  const plan = board.dfu.profile?.modules ?? null;
  if (plan !== null) {
    const user = onBoard(board, plan.user);
    return user === null || contains(user, range) ? 0 : 1;
  }
  const [first] = board.layout.map.regions;
  return first !== undefined && range.region === first.id && range.address === first.start ? 1 : 0;
}

function savesOf(placements: readonly Placement[], board: DfuBoard, parts: DfuParts): SavedFile[] {
  const data = placements.filter(({ file }) => whatIs(file, parts).is === 'data');
  const places = data.flatMap((placement) =>
    segmentsOf(placement, board, parts).map((segment, i, all) => ({
      name: all.length > 1 ? `${shown(placement.file)} ${i + 1}` : shown(placement.file),
      address: segment.address,
      size: segment.data.length,
    })),
  );
  return places.length === 0 ? [] : [dataHeader(places)];
}
