/** A plan in one sentence, for the bar that stays: what goes where, and what becomes of everything else. */
import { briefList, list, opening } from '../../flash/english.ts';
import { losesContent } from '../../flash/fates.ts';
import type { Fate } from '../../flash/fates.ts';
import { askKey, hex } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import type { Plan, UnitPlan } from '../../flash/plan.ts';
import { plannedUnits } from '../../flash/plan.ts';
import type { FileView, Planned } from '../state.ts';
import type { About } from '../../storage/records.ts';
import { bringsBack } from '../../storage/records.ts';
import type { Chosen } from './doing.ts';
import { briefOf, doesOf, isPlaced, rangesOf } from './doing.ts';
import { comesBack, isErased, placeAgain, placeOf, startClause } from './plan.ts';

/** The headline of a plan, and whether carrying it out gives something up that nothing brings back by itself. */
export interface Headline extends About {
  /** `raft-demo 1.5.0 → app1, selected to start.` */
  readonly says: string;
  /** `Everything else stays.`; empty if there is nothing to do. */
  readonly rest: string;
  readonly destructive: boolean;
}

/** Where the flash is that a plan is for. */
type Holder = 'board' | 'image';

/**
 * What a plan does in one sentence; `keeps` is whether backups outlive the job: those of the command line end with it.
 */
export function headlineOf(work: Planned, chosen: Chosen, holder: Holder = 'board', keeps = true): Headline {
  const { plan, purpose, fates, asks, granted, backup, losesStart = false } = work;
  if (plan.stretches.length === 0) {
    const says = alreadyThere(work, chosen.files, holder);
    return { says, rest: '', what: 'else', changes: 0, destructive: false };
  }
  const units = plannedUnits(plan);
  const own = purpose.kind === 'flash' ? chosen.files.filter(isPlaced) : [];
  const isBack = bringsBack(purpose.kind);
  const unrestored = isBack ? fates.filter((fate) => !comesBack(fate, fates, plan)) : fates;
  const isOfPartition = (unit: Range) => fates.some(({ before }) => before !== null && overlaps(unit, before));
  const isOverwritten = ({ before }: Fate) => before !== null && units.some((unit) => overlaps(unit, before));
  // Where it is then, the flash may still hold it: what is restored does not say so. What a job had moved is where it was.
  const elsewhere = unrestored.filter(
    (fate) =>
      isBack &&
      !isBlankOrNew(fate) &&
      placeAgain(fate, fates) !== null &&
      (purpose.kind === 'roll-back' || !isOverwritten(fate)),
  );
  const lost = lostNames(
    unrestored.filter((fate) => !elsewhere.includes(fate)),
    units,
    own,
    isBack,
  );
  // What becomes blank again is as it was, which is what was asked for.
  const all = !isBack && units.every(isErased);
  const { clauses, what } = doesOf(work, chosen);
  // What is only erased, and backed up whole, is gone from the board but not lost.
  const kept = keeps && all && backup.lost.length === 0 && backup.read + backup.stored > 0;
  const where = holder === 'board' ? 'under Backups' : 'as long as the image is open';
  const given = kept ? `Its content is kept ${where}.` : `The content of ${briefList(lost)} is lost.`;
  // To mark an entry or to forget both may change what starts, which the name of that does not say; the plan says why.
  const afterwards = startClause(work, 'starts afterwards');
  const starts =
    purpose.kind !== 'choose-start' || purpose.choice.do === 'start'
      ? ''
      : afterwards === null
        ? work.afterwards
        : `${afterwards}.`;
  const keepsAll = what === 'layout' && lost.length === 0 && units.every(isOfPartition);
  const rest = [
    lost.length === 0 ? '' : given,
    placesAgain(elsewhere, fates),
    starts,
    // That the rest stays reassures nobody whose board then runs no app.
    losesStart ? 'No app starts afterwards.' : staysWords(fates, keepsAll, units),
  ];
  return {
    says: `${opening(clauses.join('; '))}.`,
    rest: rest.filter((words) => words !== '').join(' '),
    what,
    changes: clauses.length,
    ...(keepsAll && { keepsAll }),
    destructive:
      lost.length > 0 ||
      (purpose.kind === 'restore' && elsewhere.length > 0) ||
      all ||
      losesStart ||
      asks.some((ask) => ask.optional !== true || granted.includes(askKey(ask))) ||
      backup.lost.length > 0,
  };
}

