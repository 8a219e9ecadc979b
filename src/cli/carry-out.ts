/** Carries a plan out, and writes the flash that comes of it to a file. */
import { bytes } from '../flash/finding.ts';
import { verdictOf } from '../session/words/verdict.ts';
import { wrongValue } from './arguments.ts';
import type { Answer, Call } from './command.ts';
import type { FlashSession } from './flash-session.ts';
import { planAnswer, readyPlan } from './planning.ts';
import { blocks } from './words/text.ts';

/** The file that `-o` names. Throws `option-value-wrong` without one. */
export function outOf({ given }: Pick<Call, 'given'>): string {
  const out = given.value('out');
  if (out === null) throw wrongValue('out', 'the file for the result', '');
  return out;
}

/** Carries out what is planned, if nothing speaks against it; `out` is where the flash goes. */
export async function carriedOut(flash: FlashSession, call: Call, out: string): Promise<Answer> {
  const planned = planAnswer(flash, call);
  const plan = readyPlan(flash);
  if (plan === null) return { ...planned, notes: [`Nothing was written to ${out}.`] };
  await flash.tell({ do: 'flash', plan: plan.plan.image.md5 });
  const { work } = flash;
  if (work.kind !== 'ended') throw new RangeError(`a job that is ${work.kind} at its end`);
  const { title, says } = verdictOf(work);
  const done = work.outcome === 'verified' || work.outcome === 'nothing-to-do' || work.outcome === 'unproved';
  const data = await flash.bytes();
  return {
    status: done ? 0 : 3,
    result: blocks([planned.result.toString().trimEnd()], [call.paint(done ? 'good' : 'problem', title), says]),
    json: { ...planned.json, outcome: work.outcome, report: work.report, written: done ? out : null },
    ...(done && { files: [{ path: out, data }], notes: [`${out}: ${bytes(data.length)}.`] }),
    ...(work.failure !== null && { failure: work.failure }),
  };
}
