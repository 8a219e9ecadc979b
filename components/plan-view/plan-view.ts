import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import type WaCheckbox from '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import type { PropertyValues, TemplateResult } from 'lit';
import { LitElement, html, noChange, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { describeStretch, stretchGroups, stretchWords } from '../../src/flash/describe.ts';
import type { Refusal } from '../../src/flash/finding.ts';
import { askKey } from '../../src/flash/finding.ts';
import type { Layout } from '../../src/flash/layout.ts';
import { NO_LAYOUT } from '../../src/flash/layout.ts';
import type { Range } from '../../src/flash/map.ts';
import type { Stretch } from '../../src/flash/plan.ts';
import type { FileView, Planned, Work } from '../../src/session/state.ts';
import type { Highlight } from '../shared/events.ts';
import { isHighlighted, sendIntent, sendPoint } from '../shared/events.ts';
import {
  findingStyles,
  renderExact,
  renderMore,
  renderRefusal,
  renderRepair,
  renderRepairs,
} from '../shared/finding.ts';
import { count, where } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { saveFile } from '../shared/save.ts';
import { chosenRanges } from '../../src/session/words/doing.ts';
import { startLines } from '../../src/session/words/layout-change.ts';
import { styles } from './plan-view.styles.ts';
import type { Line } from '../../src/session/words/plan.ts';
import { backupLines, fateLines } from '../../src/session/words/plan.ts';
import { base } from '../shared/base.ts';

/**
 * What will happen to the board, before it happens, behind the headline in the job bar: what needs consent, what is backed up,
 * what changes and what stays. Refusals are shown instead if there are any.
 *
 * @property work – shown while it is `refused` or `planned`
 * @property layout – the board's own, which names what is there now; a plan brings the layout that it uses
 * @property files – what is chosen: beside the files of a person, what stays of the erase units that they cover in part is listed
 * @property highlight – the highlighted range
 * @property image – whether the plan is for a flash image in a file, of which nothing is backed up
 * @event sectorwise-intent – `consent`
 * @event sectorwise-point – the part of the plan pointed at
 */
@customElement('plan-view')
export class PlanView extends LitElement {
  static override styles = [base, findingStyles, styles];

  @property({ attribute: false }) work: Work = { kind: 'idle' };
  @property({ attribute: false }) layout: Layout = NO_LAYOUT;
  @property({ attribute: false }) files: readonly FileView[] = [];
  @property({ attribute: false }) highlight: Highlight = null;
  @property({ type: Boolean }) image = false;

  /** The plan whose questions stay while it is made again, because the focus is at one of them; null for none. */
  #answering: Planned | null = null;

  /** While a plan is updated its height is kept: what is below must not jump under the pointer. */
  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('work');
    if (before === undefined || before.kind === this.work.kind) return;
    const isAgain = this.work.kind === 'surveying';
    this.style.minHeight = isAgain && before.kind !== 'idle' ? `${this.offsetHeight}px` : '';
    const isAtQuestion = (this.shadowRoot?.activeElement?.closest('.question') ?? null) !== null;
    this.#answering = isAgain && before.kind === 'planned' && isAtQuestion ? before : null;
  }

  /** Moves the focus to the first question that waits for an answer, or the first of all or refusal, or to what the plan says first. */
  override focus(): void {
    const first =
      this.shadowRoot?.querySelector<HTMLElement>('article.open') ??
      this.shadowRoot?.querySelector<HTMLElement>('article.card') ??
      this.shadowRoot?.querySelector<HTMLElement>('.afterwards');
    first?.focus({ preventScroll: true });
    first?.scrollIntoView({ block: 'nearest' });
  }

  protected override render(): TemplateResult | typeof nothing {
    const { work } = this;
    switch (work.kind) {
      case 'refused':
        return html`<div role="alert" class="stack">
          ${work.refusals.map((refusal) => renderRefusal(refusal, this.layout))}
        </div>`;
      case 'planned':
      case 'surveying':
        return html`${this.renderAsks(work.kind === 'planned' ? work : this.#answering, work.kind === 'surveying')}
        ${work.kind === 'planned' ? this.renderPlan(work) : nothing}`;
      default:
        return nothing;
    }
  }

  private renderPlan(work: Planned): TemplateResult {
    const { plan, ofLayout, afterwards } = work;
    const first = ofLayout === undefined ? afterwards : html`<b>${ofLayout}</b> ${afterwards}`;
    const starts = startLines(work);
    return html`
      <p class="afterwards" tabindex="-1">${first}</p>
      ${starts.length === 0 ? nothing : html`<p>${starts.join(' ')}</p>`} ${this.renderUnprovable(work)}
      ${this.renderBackup(work)}
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
        ${fateLines(plan, work.fates, work.purpose.kind, chosenRanges(this.files)).map((line) => this.renderLine(line))}
      </ul>
      ${plan.stretches.length === 0 ? nothing : this.renderStretches(work)}
    `;
  }

  /** What happens to the overwritten bytes: first what is backed up, then what cannot be restored. */
  private renderBackup({ backup }: Planned): TemplateResult | typeof nothing {
    const { kept, lost } = backupLines(backup, this.layout);
    // Of a flash image nothing is overwritten but the copy in memory.
    if (this.image) return nothing;
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

  private isHighlighted(range: Range): boolean {
    return isHighlighted(this.highlight, range);
  }

  private renderLine(line: Line): TemplateResult {
    return html`<li
      class=${classMap({ [line.meaning]: true, lit: this.isHighlighted(line.range) })}
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
        ${stretchGroups(plan).map(({ why, first, stretches: own }) =>
          own.length === 1
            ? own.map((stretch) => this.renderStretch(stretch, first, describeStretch(stretch)))
            : html`<li class="group">
                <span class="exact">${why}:</span>
                <ol>
                  ${own.map((stretch, i) => this.renderStretch(stretch, first + i, stretchWords(stretch)))}
                </ol>
              </li>`,
        )}
      </ol>
    </wa-details>`;
  }

  private renderStretch(stretch: Stretch, number: number, says: string): TemplateResult {
    return html`<li
      value=${number}
      class=${classMap({ exact: true, lit: this.isHighlighted(stretch) })}
      @pointerenter=${() => sendPoint(this, stretch)}
      @pointerleave=${() => sendPoint(this, null)}
    >
      ${says}
    </li>`;
  }

  /** The questions of a plan. Each is the same one, with the same box, in a plan that goes another way for its answer. */
  private renderAsks(asked: Planned | null, isHeld: boolean): TemplateResult | typeof nothing {
    if (asked === null) return nothing;
    const { asks, granted } = asked;
    const topics = asks.map(({ kind, place }) => JSON.stringify([kind, place]));
    // Of several about one thing, each is told apart by its position among them.
    const key = (_: Refusal, i: number) =>
      `${topics.slice(0, i).filter((each) => each === topics[i]).length} ${topics[i]}`;
    return html`${repeat(asks, key, (ask) => this.renderAsk(ask, granted.includes(askKey(ask)), isHeld))}`;
  }

  /** `isHeld`: the plan that it is of is made again, and takes no answer; the box says the one it was given. */
  private renderAsk(ask: Refusal, yes: boolean, isHeld: boolean): TemplateResult {
    const hold = (event: Event) => {
      if (!isHeld) return;
      event.preventDefault();
      event.stopPropagation();
    };
    const isNeeded = ask.optional !== true;
    const is = { card: true, question: true, warning: isNeeded, open: isNeeded && !yes };
    return html`<article class=${classMap(is)} tabindex="-1" aria-busy=${isHeld}>
      <h4>${isNeeded ? icons.warning : icons.note}${ask.says}</h4>
      <p>${ask.next} ${renderMore(ask)}</p>
      ${ask.repair === undefined ? nothing : html`<div class="repairs">${renderRepair(ask.repair, '', !yes)}</div>`}
      ${renderRepairs(ask.offers ?? [])}
      <wa-checkbox
        .checked=${isHeld ? noChange : live(yes)}
        @click=${{ handleEvent: hold, capture: true }}
        @change=${(event: Event & { readonly currentTarget: WaCheckbox }) =>
          sendIntent(this, { do: 'consent', ask: askKey(ask), yes: event.currentTarget.checked })}
        >${ask.consent ?? 'Continue anyway'}</wa-checkbox
      >
      ${renderExact(ask.kind, where(ask.place, this.layout), ask.values)}
    </article>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'plan-view': PlanView;
  }
}
