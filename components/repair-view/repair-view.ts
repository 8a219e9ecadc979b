import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CheckedRange, RepairFile, KeptRange } from '../../src/flash/repair-sources.ts';
import { isSameKept } from '../../src/flash/repair-sources.ts';
import type { Inspection } from '../../src/flash/family.ts';
import type { Finding } from '../../src/flash/finding.ts';
import type { Repair } from '../../src/flash/repair.ts';
import { requests } from '../../src/flash/repair.ts';
import type { PageIntent } from '../../src/session/intents.ts';
import type { LibraryView } from '../../src/backups/library-view.ts';
import { EMPTY_LIBRARY } from '../../src/backups/library-view.ts';
import type { ContentsView } from '../../src/session/contents/contents-viewer.ts';
import type { SampleFile } from '../file-drop/file-drop.ts';
import { pickedFile } from '../shared/dropped-files.ts';
import { sendIntent } from '../shared/events.ts';
import { findingStyles, renderExact, renderFindings, renderMore, renderRepair } from '../shared/finding.ts';
import { where, count } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/base.ts';
import { filesFor, inOrder, restoresOf } from './repair-view.sources.ts';
import { problemsOf } from './repair-view.problems.ts';
import { styles } from './repair-view.styles.ts';

/**
 * How many problems there are, and what to do with them, as sentences; `hasButtons` is whether any has a repair, `stale` whether they
 * were found before the job that is writing.
 */
function summaryOf(problems: readonly Finding[], hasButtons: boolean, stale: boolean): string {
  const serious = problems.filter(({ verdict }) => verdict === 'problem').length;
  const rest = problems.length - serious;
  const parts = [...(serious > 0 ? [count(serious, 'problem')] : []), ...(rest > 0 ? [count(rest, 'warning')] : [])];
  const order = problems.length > 1 ? ', the most urgent first' : '';
  const buttons = hasButtons ? ' Each button shows a plan or a view; none of them writes.' : '';
  if (stale) return `As of before this job: ${parts.join(' and ')}${order}.`;
  return `${parts.join(' and ')}${order}.${buttons}`;
}

/** A problem with what repairs it, the best first, and a sentence for each backup that does not. */
interface Listed {
  readonly problem: Finding;
  readonly repairs: readonly Repair[];
  readonly useless: readonly string[];
}

/** Beside a sample app. */
const SAMPLE = 'An app of ours for this chip: it shows whether the board starts.';

/** Above the reason why a problem has no repair. */
const NO_REPAIR = 'No plan repairs this.';

/**
 * Everything that is wrong with a board, most urgent first, each with its evidence and with what repairs it: from the family, from the
 * dropped files, and from backups, once what they hold was checked. Where nothing does, the reason is the next step. Below them, what is
 * no problem but worth knowing.
 *
 * @property board – what was read from it
 * @property contents – the partition that is looked into, whose problems count too; null while none is
 * @property library – the backups that this browser keeps
 * @property files – the dropped files that can be written each by itself
 * @property checked – what backups would bring back, as far as that was checked
 * @property samples – apps of ours for this board
 * @property checks – whether backups may be checked now
 * @property stale – whether a job is writing to the board, so that what is wrong with it is of before
 * @property unfinished – that a job is unfinished on a board which is not connected any more, as a title; empty if none is
 * @property again – the button that connects it again
 * @property hold – why nothing can be planned now; empty if it can
 * @property quiet – whether something else on the page must be decided first, such as a plan: then no repair is prominent
 * @property asked – the repair that was asked for last; null if none was
 * @slot plan – the plan for it: below the problem that it repairs, or else above all
 * @event sectorwise-intent – what a repair asks for, or `check-backups`
 * @event sectorwise-open – the view that a repair opens
 */
@customElement('repair-view')
export class RepairView extends LitElement {
  static override styles = [base, findingStyles, styles];

  @property({ attribute: false }) board: Inspection | null = null;
  @property({ attribute: false }) contents: ContentsView | null = null;
  @property({ attribute: false }) library: LibraryView = EMPTY_LIBRARY;
  @property({ attribute: false }) files: readonly RepairFile[] = [];
  @property({ attribute: false }) checked: readonly CheckedRange[] = [];
  @property({ attribute: false }) samples: readonly SampleFile[] = [];
  @property({ type: Boolean }) checks = false;
  @property({ type: Boolean }) stale = false;
  @property() unfinished = '';
  @property() again = '';
  @property() hold = '';
  @property({ type: Boolean }) quiet = false;
  @property({ attribute: false }) asked: PageIntent | null = null;

  /**
   * What was asked for of the backups, for this reading of the board. What is not answered is asked for once more, as another intent
   * may have stopped it, and then no more: there is no answer for what a backup lacks.
   */
  #asked: { readonly of: Inspection | null; readonly ranges: readonly KeptRange[] } = { of: null, ranges: [] };

