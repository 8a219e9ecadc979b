import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { startsNothing } from '../../src/flash/diagnosis.ts';
import type { Inspection } from '../../src/flash/family.ts';
import type { PageIntent } from '../../src/session/intents.ts';
import type { ContainerView, Ended, FileView, Interrupted, Planned, Work } from '../../src/session/state.ts';
import {
  endedEarly,
  isChosenByHand,
  isForJobOrFiles,
  isReadingAgain,
  neededAsks,
  openAsks,
} from '../../src/session/state.ts';
import { bringsBack } from '../../src/storage/records.ts';
import { carryingOut } from '../../src/session/words/carry-out.ts';
import { headlineOf } from '../../src/session/words/headline.ts';
import { targets } from '../../src/session/words/plan.ts';
import { riskWords } from '../../src/session/words/risk.ts';
import { againWords } from '../../src/session/words/plugged.ts';
import { afterwardsWords, verdictOf } from '../../src/session/words/verdict.ts';
import { sendIntent, sendShow } from '../shared/events.ts';
import { estimated } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { progressBar, progressStyles } from '../shared/progress-bar.ts';
import { revealedBy, saveReport } from '../shared/save.ts';
import { base } from '../shared/base.ts';
import { percentOf, readingShown } from '../shared/under-way.ts';
import { styles } from './job-bar.styles.ts';
import { renderFinish, renderOtherWays, renderResume, renderWaysWords } from './job-bar.ways.ts';
import {
  briefNow,
  confirmed,
  flashingShown,
  madeIn,
  isOfJob,
  isPassing,
  nowWords,
  planButton,
  refusedWords,
  resumableBefore,
  RESUMES,
  startingWords,
  toConfirm,
  unfinishedWords,
  writesWords,
} from './job-bar.words.ts';

type Refused = Extract<Work, { kind: 'refused' }>;

/** Screen readers are told at every step of this many percent, not at every block. */
const STEP = 25;

/** What the bar shows: a headline, what is below it, and what can be done. */
interface Shown {
  readonly mood?: 'verified' | 'unproved' | 'stopped' | 'failed';
  readonly sign?: TemplateResult;
  readonly headline: string | TemplateResult;
  readonly below: TemplateResult | string;
  readonly actions: TemplateResult | typeof nothing;
  /** How much is done, null where its end is not known; absent where nothing is under way. */
  readonly percent?: number | null;
}

/**
 * The bar that stays at the bottom while something is planned, runs or has ended: the plan in one sentence and the button that
 * carries it out, then the progress and Stop, then the verdict and what to do next.
 *
 * @property work – while it is `idle`, only an unfinished job is shown
 * @property files – the chosen files, which name what is written
 * @property containers – the dropped containers
 * @property board – what was read from the board, after a job once more
 * @property saved – whether everything that is changed in a flash image is saved
 * @property unfinished – the unfinished job on the board, which comes before new files; null if there is none
 * @property compact – whether a verdict is one line: in a view that shows something else
 * @property unplanned – whether planning was stopped although files have places: then it can be planned again
 * @event sectorwise-intent – `flash`, `cancel`, `resume`, `roll-back`, `abandon-job`, `reconnect`, `plan-files`, or `remove-file` and `set` for what is let go before another file is flashed, or with a plan
 * @event sectorwise-show – to show the consents or refusals that stand in the way, or where the next file is chosen
 */
@customElement('job-bar')
export class JobBar extends LitElement {
  static override styles = [base, progressStyles, styles];

  @property({ attribute: false }) work: Work = { kind: 'idle' };
  @property({ attribute: false }) files: readonly FileView[] = [];
  @property({ attribute: false }) containers: readonly ContainerView[] = [];
  @property({ attribute: false }) board: Inspection | null = null;
  @property({ attribute: false }) unfinished: Interrupted | null = null;
  @property({ type: Boolean }) saved = false;
  @property({ type: Boolean }) compact = false;
  @property({ type: Boolean }) unplanned = false;

  /** Moves the focus to the headline. */
  override focus(): void {
    this.shadowRoot?.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
  }

