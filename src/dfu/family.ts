/** The family of boards in DFU mode, behind the port that all families share. */
import type { Family } from '../flash/family.ts';
import type { DfuDevice } from './protocol/device.ts';
import { arrangeDfu, restoreDfu } from './arrange/arrange.ts';
import { unpackFiles } from './arrange/unpack.ts';
import { identify } from './arrange/identify.ts';
import type { DfuBoard } from './board/inspect.ts';
import { checkKeptDfu, chooseDfu, examineDfu, inspectDfu, readOutDfu } from './board/inspect.ts';
import type { DfuParts } from './family-parts.ts';

/** A board reports nothing when it leaves DFU mode, so there is no verdict, good or bad. */
const LEFT = {
  partition: null,
  good: null,
  says: 'The board left DFU mode. It does not report what it starts.',
} as const;

/** Makes the DFU family from board profiles, module formats and hash functions. */
export function makeDfuFamily(parts: DfuParts): Family<DfuBoard, DfuDevice> {
  return {
    inspect: (device, cancel, onSay) => inspectDfu(device, cancel, onSay, parts),
    examine: (device, board, watch) => examineDfu(device, board, watch, parts),
    diagnose: (device, board, { watch }) => examineDfu(device, board, watch, parts),
    checkKept: (board, range, how) => checkKeptDfu(board, range, how, parts),
    readOut: (device, board, watch) => readOutDfu(device, board, watch, parts),
    choose: (board, chosen) => chooseDfu(board, chosen, parts),
    unpack: (sources, board, how) => unpackFiles(sources, board, parts, how),
    identify: (file, board) => {
      const { kind, says, findings } = identify(file, board, parts);
      return { kind, says, findings };
    },
    arrange: (request, board) => arrangeDfu(request, board, parts),
    restore: (image, board) => restoreDfu(image, board, parts),
    bootJudge: () => ({ hear: () => LEFT, end: () => LEFT }),
  };
}
