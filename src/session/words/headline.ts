/** A plan in one sentence, for the bar that stays: what goes where, and what becomes of everything else. */
import { count, list } from '../../flash/english.ts';
import { losesContent } from '../../flash/fates.ts';
import type { Fate } from '../../flash/fates.ts';
import { span } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import type { Plan, UnitPlan } from '../../flash/plan.ts';
import { plannedUnits } from '../../flash/plan.ts';
import type { FileView, Planned } from '../state.ts';
import { clock } from './values.ts';
import { layoutHeadline } from './layout-change.ts';
import { editedWords, isErased, targets } from './plan.ts';

/** The headline of a plan, and whether carrying it out gives something up that nothing brings back by itself. */
export interface Headline {
  /** `raft-demo 1.5.0 → app1, selected to start.` */
  readonly says: string;
  /** `Everything else stays.`; empty if there is nothing to do. */
  readonly rest: string;
  /** Whether it is a new layout, and no file besides its table. */
  readonly isLayout: boolean;
  readonly destructive: boolean;
}

/** More names than this are counted. */
const NAMED = 3;

/** Where the flash is that a plan is for. */
type Holder = 'board' | 'image';

/** What a plan does in one sentence; `files` are the chosen ones, which a restore and a rollback ignore. */
export function headlineOf(work: Planned, files: readonly FileView[], holder: Holder = 'board'): Headline {
  const { plan, purpose, layout, fates, asks, backup } = work;
  if (plan.stretches.length === 0)
    return {
      says: `Nothing to do: ${nothingToDo(work, files, holder)}`,
      rest: '',
      isLayout: false,
      destructive: false,
    };
  const units = plannedUnits(plan);
  const own = purpose.kind === 'flash' ? files.filter(isPlaced) : [];
  const lost = lostNames(fates, units, own);
  const all = units.every(isErased);
  const edited = fates.filter((fate) => fate.edited !== undefined && fate.before !== null);
  const edits = edited.map((fate) => editedWords(fate)).join('; ');
  const besides = units.filter((unit) => !edited.some((fate) => overlaps(unit, fate.after ?? fate.before)));
  const laidOut = isLayoutChange(work, own) ? layoutHeadline(fates) : null;
  const chosen =
    purpose.kind === 'choose-start'
      ? `${purpose.name}.`
      : purpose.kind === 'erase' && purpose.name === span(purpose.range)
        ? `${purpose.name} will be erased.`
        : null;
  const whole = chosen ?? (all ? `${targets(plan, layout)} will be erased.` : laidOut);
  const placed = () =>
    `${subjectOf(work, own, units)} → ${targets(plan, placesOf(layout, edited))}${startOf(purpose, fates, units, own)}`;
  const says =
    whole ?? `${besides.length > 0 ? placed() : ''}${besides.length > 0 && edits !== '' ? '; ' : ''}${edits}.`;
  // What is only erased, and backed up whole, is gone from the board but not lost.
  const kept = all && backup.lost.length === 0 && backup.read + backup.stored > 0;
  const where = holder === 'board' ? 'under Backups' : 'as long as the image is open';
  const given = kept ? `Its content is kept ${where}.` : `The content of ${named(lost)} is lost.`;
  // To mark an entry or to forget both changes what starts, which the name of that does not say.
  const starts = purpose.kind !== 'choose-start' || purpose.choice.do === 'start' ? '' : `${work.afterwards} `;
  const rest = `${lost.length === 0 ? '' : `${given} `}${starts}Everything else stays.`;
  return {
    says,
    rest,
    isLayout: laidOut !== null,
    destructive: lost.length > 0 || all || asks.length > 0 || backup.lost.length > 0,
  };
}

/** The layout without the partitions whose content is edited: a file goes to none of them. */
function placesOf(layout: Planned['layout'], edited: readonly Fate[]): Planned['layout'] {
  const isEdited = (place: Range) => edited.some((fate) => overlaps(place, fate.after ?? fate.before));
  return { ...layout, partitions: layout.partitions.filter((place) => !isEdited(place)) };
}