  protected override render(): TemplateResult | typeof nothing {
    const shown = this.shown();
    if (shown === null) return nothing;
    const { mood, sign, headline, below, actions, percent } = shown;
    const said = this.said();
    return html`<section
        aria-labelledby="headline"
        class=${classMap({ ended: mood !== undefined, [mood ?? '']: mood !== undefined, compact: this.compact })}
      >
        ${sign === undefined ? nothing : html`<span class="sign">${sign}</span>`}
        <div class="words">
          <h2 id="headline" tabindex="-1">${headline}</h2>
          ${below === '' ? nothing : html`<p class="below">${below}</p>`}
        </div>
        <div class="actions">${actions}</div>
        ${percent === undefined ? nothing : progressBar(this.label(), percent)}
      </section>
      <p class="hidden" role="status">${said}</p>`;
  }

  /** Whether it is about a flash image in a file. */
  private get isImage(): boolean {
    return this.board?.identity.file !== undefined;
  }

  private get holder(): 'board' | 'image' {
    return this.isImage ? 'image' : 'board';
  }

  private shown(): Shown | null {
    const { work } = this;
    switch (work.kind) {
      case 'idle':
        return this.idle();
      case 'surveying':
        return { ...readingShown(work), actions: this.renderStop() };
      case 'refused':
        return this.refused(work);
      case 'planned':
        return this.planned(work);
      case 'flashing':
        return {
          ...flashingShown(work),
          actions: isReadingAgain(work) ? nothing : this.renderStop('Stop', work.stopping ? nowWords(work) : ''),
        };
      case 'starting':
        return {
          headline: writesWords(work.units),
          below: startingWords(work),
          // The board has its new content and runs it: only waiting for its output can still be ended.
          actions: work.bootLog === null ? nothing : this.renderStop('Stop listening'),
          percent: null,
        };
      case 'ended':
        return this.ended(work);
    }
  }

  private refused(work: Refused): Shown {
    const { headline, below } = refusedWords(work, this.isImage, this.unfinished);
    const job = isForJobOrFiles(work) ? this.unfinished : null;
    return {
      headline,
      below: job === null ? below : html`${below}${renderWaysWords(job)}`,
      sign: icons.problem,
      actions: html`${this.renderWayOut(work)} ${this.renderShow('Show why')}
      ${job === null ? nothing : html`${renderFinish(this, job)} ${renderOtherWays(this, job)}`}`,
    };
  }

  /** An unfinished job comes first, before any file is chosen. */
  private idle(): Shown | null {
    const { unfinished, unplanned } = this;
    const again = unplanned ? this.renderPlanAgain('Plan again') : nothing;
    if (unfinished !== null) {
      const { headline, below } = unfinishedWords(unfinished);
      return {
        headline,
        below: html`${below}${renderWaysWords(unfinished)}`,
        actions: html`${again} ${renderFinish(this, unfinished)} ${renderOtherWays(this, unfinished)}`,
      };
    }
    if (!unplanned) return null;
    return {
      headline: 'No plan for what you chose',
      below: 'Planning was stopped. Nothing was written.',
      actions: again,
    };
  }

  private planned(work: Planned): Shown {
    const { plan, estimateMs, purpose } = work;
    const resumable = this.resumable(work);
    if (resumable !== null && isOfJob(work, resumable)) return this.resumed(work, resumable);
    const headline = headlineOf(work, this, this.holder);
    const { says, rest, destructive } = headline;
    if (plan.stretches.length === 0) return { headline: says, below: '', actions: this.renderWayOut(work) };
    const open = openAsks(work).length;
    const needs = open === 0 ? '' : toConfirm(open);
    const needed = neededAsks(work).length;
    const label = planButton(work, headline, resumable);
    const isSecond = purpose.kind === 'flash' && this.unfinished !== null;
    const risk = this.board === null ? '' : riskWords(work, this.board);
    const variant = isSecond ? 'neutral' : destructive ? 'danger' : 'brand';
    return {
      headline:
        resumable === null ? html`${says} <span class="rest">${rest}</span>` : unfinishedWords(resumable).headline,
      below: html`${
          resumable === null
            ? nothing
            : html`<span class="choice">${RESUMES}${renderWaysWords(resumable)}</span> <b>${label}</b> leaves that job
                and writes what you chose now: ${says} ${rest} `
        }${needed > 0 ? html`<b class="confirmed" data-first=${toConfirm(needed)}>${open === 0 ? confirmed(needed) : needs}</b> ` : nothing}${risk === '' ? nothing : html`<b class="risk">${risk}</b> `}Takes
        <b>${estimated(estimateMs)}</b>. ${this.isImage ? 'Written into the copy in memory. ' : ''}<span class="units"
          >${work.summary}</span
        >`,
      // It stays once all is confirmed: a person is about to press the button beside it.
      actions: html`${this.renderWayOut(work)} ${needed > 0 ? this.renderShow('Show what to confirm') : nothing}
        <wa-button
          class="long"
          variant=${variant}
          appearance=${isSecond ? 'outlined' : 'accent'}
          ?disabled=${open > 0}
          title=${needs}
          @click=${() => sendIntent(this, { do: 'flash', plan: plan.image.md5 })}
          >${bringsBack(purpose.kind) ? icons.back : icons.bolt} ${label}</wa-button
        >
        ${resumable === null ? nothing : html`${renderResume(this, resumable.job)} ${renderOtherWays(this, resumable)}`}`,
    };
  }

