/** Names that earlier versions of the app wrote into records, mapped to today's, so that their jobs can still be finished. */
import type { Fact } from '../flash/journal.ts';
import { isObject } from '../formats/json.ts';

/** Today's kinds of facts by their former names. */
const OLD_FACTS: Readonly<Record<string, Fact['fact']>> = { witness: 'fingerprint' };

/** Today's name of a stored kind of fact; any other value is returned as it is. */
export function factKind(name: unknown): unknown {
  return typeof name === 'string' ? (OLD_FACTS[name] ?? name) : name;
}

/** A stored fact with today's name of its kind. */
export function renamedFact(fact: unknown): unknown {
  return isObject(fact) && 'fact' in fact ? { ...fact, fact: factKind(fact['fact']) } : fact;
}

/** A stored job record with today's field names in its planned units: `heldBack` became `deferred`. */
export function renamedJob(record: unknown): unknown {
  if (!isObject(record) || !isObject(record['plan']) || !Array.isArray(record['plan']['stretches'])) return record;
  const stretches: readonly unknown[] = record['plan']['stretches'];
  return { ...record, plan: { ...record['plan'], stretches: stretches.map(renamedStretch) } };
}

function renamedStretch(stretch: unknown): unknown {
  if (!isObject(stretch) || !Array.isArray(stretch['units'])) return stretch;
  const units: readonly unknown[] = stretch['units'];
  return { ...stretch, units: units.map(renamedUnit) };
}

function renamedUnit(unit: unknown): unknown {
  if (!isObject(unit) || !('heldBack' in unit)) return unit;
  const { heldBack, ...rest } = unit;
  return { ...rest, deferred: heldBack };
}
