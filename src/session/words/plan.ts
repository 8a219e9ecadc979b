/** A plan in words for the board's owner. */
import { WRITTEN_BACK } from '../../flash/describe.ts';
import { briefList, count, opening } from '../../flash/english.ts';
import { bytes, hex, roughly, span } from '../../flash/finding.ts';
import type { Fate } from '../../flash/fates.ts';
import { losesContent } from '../../flash/fates.ts';
import type { Layout, Partition, PartitionRole } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps, without, sizeOf } from '../../flash/map.ts';
import type { Plan, UnitPlan } from '../../flash/plan.ts';
import { keptOf, plannedUnits } from '../../flash/plan.ts';
import type { BackupCost, Planned } from '../state.ts';
import type { Purpose } from '../../storage/records.ts';
import { bringsBack } from '../../storage/records.ts';
import { editedWords } from './edits.ts';
import { estimated } from './values.ts';

/** One line of a plan: plain words first, the exact ones beside them. */
export interface Line {
  readonly meaning: 'changes' | 'kept' | 'written-back';
  readonly says: string;
  readonly exact: string;
  readonly range: Range;
}

const STAYS: Readonly<Record<PartitionRole, (name: string, wifi: boolean) => string>> = {
  boot: () => 'The bootloader stays',
  table: () => 'The partition table stays',
  'boot-choice': () => 'The boot selection stays',
  app: (name) => `The content of ${name} stays`,
  settings: (name, wifi) => (wifi ? 'Your Wi-Fi settings stay' : `The settings in ${name} stay`),
  files: () => 'Your files stay',
  data: (name) => `The data in ${name} stays`,
  protected: (name) => `${name}: protected, not written`,
};

/** The subject of a move where a person fears for what moves more than for the partition. */
const MOVES: Partial<Readonly<Record<PartitionRole, (wifi: boolean) => string>>> = {
  settings: (wifi) => (wifi ? 'Your Wi-Fi settings move: ' : 'Your settings move: '),
  files: () => 'Your files move: ',
};

const CHANGES: Partial<Readonly<Record<PartitionRole, string>>> = {
  boot: 'The bootloader changes',
  table: 'The partition table changes',
  'boot-choice': 'The boot selection changes',
};

/** What a partition gets in each of the works that a plan can be for. */
const GETS: Readonly<Record<Purpose['kind'], string>> = {
  flash: ' gets the file',
  erase: ' is erased',
  'choose-start': ' gets the new choice',
  restore: ': from the backup',
  'roll-back': ': as it was before',
};

/** What becomes of a partition that is only erased, in works that do not erase for the sake of it. */
const EMPTIED: Partial<Readonly<Record<Purpose['kind'], string>>> = {
  restore: ' is erased, as in the backup',
  'roll-back': ' is erased, as it was before',
};

/** Whether a unit is only erased: no bytes are written to it. */
export function isErased(unit: UnitPlan): boolean {
  return unit.pieces.length > 0 && unit.pieces.every((piece) => piece.source.from === 'blank');
}

/** How many erase units of a partition change, and how: `erased` where no bytes are written to any of them. */
export function changedUnitsWords(units: number, size: number, erased: boolean): string {
  return `${count(units, 'erase unit')}, ${bytes(size)} ${erased ? 'erased' : 'written'}`;
}

/**
 * What happens, partition by partition: first what changes, then what is removed, then what stays. `chosen` is where the files go that a
 * person chose: what else begins or ends inside an erase unit was made for this board, and nobody asks about the rest of that unit.
 */
export function fateLines(
  plan: Plan,
  fates: readonly Fate[],
  purpose: Purpose['kind'] = 'flash',
  chosen: readonly Range[] = [],
): Line[] {
  const units = plannedUnits(plan);
  const isBack = bringsBack(purpose);
  const said = fates.filter((fate) => !isBack || !comesBack(fate, fates, plan));
  const lines = said
    .filter((fate) => !(fate.fate === 'lost' && fate.blank && isNamedAgain(fate, fates)))
    .map((fate) => ({ fate, ...lineOf(fate, units, plan, purpose, isNamedAgain(fate, fates)) }));
  const changed = lines
    .filter(({ meaning }) => meaning === 'changes')
    // The file comes first: what makes it start is there for its sake.
    .toSorted(
      (a, b) => Number(placeOf(a.fate).role === 'boot-choice') - Number(placeOf(b.fate).role === 'boot-choice'),
    );
  const kept = lines.filter(({ meaning }) => meaning === 'kept').toSorted((a, b) => orderOf(a.fate) - orderOf(b.fate));
  const plain = ({ fate: _, says, ...line }: (typeof lines)[number]): Line => ({ ...line, says: opening(says) });
  return [
    ...changed.map(plain),
    ...looseLines(said, units),
    ...besideLines(plan, fates, purpose, chosen),
    ...kept.map(plain),
  ];
}

