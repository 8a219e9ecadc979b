/** A fault script: what goes wrong, and when, as plain data. */

/** One thing that goes wrong once; `at` counts what `kind` says. */
export interface Fault {
  readonly kind: string;
  readonly at: number;
}

/** Faults, and the seed that they were drawn from; null where they were written down by hand. */
export interface FaultScript<F extends Fault = Fault> {
  readonly seed: number | null;
  readonly faults: readonly F[];
}

/** A script written down by hand, in the order of its faults. */
export function faultScript<F extends Fault>(...faults: readonly F[]): FaultScript<F> {
  return { seed: null, faults };
}

/** A script in one line: enough to write it down again. */
export function describeFaults({ seed, faults }: FaultScript): string {
  const origin = seed === null ? 'by hand' : `seed ${seed}`;
  return `${origin}: ${faults.map(describeFault).join('; ') || 'nothing'}`;
}

function describeFault({ kind, at, ...rest }: Fault): string {
  const details = Object.entries(rest).map(([name, value]) => ` ${name} ${value === null ? 'never' : String(value)}`);
  return `${kind} @${at}${details.join('')}`;
}
