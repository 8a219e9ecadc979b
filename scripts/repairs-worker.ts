/** A worker process of `scripts/repairs.ts`: damages and repairs one board after another. */
import { damageNamed } from '../src/testing/damages/list.ts';
import { runRandom } from '../src/testing/damages/random-run.ts';
import { runDamage } from '../src/testing/damages/run.ts';
import type { RepairTask } from '../src/testing/damages/task.ts';

process.on('message', ({ task }: { readonly task: RepairTask }) => {
  const outcome = 'seed' in task ? runRandom(task.seed) : runDamage(damageNamed(task.damage));
  void outcome.then((own) => process.send?.({ task, outcome: own }));
});
