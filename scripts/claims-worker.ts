/** A worker process of `scripts/claims.ts`: runs the tasks that it is sent, one after another, on one clock. */
import type { ClaimsOptions, ClaimsTask } from '../src/testing/claims/task.ts';
import { doClaims, untrueLines } from '../src/testing/claims/task.ts';
import { testClock } from '../src/testing/clock.ts';

const clock = testClock();

process.on('message', ({ task, options }: { readonly task: ClaimsTask; readonly options: ClaimsOptions }) => {
  void doClaims(task, options, clock).then((walked) =>
    process.send?.({
      task,
      journeys: walked.length,
      compared: walked.reduce((sum, { compared }) => sum + [...compared.values()].reduce((all, n) => all + n, 0), 0),
      untrue: walked.flatMap(untrueLines),
      notDone: walked.flatMap(({ board, journey, notDone }) => notDone.map((why) => `${board} | ${journey} | ${why}`)),
    }),
  );
});
