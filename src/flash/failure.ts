/** What can go wrong while talking to a device, as errors that say where and what to do. */
import type { Place, Values } from './finding.ts';

/**
 * Whose failure it is: a mistake of ours, the device said no, the link was lost, or the person stopped.
 * Code and UI keep the four apart.
 */
export type FailureKind = 'mistake' | 'refused' | 'lost' | 'stopped';

/** Plain data of a failure, as journals, reports and messages between threads carry it. */
export interface FailureFacts {
  readonly name: string;
  readonly kind: FailureKind;
  readonly says: string;
  readonly next: string;
  readonly place?: Place;
  readonly values: Values;
}

/** The only error that leaves a driver: named, with a place where there is one, and a next step. */
export class Failure extends Error {
  readonly facts: FailureFacts;

  constructor(
    facts: Omit<FailureFacts, 'values'> & { readonly values?: Values },
    options?: { readonly cause?: unknown },
  ) {
    super(facts.says, options);
    this.name = facts.name;
    this.facts = { values: {}, ...facts };
  }
}

/** What is the same for all failures of one name. */
export interface FailureWords {
  readonly kind: FailureKind;
  readonly says: (values: Values) => string;
  readonly next: string;
}

/** Makes the failures of a register: the only way to word one, so that each name has one wording. */
export function failures<N extends string>(register: Readonly<Record<N, FailureWords>>) {
  return (
    name: N,
    about: { readonly values?: Values; readonly place?: Place; readonly cause?: unknown } = {},
  ): Failure => {
    const { kind, says, next } = register[name];
    const { values = {}, place, cause } = about;
    return new Failure({ name, kind, says: says(values), next, values, ...(place && { place }) }, { cause });
  };
}

/** The failures that need no device and no file. */
export const OWN_FAILURES = {
  unexpected: {
    kind: 'mistake',
    says: (v) => `Something went wrong inside Sectorwise: ${v['reason']}`,
    next: 'Connect the board again. If it happens again, report it with the details below.',
  },
  stopped: {
    kind: 'stopped',
    says: () => 'Stopped, as you asked.',
    next:
      'Units that were being written are checked first. You can then resume, roll back or abandon an unfinished ' +
      'job.',
  },
} as const satisfies Record<string, FailureWords>;

const fail = failures(OWN_FAILURES);

/** The facts of any thrown thing; what is not a `Failure` is a mistake of ours. */
export function factsOf(error: unknown): FailureFacts {
  if (error instanceof Failure) return error.facts;
  return fail('unexpected', { values: { reason: error instanceof Error ? error.message : String(error) } }).facts;
}

/** A person's wish to stop, without the DOM: `flash` and drivers poll it or wait for it. */
export interface Cancel {
  readonly cancelled: boolean;
  /** Throws a `Failure` of kind `stopped` if the wish was made. */
  check(): void;
  /** Calls back once when the wish is made (at once if it was); returns a function that forgets the callback. */
  onCancel(callback: () => void): () => void;
}

/** The failure that a cancel ends in. */
export function stopped(): Failure {
  return fail('stopped');
}

/** Makes a `Cancel` and the switch that triggers it. */
export function makeCancel(): Cancel & { cancel(): void } {
  const callbacks = new Set<() => void>();
  let cancelled = false;
  return {
    get cancelled() {
      return cancelled;
    },
    check() {
      if (cancelled) throw stopped();
    },
    onCancel(callback) {
      if (cancelled) callback();
      else callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
    cancel() {
      cancelled = true;
      for (const callback of callbacks) callback();
      callbacks.clear();
    },
  };
}
