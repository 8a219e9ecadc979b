/** How much of the overwritten content is kept: the user's setting, and its cost. */
import type { Inspection, Setting } from '../../flash/family.ts';
import type { Neighbour } from '../../flash/journal.ts';
import { partitionsTouching } from '../../flash/layout.ts';
import type { EraseUnit, Range } from '../../flash/map.ts';
import { contains, sizeOf } from '../../flash/map.ts';
import type { Plan, UnitPlan } from '../../flash/plan.ts';
import { bytesToRead, plannedUnits } from '../../flash/plan.ts';
import type { Chosen, Pace, Target } from '../../flash/target.ts';
import type { BackupCost } from '../state.ts';

/** The id of the backup setting. */
export const BACKUP = 'backup';

/** The backup setting, with its value for a board. */
export function backupSetting(chosen: Chosen, target: Target): Setting {
  const options = [
    {
      id: 'all',
      name: 'Everything',
      help: 'Every write can be undone. Content that is already backed up in this browser is not read again.',
    },
    { id: 'not-apps', name: 'All except apps', help: 'Faster. An overwritten app cannot be restored.' },
  ];
  return {
    id: BACKUP,
    group: 'flash',
    name: 'Back up overwritten content',
    planned: true,
    help: 'Before anything is erased, the current content is read and stored in this browser.',
    options,
    usual: 'all',
    value: options.find(({ id }) => id === chosen[BACKUP])?.id ?? 'all',
    ...(target.read === undefined && {
      fixed: 'This board cannot be read, so overwritten content cannot be backed up.',
    }),
  };
}

/** Whether a unit's content is to be kept: always, unless apps are excluded and the unit lies within an app partition. */
export function keepsOld({ layout, settings }: Inspection, unit: EraseUnit): boolean {
  if (settings.find(({ id }) => id === BACKUP)?.value !== 'not-apps') return true;
  return !partitionsTouching(layout, unit).some((partition) => partition.role === 'app' && contains(partition, unit));
}

/**
 * The backup cost of a plan and its surroundings; `keeps` is false where nobody wants the old content, such as half-written
 * bytes. `isBlank`: a unit holds nothing now, so that nothing of it is backed up, whoever has stored blank bytes before.
 */
export function backupCost(
  plan: Plan,
  beside: readonly Neighbour[],
  pace: Pace,
  keeps: boolean,
  isBlank: (unit: UnitPlan) => boolean,
): BackupCost {
  const read = bytesToRead(plan) + sizeOf(beside.flatMap(({ units }) => units));
  const lost: Range[] = [];
  let [stored, blank] = [0, 0];
  for (const unit of plannedUnits(plan)) {
    const { region, address, size } = unit;
    if (unit.backup === 'stored') {
      if (isBlank(unit)) blank += size;
      else stored += size;
    }
    if (unit.backup !== 'none' || !keeps) continue;
    const last = lost.at(-1);
    const joins = last !== undefined && last.region === region && last.address + last.size === address;
    if (joins) lost[lost.length - 1] = { ...last, size: last.size + size };
    else lost.push({ region, address, size });
  }
  return { read, ms: Math.round((read * 1000) / pace.readBytesPerSecond), stored, ...(blank > 0 && { blank }), lost };
}
