/** Repairs of what partitions hold: rewritten from what can be read, made empty, erased. */
import type { ContentEdit } from '../../flash/partition-contents.ts';
import type { Repair, RepairRule } from '../../flash/repair.ts';
import { UNIT } from '../flash-geometry.ts';
import { rangeOf } from '../partitions/layout.ts';
import type { EspRepairContext } from './context.ts';
import { ownRange } from './context.ts';

type Rule = RepairRule<EspRepairContext>;
type Format = 'nvs' | 'littlefs' | 'spiffs' | 'fat' | 'fat-wl';

/** What can be read is kept and rewritten, or everything is given up. */
export function rebuilt(format: Format): Rule {
  const isNvs = format === 'nvs';
  const things = isNvs ? 'settings' : 'files';
  const salvage: Words = {
    label: `Keep the ${things} that can be read`,
    reason: `The partition is rewritten with all of its ${things} that are intact; damaged ones are dropped.`,
  };
  return {
    restores: ownRange,
    repairs: (_, context) =>
      isTooSmall(format, context) ? [] : [...edit(context, { edit: 'salvage' }, salvage), ...emptied(format, context)],
    none: isNvs ? NO_ROOM : UNKNOWN_PLACE,
  };
}

/** Nothing can be read: only an empty one, or what is written again, helps. */
export function recreated(format: Format): Rule {
  return { restores: ownRange, repairs: (_, context) => emptied(format, context), none: UNKNOWN_PLACE };
}

const FORMATS: Readonly<Record<string, Format>> = { NVS: 'nvs', LittleFS: 'littlefs', SPIFFS: 'spiffs', FAT: 'fat-wl' };

/** Nothing of what a partition is for is there: an empty one is made, of the format that the finding names. */
export const LOST: Rule = {
  repairs: ({ values: { format } }, context) => {
    const own = typeof format === 'string' ? FORMATS[format] : undefined;
    return own === undefined ? [] : emptied(own, context);
  },
  none: 'It can be recreated once the partition table names its partition.',
};

/** Content that its firmware writes again when it needs it. */
export const ERASED: Rule = {
  repairs: (_, { row }) =>
    row === null
      ? []
      : [
          {
            label: `Erase ${row.name}`,
            reason: 'What is damaged goes, and the firmware writes a new one when it has something to keep there.',
            request: { do: 'erase', range: rangeOf(row) },
          },
        ],
  none: 'It can be erased once the partition table names its partition.',
};

/** NVS begins with two pages: one for values, one that stays blank. */
const LEAST_NVS = 2 * UNIT;

function isTooSmall(format: Format, { row }: EspRepairContext): boolean {
  return format === 'nvs' && row !== null && row.size < LEAST_NVS;
}

const NO_ROOM =
  'NVS needs at least two pages of 4 KiB, which this partition does not have: make it larger in the layout.';
const UNKNOWN_PLACE = 'It can be recreated once the partition table names its partition.';

type Words = Pick<Repair, 'label' | 'reason'>;

function emptied(format: Format, context: EspRepairContext): Repair[] {
  const isNvs = format === 'nvs';
  return edit(
    context,
    { edit: 'make', format: isLevelled(format, context) ? 'fat-wl' : format },
    {
      label: isNvs ? 'Erase all settings' : 'Make an empty file system',
      reason: isNvs
        ? 'The firmware begins with its defaults: passwords and calibration that are stored here are gone.'
        : 'All files in it are gone; the firmware can write new ones.',
    },
  );
}

/** Whether a FAT lies behind wear levelling, as the firmware of this partition expects it then. */
function isLevelled(format: Format, { row, board }: EspRepairContext): boolean {
  return (
    format === 'fat' && board.contents.some(({ address, tiedToSize }) => address === row?.offset && tiedToSize === true)
  );
}

function edit({ row }: EspRepairContext, one: ContentEdit, words: Words): Repair[] {
  if (row === null) return [];
  return [{ ...words, request: { do: 'edit-contents', range: rangeOf(row), edits: [one] } }];
}
