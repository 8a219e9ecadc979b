import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Inspection, Protection } from '../../src/flash/family.ts';
import type { BootSelection } from '../../src/flash/boot-choice.ts';
import { isSameChoice } from '../../src/flash/boot-choice.ts';
import type { Finding } from '../../src/flash/finding.ts';
import { isUrgent } from '../../src/flash/finding.ts';
import { chipName } from '../../src/flash/identity.ts';
import { regionSize } from '../../src/flash/map.ts';
import '../boot-entries/boot-entries.ts';
import '../unlock-dialog/unlock-dialog.ts';
import { styles } from './board-panel.styles.ts';
import { startReason, summaryOf } from '../../src/session/words/board.ts';
import { sendIntent } from '../shared/events.ts';
import { findingStyles, findingsSummary, firstRepair, renderFindings } from '../shared/finding.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/base.ts';
import { bytes } from '../shared/format.ts';

/** What can be unfolded. */
type Fold = 'why' | 'details';

/**
 * What a person has unfolded or folded of one board, which `of` names. It outlives the panel: a board that is read again is the same.
 */
interface Folds {
  readonly of: string;
  readonly open: Partial<Readonly<Record<Fold, boolean>>>;
  /** True where a person has asked to change what starts, and the board had to be read again first. */
  readonly asks?: true;
}

/** What the last panel left, for the next one. */
let kept: Folds = { of: '', open: {} };

/**
 * The summary of the connected board: what it starts, then what is wrong with it; everything else is folded. Why it starts that is said
 * at once where it may not stay so; the entries that select it are unfolded by a person, and folded once one of them is to change.
 *
 * @property board – what was read from it
 * @property stale – whether a job is writing to it, so that this is of before
 * @property unfinished – whether a write to it was interrupted, so that it may not stay as it is shown here
 * @property unclear – whether a job is running or unfinished: checks that passed are no all-clear then
 * @property listed – whether the view below lists the findings, so that they are not shown here too
 * @property primary – whether the repair of its worst problem is the next step
 * @property blanked – whether all of its flash was just erased, which is said above: it is no problem then that nothing is there to start
 * @property hold – why the board can be neither read nor written now; empty if it can
 * @property again – what comes first where that lasts until a person asks for it, as the end of a sentence; empty where it passes by itself
 * @event sectorwise-intent – what a repair of a finding asks for; `choose-start`, what should start; `unlock`
 * @event sectorwise-open – the view that a repair opens
 */
@customElement('board-panel')
export class BoardPanel extends LitElement {
  static override styles = [base, findingStyles, styles];

  @property({ attribute: false }) board: Inspection | null = null;
  @property({ type: Boolean }) stale = false;
  @property({ type: Boolean }) unfinished = false;
  @property({ type: Boolean }) unclear = false;
  @property({ type: Boolean }) listed = false;
  @property({ type: Boolean }) primary = false;
  @property({ type: Boolean }) blanked = false;
  @property() hold = '';
  @property() again = '';

  /** Whether a person is asked about unlocking the chip. */
  @state() private unlocking = false;

  @state() private folds: Folds = kept;

  /** What a person has unfolded or folded of this board. */
  private get open(): Folds['open'] {
    return this.folds.of === this.of ? this.folds.open : {};
  }

  private get of(): string {
    const { key, chip } = this.board?.identity ?? { key: null, chip: '' };
    return key?.value ?? chip;
  }

  private fold(fold: Fold, open: boolean): void {
    this.folds = { of: this.of, open: { ...this.open, [fold]: open } };
    kept = this.folds;
  }

  /** Moves the focus to the problems, or to the summary if there are none. */
  override focus(): void {
    const place = this.shadowRoot?.querySelector<HTMLElement>('.problems') ?? this.shadowRoot?.querySelector('h2');
    place?.focus();
  }

