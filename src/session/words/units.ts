/** How many erase units of a job are in which state, as counts and in words. */
import { count } from '../../flash/english.ts';
import type { UnitState } from '../../flash/job.ts';
import type { UnitStates } from '../state.ts';

/** How many units are in each state. */
export function unitCounts(units: UnitStates): Readonly<Record<UnitState, number>> {
  const all = {
    waiting: 0,
    unknown: 0,
    incomplete: 0,
    written: 0,
    'awaiting-commit': 0,
    verified: 0,
    wrong: 0,
    unproved: 0,
  };
  for (const state of units) all[state]++;
  return all;
}

/** What is on the board when a job ended early: how many of the plan's units hold what. */
export function unitsOnBoardWords(units: UnitStates): string {
  const {
    waiting,
    unknown,
    incomplete,
    written,
    'awaiting-commit': awaiting,
    verified,
    wrong,
    unproved,
  } = unitCounts(units);
  const parts = [
    ...(verified > 0 ? [`${verified} verified`] : []),
    ...(unproved > 0 ? [`${unproved} written, not verifiable`] : []),
    ...(awaiting > 0 ? [`${awaiting} complete except for the last bytes`] : []),
    ...(wrong > 0 ? [`${wrong} failed`] : []),
    ...(incomplete > 0 ? [`${incomplete} incomplete`] : []),
    // A write is begun for all of its erase units at once: more than were sent by then.
    ...(unknown + written > 0 ? [`${unknown + written} begun and not verified`] : []),
    ...(waiting > 0 ? [`${waiting} as before`] : []),
  ];
  const all = count(units.length, 'erase unit');
  return `Of ${all} in the plan: ${parts.join(', ')}.`;
}
