/** What a plan does, clause by clause: what comes back, is written, is changed or starts. */
import { briefList, count } from '../../flash/english.ts';
import type { Fate } from '../../flash/fates.ts';
import { hex } from '../../flash/finding.ts';
import type { Partition, PartitionRole } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import { isSameRange, overlaps, unitsOf, sizeOf } from '../../flash/map.ts';
import type { Plan, UnitPlan } from '../../flash/plan.ts';
import { plannedUnits } from '../../flash/plan.ts';
import type { About } from '../../storage/records.ts';
import { bringsBack } from '../../storage/records.ts';
import type { ConnectedState, FileView, Planned } from '../state.ts';
import { isChosenByHand } from '../state.ts';
import { editedWords } from './edits.ts';
import { clauses, emptiedBy } from './emptied.ts';
import { withLayout } from './layout-beside.ts';
import { layoutHeadline } from './layout-change.ts';
import { isErased, namesBesideTable, placeOf, startClause, targetNames, targets } from './plan.ts';
import { appsAmong } from './restored-apps.ts';
import { clock } from './values.ts';

/** What a plan does, as the clauses of a sentence. */
type Doing = Pick<About, 'what'> & { readonly clauses: readonly string[] };

/** What is chosen, which a restore and a rollback ignore. */
export type Chosen = Pick<ConnectedState, 'files' | 'containers'>;

/** What a plan does, clause by clause, and whether that is a new layout and nothing else. */
export function doesOf(work: Planned, chosen: Chosen): Doing {
  const { purpose } = work;
  const plain = (clause: string) => ({ clauses: [clause], what: 'else' }) as const;
  switch (purpose.kind) {
    case 'choose-start':
      return plain(purpose.name);
    case 'erase':
      return plain(`${purpose.name} will be erased`);
    case 'restore':
      return backIn(work, purpose.made === undefined ? `Backup “${purpose.name}”` : `Backup of ${clock(purpose.made)}`);
    case 'roll-back':
      return backIn(work, 'Previous content');
    case 'flash':
      return choicesIn(work, chosen);
  }
}

/** What comes back and where, first the layout, what is blank again, and what starts. */
function backIn(work: Planned, subject: string): Doing {
  const { plan, layout, fates, purpose, equalFilled = [] } = work;
  const laidOut = purpose.kind === 'restore' || purpose.kind === 'roll-back' ? purpose.layout : undefined;
  const afterwards = fates.flatMap(({ after }) => after ?? []);
  const { blank, apps } = emptiedBy(plan, equalFilled, afterwards);
  const former = layout.partitions.filter((place) => !afterwards.some((after) => isSameRange(after, place)));
  const isSaid = (name: string) => [...blank, ...apps].some((place) => place.name === name);
  const named = (laidOut === undefined ? targetNames : namesBesideTable)(plan, layout, purpose);
  const left = named.filter((name) => !former.some((place) => place.name === name));
  const filled = (left.length > 0 || laidOut !== undefined ? left : named).filter((name) => !isSaid(name));
  const brought = purpose.kind === 'restore' ? appsAmong(filled, purpose.apps) : '';
  // With the layout, its table is named already, and what matters most is not among what is counted.
  const filledWith = [
    ...(laidOut === undefined ? [] : [withLayout(laidOut)]),
    ...(filled.length === 0 ? [] : [`${laidOut === undefined ? '' : 'also '}${briefList(filled)}`]),
  ];
  const said = [
    ...filledWith.map((what, i) => (i === 0 ? `${subject}${brought} → ${what}` : what)),
    ...clauses(blank, 'becomes blank again', 'become blank again'),
    ...clauses(apps, 'has no app again', 'have no app again'),
  ];
  const start = startsOf(work) ? [startClause(work, 'starts') ?? 'the boot selection comes back'] : [];
  return { clauses: [...said, ...start], what: 'else' };
}

