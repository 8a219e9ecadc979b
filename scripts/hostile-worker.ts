/** A worker process of `scripts/hostile.ts`: runs the cases that it is sent, one after another. */
import { caseNamed, judge } from '../src/testing/hostile/judge.ts';
import { KINDS } from '../src/testing/hostile/kinds.ts';
import type { HostileTask } from '../src/testing/hostile/task.ts';

process.on('message', ({ task: { kind, name } }: { readonly task: HostileTask }) => {
  void judge(kind, caseNamed(KINDS, kind, name)).then((verdict) => process.send?.(verdict));
});
