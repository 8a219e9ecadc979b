/** The help texts, all from the table of commands. */
import { COMMON } from './arguments.ts';
import type { Command, OptionWords } from './command.ts';
import { EXIT_WORDS } from './exit-status.ts';
import { columns, blocks } from './words/text.ts';

/** The help on everything. */
export function helpText(commands: readonly Command[]): string {
  return blocks(
    ['sectorwise: flash images, boards and builds, as the page of Sectorwise sees them.'],
    ['Commands', ...columns(commands.map((command) => [usageOf(command), command.says]))],
    ['Options of every command', ...optionLines(COMMON)],
    ['Exit status', ...columns([[EXIT_WORDS]])],
    ['The result goes to standard output, everything else to standard error. NO_COLOR switches colours off.'],
  );
}

/** The help on one command. */
export function commandHelp(command: Command): string {
  return blocks(
    [`sectorwise ${usageOf(command)}${command.options.length === 0 ? '' : ' [OPTIONS]'}`],
    [command.says, ...(command.more ?? [])],
    ['Options', ...optionLines([...command.options, ...COMMON])],
    ['Exit status', ...columns([[EXIT_WORDS]])],
  );
}

function usageOf({ name, operands }: Command): string {
  return operands === '' ? name : `${name} ${operands}`;
}

function optionLines(options: readonly OptionWords[]): string[] {
  return columns(
    options.map(({ name, short, value, many, says }) => [
      `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
      many === true ? `${says} Can be given more than once.` : says,
    ]),
  );
}
