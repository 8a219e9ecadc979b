/**
 * Test support: every validation rule, with the smallest input that breaks it and the nearest one that keeps it.
 * Nothing of the app imports it. `rules.test.ts` holds it against the registers, so a rule without a case fails.
 */
import type { RuleCase } from './rules.case.ts';
import { CSV_CASES } from './rules.csv.ts';
import { GEOMETRY_CASES } from './rules.geometry.ts';
import { IMAGE_CASES } from './rules.images.ts';
import { PARTITION_CASES } from './rules.partitions.ts';

/** Every case; a rule that is reported from several places has several. */
export const RULES: readonly RuleCase[] = [...PARTITION_CASES, ...IMAGE_CASES, ...CSV_CASES, ...GEOMETRY_CASES];

/** What is wrong with a case, in words; null if it holds. */
export function complaint({ kind, also = [], broken, mended }: RuleCase): string | null {
  const found = [...new Set(broken())].toSorted().join(', ');
  const expected = [...new Set([kind, ...also])].toSorted().join(', ');
  if (found !== expected) return `${kind}: the broken input is told "${found}", not "${expected}"`;
  return mended().includes(kind) ? `${kind}: the mended input is told it too` : null;
}