  /** A plan that leads to what the unfinished job leads to: it is resumed, and there is nothing to choose between. */
  private resumed(work: Planned, job: Interrupted): Shown {
    return {
      headline: unfinishedWords(job).headline,
      below: html`${RESUMES} What is chosen here is part of that job.${renderWaysWords(job)}`,
      actions: html`${this.renderWayOut(work)} ${renderResume(this, job.job)} ${renderOtherWays(this, job)}`,
    };
  }

  /** Ends what is being done; `why` says why it cannot be pressed, empty if it can. */
  private renderStop(label = 'Stop', why = ''): TemplateResult {
    const writes = this.work.kind === 'flashing';
    return html`<wa-button
      variant=${writes ? 'danger' : 'neutral'}
      appearance="outlined"
      ?disabled=${why !== ''}
      title=${why}
      @click=${() => sendIntent(this, { do: 'cancel' })}
      >${icons.stop} ${label}</wa-button
    >`;
  }

  private ended(work: Ended): Shown {
    const { mood, title, says } = verdictOf(work, briefNow(targets(work.plan, work.layout, work.purpose), this.board));
    const { start, connected, report } = work;
    const { start: started, left: remaining } = afterwardsWords(work, this.board);
    const good = start?.verdict?.good ?? null;
    const resumable = this.resumable(work);
    const canResume = resumable !== null;
    // Once everything is written and verified, no button may look as if something were left to do.
    const left = !canResume && (endedEarly(work) || (start !== null && good !== true && good !== null));
    const signs = { verified: icons.good, unproved: icons.warning, stopped: icons.stop, failed: icons.problem };
    // Verified as planned, and yet no success: the board starts something else, or nothing at all for a problem that is left.
    const isDead = remaining !== '' && startsNothing(this.board?.boot ?? null);
    const shown = mood === 'verified' && (good === false || isDead) ? 'unproved' : mood;
    return {
      mood: shown,
      sign: signs[shown],
      headline: title,
      below: html`${work.failure === null ? nothing : html`<b>${work.failure.says}</b> `}${
          started === '' ? nothing : html`<b class="start">${started}</b> `
        }${remaining === '' ? nothing : html`<b>${remaining}</b> `}<span class="proof">${says}</span>`,
      actions: html`
        ${canResume ? renderResume(this, resumable.job) : nothing}
        ${
          endedEarly(work) || this.board?.identity.file?.partition === true
            ? nothing
            : html`<wa-button appearance="outlined" @click=${() => this.flashAnother(connected)}
                >${icons.file} Flash another file</wa-button
              >`
        }
        ${
          this.isImage
            ? this.renderSaveImage(canResume)
            : html`<wa-button
                variant=${left ? 'brand' : 'neutral'}
                appearance=${left ? 'accent' : 'outlined'}
                @click=${() => sendIntent(this, { do: 'reconnect' })}
                >${icons.again} ${againWords(work)}</wa-button
              >`
        }
        <wa-button appearance="outlined" title=${revealedBy(report)} @click=${() => saveReport(report, true)}
          >${icons.save} Save the report</wa-button
        >
      `,
    };
  }

