/** The parts of the page that follow from the current work alone. */
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { Plan } from '../../src/flash/plan.ts';
import type { FileView, UnitStates, Work } from '../../src/session/state.ts';
import type { Highlight } from '../shared/events.ts';
import { addresses, restored, roughly } from '../shared/format.ts';
import '../progress-view/progress-view.ts';
import '../result-view/result-view.ts';

/** The answer to the third question: a running job, how it ended, or that no plan was carried out. */
export function renderProof(work: Work, interrupted: boolean, lasting: boolean): TemplateResult {
  switch (work.kind) {
    case 'flashing':
    case 'starting':
      return html`<progress-view .work=${work}></progress-view>`;
    case 'ended':
      return html`<result-view .work=${work} ?fleeting=${!lasting}></result-view>`;
    default:
      if (interrupted && (work.kind !== 'planned' || work.purpose.kind === 'flash'))
        return html`<p class="quiet">
          Not yet: a job on this board was interrupted. Decide first what to do about it.
        </p>`;
      return html`<p class="quiet">
        ${work.kind === 'idle' ? 'Nothing to verify yet.' : 'Not yet: nothing of this plan was written.'}
        ${
          work.kind !== 'planned'
            ? nothing
            : work.unprovable > 0
              ? 'Not all of this board’s content can be read.'
              : 'Each erase unit is verified after it is written.'
        }
      </p>`;
  }
}

/** A file while it is being written: its name and place, without a choice. */
export function renderWritten(file: FileView): TemplateResult {
  const choice = file.choices[file.chosen ?? -1];
  return html`<p>
    <b>${file.name}</b> <span class="exact">${roughly(file.size)}</span>
    ${choice === undefined ? nothing : html`to <b>${choice.name}</b> <span class="exact">${addresses(choice)}</span>`}
  </p>`;
}

/** What a job is for that brings no files: a restore, a rollback, or a setting. */
export function renderPurpose(work: Work): TemplateResult | typeof nothing {
  if (!('purpose' in work)) return nothing;
  const { purpose } = work;
  if (purpose.kind === 'erase') return html`<p><b>Erase:</b> ${purpose.name}</p>`;
  if (purpose.kind === 'restore') return html`<p><b>Restore:</b> ${restored(purpose)}</p>`;
  return purpose.kind === 'roll-back'
    ? html`<p><b>Rollback</b> to the content before the interrupted job</p>`
    : html`<p>No files: only what you chose in the settings.</p>`;
}

/** Whether a job is for the files that were chosen; if not, they are left as they are. */
export function isForFiles(work: Work): boolean {
  return !('purpose' in work) || work.purpose.kind === 'flash';
}

/** Whether files, places and settings can still be chosen. */
export function isChoosing(work: Work): boolean {
  return !['flashing', 'starting', 'ended'].includes(work.kind);
}

/** The plan that is shown or being carried out. */
export function planOf(work: Work): Plan | null {
  return 'plan' in work ? work.plan : null;
}

/** The states of its units, once it is being carried out. */
export function unitsOf(work: Work): UnitStates | null {
  return 'units' in work ? work.units : null;
}

/** Where a job failed: highlighted until something else is pointed at. */
export function failedAt(work: Work): Highlight {
  const place = work.kind === 'ended' ? work.failure?.place : undefined;
  return place?.in === 'flash' ? place.range : null;
}

/** Why the board can be neither read nor written at the moment; empty if it can. */
export function holdOf(work: Work): string {
  if (isAtHand(work)) return '';
  if (work.kind === 'ended') return 'Connect the board again first.';
  return work.kind === 'surveying' ? 'Wait until the board has been read.' : 'Wait until the job has ended.';
}

/** Whether the board is connected and no work is in progress that must not be disturbed. */
export function isAtHand(work: Work): boolean {
  return (
    work.kind === 'idle' ||
    work.kind === 'planned' ||
    work.kind === 'refused' ||
    (work.kind === 'ended' && work.connected)
  );
}
