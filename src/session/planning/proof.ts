/** What a board can show of its flash, and what of a plan it can therefore prove. */
import type { Cancel } from '../../flash/failure.ts';
import type { Range } from '../../flash/map.ts';
import type { Plan } from '../../flash/plan.ts';
import { plannedUnits } from '../../flash/plan.ts';
import type { Md5 } from '../../flash/survey.ts';
import type { Target } from '../../flash/target.ts';

/** Whether a device shows what it holds, as digests or as bytes. */
export function canShow({ digest, read }: Target): boolean {
  return digest !== undefined || read !== undefined;
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