  protected override updated(): void {
    const { asks, ...folds } = this.folds;
    if (asks !== true || folds.of !== this.of || this.hold !== '') return;
    this.folds = folds;
    kept = folds;
    void this.askWhatStarts();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { board } = this;
    if (board === null) return nothing;
    const { layout, protections, boot, selection, identity } = board;
    const findings = this.blanked ? board.findings.filter(({ kind }) => kind !== boot?.beside?.kind) : board.findings;
    const pressing = this.listed ? [] : findings.filter(isUrgent);
    // The view that lists them lists the notes too.
    const calm = findings.filter((finding) => !isUrgent(finding) && !(this.listed && finding.verdict === 'note'));
    // What a finding here says too is said by it alone.
    const guarded = protections.filter(
      (protection) => isUrgent(protection) && pressing.every(({ kind }) => kind !== protection.beside),
    );
    const { says, app, place } = summaryOf(board);
    const shown = selection === undefined || !this.listed ? selection : withoutRepairs(selection, findings);
    const offers = shown?.offers ?? [];
    const unsure = (place === null && identity.file?.partition !== true) || this.unfinished;
    // The finding that gives it too is said here, in the view below, or to follow from what was erased.
    const reason = boot === null ? '' : startReason(boot, board.findings);
    const why = this.open.why ?? false;
    const details = this.open.details ?? false;
    return html`
      <div class="head">
        <h2 class=${unsure ? 'unsure' : ''} tabindex="-1">
          ${unsure ? icons.warning : nothing}
          <span
            >${says}
            ${app === null ? nothing : html`<b>${app}</b> from`}${place === null ? nothing : html` <b>${place}</b>`}
            ${app === null && place !== null ? 'next' : nothing}
            ${this.stale ? html`<span class="small quiet">before this job</span>` : nothing}</span
          >
        </h2>
        ${boot === null || (unsure && (selection?.entries ?? []).length === 0) ? nothing : this.renderFold('why', why, 'Why')}
        ${offers.length === 0 ? nothing : this.renderChange()}
        ${this.renderFold('details', details, 'Details', findingsSummary(findings, this.unclear || unsure))}
      </div>
      ${
        unsure && (this.unfinished || reason !== '')
          ? html`<p class="reason small">
              ${this.unfinished ? html`<b>The unfinished job may still change this.</b>` : nothing} ${reason}
            </p>`
          : nothing
      }
      ${
        boot === null
          ? nothing
          : html`<div id="why" class="small" ?hidden=${!why}>
              ${unsure ? nothing : html`<p class="reason">${startReason(boot)}</p>`}
              ${
                selection === undefined
                  ? nothing
                  : html`<boot-entries
                      .selection=${shown}
                      .hold=${this.hold}
                      @sectorwise-intent=${() => this.fold('why', false)}
                    ></boot-entries>`
              }
            </div>`
      }
      ${
        pressing.length === 0 && guarded.length === 0
          ? nothing
          : html`<section class="problems" tabindex="-1" aria-label="Problems and protections">
              ${this.hold === '' || (this.again === '' && !this.stale) ? nothing : html`<p class="small"><b>${this.stale ? `Found before this job. ${this.hold}` : this.hold}</b></p>`}
              ${renderFindings(pressing, layout, this.hold, this.primary ? firstRepair(board) : null)}
              ${this.renderUnlock(board)} ${renderProtections(guarded)}
            </section>`
      }
      <div id="details" class="details" ?hidden=${!details}>
        ${this.renderFacts(board)} ${renderProtections(protections, 'all')} ${renderFindings(calm, layout, this.hold)}
      </div>
    `;
  }

  /** The way to unlock a protected chip, which asks for words first. */
  private renderUnlock({ unlock, identity }: Inspection): TemplateResult | typeof nothing {
    if (unlock === undefined) return nothing;
    return html`<div class="unlock">
        <wa-button
          class="long"
          size="s"
          variant="danger"
          appearance="outlined"
          ?disabled=${this.hold !== ''}
          title=${this.hold === '' ? 'Says what it costs and asks before anything is erased.' : this.hold}
          @click=${() => (this.unlocking = true)}
          >${icons.lock} Unlock this chip</wa-button
        >
      </div>
      <unlock-dialog
        .offer=${this.unlocking ? unlock : null}
        .board=${identity.chip}
        @unlock-closed=${() => (this.unlocking = false)}
      ></unlock-dialog>`;
  }

