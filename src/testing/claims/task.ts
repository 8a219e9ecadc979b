/** The work of `npm run claims`, in pieces that processes can be sent; and what comes of all of it. */
import type { Clock } from '../../virtual-boards/clock.ts';
import { testClock } from '../clock.ts';
import { claimsBoards, journeysOfBoard, journeysOfWish } from './boards.ts';
import type { Walked } from './journeys.ts';

/** What was asked for on the command line. */
export interface ClaimsOptions {
  readonly board: string | null;
  readonly wish: string | null;
  readonly moments: number;
}

/** One piece: a board and one wish (null: it is read, backed up and restored). */
export interface ClaimsTask {
  readonly board: string;
  readonly wish: string | null;
}

const MOMENTS = 12;
const NAMES = ['--board', '--wish', '--moments'];

/** Reads a command line; throws a `RangeError` for what it does not know. */
export function claimsOptions(words: readonly string[]): ClaimsOptions {
  const values = new Map<string, string>();
  for (let i = 0; i < words.length; i += 2) {
    const [name = '', value] = [words[i], words[i + 1]];
    if (!NAMES.includes(name) || value === undefined)
      throw new RangeError(`not known: ${name}; there are, each with a value, ${NAMES.join(' ')}`);
    values.set(name, value);
  }
  const moments = Number(values.get('--moments') ?? MOMENTS);
  return { board: values.get('--board') ?? null, wish: values.get('--wish') ?? null, moments };
}

/** Every task: the wishes of each board, and what is done to it besides. */
export function claimsTasks({ board, wish }: ClaimsOptions): ClaimsTask[] {
  const boards = claimsBoards(testClock()).filter(({ kind }) => (board ?? kind.id) === kind.id);
  return boards.flatMap(({ kind, wishes }) =>
    [null, ...wishes.map(({ name }) => name)]
      .filter((name) => (wish ?? name) === name)
      .map((name): ClaimsTask => ({ board: kind.id, wish: name })),
  );
}

/** Does one task. */
export async function doClaims(
  { board, wish }: ClaimsTask,
  { moments }: ClaimsOptions,
  clock: Clock,
): Promise<Walked[]> {
  const own = claimsBoards(clock).find(({ kind }) => kind.id === board);
  const asked = own?.wishes.find(({ name }) => name === wish);
  if (own === undefined || (asked === undefined && wish !== null))
    throw new RangeError(`no ${wish ?? 'board'} ${board}`);
  const extent = { moments, again: true };
  return all(asked === undefined ? journeysOfBoard(own, extent) : journeysOfWish(own, asked, extent));
}

/** Walks journeys one after another. */
export async function all(journeys: AsyncGenerator<Walked>): Promise<Walked[]> {
  const walked: Walked[] = [];
  for await (const each of journeys) walked.push(each);
  return walked;
}

/** Characters of a claim that are told. */
const LONGEST = 400;

/** A journey's claims that are not so, in lines; those of one kind are one line. */
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
