/** The view of repairs, within the diagnosis: loaded when it opens. */
import type { LitElement, TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { SessionState } from '../../src/session/state.ts';
import { changesPlan } from '../../src/session/choice-intents.ts';
import type { PageIntent } from '../../src/session/intents.ts';
import { TITLES } from '../interrupted-job/interrupted-job.words.ts';
import { urgentCount } from '../repair-view/repair-view.problems.ts';
import { loadLate } from '../shared/load-late.ts';
import type { FlashViewParts } from './sectorwise-app.flash.ts';
import { revealLoaded } from './sectorwise-app.reveal.ts';
import {
  againOf,
  holdOf,
  isConnectedAndIdle,
  isLeftUnfinished,
  isNothing,
  isWriting,
  renderInterrupted,
} from './sectorwise-app.work.ts';

type Together = Extract<SessionState, { kind: 'connected' }>;

/** How many problems there are on a board; an unfinished job is one. */
export function repairCount(state: Together): number {
  return urgentCount(state) + (state.interrupted !== null || isLeftUnfinished(state) ? 1 : 0);
}

/** That a job is unfinished on a board that is not connected any more; empty where none is, or what can be done about it is shown. */
function leftWords(state: Together): string {
  const { work, interrupted } = state;
  const isLeft = interrupted === null && work.kind === 'ended' && !work.connected && isLeftUnfinished(state);
  return isLeft ? TITLES[work.purpose.kind] : '';
}

/** The panel of the view. */
export class RepairPanel {
  #isAsked = false;
  /** What was asked for last that is planned. */
  #asked: PageIntent | null = null;

  constructor(private readonly host: LitElement) {
    host.addEventListener('sectorwise-intent', ({ detail }) => {
      if (changesPlan(detail)) this.#asked = detail;
    });
  }

  /**
   * The panel's content while it is shown: an unfinished job is finished or rolled back first. `plan` shows the plan of a repair, below
   * the problem that it repairs, or how it ended: that is what was asked for, so it comes before what else could be repaired.
   */
  render(
    state: Together,
    { library, samples }: Pick<FlashViewParts, 'library' | 'samples'>,
    isShown: boolean,
    plan: TemplateResult | typeof nothing,
  ): TemplateResult | typeof nothing {
    if (isShown && !this.#isAsked) void this.#load();
    if (!this.#isAsked || !isShown) return nothing;
    const { board, contents = null, work, interrupted } = state;
    // Flash, Resume or Connect again is the button to press then.
    const quiet = interrupted !== null || isLeftUnfinished(state) || (work.kind === 'planned' && !isNothing(work));
    const isOver = work.kind === 'ended';
    return html`${renderInterrupted(state)} ${isOver ? plan : nothing}
      <diagnosis-view
        .board=${board}
        .hold=${holdOf(work)}
        ?quiet=${quiet || urgentCount(state) > 0}
        ?inert=${isWriting(work)}
      >
        <repair-view
          .board=${board}
          .contents=${contents}
          .library=${library}
          .files=${state.repairFiles ?? []}
          .checked=${state.checked ?? []}
          .samples=${samples}
          .unfinished=${leftWords(state)}
          .again=${againOf(work)}
          ?stale=${isWriting(work)}
          ?checks=${isConnectedAndIdle(work) && work.kind !== 'ended'}
          .hold=${holdOf(work)}
          ?quiet=${quiet}
          .asked=${this.#asked}
          >${isOver || plan === nothing ? nothing : html`<div slot="plan">${plan}</div>`}</repair-view
        >
      </diagnosis-view>`;
  }

  async #load(): Promise<void> {
    this.#isAsked = true;
    const parts = Promise.all([import('../repair-view/repair-view.ts'), import('../diagnosis-view/diagnosis-view.ts')]);
    this.#isAsked = await loadLate(this.host, 'The view of repairs', parts);
    this.host.requestUpdate();
    await revealLoaded(this.host, 'repair');
  }
}
