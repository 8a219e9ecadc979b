import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import '@awesome.me/webawesome/dist/components/progress-bar/progress-bar.js';
import type WaCheckbox from '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import type { PropertyValues, TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { describeStretch } from '../../src/flash/describe.ts';
import type { Refusal } from '../../src/flash/finding.ts';
import { askKey } from '../../src/flash/finding.ts';
import type { Layout } from '../../src/flash/layout.ts';
import type { Range } from '../../src/flash/map.ts';
import { plannedUnits } from '../../src/flash/plan.ts';
import type { Work } from '../../src/session/state.ts';
import type { Highlight } from '../shared/events.ts';
import { isLit, sendIntent, sendPoint } from '../shared/events.ts';
import { findingStyles, renderExact, renderMore, renderRefusal } from '../shared/finding.ts';
import { count, estimated, restored, roughly, where } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { saveFile } from '../shared/save.ts';
import { styles } from './plan-view.styles.ts';
import type { Line } from './plan-view.words.ts';
import { backupLines, fateLines, targets } from './plan-view.words.ts';
import { base } from '../shared/tokens.ts';

type Planned = Extract<Work, { kind: 'planned' }>;
type Refused = Extract<Work, { kind: 'refused' }>;

/** Refusals that are not caused by the request. */
const PASSING = ['storage-full', 'storage-failed', 'read-unsure'];

/**
 * What will happen to the board, before it happens: what changes, what stays, how long it takes, what needs consent, and the
 * button that starts it. Refusals are shown instead if there are any.
 *
 * @property work – shown while it is `surveying`, `refused` or `planned`
 * @property layout – the board's own, which names what is there now; a plan brings the layout that it uses
 * @property highlight – the highlighted range
 * @property quiet – whether something else on the page must be decided first: then its button is not prominent
 * @property files – whether files are selected, which a plan to restore or to roll back ignores
 * @event sectorwise-intent – `consent`, `flash` or `plan-files`; `cancel` while surveying
 * @event sectorwise-point – the part of the plan pointed at
 */
@customElement('plan-view')
export class PlanView extends LitElement {
  static override styles = [base, findingStyles, styles];

  @property({ type: Boolean }) quiet = false;

  @property({ attribute: false }) work: Work = { kind: 'idle' };
  @property({ attribute: false }) layout: Layout = { map: { regions: [] }, partitions: [], guards: [], ciphered: [] };
  @property({ attribute: false }) highlight: Highlight = null;
  @property({ type: Boolean }) files = false;

