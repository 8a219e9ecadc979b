/** The ways to end an unfinished job, as buttons of the job bar. */
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { Interrupted } from '../../src/session/state.ts';
import { ABANDON, ROLL_BACK } from '../interrupted-job/interrupted-job.words.ts';
import { sendIntent } from '../shared/events.ts';
import { icons } from '../shared/icons.ts';
import { RESUME } from './job-bar.words.ts';

/** The next step where a job is unfinished. */
export function renderResume(bar: HTMLElement, job: string): TemplateResult {
  return html`<wa-button variant="brand" @click=${() => sendIntent(bar, { do: 'resume', job })}
    >${icons.again} ${RESUME}</wa-button
  >`;
}

/** The first of the ways that is possible. */
export function renderFinish(
  bar: HTMLElement,
  { job, noResume, noRollBack }: Interrupted,
): TemplateResult | typeof nothing {
  if (noResume === null) return renderResume(bar, job);
  return noRollBack === null
    ? html`<wa-button variant="brand" @click=${() => sendIntent(bar, { do: 'roll-back', job })}
        >${icons.back} ${ROLL_BACK.name}</wa-button
      >`
    : nothing;
}

/** Whether it can be rolled back beside being resumed, and whether it can be abandoned: another tab that works on it decides that. */
function otherWays({ noResume, noRollBack }: Interrupted): { readonly back: boolean; readonly abandon: boolean } {
  return { back: noResume === null && noRollBack === null, abandon: noResume?.kind !== 'job-elsewhere' };
}

/** What the other ways come to, where the bar has their buttons: the job itself, which says more, is out of sight there. */
export function renderWaysWords(job: Interrupted): TemplateResult | typeof nothing {
  const { back, abandon } = otherWays(job);
  if (!abandon) return nothing;
  return html`<span class="ways"
    >${back ? ' Roll back restores what was overwritten; you see the plan first.' : ''} Abandon closes it and writes
    nothing.</span
  >`;
}

/**
 * The other ways, on a phone alone: there the map leaves no room for the job itself, in the view, which has them all and says what each
 * does.
 */
export function renderOtherWays(bar: HTMLElement, unfinished: Interrupted): TemplateResult | typeof nothing {
  const { back, abandon } = otherWays(unfinished);
  if (!abandon) return nothing;
  const { job } = unfinished;
  const way = ({ does, name }: typeof ROLL_BACK | typeof ABANDON) =>
    html`<wa-button appearance="outlined" @click=${() => sendIntent(bar, { do: does, job })}>${name}</wa-button>`;
  return html`<span class="ways">${back ? way(ROLL_BACK) : nothing} ${way(ABANDON)}</span>`;
}
