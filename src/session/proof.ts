/** What of a plan the board will be able to prove. */
import type { Plan } from '../flash/plan.ts';
import { plannedUnits } from '../flash/plan.ts';
import type { Target } from '../flash/target.ts';

/** How many units of a plan no digest can prove: the device cannot answer, or answers with ciphertext. */
export function unprovable(plan: Plan, target: Target): number {
  if (target.digest === undefined && target.read === undefined) return plannedUnits(plan).length;
  const ciphered = plan.stretches.filter((stretch) => stretch.encrypt);
  return ciphered.reduce((sum, stretch) => sum + stretch.units.length, 0);
}
