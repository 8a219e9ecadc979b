import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Inspection } from '../../src/flash/family.ts';
import type { Finding } from '../../src/flash/finding.ts';
import type { LibraryView } from '../../src/backups/library-view.ts';
import { EMPTY_LIBRARY } from '../../src/backups/library-view.ts';
import type { ContentsView } from '../../src/session/contents/contents-viewer.ts';
import { findingStyles, renderExact, renderFindings, renderMore, renderRepair } from '../shared/finding.ts';
import { where, count } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/tokens.ts';
import { problemsOf, restoresOf } from './repair-view.problems.ts';
import { styles } from './repair-view.styles.ts';

/** How many problems there are, and what to do with them, as sentences. */
function summaryOf(problems: readonly Finding[]): string {
  const serious = problems.filter(({ verdict }) => verdict === 'problem').length;
  const rest = problems.length - serious;
  const parts = [...(serious > 0 ? [count(serious, 'problem')] : []), ...(rest > 0 ? [count(rest, 'warning')] : [])];
  const order = problems.length > 1 ? ', the most urgent first' : '';
  return `${parts.join(' and ')}${order}. Each button shows a plan or a view: nothing is written before you flash it.`;
}

/** Above the reason why a problem has no repair. */
const NO_REPAIR = 'Nothing here repairs this.';

/**
 * Everything that is wrong with a board, most urgent first, each with its evidence and with what repairs it: from the family, and
 * from the backups of this board. Where nothing does, the reason is the next step. Below it, what is no problem but worth knowing.
 *
 * @property board – what was read from it
 * @property contents – the partition that is looked into, whose problems count too; null while none is
 * @property library – the backups that this browser keeps
 * @property hold – why nothing can be planned now; empty if it can
 * @event sectorwise-intent – what a repair asks for
 * @event sectorwise-open – the view that a repair opens
 */
@customElement('repair-view')
export class RepairView extends LitElement {
  static override styles = [base, findingStyles, styles];

  @property({ attribute: false }) board: Inspection | null = null;
  @property({ attribute: false }) contents: ContentsView | null = null;
  @property({ attribute: false }) library: LibraryView = EMPTY_LIBRARY;
  @property() hold = '';

  protected override render(): TemplateResult | typeof nothing {
    const { board, contents } = this;
    if (board === null) return nothing;
    const notes = board.findings.filter(({ verdict }) => verdict === 'note');
    const problems = problemsOf({ board, ...(contents !== null && { contents }) });
    return html`
      ${problems.length === 0 ? nothing : html`<p class="quiet">${summaryOf(problems)}</p>`}
      <ol>
        ${problems.map((problem) => html`<li>${this.renderProblem(problem, board)}</li>`)}
      </ol>
      ${
        notes.length === 0
          ? nothing
          : html`<section aria-labelledby="notes">
              <h3 id="notes">${count(notes.length, 'note')}</h3>
              ${renderFindings(notes, board.layout, this.hold)}
            </section>`
      }
    `;
  }

  private renderProblem(problem: Finding, board: Inspection): TemplateResult {
    const { verdict, says, kind, place, values, next, unrepaired } = problem;
    const repairs = [...(problem.repairs ?? []), ...restoresOf(problem, board, this.library)];
    return html`<article class="card ${verdict}">
      <h3>${icons[verdict]}<span>${says}</span></h3>
      ${
        repairs.length > 0
          ? html`<dl>
              ${repairs.map(
                (repair) =>
                  html`<dt>${renderRepair(repair, this.hold)}</dt>
                    <dd class="small">${repair.reason}</dd>`,
              )}
            </dl>`
          : html`<p>${unrepaired === undefined ? next : html`${NO_REPAIR} ${unrepaired}`} ${renderMore(problem)}</p>`
      }
      ${renderExact(kind, where(place, board.layout), values)}
    </article>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'repair-view': RepairView;
  }
}
