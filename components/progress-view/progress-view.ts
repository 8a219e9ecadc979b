import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/progress-bar/progress-bar.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Work } from '../../src/session/state.ts';
import type { Purpose } from '../../src/storage/records.ts';
import '../boot-log/boot-log.ts';
import { sendIntent } from '../shared/events.ts';
import { count, duration, roughly } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { tally, targets } from '../plan-view/plan-view.words.ts';
import { styles } from './progress-view.styles.ts';
import { base } from '../shared/tokens.ts';

/** Screen readers are told at every step of this many percent, not at every block. */
const STEP = 25;

const BUSY: Readonly<Record<Purpose['kind'], string>> = {
  flash: 'Flashing',
  erase: 'Erasing',
  restore: 'Restoring',
  'roll-back': 'Rolling back',
};

/**
 * A running job: what happens now, units and bytes done and left, speed, time left, and how to stop. After the last
 * verification it shows the board starting.
 *
 * @property work – shown while it is `flashing` or `starting`
 * @event sectorwise-intent – `cancel`
 */
@customElement('progress-view')
export class ProgressView extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) work: Work = { kind: 'idle' };

  protected override render(): TemplateResult | typeof nothing {
    const { work } = this;
    if (work.kind === 'starting') {
      return html`
        <p class="says" role="status">
          <b class=${work.units.includes('unproved') ? 'unproved' : 'verified'}
            >${work.units.includes('unproved') ? icons.warning : icons.good}
            ${work.units.includes('unproved') ? 'Written, not verifiable.' : 'Every erase unit is verified.'}</b
          >
          The board restarts, and Sectorwise reads its output.
        </p>
        <boot-log live .text=${work.bootLog}></boot-log>
      `;
    }
    return work.kind === 'flashing' ? this.renderFlashing(work) : nothing;
  }

  private renderFlashing(work: Extract<Work, { kind: 'flashing' }>): TemplateResult {
    const { says, done, total, bytesPerSecond, leftMs } = work.progress;
    const percent = total === 0 ? 0 : Math.min(100, Math.floor((done / total) * 100));
    const { verified, unproved, wrong, unknown, written, 'awaiting-commit': awaiting } = tally(work.units);
    const now = work.stopping ? 'Stopping: finishing the current step …' : says;
    return html`
      <p class="hidden" role="status">${now} ${Math.floor(percent / STEP) * STEP} percent.</p>
      <p class="says" aria-hidden="true">${now}</p>
      <div class="bar">
        <wa-progress-bar label=${BUSY[work.purpose.kind]} value=${percent}></wa-progress-bar>
        <span class="percent">${percent} %</span>
      </div>
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
        <div>
          <dt>Time left</dt>
          <dd>${leftMs === null ? '–' : duration(leftMs)}</dd>
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
      <div class="stop">
        <wa-button
          variant="danger"
          appearance="outlined"
          ?disabled=${work.stopping}
          title=${work.stopping ? now : ''}
          @click=${() => sendIntent(this, { do: 'cancel' })}
          >${icons.stop} Stop</wa-button
        >
        <p class="small quiet">
          Stopping leaves <b>${targets(work.plan, work.layout)}</b> partly written. You can resume the job or
          ${work.purpose.kind === 'roll-back' ? 'abandon it' : 'roll it back'} afterwards. Everything that the plan
          keeps stays as it is.
        </p>
      </div>
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
