/** What the benchmark says: medians, ratios, the table, and what got worse than was recorded. */
import type { Heading, Times } from './row.ts';

/** A row with its repetitions: medians in ms or its own unit, and how far apart the extremes of ours lie, as a share of the median. */
export interface Result {
  readonly id: string;
  readonly work: string;
  readonly clock: Heading['clock'];
  /** What its figures count; ms if absent. */
  readonly unit?: 'MB';
  readonly peerName: string | null;
  readonly repetitions: number;
  readonly ours: number;
  readonly spread: number;
  readonly peer: number | null;
  readonly limit: number | null;
  /** Ours divided by the peer's, and by the limit. */
  readonly toPeer: number | null;
  readonly toLimit: number | null;
  readonly goal: Heading['goal'];
  /** Whether it reaches what is asked of it; null where that cannot be said. */
  readonly reached: boolean | null;
  /** Medians of what is counted apart, in ms. */
  readonly apart: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
}

/** The result of a row; `times` has at least one repetition. */
export function resultOf({ id, work, clock, unit, peer: peerName, goal }: Heading, times: readonly Times[]): Result {
  const ours = median(times.map((each) => each.ours));
  const peer = medianOr(times.map((each) => each.peer));
  const limit = medianOr(times.map((each) => each.limit));
  const [toPeer, toLimit] = [peer, limit].map((other) => (other === null ? null : ours / other));
  const all = times.map((each) => each.ours);
  const spread = (Math.max(...all) - Math.min(...all)) / ours;
  const [first] = times;
  const apart = Object.fromEntries(
    Object.keys(first?.apart ?? {}).map((name) => [name, median(times.map((each) => each.apart?.[name] ?? 0))]),
  );
  const row = { id, work, clock, peerName, repetitions: times.length, ours, spread, peer, limit, goal, apart };
  const ratios = { toPeer: toPeer ?? null, toLimit: toLimit ?? null };
  return {
    ...row,
    ...(unit !== undefined && { unit }),
    ...ratios,
    reached: isReached(goal, ratios),
    notes: first?.notes ?? [],
  };
}

function isReached(goal: Heading['goal'], { toPeer, toLimit }: Pick<Result, 'toPeer' | 'toLimit'>): boolean | null {
  const asked = [
    [goal.peer, toPeer],
    [goal.limit, toLimit],
  ] as const;
  const known = asked.flatMap(([most, is]) => (most === undefined || is === null ? [] : [is <= most]));
  return known.length === 0 ? null : known.every(Boolean);
}

/** The middle one; of an even number, the lower of the two. Throws a `RangeError` if there is none. */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
  if (middle === undefined) throw new RangeError('the median of nothing');
  return middle;
}

function medianOr(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : median(known);
}

/** Rows as a Markdown table. */
export function tableOf(results: readonly Result[]): string {
  const head = ['work', 'ours', 'peer', 'limit', 'to the peer', 'to the limit', 'asked', 'clock'];
  const lines = results.map((result) => [
    result.work,
    valueText(result.ours, result.unit) + (result.spread < 0.005 ? '' : ` ± ${(result.spread * 50).toFixed(1)} %`),
    valueText(result.peer, result.unit),
    valueText(result.limit, result.unit),
    ratioText(result.toPeer),
    ratioText(result.toLimit),
    goalText(result),
    result.clock ?? '–',
  ]);
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** What is counted apart and what else belongs to each row, a line each. */
export function notesOf(results: readonly Result[]): string {
  return results
    .flatMap(({ id, apart, notes }) => {
      const times = Object.entries(apart).map(([name, ms]) => `${name} ${timeText(ms)}`);
      const all = [...times, ...notes];
      return all.length === 0 ? [] : [`- ${id}: ${all.join('; ')}`];
    })
    .join('\n');
}

function goalText({ goal, reached }: Result): string {
  const asked = [
    ...(goal.peer === undefined ? [] : [`≤ ${goal.peer.toFixed(2)} × peer`]),
    ...(goal.limit === undefined ? [] : [`≤ ${goal.limit.toFixed(2)} × limit`]),
  ];
  return asked.length === 0
    ? '–'
    : `${asked.join(', ')}: ${reached === null ? 'not known' : reached ? 'reached' : '**missed**'}`;
}

/** A time as text: `672 ms`, `4.70 s`; a dash if there is none. */
export function timeText(ms: number | null): string {
  if (ms === null) return '–';
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** A figure as text, in its own unit. */
function valueText(value: number | null, unit: Heading['unit']): string {
  return unit === undefined || value === null ? timeText(value) : `${value.toFixed(0)} ${unit}`;
}

function ratioText(ratio: number | null): string {
  return ratio === null ? '–' : ratio.toFixed(2);
}

/** Our ratio to the peer, or to the limit where there is no peer, by row: what is recorded. */
export type Recorded = Readonly<Record<string, number>>;

/** What is recorded of results. */
export function recordOf(results: readonly Result[]): Recorded {
  return Object.fromEntries(
    results.flatMap(({ id, toPeer, toLimit }) => {
      const ratio = toPeer ?? toLimit;
      return ratio === null ? [] : [[id, Number(ratio.toFixed(3))]];
    }),
  );
}

/** How much worse a ratio may be than the recorded one. */
const WORSE = 1.1;

/** A sentence for each row that is worse than was recorded by more than 10 %, or that nothing was recorded of. */
export function worseThan(recorded: Recorded, results: readonly Result[]): string[] {
  return Object.entries(recordOf(results)).flatMap(([id, is]) => {
    const was = recorded[id];
    if (was === undefined) return [`${id}: nothing is recorded; run npm run bench -- --record`];
    return is > was * WORSE ? [`${id}: ${is.toFixed(3)} times the peer, recorded are ${was.toFixed(3)}`] : [];
  });
}
