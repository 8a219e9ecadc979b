/** How far a job got in each of the places that it writes. */
import { hex } from '../../flash/finding.ts';
import type { UnitState } from '../../flash/job.ts';
import { overlaps } from '../../flash/map.ts';
import type { Ended, UnitStates } from '../state.ts';

/** `open`: all of it was begun, and nothing is known to be wrong; `part`: a part of it was not begun, or is known to be incomplete. */
export type HowFar = 'waiting' | 'part' | 'open' | 'written' | 'proved';

const PROVED: readonly UnitState[] = ['verified', 'unproved'];
const WRITTEN: readonly UnitState[] = [...PROVED, 'written'];
const BEGUN: readonly UnitState[] = [...WRITTEN, 'unknown'];

/** Whether every unit is written, as far as is known. */
export function isAllWritten(units: UnitStates): boolean {
  return units.every((unit) => WRITTEN.includes(unit));
}

/** The places of a job that got so far, by name, or by address where no partition is; several parts with one name are one place. */
export function placesAt(job: Pick<Ended, 'plan' | 'layout' | 'units'>, ...far: readonly HowFar[]): string[] {
  return [...unitsByPlace(job)].flatMap(([name, units]) => (far.includes(howFarIn(units)) ? [name] : []));
}

function howFarIn(units: UnitStates): HowFar {
  const are = (states: readonly UnitState[]) => units.every((unit) => states.includes(unit));
  if (are(['waiting'])) return 'waiting';
  if (are(PROVED)) return 'proved';
  if (are(WRITTEN)) return 'written';
  return are(BEGUN) ? 'open' : 'part';
}

function unitsByPlace({ plan, layout, units }: Pick<Ended, 'plan' | 'layout' | 'units'>): Map<string, UnitState[]> {
  const places = new Map<string, UnitState[]>(layout.partitions.map(({ name }) => [name, []]));
  let i = 0;
  for (const stretch of plan.stretches)
    for (const unit of stretch.units) {
      const own = layout.partitions.filter((partition) => overlaps(partition, unit)).map(({ name }) => name);
      for (const name of own.length > 0 ? new Set(own) : [hex(stretch.address)]) {
        const states = places.get(name) ?? [];
        states.push(units[i] ?? 'waiting');
        places.set(name, states);
      }
      i++;
    }
  return new Map([...places].filter(([, states]) => states.length > 0));
}
