/** What the job bar says of a running job: how much of it is done, what it does now, and how long it still takes. */
import { html } from 'lit';
import type { Work } from '../../src/session/state.ts';
import { carryingOut } from '../../src/session/words/carry-out.ts';
import { writesWords } from './job-bar.words.ts';
import type { UnderWay } from '../shared/under-way.ts';
import { percentOf, renderLeft, renderPercent } from '../shared/under-way.ts';

type Flashing = Extract<Work, { kind: 'flashing' }>;

/** While a step ends after a stop. */
const STOPPING = 'Stopping: finishing the current step …';

/** Whether a job has come to an end and only reads the board once more: then there is nothing to stop. */
export function isReadingAgain({ progress }: Flashing): boolean {
  return progress.phase === 'reading-again';
}

/** What a running job does now. */
export function nowWords(work: Flashing): string {
  const { stopping, progress } = work;
  if (isReadingAgain(work)) return `${progress.says}. Nothing more is written.`;
  return stopping ? STOPPING : progress.says;
}

/** A running job. */
export function flashingShown(work: Flashing): UnderWay {
  const { stopping, progress, units } = work;
  if (isReadingAgain(work)) return { headline: html`${writesWords(units)}`, below: html`${nowWords(work)}`, done: -1 };
  const percent = percentOf(work);
  return {
    headline: html`${carryingOut(work, work.about)} ${renderPercent(percent)}`,
    below: html`${renderLeft(stopping ? null : progress.leftMs)}${nowWords(work)}`,
    done: percent ?? -1,
  };
}
