/** A plan in words for the board's owner. */
import { bytes, hex } from '../../src/flash/finding.ts';
import type { UnitState } from '../../src/flash/job.ts';
import type { Layout, PartitionRole } from '../../src/flash/layout.ts';
import { partitionsTouching } from '../../src/flash/layout.ts';
import type { Range } from '../../src/flash/map.ts';
import { overlaps } from '../../src/flash/map.ts';
import type { Plan, UnitPlan } from '../../src/flash/plan.ts';
import { keptRanges, plannedUnits } from '../../src/flash/plan.ts';
import type { PlannedLayout, PlannedPartition } from '../../src/flash/planned-layout.ts';
import type { BackupCost, UnitStates } from '../../src/session/state.ts';
import type { Purpose } from '../../src/storage/records.ts';
import { count, estimated, roughly, span } from '../shared/format.ts';

/** One line of a plan: plain words first, the exact ones beside them. */
export interface Line {
  readonly meaning: 'changes' | 'kept';
  readonly says: string;
  readonly exact: string;
  readonly range: Range;
}

const STAYS: Readonly<Record<PartitionRole, (name: string, wifi: boolean) => string>> = {
  boot: () => 'The bootloader stays',
  table: () => 'The partition table stays',
  'boot-choice': () => 'The boot selection stays',
  app: (name) => `The app slot ${name} stays`,
  settings: (name, wifi) => (wifi ? 'Your Wi-Fi settings stay' : `The settings in ${name} stay`),
  files: () => 'Your files stay',
  data: (name) => `The data in ${name} stays`,
  protected: (name) => `${name} stays: it is protected`,
};

const getsTheFile = (name: string) => `${name} gets the file`;
const CHANGES: Readonly<Record<PartitionRole, (name: string) => string>> = {
  boot: () => 'The bootloader changes',
  table: () => 'The partition table changes',
  'boot-choice': () => 'The boot selection changes',
  app: getsTheFile,
  settings: getsTheFile,
  files: getsTheFile,
  data: getsTheFile,
  protected: getsTheFile,
};

/** What is said of a partition that has another's place in the new layout, or is missing from it, and is not written. */
const LEFT: Readonly<Record<NonNullable<PlannedPartition['change']>, (name: string) => string>> = {
  new: (name) => `${name} is not written: the current content stays`,
  former: (name) => `${name} is no longer a partition: its content stays`,
};

/** Whether a unit is only erased: no bytes are written to it. */
function isErased(unit: UnitPlan): boolean {
  return unit.pieces.length > 0 && unit.pieces.every((piece) => piece.source.from === 'blank');
}

/** What a partition gets, for each purpose of a plan. */
function saysOf({ role, name, change }: PlannedPartition, purpose: Purpose['kind']): string {
  if (purpose === 'flash') return change === 'former' ? `${name} is overwritten` : CHANGES[role](name);
  return purpose === 'restore' ? `${name} gets the content of the backup` : `${name} gets its previous content`;
}

/** What changes, partition by partition, and the kept bytes beside the file. */
export function changes(plan: Plan, layout: PlannedLayout, purpose: Purpose['kind'] = 'flash'): Line[] {
  const units = plannedUnits(plan);
  // The file comes first: what makes it start follows.
  const touched = layout.partitions
    .filter((partition) => units.some((unit) => overlaps(unit, partition)))
    .toSorted((a, b) => Number(a.role === 'boot-choice') - Number(b.role === 'boot-choice'));
  const lines = touched.map((partition): Line => {
    const own = units.filter((unit) => overlaps(unit, partition));
    const equal = plan.equal.filter((unit) => overlaps(unit, partition)).length;
    const size = own.reduce((sum, unit) => sum + unit.size, 0);
    const rewritten = `${count(own.length, 'erase unit')}, ${bytes(size)} rewritten`;
    return {
      meaning: 'changes',
      says: own.every(isErased) ? `${partition.name} is erased` : saysOf(partition, purpose),
      exact: `${partition.role === 'boot-choice' ? `${partition.name}, ` : ''}${rewritten}${equal > 0 ? `; ${equal} already equal, skipped` : ''}`,
      range: partition,
    };
  });
  const loose = units.filter((unit) => !touched.some((partition) => overlaps(unit, partition)));
  const first = loose[0];
  return [
    ...lines,
    ...(first === undefined
      ? []
      : [
          {
            meaning: 'changes' as const,
            says: `Flash outside all partitions ${loose.every(isErased) ? 'is erased' : 'changes'}`,
            exact: count(loose.length, 'erase unit'),
            range: first,
          },
        ]),
    ...keptRanges(plan).map((range): Line => ({
      meaning: 'kept',
      says: 'The rest of a partly covered erase unit stays',
      exact: [...named(range, layout), span(range), bytes(range.size), 'kept'].join(', '),
      range,
    })),
  ];
}