/** What becomes of everything that was chosen: a new layout, files with their places, a header, and edits. */
function choicesIn(work: Planned, { files, containers }: Chosen): Doing {
  const { plan, fates, layout } = work;
  const units = plannedUnits(plan);
  const edits = fates
    .filter(
      (fate) => fate.edited !== undefined && fate.before !== null && units.some((u) => overlaps(u, placeOf(fate))),
    )
    .map((fate) => editedWords(fate));
  if (units.every(isErased) && edits.length === 0) {
    const reached = sizeOf([...units, ...plan.equal]);
    const names = fates.map(placeOf).filter((place) => units.some((unit) => overlaps(unit, place)));
    const whole = reached === sizeOf(layout.map.regions.flatMap(unitsOf));
    const erased = whole ? 'the whole flash' : briefList(names.map(({ name }) => name)) || targets(plan, layout);
    return { clauses: [`${erased} will be erased`], what: 'erase' };
  }
  const written = writtenIn(units);
  const changed = files
    .filter(isPlaced)
    .filter((file) => rangesOf(file).some((range) => written.some((piece) => overlaps(piece, range))));
  const table = fates.map(placeOf).find(({ role }) => role === 'table');
  const laying = changed.filter((file) =>
    rangesOf(file).every((range) => table !== undefined && overlaps(range, table)),
  );
  const laidOut = laying.length === 0 ? null : layoutHeadline(fates);
  const others = laidOut === null ? changed : changed.filter((file) => !laying.includes(file));
  const plain = others.filter(({ does }) => does === undefined);
  const flashed = placedWords(plain, containers, work, written);
  // Nobody knows the name of what was made.
  const placed = [...flashed, ...others.flatMap(({ does }) => does ?? [])];
  const beside = besideWords(fates, written, files.filter(isPlaced), laidOut !== null);
  const clauses = [...(laidOut === null ? [] : [laidOut]), ...placed, ...beside, ...edits];
  return {
    clauses: clauses.length > 0 ? clauses : [selectedWords(files, work) ?? `${targets(plan, layout)} changes`],
    // The bootloader's header is no file, and the result does not name it either.
    what:
      laidOut !== null && placed.length + edits.length === 0
        ? 'layout'
        : edits.length > 0 && clauses.length === edits.length
          ? 'edits'
          : flashed.length === 0
            ? 'else'
            : flashed.length === clauses.length
              ? 'files'
              : 'mixed',
  };
}

/** That an app which is there already will start, where that is all that changes; null if it is something else. */
function selectedWords(files: readonly FileView[], work: Planned): string | null {
  const { fates, plan, starts } = work;
  if (!startsOf(work)) return null;
  const apps = fates.flatMap(({ after }) => (after?.role === 'app' ? [after] : []));
  const found = files
    .filter((file) => isThere(file, plan))
    .flatMap((file) => {
      const place = apps.find((app) => rangesOf(file).some((range) => overlaps(range, app)));
      return place === undefined ? [] : [{ file, place }];
    })
    .filter(({ place }, _, all) => (starts === undefined ? all.length === 1 : place.address === starts.address));
  const [selected] = found;
  return selected === undefined
    ? null
    : `${briefOf(selected.file)}, already in ${selected.place.name}, is selected to start`;
}

/** Where bytes of what was chosen go. */
function writtenIn(units: readonly UnitPlan[]): Range[] {
  return units.flatMap(({ region, pieces }) =>
    pieces.flatMap(({ address, size, source }) => (source.from === 'image' ? [{ region, address, size }] : [])),
  );
}

/** Whether a plan finds a file on the board already: it has a place, and nothing is written there. */
export function isThere(file: FileView, plan: Plan): boolean {
  const units = plannedUnits(plan);
  return isPlaced(file) && rangesOf(file).every((range) => !units.some((unit) => overlaps(unit, range)));
}

/** More clauses about files than this are one, which counts them. */
const MOST_CLAUSES = 3;

/** The files with the places that change, those of one container together. */
function placedWords(
  changed: readonly FileView[],
  containers: Chosen['containers'],
  work: Planned,
  written: readonly Range[],
): string[] {
  const groups = changed.filter(({ container }, i) =>
    container === null ? true : changed.findIndex((other) => other.container === container) === i,
  );
  const apps = placesOf(changed, work.fates, written).filter(isApp);
  const said = (subject: string, own: readonly FileView[]) => {
    const places = placesOf(own, work.fates, written);
    const [selected] = places.filter(isApp).filter(({ address }) => isSelected(address, apps.length === 1, work));
    const which = places.filter(isApp).length > 1 ? `${selected?.name} ` : '';
    const starts = selected === undefined ? '' : `, ${which}selected to start`;
    return `${subject} → ${briefList(places.map(({ name }) => name))}${starts}`;
  };
  if (groups.length > MOST_CLAUSES) return [said(count(changed.length, 'file'), changed)];
  return groups.map((first) => {
    const own = first.container === null ? [first] : changed.filter(({ container }) => container === first.container);
    const from = containers.find(({ id }) => id === first.container)?.name ?? first.name;
    return said(own.length === 1 ? (first.recognised.brief ?? from) : from, own);
  });
}

