/** A worker process of `scripts/fuzz-contents.ts`: gives the codecs the inputs that it is sent. */
import { cpuTimer } from '../src/testing/cpu.ts';
import { cutsOf, damagedImage } from '../src/testing/contents/damage.ts';
import { damageFaults } from '../src/testing/contents/damage-faults.ts';
import type { DamageAnswer, DamageTask } from './fuzz-contents.ts';

/** Of how many inputs one is changed, too, which takes most of the time: the cuts are all. */
const CHANGED = 4;

process.on('message', ({ task }: { readonly task: DamageTask }) => {
  void answer(task).then((each) => process.send?.(each));
});

async function answer(task: DamageTask): Promise<DamageAnswer> {
  const spent = cpuTimer();
  const wrong: DamageAnswer['wrong'][number][] = [];
  for (let number = task.from; number < task.from + task.count; number++) {
    const input = damagedImage(task.format, number);
    const reads = number >= cutsOf(task.format) && number % CHANGED > 0;
    const faults = await damageFaults(task.format, input, { reads });
    if (faults.length > 0) wrong.push({ number, name: input.name, faults });
  }
  return { task, wrong, cpuMs: spent() };
}
