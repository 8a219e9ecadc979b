/** Reads the arguments of a command by its table of options, with Node's own parser. */
import { parseArgs } from 'node:util';
import { count } from '../flash/english.ts';
import type { Command, OptionWords } from './command.ts';
import { commandFailure } from './failures.ts';

/** The options that every command has. */
export const COMMON: readonly OptionWords[] = [
  { name: 'json', says: 'Print the result as JSON.' },
  { name: 'help', short: 'h', says: 'Show this help.' },
];

/** The arguments of one call. */
export class Given {
  constructor(
    readonly operands: readonly string[],
    private readonly values: ReadonlyMap<string, readonly string[]>,
  ) {}

  /** The same options with other operands. */
  withOperands(operands: readonly string[]): Given {
    return new Given(operands, this.values);
  }

  /** Whether a switch is given. */
  has(name: string): boolean {
    return this.values.has(name);
  }

  /** The last value of an option; null if it is not given. */
  value(name: string): string | null {
    return this.values.get(name)?.at(-1) ?? null;
  }

  /** Every value of an option. */
  all(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }

  /** A size or an address: `4MB`, `0x10000`, `64K`; null if the option is not given. Throws `option-value-wrong`. */
  size(name: string): number | null {
    const text = this.value(name);
    if (text === null) return null;
    const size = sizeFrom(text);
    if (size === null) throw wrongValue(name, 'a size such as 4MB, 64K or 0x10000', text);
    return size;
  }

  /** One of some words; null if the option is not given. Throws `option-value-wrong`. */
  oneOf<W extends string>(name: string, words: readonly W[]): W | null {
    const text = this.value(name);
    if (text === null) return null;
    const word = words.find((each) => each === text.toLowerCase());
    if (word === undefined) throw wrongValue(name, `one of ${words.join(', ')}`, text);
    return word;
  }

  /** A whole number from 1 to 100; null if the option is not given. Throws `option-value-wrong`. */
  percent(name: string): number | null {
    const text = this.value(name);
    if (text === null) return null;
    const number = Number(text.replace(/%$/, ''));
    if (!Number.isInteger(number) || number < 1 || number > 100) throw wrongValue(name, 'a percentage, 1 to 100', text);
    return number;
  }

  /** `NAME=VALUE` of every such option, split at the first `=`. Throws `option-value-wrong`. */
  pairs(name: string, takes: string): readonly (readonly [string, string])[] {
    return this.all(name).map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw wrongValue(name, takes, text);
      return [text.slice(0, at), text.slice(at + 1)];
    });
  }
}

/** The failure of an option with a value that it does not take. */
export function wrongValue(name: string, takes: string, value: string) {
  return commandFailure('option-value-wrong', { values: { option: `--${name}`, takes, value } });
}

const SIZE = /^(0x[0-9a-f]+|\d+)\s*(k|kb|kib|m|mb|mib|b)?$/i;
const FACTORS: Readonly<Record<string, number>> = { k: 1 << 10, m: 1 << 20 };

/** A size in bytes as people write it, where K and M are powers of two as everywhere in the tools for flash; null if it is none. */
export function sizeFrom(text: string): number | null {
  const [, digits, unit = ''] = SIZE.exec(text.trim()) ?? [];
  if (digits === undefined) return null;
  const size = Number(digits) * (FACTORS[unit.charAt(0).toLowerCase()] ?? 1);
  return Number.isSafeInteger(size) && size <= 0xffffffff ? size : null;
}

/** The command that some arguments name, and the arguments behind its name; null if they name none. */
export function commandIn<C extends Pick<Command, 'name'>>(
  commands: readonly C[],
  args: readonly string[],
): { readonly command: C; readonly rest: readonly string[] } | null {
  for (const words of [2, 1]) {
    const command =
      args.length < words ? undefined : commands.find(({ name }) => name === args.slice(0, words).join(' '));
    if (command !== undefined) return { command, rest: args.slice(words) };
  }
  return null;
}

/** Reads arguments behind a command's name. Throws the failures of the command line; with `--help` nothing else is checked. */
export function givenFor({ name, options, least, most, operands }: Command, args: readonly string[]): Given {
  const all = [...options, ...COMMON];
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      all.map((each) => [
        each.name,
        {
          type: each.value === undefined ? ('boolean' as const) : ('string' as const),
          ...(each.short !== undefined && { short: each.short }),
          multiple: true,
        },
      ]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const found: string[] = [];
  const values = new Map<string, readonly string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') found.push(token.value);
    if (token.kind !== 'option') continue;
    const option = all.find((each) => each.name === token.name);
    if (option === undefined)
      throw commandFailure('option-unknown', { values: { command: name, option: token.rawName } });
    const { value } = token;
    if (option.value === undefined && value !== undefined) throw wrongValue(option.name, 'no value', value);
    if (option.value !== undefined && (value === undefined || (token.inlineValue === false && /^-./.test(value))))
      throw wrongValue(option.name, option.value, value ?? '');
    values.set(option.name, [...(values.get(option.name) ?? []), value ?? '']);
  }
  const given = new Given(found, values);
  if (given.has('help')) return given;
  // A virtual board takes the place of the image.
  const fewer = given.has('board') ? 1 : 0;
  const [fewest, highest] = [least - fewer, most - fewer];
  if (found.length < fewest || found.length > highest) {
    const said =
      found.length === 0 ? 'nothing is' : `${count(found.length, 'operand')} ${found.length === 1 ? 'is' : 'are'}`;
    const takes =
      operands === '' ? 'no operands' : fewer === 0 ? operands : `${operands}, without IMAGE where --board is`;
    throw commandFailure('operands-wrong', { values: { command: name, takes, given: said } });
  }
  return given;
}
