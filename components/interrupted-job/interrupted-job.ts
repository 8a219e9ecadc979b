import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { hex } from '../../src/flash/finding.ts';
import type { Refusal } from '../../src/flash/finding.ts';
import type { Extent } from '../../src/flash/job-extent.ts';
import type { Interrupted } from '../../src/session/state.ts';
import { isWritten, resumeWords } from '../../src/session/words/job-title.ts';
import { sendIntent } from '../shared/events.ts';
import { clock, count, dayAndTime, verifiedWords } from '../shared/format.ts';
import { renderMore } from '../shared/finding.ts';
import { icons } from '../shared/icons.ts';
import { styles } from './interrupted-job.styles.ts';
import { ABANDON, ROLL_BACK, TITLES } from './interrupted-job.words.ts';
import { base } from '../shared/base.ts';

/** What the other two actions do, in one sentence. */
const SAYS_ROLL_BACK = 'Restores every byte that was overwritten. You see the plan first.';
const SAYS_ABANDON = 'Closes it and writes nothing. What was overwritten stays in your backups.';
/** The same where not all of it was backed up. */
const SAYS_LOST =
  'Closes it and writes nothing. What was backed up stays in your backups; the rest of what was overwritten is lost.';
/** The same for a flash image, which is in memory: the job ends with it. */
const IMAGE = {
  titles: { ...TITLES, flash: 'A write to this image is unfinished', erase: 'An erase in this image is unfinished' },
  abandon: 'Closes it and writes nothing. What was overwritten is given up.',
  note: 'It can be continued as long as the image is open.',
} as const;

/** What starting the board would risk while its content is between two layouts. */
const BETWEEN = 'Resume or roll back before its firmware starts: that may find content incomplete, and erase it.';

/** An action: its name, and what it does or why it is unavailable. */
interface JobAction {
  readonly does: 'resume' | 'roll-back' | 'abandon-job';
  readonly icon: TemplateResult;
  readonly name: string;
  readonly says: string;
  readonly refusal: Refusal | null;
}

/**
 * A job on this board that did not end: what it was to do, the three actions, which nobody has to scroll for, exactly how far it
 * got, and what that means for the board now.
 *
 * @property job – the interrupted job
 * @property primary – whether resuming it is the next step
 * @property locked – whether the board cannot be read or written now
 * @property reading – whether that is because it is being read
 * @property image – whether it is a job on a flash image in a file
 * @property now – what is today, in ms since 1970
 * @event sectorwise-intent – `resume`, `roll-back` or `abandon-job`
 */
