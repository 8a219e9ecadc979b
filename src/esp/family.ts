/** What Sectorwise knows about Espressif boards, behind the port that every family has. */
import type { BootVerdict, Family } from '../flash/family.ts';
import type { Layout } from '../flash/layout.ts';
import { partitionsTouching } from '../flash/layout.ts';
import { examineApps } from './examine.ts';
import { checkFiles } from './files/check.ts';
import { placesFor } from './files/choices.ts';
import { layoutAfter } from './files/layout-after.ts';
import { afterwardsOf } from './files/prospect.ts';
import { segmentsOf } from './files/segments.ts';
import { whatIs } from './files/what.ts';
import { inspectEsp } from './inspect.ts';
import type { EspInspection } from './inspection.ts';

/** The order of commitment: what makes a board boot goes last, and the table before the choice among its slots. */
const RANKS = { app: 0, settings: 0, files: 0, data: 0, protected: 0, boot: 1, table: 2, 'boot-choice': 3 } as const;

/** Words of ESP-IDF's second-stage bootloader and of the ROM when nothing starts. */
const STARTED = /boot: Loaded app from partition at offset 0x([0-9a-f]+)/i;
const NOTHING_STARTS: readonly (readonly [RegExp, string])[] = [
  [/exceeds flash chip size/, 'The board does not start: a partition lies past the flash size that its bootloader knows.'],
  [/(Failed to verify partition table|load partition table error)/, 'The board does not start: its bootloader does not accept the partition table.'],
  [/No bootable app partitions/, 'The board does not start: its bootloader found no app that it could load.'],
  [/invalid header: 0x/, 'The board does not start: its ROM finds no bootloader.'],
];

/** The family of Espressif boards. */
export const espFamily: Family<EspInspection> = {
  inspect: inspectEsp,
  examine: examineApps,
  recognise: (file, board) => {
    const { kind, says, findings } = whatIs(file, board);
    return { kind, says, findings };
  },
  choices: placesFor,
  segments: segmentsOf,
  check: checkFiles,
  layout: layoutAfter,
  afterwards: afterwardsOf,
  rank: (range, placements, board) =>
    Math.max(0, ...partitionsTouching(layoutAfter(placements, board), range).map(({ role }) => RANKS[role])),
  bootVerdict,
};

function bootVerdict(text: string, layout: Layout): BootVerdict | null {
  const started = STARTED.exec(text)?.[1];
  if (started !== undefined) {
    const offset = Number.parseInt(started, 16);
    const partition = layout.partitions.find((p) => p.role === 'app' && p.address === offset) ?? null;
    return { partition, good: true, says: `The board started ${partition?.name ?? 'an app'} (0x${started}).` };
  }
  const failed = NOTHING_STARTS.find(([words]) => words.test(text));
  return failed === undefined ? null : { partition: null, good: false, says: failed[1] };
}
