/** One process of `scripts/faults.ts`: carries out the tasks that it is sent, one after another, on one clock. */
import { allCases } from '../src/testing/interruptions/boards.ts';
import { doTask } from '../src/testing/interruptions/do-task.ts';
import type { Options, Task } from '../src/testing/interruptions/task.ts';
import { testClock } from '../src/testing/clock.ts';

const clock = testClock();
const cases = allCases(clock);

process.on('message', (message: { readonly task: Task; readonly options: Options }) => {
  void doTask(message.task, message.options, clock, cases).then((answer) => process.send?.(answer));
});
