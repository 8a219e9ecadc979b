/** The tasks of `npm run repairs`: each of the twenty damages, or many random ones. */
import { optionValue } from '../option-value.ts';
import { DAMAGES } from './list.ts';
import type { Outcome } from './run.ts';

/** What the command line asks for: `--short`, `--damage name`, `--random count`, `--seed N`. */
export interface RepairOptions {
  readonly short: boolean;
  /** A part of the name of a damage; empty for all. */
  readonly damage: string;
  /** How many random damages are drawn instead; 0 for none. */
  readonly random: number;
  /** The first seed. */
  readonly seed: number;
}

/** One of the twenty by its name, or a random one by its seed. */
export type RepairTask = { readonly damage: string } | { readonly seed: number };

/** Reads the command line. */
export function repairOptions(words: readonly string[]): RepairOptions {
  const after = (option: string) => optionValue(option, words);
  const seed = Number(after('--seed') || 1);
  const random = Number(after('--random') || (words.includes('--seed') ? 1 : 0));
  return { short: words.includes('--short'), damage: after('--damage'), random, seed };
}

/** The damages of the short form: one of each kind, on the boards that are quick to read. */
const SHORT: ReadonlySet<string> = new Set([
  'wrong MD5',
  'bootloader of another chip',
  'otadata pending-verify loop',
  'app torn',
  'NVS torn page',
  'LittleFS both superblocks torn',
  'Particle module CRC',
  'factory slot in the way',
]);
/** How many random damages the short form runs. */
const SHORT_RANDOM = 4;

/** The tasks to run. */
export function repairTasks({ short, damage, random, seed }: RepairOptions): RepairTask[] {
  const seeds = (count: number) => Array.from({ length: count }, (_, i) => ({ seed: seed + i }));
  if (random > 0) return seeds(random);
  const named = DAMAGES.filter(({ name }) => name.includes(damage) && (!short || SHORT.has(name)));
  return [...named.map(({ name }) => ({ damage: name })), ...(short ? seeds(SHORT_RANDOM) : [])];
}

/** How a task is run again, as a command. */
export function commandFor(task: RepairTask): string {
  return 'seed' in task ? `npm run repairs -- --seed ${task.seed}` : `npm run repairs -- --damage "${task.damage}"`;
}

/** What came of a task. */
export interface RepairAnswer {
  readonly task: RepairTask;
  readonly outcome: Outcome;
}

/** The last line. */
export function repairSummary(answers: readonly RepairAnswer[]): string {
  const failed = answers.filter(({ outcome }) => outcome.wrong.length > 0).length;
  const again = answers.filter(({ outcome }) => outcome.end.startsWith('starts ')).length;
  const never = answers.filter(({ outcome }) => outcome.end.startsWith('never')).length;
  const named = answers.filter(({ task }) => 'damage' in task).length;
  const random = answers.length - named;
  const parts = [
    ...(named > 0 ? [`${named} damages: ${again} start again, ${never} never, each for a reason in hardware`] : []),
    ...(random > 0 ? [`${random} random damages`] : []),
  ];
  return `repairs: ${parts.join('; ')}: ${answers.length - failed} passed, ${failed} failed`;
}
