/** Runs tasks in processes of their own: each has its own clock, which jumps. */
import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import type { BundleOptions } from './bundle.ts';
import { bundle } from './bundle.ts';

/** A small machine has two cores. */
const PROCESSES = 2;

/** What is to be done; `entry` is the script that answers `{ task, options }`, `outDir` the folder of its bundle. */
export interface Work<Task, Options> {
  readonly entry: string;
  readonly outDir: string;
  readonly tasks: readonly Task[];
  readonly options: Options;
  /** How the bundle differs from what the app ships; not at all if absent. */
  readonly bundled?: BundleOptions;
  /** How long a task may take before its process is ended, in ms; no limit if absent. */
  readonly stuckMs?: number;
  /** How many processes work at once; two if absent. */
  readonly processes?: number;
}

/**
 * Hands each task to the next free process; `onAnswer` gets what it answers. A process that ends during a task, or is ended
 * after `stuckMs`, is replaced, and `onLost` gets its task. Rejects instead if there is no `onLost`.
 */
export async function inProcesses<Task, Options, Answer>(
  { entry, outDir, tasks, options, bundled, stuckMs, processes = PROCESSES }: Work<Task, Options>,
  onAnswer: (answer: Answer) => void,
  onLost?: (task: Task) => void,
): Promise<void> {
  await bundle(entry, outDir, bundled);
  const left = [...tasks];
  await Promise.all(Array.from({ length: processes }, () => oneProcess()));

  function oneProcess(): Promise<void> {
    return new Promise((done, fail) => {
      const child = fork(resolve(outDir, 'worker.mjs'), { execArgv: ['--max-old-space-size=1500'] });
      let current: Task | undefined;
      let limit: NodeJS.Timeout | undefined;
      const next = (): void => {
        clearTimeout(limit);
        current = left.shift();
        if (current === undefined) return child.disconnect();
        if (stuckMs !== undefined) limit = setTimeout(() => child.kill('SIGKILL'), stuckMs);
        child.send({ task: current, options });
      };
      child.on('message', (answer: Answer) => {
        onAnswer(answer);
        next();
      });
      child.on('error', fail);
      child.on('exit', (code) => {
        clearTimeout(limit);
        if (current === undefined && code === 0) return done();
        if (current === undefined || onLost === undefined) return fail(new Error(`a worker ended with ${code}`));
        onLost(current);
        done(oneProcess());
      });
      next();
    });
  }
}
