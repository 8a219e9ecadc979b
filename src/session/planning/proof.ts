/** How a board's content can be verified, and how much of a plan therefore cannot. */
import type { Cancel } from '../../flash/failure.ts';
import type { Range } from '../../flash/map.ts';
import type { Plan } from '../../flash/plan.ts';
import { plannedUnits } from '../../flash/plan.ts';
import type { Md5 } from '../../flash/survey.ts';
import type { Target } from '../../flash/target.ts';

/**
 * How a unit is verified: by a digest that the device computes, or by reading it back; null if the device allows neither. In a
 * flash image the bytes in memory are compared.
 */
export type ProvedBy = 'digest' | 'read-back' | 'in-memory' | null;

/** How a device's content can be verified. */
export function provedBy({ digest, read, file }: Target): ProvedBy {
  if (file !== undefined) return 'in-memory';
  if (digest !== undefined) return 'digest';
  return read === undefined ? null : 'read-back';
}

/** Whether a device can show its content, as digests or as bytes. */
export function canShow(target: Target): boolean {
  return provedBy(target) !== null;
}

/** The digest of a range (MD5, hex), computed by the device or from what is read; null if the device allows neither. */
export async function digestBy(target: Target, range: Range, md5: Md5, cancel: Cancel): Promise<string | null> {
  if (target.digest !== undefined) return target.digest(range, { cancel });
  return target.read === undefined ? null : md5(await target.read(range, { cancel }));
}

/** How many units of a plan cannot be verified, because the device shows nothing or only ciphertext. */
export function unprovable(plan: Plan, target: Target): number {
  if (!canShow(target)) return plannedUnits(plan).length;
  const ciphered = plan.stretches.filter((stretch) => stretch.encrypt);
  return ciphered.reduce((sum, stretch) => sum + stretch.units.length, 0);
}