/** The partition as it will be, or as it was where it will not be any more. */
export function placeOf({ before, after }: Fate): Partition {
  // Every fate has one of the two.
  return after ?? before;
}

/** What people fear for comes first: settings and files. */
const ORDER: readonly PartitionRole[] = [
  'settings',
  'files',
  'data',
  'app',
  'boot-choice',
  'table',
  'boot',
  'protected',
];

function orderOf(fate: Fate): number {
  return ORDER.indexOf(placeOf(fate).role) + (fate.fate === 'lost' ? ORDER.length : 0);
}

/** Whether the name of a partition that is lost goes to another place. */
function isNamedAgain(fate: Fate, fates: readonly Fate[]): boolean {
  return placeAgain(fate, fates) !== null;
}

/** The partition that has the name of one that is lost where it is now; null if none has. */
export function placeAgain({ before, after }: Fate, fates: readonly Fate[]): Partition | null {
  if (after !== null) return null;
  return fates.find((other) => other.after?.name === before.name)?.after ?? null;
}

/** Whether a partition that is lost where it is now has its name, and content of what is restored, elsewhere afterwards. */
export function comesBack({ before, after }: Fate, fates: readonly Fate[], plan: Plan): boolean {
  const reached = [...plannedUnits(plan), ...plan.equal];
  const isBack = (then: Partition) => then.name === before?.name && reached.some((unit) => overlaps(unit, then));
  return after === null && fates.some((fate) => fate.after !== null && isBack(fate.after));
}

function lineOf(
  fate: Fate,
  units: readonly UnitPlan[],
  plan: Plan,
  purpose: Purpose['kind'],
  isElsewhere: boolean,
): Line {
  const place = placeOf(fate);
  const own = units.filter((unit) => overlaps(unit, place));
  const same = plan.equal.filter((unit) => overlaps(unit, place));
  const equal = same.length;
  if (own.length > 0) {
    const size = sizeOf(own);
    // What was there before may have been blank: nothing is written again then.
    const written = changedUnitsWords(own.length, size, own.every(isErased));
    const isBlank = own.every(isErased) && EMPTIED[purpose] === undefined;
    const skipped = equal > 0 ? `; ${equal} already ${isBlank ? 'blank' : 'equal'}, skipped` : '';
    // “The boot selection changes” does not name it.
    const named = roleChange(fate, own.every(isErased), purpose) === undefined ? '' : `${place.name}, `;
    return {
      meaning: 'changes',
      says: isErasedInPart(fate, own, plan, purpose)
        ? EMPTIED[purpose] === undefined
          ? `A part of ${place.name} is erased`
          : `${bytes(size)} of ${place.name}${EMPTIED[purpose]}`
        : changeOf(fate, own.every(isErased), purpose, isElsewhere),
      exact: `${named}${written}${skipped}${whyOf(fate)}`,
      range: place,
    };
  }
  const given = losesContent(fate) || fate.fate === 'lost';
  // The start of a slot without an app is to be blank, and is that already: it is among the units that are counted as skipped.
  const compared = fate.fate === 'overwritten' || equal === 0 ? '' : `; ${equal} already equal, skipped`;
  // What is there already may be a file that does not fill its place.
  const [address, size] =
    fate.fate === 'overwritten' && equal > 0
      ? [Math.min(...same.map((unit) => unit.address)), bytes(sizeOf(same))]
      : [place.address, sizeWords(fate)];
  const where = `${place.name}, ${hex(Math.max(address, place.address))}, ${size}`;
  return {
    meaning: given ? 'changes' : 'kept',
    says:
      fate.fate !== 'overwritten'
        ? restOf(fate, isElsewhere)
        : purpose === 'erase'
          ? `${place.name} is already blank`
          : `${place.name} already has this content`,
    exact: `${where}, ${fate.fate === 'overwritten' ? 'equal, skipped' : given || fate.fate === 'new' ? 'not written' : 'kept'}${compared}${whyOf(fate)}`,
    range: place,
  };
}

