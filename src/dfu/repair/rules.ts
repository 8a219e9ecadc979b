/** Which repairs each kind of finding on a board in DFU mode has, and why others have none: a new problem needs a rule to compile. */
import type { Finding, FindingKind } from '../../flash/finding.ts';
import { repaired } from '../../flash/finding.ts';
import type { Layout, Partition } from '../../flash/layout.ts';
import { partitionsTouching } from '../../flash/layout.ts';
import { bare } from '../../flash/map.ts';
import { UNLOCK_ERASES } from '../../flash/unlock.ts';
import type { Repair, RepairRule, RepairRules } from '../../flash/repair.ts';
import type { Lacking, Start } from '../board/boot.ts';
import type { DFU_FINDINGS } from '../board/findings.ts';
import type { PARTICLE_FINDINGS } from '../particle/findings.ts';

/** A board with one of its findings; `partition` is the one that the finding is about, null if it is about none. */
interface DfuRepairContext {
  readonly partition: Partition | null;
  /** What the board starts; null if that is not known. */
  readonly start: Start | null;
}

type Rule = RepairRule<DfuRepairContext>;
type Rules<R extends Readonly<Record<string, FindingKind>>> = RepairRules<R, DfuRepairContext>;

/** Whether a place is that of the user's own program: any that was built for the board starts from there, also a sample of ours. */
function takesAny(partition: Partition | null): boolean {
  return partition !== null && partition.role === 'app' && partition.system !== true;
}

/** What is there is damaged or wrong, and only the build or the release has the right one; `wants` is what would do as well. */
function choose(label: string, reason: string, wants?: 'app'): Rule {
  return {
    repairs: (_, { partition }) => [
      {
        label,
        reason,
        request: { do: 'open', view: 'flash', ...(wants !== undefined && takesAny(partition) && { wants }) },
      },
    ],
    none: reason,
    restores: (_, { partition }) => (partition === null ? [] : [bare(partition)]),
  };
}

const APPLICATION = choose(
  'Choose a module',
  'The .bin file of the application or of the system part, built for this board: Sectorwise checks its CRC before it writes it.',
  'app',
);
const PROGRAM = choose(
  'Choose a program',
  'The program for this chip, as .bin, .hex, .elf, .uf2 or .dfu: you see where it goes before anything is written.',
  'app',
);
const RELEASE = choose(
  'Choose the system parts',
  'All system parts of one release, as files or as its ZIP archive: they are written together, in the order that they need.',
);
const EXTENSION = choose(
  'Choose the extension',
  'The file of the extension: Sectorwise writes it to the address that it was linked for, with its length and CRC.',
);

/** A factory slot that the board would copy over its application: empty, it copies nothing. `reason` is why to clear it. */
function factorySlot(reason: string): Rule {
  return {
    // Without an application, what is in the slot may be all that the board can start.
    repairs: (_, { partition, start }) =>
      partition === null || start?.lacks?.what === 'user application' ? [] : [cleared(partition, reason)],
    none: 'Write the user application first: the board copies the slot over it for as long as it has none.',
  };
}

/** What there is to choose for each thing that a start may lack. */
const LACKING: Readonly<Record<Lacking, Rule>> = {
  program: PROGRAM,
  'user application': APPLICATION,
  'system firmware': RELEASE,
};

/** What the start needs is not there. */
const LACKS: Rule = {
  ...APPLICATION,
  repairs: (finding, context) =>
    (context.start?.lacks === undefined ? APPLICATION : LACKING[context.start.lacks.what]).repairs?.(
      finding,
      context,
    ) ?? [],
};

function cleared(partition: Partition, reason: string): Repair {
  return {
    label: `Clear ${partition.name}`,
    reason,
    request: { do: 'erase', range: bare(partition) },
  };
}

const BOARD: Rules<typeof DFU_FINDINGS> = {
  'chip-read-protected': {
    none: ({ unlock }, at) =>
      unlock === 'here'
        ? `${UNLOCK_ERASES} To do that, ${at.unlock}. At level 2 nothing removes it.`
        : `Only ST’s ROM bootloader can remove the read protection: hold BOOT0 while the chip resets and connect again. ` +
          `${UNLOCK_ERASES} At level 2 nothing removes it.`,
  },
  'module-for-another-platform': APPLICATION,
  'dependency-missing': RELEASE,
  'system-need-missing': RELEASE,
  'start-lacks': LACKS,
  'factory-slot-holds-application': factorySlot(
    'Clear it only if a factory reset should not bring that version back. The user application stays either way.',
  ),
  'factory-slot-only-looks-right': factorySlot(
    'Once it is erased, the board has nothing left to copy over the application. The application itself stays.',
  ),
  'extension-in-another-place': EXTENSION,
};

const MODULES: Rules<typeof PARTICLE_FINDINGS> = {
  'module-cut-short': APPLICATION,
  'module-crc-wrong': APPLICATION,
  'module-sha-wrong': APPLICATION,
  'extension-cut-short': EXTENSION,
  'extension-crc-wrong': EXTENSION,
};

/** The rules of every kind, by its name. */
export const DFU_REPAIRS = { ...BOARD, ...MODULES };

/** Findings on a board with their repairs. */
export function withRepairs(
  found: readonly Finding[],
  { layout, start }: { readonly layout: Layout; readonly start: Start | null },
): Finding[] {
  return repaired<DfuRepairContext>(found, DFU_REPAIRS, ({ place }) => {
    const partition = place.in === 'flash' ? partitionsTouching(layout, place.range)[0] : undefined;
    return { partition: partition ?? null, start };
  });
}
