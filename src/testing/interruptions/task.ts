/** The work of `npm run faults`, in tasks that can be sent to processes, and the sum of their answers. */
import { testClock } from '../clock.ts';
import { allCases } from './boards.ts';
import type { Tally } from './check.ts';
import { emptyTally } from './check.ts';
import type { RunTally } from './seeded-fault-runs.ts';
import { emptyRuns, LAYERS, type LayerName } from './seeded-fault-runs.ts';

/** Command line options. */
export interface Options {
  readonly short: boolean;
  readonly seed: number;
  /** Number of seeded runs, all layers together. */
  readonly runs: number;
  /** The ids of the boards to interrupt; null for all. */
  readonly boards: readonly string[] | null;
  readonly scenario: string | null;
  readonly moment: number | null;
  /** The only run to do, by layer and seed; null for all. */
  readonly run: { readonly layer: LayerName; readonly seed: number } | null;
}

/** One task: a case to interrupt, or some seeded runs of a layer. */
export type Task =
  | { readonly do: 'interrupt'; readonly board: string; readonly scenario: string }
  | { readonly do: 'runs'; readonly layer: LayerName; readonly from: number; readonly count: number };

/** The answer to one task. */
export type Answer =
  | {
      readonly did: 'interrupt';
      readonly board: string;
      readonly scenario: string;
      readonly moments: number;
      readonly tally: Tally;
    }
  | { readonly did: 'runs'; readonly layer: LayerName; readonly tally: RunTally };

const USUAL = { seed: 1, runs: 10_000, shortRuns: 400 };
const PIECE = 40;
const NAMES = ['--seed', '--runs', '--board', '--scenario', '--moment', '--layer', '--run'];

/** Parses a command line; throws a `RangeError` for an unknown word. */
export function optionsFrom(words: readonly string[]): Options {
  const values = new Map<string, string>();
  const short = words.includes('--short');
  const rest = words.filter((word) => word !== '--short');
  for (let i = 0; i < rest.length; i += 2) {
    const name = rest[i] ?? '';
    if (!NAMES.includes(name) || rest[i + 1] === undefined)
      throw new RangeError(`not known: ${name}; there are --short and, each with a value, ${NAMES.join(' ')}`);
    values.set(name.slice(2), rest[i + 1] ?? '');
  }
  const number = (name: string): number | null => (values.has(name) ? Number(values.get(name)) : null);
  const boards = values.get('board')?.split(',') ?? null;
  const layer = LAYERS.find((each) => each.layer === values.get('layer'))?.layer;
  const seedOfRun = number('run');
  const run = layer === undefined || seedOfRun === null ? null : { layer, seed: seedOfRun };
  const scenario = values.get('scenario') ?? null;
  // Asking for some boards means no runs, unless they are asked for too.
  const usual = boards !== null || scenario !== null ? 0 : short ? USUAL.shortRuns : USUAL.runs;
  return {
    short,
    seed: number('seed') ?? USUAL.seed,
    runs: number('runs') ?? usual,
    boards,
    scenario,
    moment: number('moment'),
    run,
  };
}

/** All tasks for these options. */
export function tasksFor({ boards, scenario, runs, seed, run }: Options): Task[] {
  if (run !== null) return [{ do: 'runs', layer: run.layer, from: run.seed, count: 1 }];
  const cases = allCases(testClock()).filter(
    (each) => (boards?.includes(each.kind.id) ?? true) && (scenario ?? each.scenario.name) === each.scenario.name,
  );
  const tasks = cases.map((each): Task => ({ do: 'interrupt', board: each.kind.id, scenario: each.scenario.name }));
  for (const { layer, share } of LAYERS) {
    const own = Math.round(runs * share);
    for (let done = 0; done < own; done += PIECE)
      tasks.push({ do: 'runs', layer, from: seed * 1_000_000 + done, count: Math.min(PIECE, own - done) });
  }
  return tasks;
}

/** A line for a case; null for runs, which are reported at the end. */
export function lineOf(answer: Answer): string | null {
  if (answer.did === 'runs') return null;
  const { board, scenario, moments, tally } = answer;
  const { interruptions, wrong, lost } = tally;
  return `${board}, ${scenario}: ${moments} moments, ${interruptions} interruptions, ${wrong} wrong, ${lost} bytes lost`;
}

/** How many failures of one task are printed. */
const TOLD = 5;

/** The sum of all answers. */
export class Totals {
  readonly #interruptions = emptyTally();
  readonly #runs = emptyRuns();
  readonly #layers = new Map<LayerName, RunTally>();
  /** What went wrong, as lines, each with how to repeat it. */
  readonly failures: string[] = [];

  add(answer: Answer): void {
    this.failures.push(...answer.tally.says.slice(0, TOLD));
    if (answer.did === 'interrupt') {
      const { interruptions, wrong, lost } = answer.tally;
      this.#interruptions.interruptions += interruptions;
      this.#interruptions.wrong += wrong;
      this.#interruptions.lost += lost;
      return;
    }
    const layer = this.#layers.get(answer.layer) ?? emptyRuns();
    this.#layers.set(answer.layer, layer);
    for (const sum of [layer, this.#runs]) {
      for (const key of ['runs', 'verified', 'named', 'hung', 'false'] as const) sum[key] += answer.tally[key];
    }
  }

  get good(): boolean {
    const { wrong, lost } = this.#interruptions;
    return wrong + lost + this.#runs.hung + this.#runs.false === 0;
  }

  lines(): string[] {
    const { interruptions, wrong, lost } = this.#interruptions;
    const describeState = ({ runs, verified, named, hung, false: untrue }: RunTally) =>
      `${runs} fault runs: ${verified} verified, ${named} named failures, ${hung} hung, ${untrue} false`;
    return [
      ...Array.from(this.#layers, ([layer, tally]) => `${layer}: ${describeState(tally)}`),
      ...(this.#runs.runs > 0 ? [describeState(this.#runs)] : []),
      `${interruptions} interruptions, ${wrong} wrong, ${lost} bytes lost`,
    ];
  }
}