/**
 * Whether erasing leaves some of the partition: units that it does not reach, or bytes that are written back; of what is restored, also
 * units that are equal, which need not be blank.
 */
function isErasedInPart(fate: Fate, own: readonly UnitPlan[], plan: Plan, purpose: Purpose['kind']): boolean {
  const place = placeOf(fate);
  if (EMPTIED[purpose] !== undefined) return fate.fate !== 'lost' && own.every(isErased) && sizeOf(own) < place.size;
  if (purpose !== 'erase') return false;
  const reached = [...own, ...plan.equal.filter((unit) => overlaps(unit, place))];
  return !own.every(isErased) || sizeOf(reached) < place.size;
}

/** Why its content stays, moves or is given up; nothing of a partition that was blank, which holds none. */
function whyOf(fate: Fate): string {
  return fate.fate === 'new' || fate.blank || fate.why === undefined || fate.edited !== undefined
    ? ''
    : `; ${fate.why}`;
}

/** The size of a partition, and what it was where that changes. */
function sizeWords({ before, after }: Fate): string {
  if (before === null || after === null || before.size === after.size) return bytes((after ?? before).size);
  return `${bytes(after.size)} instead of ${bytes(before.size)}`;
}

/** What is said of a partition whose role says more than its name; undefined of any other, and where something else is to be said. */
function roleChange(fate: Fate, erased: boolean, purpose: Purpose['kind']): string | undefined {
  const isOther = fate.edited !== undefined || fate.fate === 'lost' || erased;
  return isOther || (purpose !== 'flash' && purpose !== 'choose-start') ? undefined : CHANGES[placeOf(fate).role];
}

/** What is said of a partition whose erase units are written. */
function changeOf(fate: Fate, erased: boolean, purpose: Purpose['kind'], isElsewhere: boolean): string {
  const { name, role, wifi } = placeOf(fate);
  if (fate.edited !== undefined) return editedWords(fate);
  if (fate.fate === 'lost') {
    const written = erased ? 'erased' : 'overwritten';
    return isElsewhere
      ? `The content of the old ${name} is not moved: it is ${written}`
      : `${name} is removed and ${written}`;
  }
  if (erased) return `${name}${EMPTIED[purpose] ?? ' is erased'}`;
  const changes = roleChange(fate, erased, purpose);
  if (changes !== undefined) return changes;
  if (fate.fate === 'moved') {
    const where = `from ${hex(fate.before.address)} to ${hex(fate.after.address)}`;
    const subject = MOVES[role]?.(wifi === true);
    return subject === undefined || fate.blank
      ? `${name} moves ${where} with its content`
      : `${subject}${name} ${where}`;
  }
  if (fate.fate === 'overwritten' || fate.fate === 'new') return `${name}${GETS[purpose]}`;
  const rest = restOf(fate, false);
  // Why it is written stands beside it: “its files are rewritten for 256 KiB”.
  return fate.fate === 'kept' ? `${rest}; what shares erase units with the write is written back` : rest;
}

/** What is said of a partition whose content nothing overwrites. */
function restOf(fate: Fate, isElsewhere: boolean): string {
  const { name, role, wifi } = placeOf(fate);
  switch (fate.fate) {
    case 'new':
      return `${name} is new and is not written: it holds whatever is in the flash there`;
    case 'lost':
      return fate.blank
        ? `${name} is removed; it ${role === 'app' ? 'held no app' : 'was blank'}`
        : role === 'table' || role === 'boot'
          ? `The old ${name} is not used any more`
          : isElsewhere
            ? `The content of the old ${name} is not moved: the firmware loses it, although its bytes are not erased`
            : `${name} is removed: its content is lost to the firmware, although its bytes are not erased`;
    default:
      // Its start alone may have been read, and is what says that no app is there.
      if (fate.blank && role === 'app') return `${name} stays without an app`;
      if (fate.blank && !(role in CHANGES) && role !== 'protected') return `${name} stays blank`;
      if (fate.readable) return STAYS[role](name, wifi === true);
      return `The bytes of ${name} stay, but the firmware cannot read them at the new size`;
  }
}

/** What is written where no partition is, before or afterwards. */
function looseLines(fates: readonly Fate[], units: readonly UnitPlan[]): Line[] {
  const loose = units.filter((unit) => !fates.some((fate) => overlaps(unit, placeOf(fate))));
  const [first] = loose;
  if (first === undefined) return [];
  const says = `Flash outside all partitions ${loose.every(isErased) ? 'is erased' : 'changes'}`;
  return [{ meaning: 'changes', says, exact: count(loose.length, 'erase unit'), range: first }];
}