/** A partition that changes, or flash outside all of them. */
interface Place {
  readonly name: string;
  readonly role: PartitionRole | null;
  readonly address: number;
}

function isApp({ role }: Place): boolean {
  return role === 'app';
}

/** Whether the plan selects the app that it writes there; `alone` is whether it writes no other one. */
function isSelected(address: number, alone: boolean, work: Planned): boolean {
  return startsOf(work) && (work.starts === undefined ? alone : work.starts.address === address);
}

/** The partitions of some files that change, by name; flash outside all of them by its address. */
function placesOf(files: readonly FileView[], fates: readonly Fate[], written: readonly Range[]): Place[] {
  const ranges = files.flatMap(rangesOf);
  const partitions = fates.flatMap(({ after }) => after ?? []);
  const own = partitions.filter((place) =>
    ranges.some((range) => overlaps(range, place) && written.some((w) => overlaps(w, range) && overlaps(w, place))),
  );
  const outside = written.filter((piece) => !partitions.some((place) => overlaps(piece, place)));
  const loose = ranges.flatMap((range) => {
    const first = outside.find((piece) => overlaps(piece, range));
    return first === undefined ? [] : [Math.max(range.address, first.address)];
  });
  const within = (place: Partition) => {
    const [range, ...more] = ranges.filter((each) => overlaps(each, place));
    const inside = range !== undefined && more.length === 0 && range.address > place.address;
    return inside ? `${place.name} at ${hex(range.address)}` : place.name;
  };
  return [
    ...own.map((place) => ({ name: within(place), role: place.role, address: place.address })),
    ...loose.map((address) => ({ name: hex(address), role: null, address })),
  ];
}

/** What is written besides the files, and is no content of theirs: the header of a bootloader that stays, and what settings change. */
function besideWords(
  fates: readonly Fate[],
  written: readonly Range[],
  files: readonly FileView[],
  isLaidOut: boolean,
): string[] {
  const ranges = files.flatMap(rangesOf);
  return fates.flatMap((fate) => {
    const place = placeOf(fate);
    const own = written.filter((piece) => overlaps(piece, place) && !ranges.some((range) => overlaps(range, piece)));
    if (own.length === 0 || fate.edited !== undefined) return [];
    if (place.role === 'boot')
      return [`the bootloader’s header${fate.why === undefined ? ' changes' : `: ${fate.why}`}`];
    // What a new layout carries is in its clause, and what starts is said of the app.
    return isLaidOut || place.role === 'boot-choice' ? [] : [`${place.name} changes`];
  });
}

/** Where the files go that a person chose: not those that a repair or an editor made. */
export function chosenRanges(files: readonly FileView[]): readonly Range[] {
  return files.filter((file) => isPlaced(file) && isChosenByHand(file)).flatMap(rangesOf);
}

export function isPlaced({ used, chosen }: FileView): boolean {
  return used && chosen !== null;
}

export function rangesOf({ choices, chosen }: FileView) {
  const choice = choices[chosen ?? -1];
  return choice === undefined ? [] : (choice.ranges ?? [choice]);
}

/** A file in a few words. */
export function briefOf({ recognised, name }: FileView): string {
  return recognised.brief ?? name;
}

/** Whether the plan changes which app starts, where no file does that by itself; with its layout gone, nothing is selected. */
function startsOf({ purpose: { kind }, fates, plan }: Planned): boolean {
  const units = plannedUnits(plan);
  const isBack = bringsBack(kind);
  return fates.some((fate) => {
    if (placeOf(fate).role !== 'boot-choice' || fate.after === null) return false;
    // What was put there later is taken away again by an erase.
    return units.some((unit) => overlaps(unit, placeOf(fate)) && (isBack || !isErased(unit)));
  });
}