@customElement('interrupted-job')
export class InterruptedJob extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) job: Interrupted | null = null;
  @property({ type: Boolean }) primary = false;
  @property({ type: Boolean }) locked = false;
  @property({ type: Boolean }) reading = false;
  @property({ type: Boolean }) image = false;
  @property({ attribute: false }) now: number | null = null;

  protected override render(): TemplateResult | typeof nothing {
    const { job, image } = this;
    if (job === null) return nothing;
    // A job that another tab is working on can only be decided there.
    const elsewhere = job.noResume?.kind === 'job-elsewhere' ? job.noResume : null;
    const actions: readonly JobAction[] = [
      {
        does: 'resume',
        icon: icons.again,
        name: 'Resume',
        says: resumeWords(job),
        refusal: job.noResume,
      },
      { ...ROLL_BACK, icon: icons.back, says: SAYS_ROLL_BACK, refusal: job.noRollBack },
      {
        ...ABANDON,
        icon: icons.cross,
        says: image ? IMAGE.abandon : job.noRollBack?.kind === 'no-way-back' ? SAYS_LOST : SAYS_ABANDON,
        refusal: elsewhere,
      },
    ];
    const first = actions.find(({ refusal }) => refusal === null);
    return html`<section class="card" aria-labelledby="title">
      <h3 id="title">${icons.warning}${(image ? IMAGE.titles : TITLES)[job.purpose]}</h3>
      <p>
        <b>${job.alone}</b>
        <span class="quiet"
          >· started
          <time datetime=${new Date(job.started).toISOString()} title=${clock(job.started)}
            >${dayAndTime(job.started, this.now ?? Date.now())}</time
          ></span
        >
      </p>
      ${
        this.locked
          ? html`<p class="small">
              ${
                this.reading
                  ? html`<b>Wait until the reading has ended.</b>`
                  : html`<b>Connect the board again to continue:</b> it is read before anything is written.`
              }
            </p>`
          : nothing
      }
      <ul aria-label="What you can do">
        ${actions.map((action) => this.renderAction(job, action, action === first))}
      </ul>
      <div class="extent">
        ${job.betweenLayouts === true && !image ? html`<p class="far">${BETWEEN}</p>` : nothing}
        ${renderBar(job.extent)}
        <p class="far">${howFar(job.extent)}</p>
        <p class="small quiet">
          ${image ? IMAGE.note : whatItMeans(job.extent, job.noResume === null && job.unreadable !== true)}
        </p>
      </div>
    </section>`;
  }

  private renderAction(
    { job }: Interrupted,
    { does, icon, name, says, refusal }: JobAction,
    first: boolean,
  ): TemplateResult {
    const loud = this.primary && first;
    return html`<li>
      <wa-button
        variant=${loud ? 'brand' : 'neutral'}
        appearance=${loud ? 'accent' : 'outlined'}
        ?disabled=${this.locked || refusal !== null}
        @click=${() => sendIntent(this, { do: does, job })}
        >${icon} ${name}</wa-button
      >
      ${
        refusal === null
          ? html`<p class="small">${says}</p>`
          : html`<p class="small"><b>Not possible.</b> ${refusal.says} ${refusal.next} ${renderMore(refusal)}</p>`
      }
    </li>`;
  }
}

/** The whole job to scale: verified, begun but not verified, and never begun. */
function renderBar({ total, verified, begun }: Extent): TemplateResult {
  const part = (units: number) => `${total === 0 ? 0 : (units / total) * 100}%`;
  return html`<div class="bar" aria-hidden="true">
    <i class="verified" style="width: ${part(verified)}"></i
    ><i class="open" style="width: ${part(begun - verified)}"></i>
  </div>`;
}

/** `87 of 412 erase units verified. 24 more were begun, the first at 0x2F000: some may be blank or half written.` */
function howFar(extent: Extent): string {
  const { total, verified, begun, asBefore, open, unchecked = 0, incomplete } = extent;
  if (begun === 0) return `Nothing was overwritten: 0 of ${count(total, 'erase unit')} started.`;
  if (isWritten(extent))
    return `${verified} of ${count(total, 'erase unit')} verified; only the end of the job was not recorded.`;
  const proved = `${verifiedWords(extent)}.`;
  const more = begun - verified - unchecked - asBefore - incomplete;
  if (open === null || more <= 0) return incomplete > 0 ? proved : `${proved} No other was being written.`;
  // A write is begun for all of its erase units at once, and they may be erased before their bytes come.
  const where = hex(open.address);
  return more === 1
    ? `${proved} 1 more was begun, at ${where}: it may be blank or half written.`
    : `${proved} ${more} more were begun, the first at ${where}: some may be blank or half written.`;
}

/** What that means for the board as it is now. */
function whatItMeans({ total, verified, begun, asBefore, incomplete }: Extent, resumable: boolean): string {
  const unchanged = total - begun + asBefore;
  const unread = begun - verified - asBefore - incomplete;
  return [
    ...(incomplete > 0 ? [`${count(incomplete, 'erase unit')} ${incomplete === 1 ? 'is' : 'are'} incomplete.`] : []),
    // Reading the board reads the start of each partition, not these.
    ...(unread > 0 && resumable ? ['Resume first reads what was begun.'] : []),
    ...(begun === 0
      ? ['The board is unchanged.']
      : unchanged > 0
        ? [`Not begun: ${count(unchanged, 'erase unit')}, as before.`]
        : []),
    // Whether the rest is unchanged is compared at the end of a job, which this one has not reached.
    ...(begun > 0 ? ['The job writes nothing else.'] : []),
  ].join(' ');
}

declare global {
  interface HTMLElementTagNameMap {
    'interrupted-job': InterruptedJob;
  }
}