/** Whether the partition table is all that is written of the files. */
function isLayoutChange({ purpose, fates }: Planned, files: readonly FileView[]): boolean {
  const table = fates.find((fate) => (fate.after ?? fate.before).role === 'table');
  const place = table?.after ?? table?.before;
  if (purpose.kind !== 'flash' || place === undefined || files.length === 0) return false;
  return files.every((file) => rangesOf(file).every((range) => overlaps(range, place)));
}

function isPlaced({ used, chosen }: FileView): boolean {
  return used && chosen !== null;
}

/** What is written, by its name: an app's own, or that of a file or container. */
function subjectOf({ purpose }: Planned, files: readonly FileView[], units: readonly UnitPlan[]): string {
  if (purpose.kind === 'restore')
    return purpose.made === undefined ? `Backup “${purpose.name}”` : `Backup of ${clock(purpose.made)}`;
  if (purpose.kind === 'roll-back') return 'Previous content';
  const written = units.filter((unit) => !isErased(unit));
  const changed = files.filter((file) => rangesOf(file).some((range) => written.some((unit) => overlaps(unit, range))));
  const [first, ...more] = changed;
  if (first === undefined) return 'Your flashing options';
  return more.length === 0 ? briefOf(first) : count(changed.length, 'file');
}

function rangesOf({ choices, chosen }: FileView) {
  const choice = choices[chosen ?? -1];
  return choice === undefined ? [] : (choice.ranges ?? [choice]);
}

/** A file in a few words. */
export function briefOf({ recognised, name }: FileView): string {
  return recognised.brief ?? name;
}

/** That the plan also changes which app starts, where no file does that by itself. */
function startOf(
  { kind }: Planned['purpose'],
  fates: readonly Fate[],
  units: readonly UnitPlan[],
  files: readonly FileView[],
): string {
  const back = kind === 'restore' || kind === 'roll-back';
  const selects = fates.some((fate) => {
    const place = fate.after ?? fate.before;
    if (place.role !== 'boot-choice' || files.some((file) => rangesOf(file).some((range) => overlaps(range, place))))
      return false;
    // What was put there later is taken away again by an erase.
    return units.some((unit) => overlaps(unit, place) && (back || !isErased(unit)));
  });
  if (!selects) return '';
  if (back) return ', and which app starts';
  return files.length > 0 ? ', selected to start' : '';
}

/** The partitions whose content is given up although no file goes there, and flash outside all of them. */
function lostNames(fates: readonly Fate[], units: readonly UnitPlan[], files: readonly FileView[]): string[] {
  const names = fates.flatMap((fate) => {
    const place = fate.after ?? fate.before;
    if (fate.fate === 'new' || fate.blank) return [];
    const written = units.filter((unit) => overlaps(unit, place));
    const erased = written.length > 0 && written.every(isErased);
    const target = files.some((file) => rangesOf(file).some((range) => overlaps(range, place)));
    return losesContent(fate) || (erased && !target) ? [place.name] : [];
  });
  const outside = units.some(
    (unit) => isErased(unit) && !fates.some((fate) => overlaps(unit, fate.after ?? fate.before)),
  );
  return outside ? [...names, 'the flash outside all partitions'] : names;
}

function named(names: readonly string[]): string {
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join(', ')} and ${more} more` : list(names);
}

/** Why a plan has nothing to write. */
function nothingToDo({ purpose, layout, plan }: Planned, files: readonly FileView[], holder: Holder): string {
  if (purpose.kind === 'restore') return `the ${holder} already holds this backup.`;
  if (purpose.kind === 'roll-back') return `the ${holder} already holds its previous content.`;
  const [first, ...more] = files.filter(isPlaced);
  if (first === undefined) return `the ${holder} already is as you chose.`;
  const place = first.choices[first.chosen ?? -1];
  if (more.length > 0 || place === undefined) return `the ${holder} already holds these files.`;
  return `${briefOf(first)} is already in ${placeName(plan, layout, place.name)}.`;
}

/** The partitions that an equal plan covers, or the name of the place. */
function placeName(plan: Plan, { partitions }: Planned['layout'], name: string): string {
  const own = partitions.filter(
    (each) => each.role !== 'boot-choice' && plan.equal.some((unit) => overlaps(unit, each)),
  );
  return own.length === 0 ? name : list(own.map((each) => each.name));
}