  /** While a plan is updated its height is kept: what is below must not jump under the pointer. */
  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('work');
    if (before === undefined || before.kind === this.work.kind) return;
    this.style.minHeight = this.work.kind === 'surveying' && before.kind !== 'idle' ? `${this.offsetHeight}px` : '';
  }

  protected override render(): TemplateResult | typeof nothing {
    const { work } = this;
    switch (work.kind) {
      case 'surveying': {
        const { says, done, total } = work.progress;
        return html`
          <p role="status">${says}</p>
          <wa-progress-bar
            label=${says}
            ?indeterminate=${total === 0}
            value=${total === 0 ? 0 : Math.round((done / total) * 100)}
          >
          </wa-progress-bar>
          <p class="exact">${roughly(done)}${total === 0 ? '' : ` of ${roughly(total)}`} read; nothing is written</p>
        `;
      }
      case 'refused':
        return html`
          <div role="alert" class="stack">
            <h3>${refusedHeading(work)}</h3>
            ${work.refusals.map((refusal) => renderRefusal(refusal, this.layout))}
          </div>
          <p class="quiet small">Nothing was written to the board.</p>
          ${this.renderWayOut(work)}
        `;
      case 'planned':
        return this.renderPlan(work);
      default:
        return nothing;
    }
  }

  private renderPlan(work: Planned): TemplateResult {
    const { plan, asks, granted } = work;
    const nothingToDo = plan.stretches.length === 0;
    const open = asks.filter((ask) => !granted.includes(askKey(ask)));
    const label = nothingToDo ? 'Nothing to do' : this.labelOf(work);
    return html`
      ${renderHeading(work)} ${asks.map((ask) => this.renderAsk(ask, granted.includes(askKey(ask))))}
      ${this.renderUnprovable(work)} ${this.renderBackup(work)}
      <div class="go">
        <wa-button
          class="long"
          variant=${this.quiet ? 'neutral' : work.purpose.kind === 'erase' ? 'danger' : 'brand'}
          appearance=${this.quiet ? 'outlined' : 'accent'}
          ?disabled=${nothingToDo || open.length > 0}
          title=${nothingToDo ? 'The flash already has this content.' : open.length > 0 ? 'First answer the questions above.' : ''}
          @click=${() => sendIntent(this, { do: 'flash', plan: plan.image.md5 })}
          >${work.purpose.kind === 'flash' || work.purpose.kind === 'erase' ? icons.bolt : icons.back}
          ${label}</wa-button
        >
        ${this.renderWayOut(work)}
        <p class="small">
          ${open.length === 0 ? nothing : html`<b>First answer the questions above.</b>`}
          ${nothingToDo ? nothing : html`Takes <b>${estimated(work.estimateMs)}</b>.`} ${work.afterwards}
        </p>
      </div>
      ${
        work.saves.length === 0
          ? nothing
          : html`<div class="row">
              ${work.saves.map(
                (file) =>
                  html`<wa-button class="long" size="s" appearance="outlined" @click=${() => saveFile(file)}>
                    ${icons.save} Save ${file.label}
                  </wa-button>`,
              )}
            </div>`
      }
      <ul class="lines" aria-label="What happens">
        ${fateLines(plan, work.fates, work.purpose.kind).map((line) => this.renderLine(line))}
      </ul>
      ${nothingToDo ? nothing : this.renderStretches(work)}
    `;
  }

  private labelOf({ purpose, plan, layout }: Planned): string {
    if (purpose.kind === 'erase') return `Erase ${purpose.name}`;
    if (purpose.kind === 'restore') return `Restore ${targets(plan, layout)}`;
    return purpose.kind === 'flash'
      ? `Flash ${targets(plan, layout)}`
      : `Roll back ${count(plannedUnits(plan).length, 'erase unit')}`;
  }

  /** From a plan to restore or to roll back, to the state before it. */
  private renderWayOut(work: Planned | Refused): TemplateResult | typeof nothing {
    // Lack of browser storage, or reads that differed on a noisy link, may succeed the next time.
    const passing = work.kind === 'refused' && work.refusals.some(({ kind }) => PASSING.includes(kind));
    if (work.purpose.kind === 'flash' && !passing) return nothing;
    const again = passing && work.purpose.kind === 'flash';
    return html`<wa-button class="long" appearance="outlined" @click=${() => sendIntent(this, { do: 'plan-files' })}
      >${again ? 'Try again' : this.files ? 'Plan the chosen files again' : 'Discard this plan'}</wa-button
    >`;
  }

  /** What happens to the overwritten bytes: first what is backed up, then what cannot be restored. */
  private renderBackup({ backup }: Planned): TemplateResult | typeof nothing {
    const { kept, lost } = backupLines(backup, this.layout);
    if (kept.length + lost.length === 0) return nothing;
    return html`<ul class="backup" aria-label="Backup of overwritten content">
      ${kept.length === 0 ? nothing : html`<li class="stored">${icons.shield}<span>${kept.join(' ')}</span></li>`}
      ${lost.map(
        (says) =>
          html`<li class="lost">
            ${icons.warning}<span><b>${says}</b></span>
          </li>`,
      )}
    </ul>`;
  }

  /** Announced before anything is written: what the board cannot verify afterwards. */
  private renderUnprovable({ plan, unprovable }: Planned): TemplateResult | typeof nothing {
    if (unprovable === 0) return nothing;
    const units = plan.stretches.reduce((sum, stretch) => sum + stretch.units.length, 0);
    const what = unprovable === units ? 'This write' : `The write to ${unprovable} of ${count(units, 'erase unit')}`;
    return html`<p class="unprovable">
      ${icons.warning}<span
        ><b>${what} cannot be verified:</b> the board accepts the data but cannot be read afterwards.</span
      >
    </p>`;
  }

  private isLit(range: Range): boolean {
    return isLit(this.highlight, range);
  }

  private renderLine(line: Line): TemplateResult {
    return html`<li
      class=${classMap({ [line.meaning]: true, lit: this.isLit(line.range) })}
      @pointerenter=${() => sendPoint(this, line.range)}
      @pointerleave=${() => sendPoint(this, null)}
    >
      <i class="swatch" aria-hidden="true"></i>
      <span><span class="says">${line.says}</span> <span class="exact">${line.exact}</span></span>
    </li>`;
  }

  private renderStretches({ plan }: Planned): TemplateResult {
    const stretches = plan.stretches.length === 1 ? '1 stretch' : `${plan.stretches.length} stretches`;
    return html`<wa-details appearance="plain" summary=${`${stretches}, in write order`}>
      <ol class="stretches">
        ${plan.stretches.map(
          (stretch) =>
            html`<li
              class=${classMap({ exact: true, lit: this.isLit(stretch) })}
              @pointerenter=${() => sendPoint(this, stretch)}
              @pointerleave=${() => sendPoint(this, null)}
            >
              ${describeStretch(stretch)}
            </li>`,
        )}
      </ol>
    </wa-details>`;
  }

  private renderAsk(ask: Refusal, yes: boolean): TemplateResult {
    return html`<article class="card warning">
      <h4>${icons.warning}${ask.says}</h4>
      <p>${ask.next} ${renderMore(ask)}</p>
      <wa-checkbox
        .checked=${yes}
        @change=${(event: Event & { readonly currentTarget: WaCheckbox }) =>
          sendIntent(this, { do: 'consent', ask: askKey(ask), yes: event.currentTarget.checked })}
        >${ask.consent ?? 'Continue anyway'}</wa-checkbox
      >
      ${renderExact(ask.kind, where(ask.place, this.layout), ask.values)}
    </article>`;
  }
}

/** The heading of what stands in the way: a place to choose is a question, and nothing is wrong. */
function refusedHeading({ refusals }: Refused): string {
  if (refusals.every(({ needs }) => needs === 'place')) {
    return `Choose a place for ${[...new Set(refusals.map(({ values }) => values['file']))].join(', ')}`;
  }
  return `This cannot be written${refusals.length === 1 ? '' : ` (${refusals.length} reasons)`}`;
}

/** What the plan is for; none for a plan for files. */
function renderHeading({ purpose, summary }: Planned): TemplateResult {
  if (purpose.kind === 'flash') return html`<h3>${summary}</h3>`;
  const title =
    purpose.kind === 'erase'
      ? `Erase ${purpose.name}`
      : purpose.kind === 'restore'
        ? `Restore ${restored(purpose)}`
        : 'Roll back to the previous content';
  return html`<div>
    <h3>${title}</h3>
    <p>${summary}</p>
  </div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'plan-view': PlanView;
  }
}
