import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { briefList, capital } from '../../src/flash/english.ts';
import type { UnitStates, Work } from '../../src/session/state.ts';
import { isReadingAgain } from '../../src/session/state.ts';
import { MAP_STATES } from '../flash-map/flash-map.words.ts';
import '../boot-log/boot-log.ts';
import { count, roughly } from '../shared/format.ts';
import { isAllWritten, placesOf } from '../../src/session/words/how-far.ts';
import { unitCounts, unitsOnBoardWords } from '../../src/session/words/units.ts';
import { styles } from './progress-view.styles.ts';
import { base } from '../shared/base.ts';

type Flashing = Extract<Work, { kind: 'flashing' }>;

/**
 * The figures of a running job, whose progress the job bar shows: units and bytes done and left, speed, and what stopping leaves
 * behind. After the last verification it shows what the board prints while it starts, where it has output.
 *
 * @property work – shown while it is `flashing` or `starting`
 */
@customElement('progress-view')
export class ProgressView extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) work: Work = { kind: 'idle' };

  protected override render(): TemplateResult | typeof nothing {
    const { work } = this;
    if (work.kind === 'starting')
      return work.bootLog === null ? nothing : html`<boot-log live .text=${work.bootLog}></boot-log>`;
    return work.kind === 'flashing' ? this.renderFlashing(work) : nothing;
  }

  private renderFlashing(work: Flashing): TemplateResult {
    const { done, total, bytesPerSecond } = work.progress;
    const { verified, unproved } = unitCounts(work.units);
    const isOver = isReadingAgain(work);
    return html`
      <dl>
        ${renderCount('Verified', verified, work.units.length - work.unprovable)}
        ${renderCount('Written, not verifiable', unproved, work.unprovable)}
        <div>
          <dt>${work.progress.phase === 'backing-up' ? 'Backed up' : 'Written'}</dt>
          <dd>${roughly(done)} <span>of ${roughly(total)}</span></dd>
        </div>
        <div>
          <dt>Speed</dt>
          <dd>${bytesPerSecond === null ? '–' : html`${Math.round(bytesPerSecond / 1024)} <span>KiB/s</span>`}</dd>
        </div>
      </dl>
      <p class="exact under-way">${isOver ? overWords(work.units) : underWayWords(work)}</p>
      ${isOver ? nothing : html`<p class="small quiet">${renderStopping(work)}</p>`}
    `;
  }
}

/** The units that a running job has begun and not yet verified, by the names that the map gives their states. */
function underWayWords({ units, unprovable }: Flashing): string {
  const { wrong, unknown, written, 'awaiting-commit': awaiting } = unitCounts(units);
  const isVerified = unprovable < units.length;
  const counts = [
    // A write is begun for all of its erase units at once: how far it is, the bytes say.
    [isVerified ? MAP_STATES.unknown : 'unknown until written', unknown],
    [isVerified ? MAP_STATES.written : 'written', written],
    [MAP_STATES['awaiting-commit'], awaiting],
    ['to be retried', wrong],
  ] as const;
  return capital(
    counts.flatMap(([says, each]) => (each === 0 ? [] : [`${says}: ${count(each, 'erase unit')}`])).join('; '),
  );
}

/** What the units hold once nothing more is written; empty where the figures say it all. */
function overWords(units: UnitStates): string {
  return units.every((unit) => unit === 'verified' || unit === 'unproved') ? '' : unitsOnBoardWords(units);
}

/** What stopping at this moment leaves behind, as sentences. */
function renderStopping(work: Flashing): TemplateResult | string {
  const { purpose, units, progress } = work;
  const resume = `You can resume the job or ${purpose.kind === 'roll-back' ? 'abandon it' : 'roll it back'} afterwards.`;
  if (progress.phase === 'putting-back') return `Stopping leaves flash beside the writes changed. ${resume}`;
  if (units.every((unit) => unit === 'waiting')) return 'Nothing is overwritten yet: stopping now changes nothing.';
  if (isAllWritten(units)) return 'Everything is written: stopping now skips only the checks that are left.';
  const placesAt = placesOf(work);
  const left = [
    { places: placesAt('part', 'open'), says: 'unfinished' },
    { places: placesAt('written'), says: 'written but not verified' },
    { places: placesAt('waiting'), says: 'as before' },
  ].filter(({ places }) => places.length > 0);
  const parts = left.map(
    ({ places, says }, i) =>
      html`${i === 0 ? '' : i === left.length - 1 ? ' and ' : ', '}<b>${briefList(places)}</b> ${says}`,
  );
  return html`Stopping leaves ${parts}. ${resume} Everything that the plan keeps stays as it is.`;
}

function renderCount(name: string, done: number, all: number): TemplateResult | typeof nothing {
  if (all === 0) return nothing;
  return html`<div>
    <dt>${name}</dt>
    <dd>${done} <span>of ${count(all, 'erase unit')}</span></dd>
  </div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'progress-view': ProgressView;
  }
}
