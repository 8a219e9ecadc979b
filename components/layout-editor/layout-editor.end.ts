/** What stands below the rows of the layout editor: where the layout stands, and what can be done with it. */
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import { icons } from '../shared/icons.ts';
import type { LayoutPlanStage } from './layout-editor.words.ts';

/** The end of the editor: its sentences, and what its buttons do. */
export interface End {
  readonly stage: LayoutPlanStage;
  readonly changed: boolean;
  readonly locked: boolean;
  /** What came of planning that was no plan; empty if nothing is to be said. */
  readonly says: string;
  /** Where the layout stands, and what is to be waited for. */
  readonly status: string;
  /** What is wrong with it, first of all what the last edit led to; empty if nothing is. */
  readonly problem: string;
  /** Why it cannot be planned now; empty if it can. */
  readonly why: string;
  /** Whether what is edited, with its plan, is discarded here. */
  readonly discards: boolean;
  discard(): void;
  plan(): void;
}

/**
 * The sentences and the buttons; they stay in view as long as something is changed and not planned, with what is wrong, wherever that
 * is in the table.
 */
export function renderEnd(end: End): TemplateResult {
  const { stage, changed, locked, says, status, problem, why, discards } = end;
  const ready = why === '';
  return html`<div class="end ${stage === 'none' && (changed || problem !== '') ? 'stays' : ''}">
    <div role="status">
      <p>${says === '' ? nothing : html`<b>${says}</b> `}${status}</p>
      ${problem === '' ? nothing : html`<p class="problem">${icons.problem}<span>${problem}</span></p>`}
    </div>
    <div class="row">
      ${
        discards
          ? html`<wa-button appearance="outlined" ?disabled=${locked} @click=${() => end.discard()}
              >Discard changes</wa-button
            >`
          : nothing
      }
      <wa-button
        variant=${ready ? 'brand' : 'neutral'}
        appearance=${ready ? 'accent' : 'outlined'}
        ?disabled=${locked || !ready}
        title=${why}
        @click=${() => end.plan()}
        >Plan this change</wa-button
      >
    </div>
  </div>`;
}
