/** Checks that the board started what the app said. */
import type { Layout, StartPlace } from '../../../flash/layout.ts';
import type { Work } from '../../../session/state.ts';
import type { Judge } from './judge.ts';
import { hex, loadedBy } from './reader.ts';

/** What the virtual board really ran; `at` is the address of the app, null if none ran. */
export interface Ran {
  readonly at: number | null;
  readonly says: string;
}

/** Compares the prediction, the log and the verdict with what ran. */
export function judgeStart(
  judge: Judge,
  expected: StartPlace | string | null,
  { start, layout }: Extract<Work, { kind: 'ended' }>,
  ran: Ran,
): void {
  const where = ran.at === null ? `nothing ran (${ran.says})` : `the app at ${hex(ran.at)} ran`;
  if (expected !== null)
    judge.check(
      'start: what was expected',
      holds(layout, expected, ran.at),
      () => `${typeof expected === 'string' ? expected : expected.name} starts`,
      () => where,
    );
  if (start === null) return;
  const logged = loadedBy(start.log);
  if (logged !== null)
    judge.check(
      'start: the log',
      logged === ran.at,
      () => `the log says ${hex(logged)}`,
      () => where,
    );
  const { verdict } = start;
  if (verdict === null) return;
  const name = verdict.partition?.name ?? null;
  if (name !== null)
    judge.check(
      'start: the verdict',
      holds(layout, name, ran.at),
      () => `${name} started: ${verdict.says}`,
      () => where,
    );
  if (verdict.good === true)
    judge.check(
      'start: a good verdict',
      ran.at !== null,
      () => `it is good: ${verdict.says}`,
      () => where,
    );
}

function holds({ partitions }: Layout, meant: StartPlace | string, at: number | null): boolean {
  const own = partitions.find((each) =>
    typeof meant === 'string' ? each.name === meant : each.region === meant.region && each.address === meant.address,
  );
  return own !== undefined && at !== null && at >= own.address && at < own.address + own.size;
}