function named(range: Range, layout: PlannedLayout): string[] {
  return partitionsTouching(layout, range)
    .slice(0, 1)
    .map(({ name }) => name);
}

/** What the plan leaves alone: settings and files first, because they matter most to people. */
export function stays(plan: Plan, layout: PlannedLayout): Line[] {
  const units = plannedUnits(plan);
  const order: readonly PartitionRole[] = [
    'settings',
    'files',
    'data',
    'app',
    'boot-choice',
    'table',
    'boot',
    'protected',
  ];
  return layout.partitions
    .filter((partition) => !units.some((unit) => overlaps(unit, partition)))
    .toSorted((a, b) => isFormer(a) - isFormer(b) || order.indexOf(a.role) - order.indexOf(b.role))
    .map((partition) => ({
      meaning: 'kept',
      says: staysOf(partition),
      exact: `${partition.name}, ${hex(partition.address)}, ${bytes(partition.size)}, kept`,
      range: partition,
    }));
}

function isFormer({ change }: PlannedPartition): number {
  return Number(change === 'former');
}

/** Where another partition was before, settings or files cannot be said to stay. */
function staysOf({ role, name, wifi, change }: PlannedPartition): string {
  const own = role === 'boot' || role === 'table' || role === 'protected';
  return change === 'former' || (change === 'new' && !own) ? LEFT[change](name) : STAYS[role](name, wifi === true);
}

/** More places than this are counted, not named. */
const NAMED = 3;

/**
 * Where a plan puts the file, by name (`app0`), or by address if that is no partition. What only makes it start and what is
 * only erased is left out, unless nothing else changes.
 */
export function targets(plan: Plan, layout: PlannedLayout): string {
  const filled = plan.stretches.filter((stretch) => !stretch.units.every(isErased));
  const stretches = filled.length > 0 ? filled : plan.stretches;
  const all = layout.partitions.filter((each) => stretches.some((stretch) => overlaps(stretch, each)));
  const main = all.filter((each) => each.role !== 'boot-choice');
  const names = (main.length > 0 ? main : all).map((each) => each.name);
  const places = names.length > 0 ? names : stretches.map((stretch) => hex(stretch.address));
  const more = places.length - NAMED;
  return more > 0 ? `${places.slice(0, NAMED).join(', ')} and ${more} more` : places.join(', ');
}

/** What happens to the bytes that a plan overwrites: what is backed up, and what is given up, place by place. */
export function backupLines(
  { read, ms, stored, lost }: BackupCost,
  layout: Layout,
): { readonly kept: readonly string[]; readonly lost: readonly string[] } {
  const kept = [
    ...(read > 0 ? [`${roughly(read)} of current content is backed up first, which takes ${estimated(ms)}.`] : []),
    ...(stored > 0
      ? [
          read > 0
            ? `${roughly(stored)} more is already backed up.`
            : `The overwritten content is already backed up: ${roughly(stored)}.`,
        ]
      : []),
  ];
  const places = layout.partitions.filter((partition) => lost.some((range) => overlaps(range, partition)));
  const loose = lost.filter((range) => !places.some((partition) => overlaps(range, partition)));
  return {
    kept,
    lost: [
      ...places.map(({ role, name }) =>
        role === 'app'
          ? `The old app in ${name} is not backed up and cannot be restored.`
          : `The current content of ${name} is not backed up and cannot be restored.`,
      ),
      ...(loose.length > 0
        ? [`The current content of ${loose.map(span).join(', ')} is not backed up and cannot be restored.`]
        : []),
    ],
  };
}

/** How many units are in each state. */
export function tally(units: UnitStates): Readonly<Record<UnitState, number>> {
  const all = { waiting: 0, unknown: 0, written: 0, 'awaiting-commit': 0, verified: 0, wrong: 0, unproved: 0 };
  for (const state of units) all[state]++;
  return all;
}

/** What is on the board when a job ended early: how many of the plan's units hold what. */
export function nowOnBoard(units: UnitStates): string {
  const { waiting, unknown, written, 'awaiting-commit': awaiting, verified, wrong, unproved } = tally(units);
  const parts = [
    ...(verified > 0 ? [`${verified} verified`] : []),
    ...(unproved > 0 ? [`${unproved} written, not verifiable`] : []),
    ...(awaiting > 0 ? [`${awaiting} complete except for the last bytes`] : []),
    ...(wrong > 0 ? [`${wrong} failed`] : []),
    ...(unknown + written > 0 ? [`${unknown + written} unknown`] : []),
    ...(waiting > 0 ? [`${waiting} as before`] : []),
  ];
  const all = count(units.length, 'erase unit');
  return `Of ${all} in the plan: ${parts.join(', ')}.`;
}
