import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Work } from '../../src/session/state.ts';
import '../boot-log/boot-log.ts';
import { count, roughly } from '../shared/format.ts';
import { unitCounts, targets } from '../../src/session/words/plan.ts';
import { styles } from './progress-view.styles.ts';
import { base } from '../shared/tokens.ts';

/**
 * The figures of a running job, whose progress the job bar shows: units and bytes done and left, speed, and what stopping leaves
 * behind. After the last verification it shows what the board prints while it starts.
 *
 * @property work – shown while it is `flashing` or `starting`
 */
@customElement('progress-view')
export class ProgressView extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) work: Work = { kind: 'idle' };

  protected override render(): TemplateResult | typeof nothing {
    const { work } = this;
    if (work.kind === 'starting') return html`<boot-log live .text=${work.bootLog}></boot-log>`;
    return work.kind === 'flashing' ? this.renderFlashing(work) : nothing;
  }

  private renderFlashing(work: Extract<Work, { kind: 'flashing' }>): TemplateResult {
    const { done, total, bytesPerSecond } = work.progress;
    const { verified, unproved, wrong, unknown, written, 'awaiting-commit': awaiting } = unitCounts(work.units);
    return html`
      <dl>
        ${renderCount('Verified', verified, work.units.length - work.unprovable)}
        ${renderCount('Written, not verifiable', unproved, work.unprovable)}
        <div>
          <dt>Written</dt>
          <dd>${roughly(done)} <span>of ${roughly(total)}</span></dd>
        </div>
        <div>
          <dt>Speed</dt>
          <dd>${bytesPerSecond === null ? '–' : html`${Math.round(bytesPerSecond / 1024)} <span>KiB/s</span>`}</dd>
        </div>
      </dl>
      <p class="exact under-way">
        ${[
          ...(unknown > 0 ? [`being written: ${count(unknown, 'unit')}`] : []),
          ...(written > 0
            ? [`${work.unprovable < work.units.length ? 'not yet verified' : 'written'}: ${count(written, 'unit')}`]
            : []),
          ...(awaiting > 0 ? [`complete except for the last bytes: ${count(awaiting, 'unit')}`] : []),
          ...(wrong > 0 ? [`to be retried: ${count(wrong, 'unit')}`] : []),
        ].join(', ')}
      </p>
      <p class="small quiet">
        Stopping leaves <b>${targets(work.plan, work.layout, work.purpose.kind)}</b> partly written. You can resume the
        job or ${work.purpose.kind === 'roll-back' ? 'abandon it' : 'roll it back'} afterwards. Everything that the plan
        keeps stays as it is.
      </p>
    `;
  }
}

function renderCount(name: string, done: number, all: number): TemplateResult | typeof nothing {
  if (all === 0) return nothing;
  return html`<div>
    <dt>${name}</dt>
    <dd>${done} <span>of ${all} units</span></dd>
  </div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'progress-view': ProgressView;
  }
}
