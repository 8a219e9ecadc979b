/** What Sectorwise knows about Espressif boards, behind the port that every family has. */
import type { Family } from '../flash/family.ts';
import { partitionsTouching } from '../flash/layout.ts';
import { bootVerdict } from './boot/boot-verdict.ts';
import { chooseEsp } from './board/choose.ts';
import type { EspDevice } from './loader/device.ts';
import { examineApps } from './boot/examine-apps.ts';
import { checkFiles } from './arrange/check.ts';
import { placesFor } from './arrange/choices.ts';
import { layoutAfter } from './arrange/layout-after.ts';
import { afterwardsOf, bootOutcomeOf } from './arrange/boot-outcome.ts';
import { segmentsOf } from './arrange/segments.ts';
import { identify } from './arrange/identify.ts';
import { settingSegmentsOf } from './arrange/setting-segments.ts';
import { inspectEsp } from './board/inspect.ts';
import type { EspInspection } from './board/inspection.ts';
import { unpackEsp } from './import/unpack.ts';

/** The order of commitment: what makes a board boot goes last, and the table before the choice among its slots. */
const RANKS = { app: 0, settings: 0, files: 0, data: 0, protected: 0, boot: 1, table: 2, 'boot-choice': 3 } as const;

/** The family of Espressif boards. */
export const espFamily: Family<EspInspection, EspDevice> = {
  inspect: inspectEsp,
  choose: chooseEsp,
  unpack: unpackEsp,
  examine: examineApps,
  recognise: (file, board) => {
    const { kind, says, findings } = identify(file, board);
    return { kind, says, findings };
  },
  choices: placesFor,
  segments: segmentsOf,
  settingSegments: settingSegmentsOf,
  check: checkFiles,
  layout: layoutAfter,
  afterwards: afterwardsOf,
  rank: (range, placements, board) =>
    Math.max(0, ...partitionsTouching(layoutAfter(placements, board), range).map(({ role }) => RANKS[role])),
  expected: (placements, board) => {
    const { accepted, prediction } = bootOutcomeOf(placements, board);
    return accepted ? (prediction.boots?.name ?? null) : null;
  },
  bootVerdict,
};
