/** What can go wrong while talking to a device: errors that say where it happened and what to do next. */
import type { Place, Values, Words } from './finding.ts';
import { nextOf } from './finding.ts';
import { plainName } from './names.ts';

/**
 * Where a failure comes from: a bug of ours, the device refused, the link was lost, or the user stopped. Code and UI keep the
 * four apart.
 */
export type FailureKind = 'mistake' | 'refused' | 'lost' | 'stopped';

/** Who said no: the board or the chip on it, this browser’s storage, or the server that the page came from. */
export type RefusedBy = 'board' | 'storage' | 'server';

/** A failure as plain data, for journals, reports and messages between threads. */
export interface FailureFacts {
  readonly name: string;
  readonly kind: FailureKind;
  /** What happened in a few words, for where the sentence stands beside them; the kind says it if omitted. */
  readonly heading?: string;
  /** Who said no, of what was refused; absent where its sentence says it, or where it was nobody. */
  readonly by?: RefusedBy;
  readonly says: string;
  readonly next: string;
  /** The same on the command line, where that has other words for it. */
  readonly nextByCommand?: string;
  readonly place?: Place;
  readonly values: Values;
}

/** The only error that a driver throws: named, with a place where there is one, and a next step. */
export class Failure extends Error {
  readonly facts: FailureFacts;
  /** True where nothing was sent that could have changed the flash, of work that was to change it. */
  readonly unsent?: true;

  constructor(
    facts: Omit<FailureFacts, 'values'> & { readonly values?: Values },
    options?: { readonly cause?: unknown; readonly unsent?: true },
  ) {
    super(facts.says, options);
    this.name = facts.name;
    this.facts = { values: {}, ...facts };
    if (options?.unsent === true) this.unsent = true;
  }
}

/** Does work that calls `sends` before it sends what may change the flash; a failure before that is `unsent`. */
export async function unlessSent<T>(work: (sends: () => void) => Promise<T>): Promise<T> {
  let isSent = false;
  try {
    return await work(() => (isSent = true));
  } catch (error) {
    if (isSent || !(error instanceof Failure)) throw error;
    throw new Failure(error.facts, { cause: error, unsent: true });
  }
}

/** Kind and wording shared by all failures of one name. */
export interface FailureWords {
  readonly kind: FailureKind;
  readonly heading?: string;
  readonly by?: RefusedBy;
  readonly says: (values: Values) => string;
  readonly next: Words;
}

/** Makes the failures of a register. Failures are worded nowhere else, so each name has one wording. */
export function failures<N extends string>(register: Readonly<Record<N, FailureWords>>) {
  return (
    name: N,
    about: { readonly values?: Values; readonly place?: Place; readonly cause?: unknown } = {},
  ): Failure => {
    const { kind, heading, by, says, next } = register[name];
    const { values = {}, place, cause } = about;
    const facts = {
      name,
      kind,
      ...(heading !== undefined && { heading }),
      ...(by !== undefined && { by }),
      says: says(values),
      ...nextOf(next, values),
      values,
    };
    return new Failure({ ...facts, ...(place && { place }) }, { cause });
  };
}

/**
 * The same for failures about a file: its name is shown plainly, and is the value `file`; `offset` is the position in it, in bytes.
 */
export function fileFailures<N extends string>(register: Readonly<Record<N, FailureWords>>) {
  const make = failures(register);
  return (name: N, file: string, values: Values = {}, offset?: number): Failure => {
    const shown = plainName(file);
    const place = { in: 'file', name: shown, ...(offset !== undefined && { offset }) } as const;
    return make(name, { values: { file: shown, ...values }, place });
  };
}

/** The failures that involve neither a device nor a file. */
export const OWN_FAILURES = {
  unexpected: {
    kind: 'mistake',
    says: (v) => `Something went wrong inside Sectorwise: ${v['reason']}`,
    next: (_, at) =>
      at.either(
        'Connect the board again. If it happens again, report it with the details below.',
        'Run the command again. If it happens again, report it with this line.',
      ),
  },
  stopped: {
    kind: 'stopped',
    says: () => 'Stopped, as you asked.',
    next: 'Flash again when you are ready.',
  },
  'part-not-loaded': {
    kind: 'refused',
    by: 'server',
    says: (v) => `${v['what']} could not be loaded: the server that this page came from did not deliver it.`,
    next:
      'The rest of the page works: save what you need from it. Then make sure that the server can be reached (npm start ' +
      'for a copy of your own), and reload the page.',
  },
} as const satisfies Record<string, FailureWords>;

const fail = failures(OWN_FAILURES);

/** What is missing where only the browser knows which module it was. */
const PART = 'A part of this page';

/** The failure of a part of the page that is loaded when it is needed; `what` begins a sentence. */
export function notLoaded(what: string, cause: unknown): Failure {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return fail('part-not-loaded', { values: { what, reason }, cause });
}

/** What the browsers say of a module that did not arrive: Chrome and Firefox, then Safari. */
const NOT_LOADED = /dynamically imported module|importing a module script failed/i;

/** Whether an error is that of a module that was not delivered; `import()` gives it no name of its own. */
export function isNotLoaded(error: unknown): boolean {
  return error instanceof TypeError && NOT_LOADED.test(error.message);
}

/** The facts of anything thrown; whatever is not a `Failure` becomes `unexpected`, a mistake of ours. */
export function factsOf(error: unknown): FailureFacts {
  if (error instanceof Failure) return error.facts;
  if (isNotLoaded(error)) return notLoaded(PART, error).facts;
  return fail('unexpected', { values: { reason: error instanceof Error ? error.message : String(error) } }).facts;
}

const UNFINISHED = 'Sectorwise then reads how far the unfinished job got, and you decide how it goes on.';

/** The failure with the next step that a job adds to it which was begun and has not ended. */
export function withResumeAsNextStep(failure: FailureFacts): FailureFacts {
  return { ...failure, next: `${failure.next} ${UNFINISHED}` };
}

/** A request to stop that needs no DOM: `flash` and drivers poll it or wait for it. */
export interface Cancel {
  readonly cancelled: boolean;
  /** Throws a `Failure` of kind `stopped` if a stop was requested. */
  check(): void;
  /** Calls back once when a stop is requested, at once if it already was; returns a function that removes the callback. */
  onCancel(callback: () => void): () => void;
}

/** The failure with which cancelled work ends. */
export function stopped(): Failure {
  return fail('stopped');
}

/** Makes a `Cancel` and the function that triggers it. */
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

/** The result of `work`, or the failure `stopped` as soon as it is cancelled. */
export async function unlessStopped<T>(cancel: Cancel, work: Promise<T>): Promise<T> {
  let forget = (): void => undefined;
  const stop = new Promise<never>((_, reject) => {
    forget = cancel.onCancel(() => reject(stopped()));
  });
  try {
    return await Promise.race([work, stop]);
  } finally {
    forget();
  }
}
