/** Runs one command: from the arguments to what is written, shown and returned. */
import type { FailureFacts } from '../flash/failure.ts';
import { factsOf } from '../flash/failure.ts';
import { hexOf } from '../formats/binary.ts';
import { commandIn, givenFor } from './arguments.ts';
import type { Answer, Command } from './command.ts';
import type { ExitStatus } from './exit-status.ts';
import { COMMANDS } from './commands/index.ts';
import type { CommandHost } from './host.ts';
import { commandFailure } from './failures.ts';
import { commandHelp, helpText } from './help.ts';
import { failureLine } from './words/findings.ts';
import { COLOURED, PLAIN } from './words/text.ts';
import { EXIT } from './exit-status.ts';

/** The version of the shapes of JSON: raised when a field changes its meaning or goes. */
const JSON_VERSION = 1;

/** Where a command's words go. */
export interface Streams {
  readonly out: (data: string | Uint8Array) => void;
  readonly err: (text: string) => void;
  /** Whether `out` is a terminal that shows colours. */
  readonly colour: boolean;
  /** Shows progress in the last line of a terminal; null takes it away. Absent where nobody looks. */
  readonly progress?: (words: string | null) => void;
}

/** Runs the command that the arguments name. Never rejects, and never shows a program's own error. */
export async function runCommand(args: readonly string[], host: CommandHost, streams: Streams): Promise<ExitStatus> {
  try {
    const [first] = args;
    if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
      streams.out(helpText(COMMANDS));
      return first === undefined ? EXIT.unusable : EXIT.sound;
    }
    if (first === '--version') {
      streams.out(`${host.version}\n`);
      return EXIT.sound;
    }
    const found = commandIn(COMMANDS, args);
    if (found === null) {
      const group = COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
      if (group.length === 0) throw commandFailure('no-such-command', { values: { command: first } });
      streams.out(helpText(group));
      return args.includes('--help') || args.includes('-h') ? EXIT.sound : EXIT.unusable;
    }
    return await runFound(found.command, found.rest, host, streams);
  } catch (error) {
    return failed(factsOf(error), streams);
  }
}

async function runFound(
  command: Command,
  args: readonly string[],
  host: CommandHost,
  streams: Streams,
): Promise<ExitStatus> {
  const given = givenFor(command, args);
  if (given.has('help')) {
    streams.out(commandHelp(command));
    return EXIT.sound;
  }
  const asJson = given.has('json');
  const progress = streams.progress ?? (() => undefined);
  const paint = streams.colour && !asJson ? COLOURED : PLAIN;
  let answer: Answer;
  try {
    answer = await command.run({ given, host, paint, progress });
  } finally {
    progress(null);
  }
  for (const { path, data } of answer.files ?? []) await host.files.write(path, data);
  if ((asJson || answer.asJson === true) && answer.json !== undefined) streams.out(jsonText(command, host, answer));
  else if (answer.result.length > 0) streams.out(answer.result);
  for (const note of answer.notes ?? []) streams.err(`${note}\n`);
  if (answer.failure !== undefined) streams.err(`${failureLine(answer.failure)}\n`);
  return answer.status;
}

/** An answer as JSON; bytes in it are shown in hex, and next steps in the words of the command line. */
function jsonText({ name }: Command, { version }: CommandHost, { status, json }: Answer): string {
  const head = { format: `sectorwise-${name.replace(' ', '-')}`, version: JSON_VERSION, app: version, status };
  const shown = (_: string, value: unknown): unknown => {
    if (value instanceof Uint8Array) return hexOf(value);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? byCommand(value) : value;
  };
  return `${JSON.stringify({ ...head, ...json }, shown, 2)}\n`;
}

/** What has other words for the command line, with these in their place. */
function byCommand(value: { readonly nextByCommand?: unknown; readonly unrepairedByCommand?: unknown }): object {
  const { nextByCommand: next, unrepairedByCommand: unrepaired, ...rest } = value;
  return { ...rest, ...(next !== undefined && { next }), ...(unrepaired !== undefined && { unrepaired }) };
}

function failed(failure: FailureFacts, { err }: Streams): ExitStatus {
  err(`${failureLine(failure)}\n`);
  return failure.name === 'secret-hidden' ? EXIT.refused : EXIT.unusable;
}
