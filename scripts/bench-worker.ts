/** A worker process of `scripts/bench.ts`: runs the repetitions that it is sent, one after another. */
import { ROWS } from '../src/testing/bench/rows.ts';
import { cpuTimer } from '../src/testing/cpu.ts';
import type { BenchAnswer, BenchTask } from '../src/testing/bench/rows.ts';

// esptool-js writes to the console, traced or not.
console.log = () => undefined;

process.on('message', ({ task }: { readonly task: BenchTask }) => {
  const row = ROWS.find(({ id }) => id === task.id);
  const send = (answer: BenchAnswer) => process.send?.(answer);
  if (row === undefined) throw new RangeError(`there is no row ${task.id}`);
  const timer = cpuTimer();
  const seconds = () => timer() / 1000;
  void row.run(task.seed).then(
    (times) => send({ ...task, seconds: seconds(), times, error: null }),
    (error: unknown) => {
      const says = error instanceof Error ? (error.stack ?? error.message) : String(error);
      send({ ...task, seconds: seconds(), times: null, error: says });
    },
  );
});
