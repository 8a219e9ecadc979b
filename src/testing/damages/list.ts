/** The twenty damages, by name. */
import { DFU_DAMAGES } from './dfu.ts';
import { ESP_DAMAGES } from './esp.ts';
import type { Damage } from './damage.ts';

/** Every damage. */
export const DAMAGES: readonly Damage[] = [...ESP_DAMAGES, ...DFU_DAMAGES];

/** The damage of this name. Throws a `RangeError` if there is none. */
export function damageNamed(name: string): Damage {
  const found = DAMAGES.find((damage) => damage.name === name);
  if (found === undefined) throw new RangeError(`there is no damage "${name}"`);
  return found;
}
