/** What a board can show of its flash, and what of a plan it can therefore prove. */
import type { Cancel } from '../../flash/failure.ts';
import type { Range } from '../../flash/map.ts';
import type { Plan } from '../../flash/plan.ts';
import { plannedUnits } from '../../flash/plan.ts';
import type { Md5 } from '../../flash/survey.ts';
import type { Target } from '../../flash/target.ts';

/** By what a unit is proved: a digest that the device itself computes, or its bytes read back; null where it shows neither. */
export type ProvedBy = 'digest' | 'read-back' | null;

/** By what a device can prove what it holds. */
export function provedBy({ digest, read }: Target): ProvedBy {
  if (digest !== undefined) return 'digest';
  return read === undefined ? null : 'read-back';
}

/** Whether a device shows what it holds, as digests or as bytes. */
export function canShow(target: Target): boolean {
  return provedBy(target) !== null;
}

/** The digest of a range (MD5, hex), by the device itself or of what is read of it; null where it shows neither. */
export async function digestBy(target: Target, range: Range, md5: Md5, cancel: Cancel): Promise<string | null> {
  if (target.digest !== undefined) return target.digest(range, { cancel });
  return target.read === undefined ? null : md5(await target.read(range, { cancel }));
}

/** How many units of a plan no digest can prove: the device cannot answer, or answers with ciphertext. */
export function unprovable(plan: Plan, target: Target): number {
  if (!canShow(target)) return plannedUnits(plan).length;
  const ciphered = plan.stretches.filter((stretch) => stretch.encrypt);
  return ciphered.reduce((sum, stretch) => sum + stretch.units.length, 0);
}
