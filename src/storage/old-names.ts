/** Names that earlier versions of the app wrote into records, and what they are called now: what they began is still finished. */
import type { Fact } from '../flash/journal.ts';
import { isObject } from '../formats/json.ts';

/** Kinds of facts by the names that they once had. */
const OLD_FACTS: Readonly<Record<string, Fact['fact']>> = { witness: 'fingerprint' };

/** The kind of fact that a stored name stands for; the name itself where it never had another. */
export function factKind(name: unknown): unknown {
  return typeof name === 'string' ? (OLD_FACTS[name] ?? name) : name;
}

/** A stored fact under its name of today. */
export function renamedFact(fact: unknown): unknown {
  return isObject(fact) && 'fact' in fact ? { ...fact, fact: factKind(fact['fact']) } : fact;
}

/** A stored job record whose planned units have their names of today: `heldBack` became `deferred`. */
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
