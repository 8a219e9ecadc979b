/** Runs tasks in processes of their own: each has its own clock, which jumps. */
import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import { bundle } from './bundle.ts';

/** A small machine has two cores. */
const PROCESSES = 2;

/** What is to be done; `entry` is the script that answers `{ task, options }`, `outDir` the folder of its bundle. */
export interface Work<Task, Options> {
  readonly entry: string;
  readonly outDir: string;
  readonly tasks: readonly Task[];
  readonly options: Options;
}

/** Hands each task to the next free process; `onAnswer` gets what it answers. Rejects if a process ends before its work. */
export async function inProcesses<Task, Options, Answer>(
  { entry, outDir, tasks, options }: Work<Task, Options>,
  onAnswer: (answer: Answer) => void,
): Promise<void> {
  await bundle(entry, outDir);
  const left = [...tasks];
  await Promise.all(Array.from({ length: PROCESSES }, () => oneProcess()));

  function oneProcess(): Promise<void> {
    return new Promise((done, fail) => {
      const child = fork(resolve(outDir, 'worker.mjs'), { execArgv: ['--max-old-space-size=1500'] });
      const next = (): void => {
        const task = left.shift();
        if (task === undefined) child.disconnect();
        else child.send({ task, options });
      };
      child.on('message', (answer: Answer) => {
        onAnswer(answer);
        next();
      });
      child.on('error', fail);
      child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`a worker ended with ${code}`))));
      next();
    });
  }
}
