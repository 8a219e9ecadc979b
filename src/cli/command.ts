/** What a command of the command line is: its words, its options and what it answers, as data. */
import type { FailureFacts } from '../flash/failure.ts';
import type { Given } from './arguments.ts';
import type { ExitStatus } from './exit-status.ts';
import type { CommandHost } from './host.ts';
import type { Paint } from './words/text.ts';

/** An option. `value` names what it takes; absent for a switch. */
export interface OptionWords {
  readonly name: string;
  readonly short?: string;
  readonly value?: string;
  /** Whether it can be given more than once. */
  readonly many?: true;
  readonly says: string;
}

/** A file that a command writes. */
export interface WrittenFile {
  readonly path: string;
  readonly data: Uint8Array;
}

/** What a command answers: nothing is written or shown before it is complete. */
export interface Answer {
  readonly status: ExitStatus;
  /** The result as text or bytes; what is written to standard output unless JSON is asked for. */
  readonly result: string | Uint8Array;
  /** The same as data, without the fields that every answer has; absent for a result that has another form anyway. */
  readonly json?: object;
  /** Whether JSON is asked for by another option than `--json`. */
  readonly asJson?: true;
  readonly files?: readonly WrittenFile[];
  /** What is said beside the result, on standard error. */
  readonly notes?: readonly string[];
  /** What ended the command early, after what is in the result. */
  readonly failure?: FailureFacts;
}

/** What a command gets. */
export interface Call {
  readonly given: Given;
  readonly host: CommandHost;
  readonly paint: Paint;
  /** Shows what is being done; null when it is over. */
  readonly progress: (words: string | null) => void;
}

/** A command. `name` is one word or two: `nvs list`. */
export interface Command {
  readonly name: string;
  /** What follows the name besides options: `IMAGE FILE…`. */
  readonly operands: string;
  /** The fewest and the most operands. */
  readonly least: number;
  readonly most: number;
  readonly says: string;
  /** Further paragraphs for its own help. */
  readonly more?: readonly string[];
  readonly options: readonly OptionWords[];
  readonly run: (call: Call) => Promise<Answer>;
}
