/** Fault scripts: what goes wrong and when, as plain data. */

/** A fault that happens once; what `at` counts depends on `kind`. */
export interface Fault {
  readonly kind: string;
  readonly at: number;
}

/** Faults, and the seed they were drawn from; null if they were written by hand. */
export interface FaultScript<F extends Fault = Fault> {
  readonly seed: number | null;
  readonly faults: readonly F[];
}

/** A script written by hand, with its faults in the order given. */
export function faultScript<F extends Fault>(...faults: readonly F[]): FaultScript<F> {
  return { seed: null, faults };
}

/** A script in one line, complete enough to write it again. */
export function describeFaults({ seed, faults }: FaultScript): string {
  const origin = seed === null ? 'by hand' : `seed ${seed}`;
  return `${origin}: ${faults.map(describeFault).join('; ') || 'nothing'}`;
}

function describeFault({ kind, at, ...rest }: Fault): string {
  const details = Object.entries(rest).map(([name, value]) => ` ${name} ${value === null ? 'never' : String(value)}`);
  return `${kind} @${at}${details.join('')}`;
}