  protected override updated(): void {
    const { board, contents } = this;
    if (board === null || !this.checks) return;
    const known = this.#asked.of === board ? this.#asked.ranges : [];
    const all = problemsOf({ board, ...(contents !== null && { contents }) }).flatMap(
      (problem) => restoresOf(problem, board, this.library, this.checked).unchecked,
    );
    const ranges = all.filter((range, i) => all.findIndex((each) => isSameKept(each, range)) === i);
    const fresh = ranges.filter((range) => known.filter((each) => isSameKept(each, range)).length < 2);
    if (fresh.length === 0) return;
    this.#asked = { of: board, ranges: [...known, ...fresh] };
    sendIntent(this, { do: 'check-backups', ranges: fresh });
  }

  protected override render(): TemplateResult | typeof nothing {
    const { board, contents } = this;
    if (board === null) return nothing;
    const notes = board.findings.filter(({ verdict }) => verdict === 'note');
    const problems = problemsOf({ board, ...(contents !== null && { contents }) });
    const listed = problems.map((problem) => ({ problem, ...this.repairsOf(problem, board) }));
    const hasButtons = listed.some(({ repairs }) => repairs.length > 0);
    const { asked } = this;
    const planned =
      asked === null ? undefined : listed.find((each) => each.repairs.some((own) => requests(own, asked)));
    const plan = html`<slot name="plan"></slot>`;
    return html`
      ${this.unfinished === '' ? nothing : this.renderUnfinished()} ${planned === undefined ? plan : nothing}
      ${problems.length === 0 ? nothing : html`<p class="small quiet">${summaryOf(problems, hasButtons, this.stale)}</p>`}
      <ol>
        ${listed.map((each, i) => html`<li>${this.renderProblem(each, board, i === 0 && !this.quiet)} ${each === planned ? plan : nothing}</li>`)}
      </ol>
      ${
        notes.length === 0
          ? nothing
          : html`<section aria-labelledby="notes">
              <h3 id="notes">${this.stale ? 'As of before this job: ' : ''}${count(notes.length, 'note')}</h3>
              ${renderFindings(notes, board.layout, this.hold)}
            </section>`
      }
    `;
  }

  /** The job comes before any repair; what can be done with it is offered once the board was read. */
  private renderUnfinished(): TemplateResult {
    return html`<article class="card warning unfinished">
      <h3>${icons.warning}<span>${this.unfinished}</span></h3>
      <p>Press “${this.again}”, then “Resume”. You can also roll it back or abandon it then.</p>
    </article>`;
  }

  /** What repairs a problem, the best first, and which backups do not. */
  private repairsOf(problem: Finding, board: Inspection): Omit<Listed, 'problem'> {
    const { repairs, useless } = restoresOf(problem, board, this.library, this.checked);
    return { repairs: inOrder(problem.repairs ?? [], [...filesFor(problem, this.files), ...repairs]), useless };
  }

  private renderProblem({ problem, repairs, useless }: Listed, board: Inspection, isFirst: boolean): TemplateResult {
    const { verdict, says, kind, place, values, next, unrepaired } = problem;
    const wantsApp = repairs.some(({ request }) => request.do === 'open' && request.wants === 'app');
    return html`<article class="card ${verdict}">
      <h3>
        ${icons[verdict]}<span
          >${this.stale ? html`<span class="quiet">Before this job:</span> ` : nothing}${says}</span
        >
      </h3>
      ${
        repairs.length > 0
          ? html`<dl>
              ${repairs.map(
                (repair, i) =>
                  html`<dt>${renderRepair(repair, this.hold, isFirst && i === 0 && verdict === 'problem')}</dt>
                    <dd class="small">${repair.reason}</dd>`,
              )}
              ${wantsApp ? this.samples.map((sample) => this.renderSample(sample)) : nothing}
            </dl>`
          : html`<p>${unrepaired === undefined ? next : html`${NO_REPAIR} ${unrepaired}`} ${renderMore(problem)}</p>`
      }
      ${useless.map((words) => html`<p class="small quiet">${words}</p>`)}
      ${renderExact(kind, where(place, board.layout), values)}
    </article>`;
  }

  private renderSample({ name, make }: SampleFile): TemplateResult {
    const add = async () => sendIntent(this, { do: 'add-files', files: [pickedFile(await make())] });
    return html`<dt>
        <wa-button class="long" size="s" appearance="outlined" ?disabled=${this.hold !== ''} @click=${add}
          >Try with ${name}</wa-button
        >
      </dt>
      <dd class="small">${SAMPLE}</dd>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'repair-view': RepairView;
  }
}
