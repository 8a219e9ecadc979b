/** What the job bar says of work under way: how much is done in percent and in bytes, and how long it still takes. */
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import { shareDone } from '../../src/session/progress.ts';
import type { Progress, Work } from '../../src/session/state.ts';
import { carryingOut } from '../../src/session/words/carry-out.ts';
import { writesWords } from './job-bar.words.ts';
import { duration, roughly } from '../shared/format.ts';

type Flashing = Extract<Work, { kind: 'flashing' }>;
type Surveying = Extract<Work, { kind: 'surveying' }>;

/** What is shown of it: `done` in percent, negative where its end is not known. */
interface UnderWay {
  readonly headline: TemplateResult;
  readonly below: TemplateResult;
  readonly done: number;
}

/** While a step ends after a stop. */
const STOPPING = 'Stopping: finishing the current step …';

/** How much is done in percent; null while that is not known. */
export function percentOf({ progress }: { readonly progress: Progress }): number | null {
  const share = shareDone(progress);
  return share === null ? null : Math.floor(share * 100);
}

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

/** Reading, of which nothing is written. */
export function readingShown(work: Surveying): UnderWay {
  const { says, done, total, leftMs } = work.progress;
  // Bytes without their number are still a sign that something happens.
  const read = total > 0 ? `${roughly(done)} of ${roughly(total)}` : done > 0 ? `${roughly(done)} so far` : '';
  return {
    headline: html`${says} ${renderPercent(percentOf(work))}`,
    below: html`${renderLeft(leftMs)}${read === '' ? nothing : `${read} · `}Nothing is written.`,
    done: percentOf(work) ?? -1,
  };
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

function renderPercent(percent: number | null): TemplateResult | typeof nothing {
  return percent === null ? nothing : html`<span class="percent">${percent} %</span>`;
}

function renderLeft(leftMs: number | null): TemplateResult | typeof nothing {
  return leftMs === null ? nothing : html`<b>${duration(leftMs)} left</b> · `;
}