  private renderFold(fold: Fold, open: boolean, label: string, beside = ''): TemplateResult {
    return html`<button
      type="button"
      class="fold"
      aria-expanded=${open}
      aria-controls=${fold}
      @click=${() => this.fold(fold, !open)}
    >
      ${icons.fold}${label} ${beside === '' ? nothing : html`<span class="quiet">${beside}</span>`}
    </button>`;
  }

  /** The entries that select what starts are shown with the reason: this leads to what can be changed about them. */
  private renderChange(): TemplateResult {
    const isFirst = this.hold !== '' && this.again !== '';
    // A reading passes sooner than it could be read.
    const later = isFirst ? this.again : this.hold !== '' && this.stale ? 'after the job' : '';
    return html`<button
      type="button"
      class="fold"
      ?disabled=${this.hold !== '' && !isFirst}
      title=${isFirst ? '' : this.hold}
      @click=${isFirst ? this.askAfterReading : () => void this.askWhatStarts()}
    >
      ${icons.bolt}<span class="named"
        >Change what starts ${later === '' ? nothing : html`<small>${later}</small>`}</span
      >
    </button>`;
  }

  /** Has the board read again; then it is asked what should start. */
  private askAfterReading(): void {
    this.folds = { of: this.of, open: this.open, asks: true };
    kept = this.folds;
    sendIntent(this, { do: 'reconnect' });
  }

  private async askWhatStarts(): Promise<void> {
    this.fold('why', true);
    await this.updateComplete;
    this.shadowRoot?.querySelector('boot-entries')?.ask();
  }

  private renderFacts({ identity, layout }: Inspection): TemplateResult {
    const sizes = layout.map.regions.map((region) => `${bytes(regionSize(region))} ${region.name}`).join(', ');
    const facts = [
      { name: 'Chip', value: chipName(identity) },
      { name: 'Flash', value: sizes },
      ...(identity.key === null && identity.file === undefined
        ? [{ name: 'Identity', value: 'none: this chip has no unique ID' }]
        : []),
      ...identity.facts,
    ];
    return html`<dl class="facts">
      ${facts.map(
        ({ name, value }) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>`;
  }
}

/** What can be changed about the start, without what the view below offers as a repair. */
function withoutRepairs(selection: BootSelection, findings: readonly Finding[]): BootSelection {
  const listed = findings
    .flatMap(({ repairs = [] }) => repairs)
    .flatMap(({ request }) => (request.do === 'choose-start' ? [request.choice] : []));
  const offers = selection.offers.filter(({ choice }) => !listed.some((each) => isSameChoice(each, choice)));
  return { ...selection, offers };
}

/** Protections with their meaning; nothing if there are none: a family without protections has not said that there is none. */
function renderProtections(protections: readonly Protection[], which: 'all' | 'pressing' = 'pressing') {
  if (protections.length === 0) return nothing;
  const open = which === 'all' && protections.every(({ verdict }) => verdict === 'good');
  return html`<section class="protections" aria-labelledby="protection-${which}">
    <h3 id="protection-${which}">${icons.shield}Protection</h3>
    ${open ? html`<p class="small">No protection: the whole flash can be read and written.</p>` : nothing}
    <dl>
      ${protections.map(
        ({ name, state, says, verdict }) =>
          html`<div class=${verdict}>
            <dt>${icons[verdict]}${name}</dt>
            <dd><b>${state}</b> <span>${says}</span></dd>
          </div>`,
      )}
    </dl>
  </section>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'board-panel': BoardPanel;
  }
}
