/** What a plan that brings earlier content back empties: it was blank then, too. */
import type { Partition } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import { bare, contains, isCovered, overlaps } from '../../flash/map.ts';
import type { Plan } from '../../flash/plan.ts';
import { plannedUnits } from '../../flash/plan.ts';
import { briefList } from '../../flash/english.ts';
import { isErased } from './plan.ts';

/** The partitions that are blank throughout afterwards, and the slots of which only the start is known to be: no app is there. */
interface Emptied {
  readonly blank: readonly Partition[];
  readonly apps: readonly Partition[];
}

/** Which of some partitions a plan empties; `equalFilled` are the units that it finds equal and that are not blank. */
export function emptiedBy(plan: Plan, equalFilled: readonly Range[], partitions: readonly Partition[]): Emptied {
  const gone = partitions.filter((place) => isEmptied(place, plan));
  const isBlank = (place: Partition) =>
    isCovered(place, [...plannedUnits(plan), ...plan.equal]) && !equalFilled.some((unit) => overlaps(unit, place));
  return {
    blank: gone.filter(isBlank),
    apps: gone.filter((place) => place.role === 'app' && !isBlank(place)),
  };
}

/** That, once it is done, as clauses: `fs is blank again`. */
export function emptiedWords({ blank, apps }: Emptied): readonly string[] {
  return [
    ...clauses(blank, 'is blank again', 'are blank again'),
    ...clauses(apps, 'has no app again', 'have no app again'),
  ];
}

/** What is said of some partitions, by name; nothing of none. */
export function clauses(places: readonly Partition[], one: string, several: string): readonly string[] {
  return places.length === 0
    ? []
    : [`${briefList(places.map(({ name }) => name))} ${places.length === 1 ? one : several}`];
}

/** Whether everything that is written of a partition is erased, from its first byte on: the app there is gone. */
function isEmptied(place: Partition, plan: Plan): boolean {
  const units = plannedUnits(plan).filter((unit) => overlaps(unit, place));
  const begins = [...units, ...plan.equal].some((unit) => contains(unit, { ...bare(place), size: 1 }));
  return place.role !== 'boot-choice' && units.length > 0 && units.every(isErased) && begins;
}