  /** The unfinished job that is resumed from here: after a stop, or before files that are planned. */
  private resumable(work: Planned | Ended): Interrupted | null {
    if (work.kind === 'planned') return resumableBefore(work, this.unfinished);
    return work.connected && endedEarly(work) && this.unfinished?.noResume === null ? this.unfinished : null;
  }

  /** The file that was opened is as it was until the image is saved; `later` if something else comes first. */
  private renderSaveImage(later: boolean): TemplateResult {
    const quiet = this.saved || later;
    return html`<wa-button
      variant=${quiet ? 'neutral' : 'brand'}
      appearance=${quiet ? 'outlined' : 'accent'}
      @click=${() => sendIntent(this, { do: 'save-image', what: 'image' })}
      >${icons.save} Save the image</wa-button
    >`;
  }

  /** Removes the files that are on the board now; one that is not connected is connected again for the next. */
  private flashAnother(connected: boolean): void {
    const plain = this.files.filter(({ container }) => container === null);
    for (const { id } of [...this.containers, ...plain]) sendIntent(this, { do: 'remove-file', id });
    sendIntent(this, connected ? { do: 'plan-files' } : { do: 'reconnect' });
    // The next one is chosen in the view of Flash.
    sendShow(this, 'files');
  }

  /** From a plan to restore, to roll back or to repair, to the state before it: to the files that were chosen then, in the view of Flash. */
  private renderWayOut(work: Planned | Refused): TemplateResult | typeof nothing {
    if (work.purpose.kind === 'flash')
      return isPassing(work) ? this.renderPlanAgain('Try again') : this.renderDiscard(madeIn(work, this));
    const { length } = this.files.filter(isChosenByHand);
    return length === 0
      ? this.renderPlanAgain('Discard this plan')
      : this.renderPlanAgain(`Back to the chosen ${length === 1 ? 'file' : 'files'}`, () => sendShow(this, 'files'));
  }

  /** Takes back what a repair or an editor made for this plan, each by its intent. */
  private renderDiscard(made: readonly PageIntent[]): TemplateResult | typeof nothing {
    if (made.length === 0) return nothing;
    const discard = () => made.forEach((intent) => sendIntent(this, intent));
    return html`<wa-button class="long" appearance="outlined" @click=${discard}>Discard this plan</wa-button>`;
  }

  private renderPlanAgain(label: string, then = () => {}): TemplateResult {
    const plan = () => {
      sendIntent(this, { do: 'plan-files' });
      then();
    };
    return html`<wa-button class="long" appearance="outlined" @click=${plan}>${label}</wa-button>`;
  }

  private renderShow(label: string): TemplateResult {
    return html`<wa-button appearance="outlined" @click=${() => sendShow(this, 'plan')}>${label}</wa-button>`;
  }

  private label(): string {
    const { work } = this;
    if (work.kind === 'flashing') return isReadingAgain(work) ? work.progress.says : carryingOut(work, work.about);
    if (work.kind === 'starting') return startingWords(work);
    return work.kind === 'surveying' ? work.progress.says : '';
  }

  /** What a screen reader is told: changes of the state, and each quarter of a job. */
  private said(): string {
    const { work } = this;
    switch (work.kind) {
      case 'planned': {
        const resumable = this.resumable(work);
        if (resumable !== null) return unfinishedWords(resumable).headline;
        const { says, rest } = headlineOf(work, this, this.holder);
        return `${says} ${rest}`;
      }
      case 'refused':
        return refusedWords(work, this.isImage, this.unfinished).headline;
      case 'surveying':
        return work.progress.says;
      case 'flashing': {
        if (isReadingAgain(work)) return `${writesWords(work.units)}. ${nowWords(work)}`;
        const percent = percentOf(work);
        return `${nowWords(work)}${percent === null ? '' : ` ${Math.floor(percent / STEP) * STEP} percent.`}`;
      }
      case 'starting':
        return startingWords(work);
      case 'ended':
        return verdictOf(work).title;
      case 'idle':
        return this.unfinished === null ? '' : unfinishedWords(this.unfinished).headline;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'job-bar': JobBar;
  }
}
