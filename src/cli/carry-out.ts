/** Carries a plan out, and writes the flash that comes of it to a file. */
import { bytes } from '../flash/finding.ts';
import type { Ended } from '../session/state.ts';
import { endedEarly } from '../session/state.ts';
import { verdictOf } from '../session/words/verdict.ts';
import { wrongValue } from './arguments.ts';
import type { Answer, Call } from './command.ts';
import type { FlashSession } from './flash-session.ts';
import { grantConsents, nothingToDo, planAnswer, readyPlan } from './planning.ts';
import { blocks } from './words/text.ts';
import { EXIT } from './exit-status.ts';

/** The file that `-o` names. Throws `option-value-wrong` without one. */
export function outputFile({ given }: Pick<Call, 'given'>): string {
  const out = given.value('out');
  if (out === null) throw wrongValue('out', 'the file for the result', '');
  return out;
}

/** Carries out the plan of a session, which may be carried out; `done` unless something of it is missing or wrong. */
export async function carryOut(flash: FlashSession): Promise<{ readonly ended: Ended; readonly done: boolean }> {
  const plan = readyPlan(flash);
  await flash.tell({ do: 'flash', plan: plan?.plan.image.md5 ?? '' });
  const { work: ended } = flash;
  if (ended.kind !== 'ended') throw new RangeError(`a job that is ${ended.kind} at its end`);
  return { ended, done: !endedEarly(ended) };
}

/** What is planned once the questions that `--yes` names are answered, carried out if `-o` names a file. */
export async function showOrApplyPlan(flash: FlashSession, call: Call): Promise<Answer> {
  await grantConsents(flash, call);
  const out = call.given.value('out');
  return out === null ? planAnswer(flash, call) : applyPlan(flash, call, out);
}

/** Bytes as the file of an answer, with the note on it. */
export function asFile(path: string, data: Uint8Array): Pick<Answer, 'files' | 'notes'> {
  return { files: [{ path, data }], notes: [`${path}: ${bytes(data.length)}.`] };
}

/** Carries out what is planned, if nothing speaks against it; `out` is where the flash goes. */
export async function applyPlan(flash: FlashSession, call: Call, out: string): Promise<Answer> {
  const planned = planAnswer(flash, call);
  if (nothingToDo(flash) !== null) {
    const data = await flash.bytes();
    return { ...planned, json: { ...planned.json, written: out }, ...asFile(out, data) };
  }
  if (readyPlan(flash) === null) return { ...planned, notes: [`Nothing was written to ${out}.`] };
  const { ended, done } = await carryOut(flash);
  const { title, says } = verdictOf(ended);
  const data = await flash.bytes();
  return {
    status: done ? EXIT.sound : EXIT.refused,
    result: blocks([planned.result.toString().trimEnd()], [call.paint(done ? 'good' : 'problem', title), says]),
    json: { ...planned.json, outcome: ended.outcome, report: ended.report, written: done ? out : null },
    ...(done && asFile(out, data)),
    ...(ended.failure !== null && { failure: ended.failure }),
  };
}