function isBlankOrNew(fate: Fate): boolean {
  return fate.fate === 'new' || fate.blank;
}

/** Where partitions are that are lost where they were, and what they hold there, as a sentence; empty for none. */
function placesAgain(elsewhere: readonly Fate[], fates: readonly Fate[]): string {
  const places = elsewhere.flatMap((fate) => placeAgain(fate, fates) ?? []);
  if (places.length === 0) return '';
  const named = briefList(places.map(({ name, address }) => `${name} at ${hex(address)}`));
  return `${named} then ${places.length === 1 ? 'holds' : 'hold'} what the flash has there now.`;
}

/** What becomes of everything that the clauses leave out, as a sentence: with a new layout, which moves content, of all. Empty where nothing of worth stays. */
function staysWords(fates: readonly Fate[], keepsAll: boolean, units: readonly UnitPlan[]): string {
  if (keepsAll && fates.some((fate) => !isBlankOrNew(fate))) return 'All content is kept.';
  return staysSome(fates, units) ? 'Everything else stays.' : '';
}

/** Whether anything stays that a person could fear for, which a blank partition is not. */
function staysSome(fates: readonly Fate[], units: readonly UnitPlan[]): boolean {
  const isReached = (fate: Fate) => units.some((unit) => overlaps(unit, placeOf(fate)));
  const holds = (fate: Fate) => fate.after !== null && fate.fate !== 'new' && !fate.blank;
  const stays = (fate: Fate) => holds(fate) && (fate.edited !== undefined || !isReached(fate));
  return fates.length === 0 || fates.some(stays);
}

/** The partitions whose content is given up although no file goes there, and flash outside all of them. */
function lostNames(
  fates: readonly Fate[],
  units: readonly UnitPlan[],
  files: readonly FileView[],
  isBack: boolean,
): string[] {
  const names = fates.flatMap((fate) => {
    const place = placeOf(fate);
    if (isBlankOrNew(fate)) return [];
    const written = units.filter((unit) => overlaps(unit, place));
    const erased = !isBack && written.length > 0 && written.every(isErased);
    const target = files.some((file) => rangesOf(file).some((range) => overlaps(range, place)));
    return losesContent(fate) || (erased && !target) ? [place.name] : [];
  });
  const outside =
    !isBack && units.some((unit) => isErased(unit) && !fates.some((fate) => overlaps(unit, placeOf(fate))));
  return outside ? [...names, 'the flash outside all partitions'] : names;
}

/** Why a plan has nothing to write: it is there already. */
function alreadyThere({ purpose, layout, plan }: Planned, files: readonly FileView[], holder: Holder): string {
  if (purpose.kind === 'restore') return `The ${holder} already holds this backup.`;
  if (purpose.kind === 'roll-back') return `The ${holder} already holds its previous content.`;
  const [first, ...more] = files.filter(isPlaced);
  if (first === undefined) return `The ${holder} is already as you chose.`;
  const place = first.choices[first.chosen ?? -1];
  if (more.length > 0 || place === undefined) return `The ${holder} already holds these files.`;
  return `${briefOf(first)} is already in ${placeName(plan, layout, place.name)}.`;
}

/** The partitions that an equal plan covers, or the name of the place. */
function placeName(plan: Plan, { partitions }: Planned['layout'], name: string): string {
  const own = partitions.filter(
    (each) => each.role !== 'boot-choice' && plan.equal.some((unit) => overlaps(unit, each)),
  );
  return own.length === 0 ? name : list(own.map((each) => each.name));
}
