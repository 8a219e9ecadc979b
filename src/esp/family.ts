/** What Sectorwise knows about Espressif boards, behind the port that every family has. */
import type { BootVerdict, Family } from '../flash/family.ts';
import type { Layout } from '../flash/layout.ts';
import { partitionsTouching } from '../flash/layout.ts';
import { chooseEsp } from './choose.ts';
import type { EspDevice } from './device.ts';
import { examineApps } from './examine.ts';
import { checkFiles } from './files/check.ts';
import { placesFor } from './files/choices.ts';
import { layoutAfter } from './files/layout-after.ts';
import { afterwardsOf, prospectOf } from './files/prospect.ts';
import { segmentsOf } from './files/segments.ts';
import { whatIs } from './files/what.ts';
import { wishesOf } from './files/wishes.ts';
import { inspectEsp } from './inspect.ts';
import type { EspInspection } from './inspection.ts';
import { unpackEsp } from './unpack/unpack.ts';

/** The order of commitment: what makes a board boot goes last, and the table before the choice among its slots. */
const RANKS = { app: 0, settings: 0, files: 0, data: 0, protected: 0, boot: 1, table: 2, 'boot-choice': 3 } as const;

const CONNECT_AGAIN = 'Connect again: Sectorwise reads what is on the board and says what is missing.';

/** Words of ESP-IDF's second-stage bootloader and of the ROM when nothing starts. */
const STARTED = /boot: Loaded app from partition at offset 0x([0-9a-f]+)/i;
const NOTHING_STARTS: readonly (readonly [RegExp, string])[] = [
  [
    /exceeds flash chip size/,
    'The board does not start: a partition lies past the flash size that its bootloader knows.',
  ],
  [
    /(Failed to verify partition table|load partition table error)/,
    'The board does not start: its bootloader does not accept the partition table.',
  ],
  [/No bootable app partitions/, 'The board does not start: its bootloader found no app that it could load.'],
  [/invalid header: 0x/, 'The board does not start: its ROM finds no bootloader.'],
];

/** The family of Espressif boards. */
export const espFamily: Family<EspInspection, EspDevice> = {
  inspect: inspectEsp,
  choose: chooseEsp,
  unpack: unpackEsp,
  examine: examineApps,
  recognise: (file, board) => {
    const { kind, says, findings } = whatIs(file, board);
    return { kind, says, findings };
  },
  choices: placesFor,
  segments: segmentsOf,
  wishes: wishesOf,
  check: checkFiles,
  layout: layoutAfter,
  afterwards: afterwardsOf,
  rank: (range, placements, board) =>
    Math.max(0, ...partitionsTouching(layoutAfter(placements, board), range).map(({ role }) => RANKS[role])),
  expected: (placements, board) => {
    const { accepted, prediction } = prospectOf(placements, board);
    return accepted ? (prediction.boots?.name ?? null) : null;
  },
  bootVerdict,
};

/** The first line that decides: what a board prints later, in another round of its starting, changes nothing. */
function bootVerdict(text: string, layout: Layout, expected: string | null): BootVerdict | null {
  // Text comes in pieces, and half an offset is another offset: only whole lines count.
  const lines = text.split(/[\r\n]+/).slice(0, -1);
  for (const line of lines) {
    const started = STARTED.exec(line)?.[1];
    if (started !== undefined) return startVerdict(started, layout, expected);
    const failed = NOTHING_STARTS.find(([words]) => words.test(line));
    if (failed !== undefined) return { partition: null, good: false, says: `${failed[1]} ${CONNECT_AGAIN}` };
  }
  return null;
}

function startVerdict(started: string, layout: Layout, expected: string | null): BootVerdict {
  const offset = Number.parseInt(started, 16);
  const partition = layout.partitions.find((p) => p.role === 'app' && p.address === offset) ?? null;
  if (partition === null) {
    const says = `The board started an app at 0x${started}, where the planned partition table has none.`;
    return { partition, good: false, says: `${says} ${CONNECT_AGAIN}` };
  }
  const says = `The board started ${partition.name} (0x${started})`;
  if (expected === null || partition.name === expected) return { partition, good: true, says: `${says}.` };
  const why = `its bootloader fell back. What it printed says why it passed over ${expected}`;
  const next = 'flash an app that is built for this board and its bootloader.';
  return { partition, good: false, says: `${says}, not ${expected} as planned: ${why}; ${next}` };
}
