/** How far a job got in each of the places that it writes. */
import { hex } from '../../flash/finding.ts';
import type { UnitState } from '../../flash/job.ts';
import { contains, overlaps } from '../../flash/map.ts';
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

/**
 * The places of a job that got so far, by name, or by address where no partition is; several parts with one name are one place. It is
 * asked of a running job each time that a unit is done, so that the units are gone through once.
 */
export function placesOf(job: Pick<Ended, 'plan' | 'layout' | 'units'>): (...far: readonly HowFar[]) => string[] {
  const places = [...statesByPlace(job)].map(([name, states]) => ({ name, far: howFarIn([...states]) }));
  return (...far) => places.flatMap((place) => (far.includes(place.far) ? [place.name] : []));
}

function howFarIn(found: readonly UnitState[]): HowFar {
  const are = (states: readonly UnitState[]) => found.every((state) => states.includes(state));
  if (are(['waiting'])) return 'waiting';
  if (are(PROVED)) return 'proved';
  if (are(WRITTEN)) return 'written';
  return are(BEGUN) ? 'open' : 'part';
}

/** The states that units of each place have, in the order of the layout; without places that nothing is written to. */
function statesByPlace({ plan, layout, units }: Pick<Ended, 'plan' | 'layout' | 'units'>): Map<string, Set<UnitState>> {
  const places = new Map<string, Set<UnitState>>(layout.partitions.map(({ name }) => [name, new Set()]));
  const add = (name: string, state: UnitState) => places.set(name, (places.get(name) ?? new Set()).add(state));
  let i = 0;
  for (const stretch of plan.stretches) {
    const near = layout.partitions.filter((partition) => overlaps(partition, stretch));
    const isWithin = near.length === 1 && near.every((partition) => contains(partition, stretch));
    for (const unit of stretch.units) {
      const state = units[i++] ?? 'waiting';
      const own = isWithin ? near : near.filter((partition) => overlaps(partition, unit));
      for (const { name } of own) add(name, state);
      if (own.length === 0) add(hex(stretch.address), state);
    }
  }
  return new Map([...places].filter(([, states]) => states.size > 0));
}
