/** The tasks of `npm run claims`, as messages for worker processes, and the lines of their results. */
import type { Clock } from '../../virtual-boards/clock.ts';
import { testClock } from '../clock.ts';
import { claimsBoards, journeysOfBoard, journeysOfChange } from './boards.ts';
import type { Walked } from './journeys.ts';

/** The command line options. */
export interface ClaimsOptions {
  readonly board: string | null;
  readonly change: string | null;
  readonly moments: number;
}

/** One task: a board and a change; null reads, backs up and restores it. */
export interface ClaimsTask {
  readonly board: string;
  readonly change: string | null;
}

const MOMENTS = 12;
const NAMES = ['--board', '--change', '--moments'];

/** Parses the command line; throws a `RangeError` for an unknown option. */
export function claimsOptions(words: readonly string[]): ClaimsOptions {
  const values = new Map<string, string>();
  for (let i = 0; i < words.length; i += 2) {
    const [name = '', value] = [words[i], words[i + 1]];
    if (!NAMES.includes(name) || value === undefined)
      throw new RangeError(`not known: ${name}; there are, each with a value, ${NAMES.join(' ')}`);
    values.set(name, value);
  }
  const moments = Number(values.get('--moments') ?? MOMENTS);
  return { board: values.get('--board') ?? null, change: values.get('--change') ?? null, moments };
}

/** Every task for these options. */
export function claimsTasks({ board, change }: ClaimsOptions): ClaimsTask[] {
  const boards = claimsBoards(testClock()).filter(({ kind }) => (board ?? kind.id) === kind.id);
  return boards.flatMap(({ kind, changes }) =>
    [null, ...changes.map(({ name }) => name)]
      .filter((name) => (change ?? name) === name)
      .map((name): ClaimsTask => ({ board: kind.id, change: name })),
  );
}

/** Runs one task. */
export async function doClaims(
  { board, change }: ClaimsTask,
  { moments }: ClaimsOptions,
  clock: Clock,
): Promise<Walked[]> {
  const own = claimsBoards(clock).find(({ kind }) => kind.id === board);
  const asked = own?.changes.find(({ name }) => name === change);
  if (own === undefined || (asked === undefined && change !== null))
    throw new RangeError(`no ${change ?? 'board'} ${board}`);
  const extent = { moments, again: true };
  return all(asked === undefined ? journeysOfBoard(own, extent) : journeysOfChange(own, asked, extent));
}

/** Runs journeys one after another. */
export async function all(journeys: AsyncGenerator<Walked>): Promise<Walked[]> {
  const walked: Walked[] = [];
  for await (const each of journeys) walked.push(each);
  return walked;
}

/** The most characters of a claim that are printed. */
const LONGEST = 400;

/** The false claims of a journey, one line for each kind. */
export function untrueLines({ board, journey, untrue }: Walked): string[] {
  const kinds = new Map<string, { count: number; readonly said: string; readonly is: string }>();
  for (const { claim, said, is } of untrue) {
    const known = kinds.get(claim);
    if (known === undefined) kinds.set(claim, { count: 1, said: short(said), is: short(is) });
    else known.count++;
  }
  return Array.from(
    kinds,
    ([claim, { count, said, is }]) =>
      `${board} | ${journey} | ${claim}${count > 1 ? ` (${count} times)` : ''} | ${said} | ${is}`,
  );
}

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
}