/** Bytes that stay inside erase units that a person’s range or file covers in part: one line, whose range is the first of them. */
function besideLines(plan: Plan, fates: readonly Fate[], purpose: Purpose['kind'], chosen: readonly Range[]): Line[] {
  const isTheirs = (unit: Range) =>
    purpose === 'erase' || (purpose === 'flash' && chosen.some((range) => overlaps(range, unit)));
  const covered = plannedUnits(plan).filter((unit) => keptOf(unit).length > 0 && isTheirs(unit));
  const ranges = covered.flatMap(keptOf);
  const [range] = ranges;
  if (range === undefined) return [];
  const units = covered.length;
  const names = fates.map(placeOf).filter((place) => ranges.some((each) => overlaps(place, each)));
  return [
    {
      meaning: 'written-back',
      says: `The rest of ${units === 1 ? 'a partly covered erase unit' : `${units} partly covered erase units`} stays`,
      exact: [
        ...(names.length === 0 ? [] : [briefList(names.map(({ name }) => name))]),
        briefList(ranges.map(span)),
        bytes(sizeOf(ranges)),
        WRITTEN_BACK,
      ].join(', '),
      range,
    },
  ];
}

/**
 * Where a plan puts things, by name (`app0`), or by address if that is no partition. What only makes an app start is left out
 * unless nothing else changes; so is what is only erased, unless that is what is restored.
 */
export function targets(plan: Plan, layout: Layout, purpose: Purpose = { kind: 'flash' }): string {
  return briefList(targetNames(plan, layout, purpose));
}

/** The same places one by one, without the partition table, which a layout that comes back says already. */
export function namesBesideTable(plan: Plan, layout: Layout, purpose: Purpose): readonly string[] {
  const isTable = (name: string) => layout.partitions.some((each) => each.name === name && each.role === 'table');
  return targetNames(plan, layout, purpose).filter((name) => !isTable(name));
}

/** The same places one by one; with them, by address, the old places of a restore that are no partition's any more. */
export function targetNames(plan: Plan, layout: Layout, purpose: Purpose = { kind: 'flash' }): readonly string[] {
  const isBack = bringsBack(purpose.kind);
  const { oldPlaces = [] } = purpose.kind === 'restore' ? purpose : {};
  const filled = plan.stretches.filter((stretch) => isBack || !stretch.units.every(isErased));
  const stretches = filled.length > 0 ? filled : plan.stretches;
  const reaches = (range: Range) => stretches.some((stretch) => overlaps(stretch, range));
  const all = layout.partitions.filter(reaches);
  const main = all.filter((each) => each.role !== 'boot-choice');
  const loose = oldPlaces.flatMap((place) => without(place, layout.partitions).filter(reaches));
  const names = [
    ...(main.length + loose.length > 0 ? main : all).map((each) => each.name),
    ...loose.map((range) => hex(range.address)),
  ];
  return names.length > 0 ? names : stretches.map((stretch) => hex(stretch.address));
}

/** What starts once a plan is carried out, as a clause: `starts` says so where it is not what starts now; null where that is not known. */
export function startClause(
  { starts, keepsStart }: Pick<Planned, 'starts' | 'keepsStart'>,
  says: string,
): string | null {
  return starts === undefined ? null : `${starts.name} ${keepsStart === true ? 'keeps starting' : says}`;
}

/** What happens to the bytes that a plan overwrites: what is backed up, and what is given up, place by place. */
export function backupLines(
  { read, ms, stored, blank = 0, lost }: BackupCost,
  layout: Layout,
): { readonly kept: readonly string[]; readonly lost: readonly string[] } {
  // What is stored already may be of another board, or read for this plan: no backup of it is listed before the job begins.
  const all = read + stored;
  const kept = [
    ...(all > 0
      ? [`${roughly(all)} of current content is backed up first${read > 0 ? `, which takes ${estimated(ms)}` : ''}.`]
      : []),
    // It is in the backup that is listed then, which makes it blank again.
    ...(blank > 0
      ? [
          all > 0
            ? `Another ${roughly(blank)} is blank: the backup notes that, and nothing is read for it.`
            : `${roughly(blank)} that is overwritten is blank: the backup notes that, and nothing is read for it.`,
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
