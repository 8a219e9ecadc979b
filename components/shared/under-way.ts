/** What is said of work under way, wherever it is shown: how much is done in percent and in bytes, and how long it still takes. */
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import { shareDone } from '../../src/session/progress.ts';
import type { Progress } from '../../src/session/state.ts';
import { duration, roughly } from './format.ts';

/** What is shown of it: `percent` is null where its end is not known. */
export interface UnderWay {
  readonly headline: TemplateResult;
  readonly below: TemplateResult;
  readonly percent: number | null;
}

/** How much is done in percent; null while that is not known. */
export function percentOf({ progress }: { readonly progress: Progress }): number | null {
  const share = shareDone(progress);
  return share === null ? null : Math.floor(share * 100);
}

/** Reading, of which nothing is written. */
export function readingShown(work: { readonly progress: Progress }): UnderWay {
  const { says, done, total, leftMs, ofJob, atMost = false } = work.progress;
  // Bytes without their number are still a sign that something happens; where the percent is of the time, their number is another one.
  const read =
    total > 0 && ofJob === undefined
      ? `${roughly(done)} of ${atMost ? 'at most ' : ''}${roughly(total)}`
      : done > 0
        ? `${roughly(done)} so far`
        : '';
  return {
    headline: html`${says} ${renderPercent(percentOf(work))}`,
    below: html`${renderLeft(leftMs, atMost)}${read === '' ? nothing : `${read} · `}Nothing is written.`,
    percent: percentOf(work),
  };
}

/** In percent, beside what is done. */
export function renderPercent(percent: number | null): TemplateResult | typeof nothing {
  return percent === null ? nothing : html`<span class="percent">${percent} %</span>`;
}

/** How long it still takes, or may take, before what else is said. */
export function renderLeft(leftMs: number | null, atMost = false): TemplateResult | typeof nothing {
  if (leftMs === null) return nothing;
  const left = `${duration(leftMs)} left`;
  // What is less than a second is so in any case.
  return html`<b>${atMost && leftMs >= 500 ? `At most ${left}` : left}</b> · `;
}
