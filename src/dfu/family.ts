/** The family of boards in DFU mode, behind the port that all families share. */
import type { Family } from '../flash/family.ts';
import type { DfuDevice } from './protocol/device.ts';
import { arrangeDfu, restoreDfu } from './arrange/arrange.ts';
import { unpackFiles } from './arrange/unpack.ts';
import { identify } from './arrange/identify.ts';
import type { DfuBoard } from './board/inspect.ts';
import { openDfuContents } from './board/open-contents.ts';
import { checkKeptDfu, chooseDfu, examineDfu, inspectDfu, noteBlankDfu, readOutDfu } from './board/inspect.ts';

/** A board reports nothing when it leaves DFU mode, so there is no verdict, good or bad. */
const LEFT = {
  partition: null,
  good: null,
  says: 'The board left DFU mode. It does not report what it starts.',
} as const;

/** The DFU family; see `Family` for each operation. */
export const dfuFamily: Family<DfuBoard, DfuDevice> = {
  inspect: inspectDfu,
  examine: examineDfu,
  diagnose: (device, board, { watch }) => examineDfu(device, board, watch),
  checkKept: checkKeptDfu,
  noteBlank: noteBlankDfu,
  readOut: readOutDfu,
  choose: chooseDfu,
  unpack: unpackFiles,
  identify: (file, board) => {
    const { kind, says, findings } = identify(file, board);
    return { kind, says, findings };
  },
  openContents: openDfuContents,
  arrange: arrangeDfu,
  restore: restoreDfu,
  bootJudge: () => ({ hear: () => LEFT, end: () => LEFT }),
};
