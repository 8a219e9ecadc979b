import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing, css } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Report } from '../../src/session/job-execution/report.ts';
import '../boot-log/boot-log.ts';
import '../failure-card/failure-card.ts';
import { icons } from '../shared/icons.ts';
import { hasLog, revealedBy, saveReport } from '../shared/save.ts';
import { base } from '../shared/base.ts';
import type { Ended } from '../../src/session/state.ts';
import { endedEarly, isUntouched } from '../../src/session/state.ts';

/** Styles of `<result-view>`. */
const styles = css`
  :host {
    container-type: inline-size;
  }

  .parts {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-m) var(--gap-xl);
    align-content: start;
  }

  @container (width >= 900px) {
    .parts.two {
      /* A line of a boot log has 80 characters. */
      grid-template-columns: minmax(0, 2fr) minmax(0, 3fr);
    }
  }

  .start,
  .report {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-s);
    align-content: start;
  }

  wa-button svg {
    margin-inline-end: 0.3em;
  }
`;

/**
 * What lies behind the verdict of a job, which the job bar shows: the failure, what comes next, what the board printed when it
 * started, and what the report reveals.
 *
 * @property work – the ended job
 * @property unfinished – whether the unfinished job is shown beside this, with what can be done about it
 * @property awaited – whether the page waits for the board, and says so above this
 * @property fleeting – whether this browser keeps nothing beyond the tab
 */
@customElement('result-view')
export class ResultView extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) work: Ended | null = null;
  @property({ type: Boolean }) unfinished = false;
  @property({ type: Boolean }) awaited = false;
  @property({ type: Boolean }) fleeting = false;

  protected override render(): TemplateResult | typeof nothing {
    const { work } = this;
    if (work === null) return nothing;
    const { says: around } = work.report.surroundings;
    // Nothing is wrong after a stop: the bar says that it was stopped, and the unfinished job what comes next. What is to be done
    // about a lost board is said where it is waited for.
    // The bar says that the board is gone, beside what was proved: nothing was lost by it.
    const isGone = work.failure?.kind === 'lost' && !endedEarly(work);
    const isSaid = { stopped: this.unfinished, lost: this.awaited || isGone, mistake: false, refused: false };
    const failure = work.failure !== null && isSaid[work.failure.kind] ? null : work.failure;
    return html`
      <div class="parts ${work.start === null ? '' : 'two'}">
        <div class="parts">
          ${
            failure === null
              ? nothing
              : html`<failure-card said .failure=${failure} .layout=${work.layout}></failure-card>`
          }
          ${isGone && !this.awaited && work.failure !== null ? html`<p class="next">${work.failure.next}</p>` : nothing}
          ${endedEarly(work) && !this.unfinished ? this.renderNext(work) : nothing}
          ${endedEarly(work) && around !== '' ? html`<p class="small">${around}</p>` : nothing}
          ${this.renderReport(work.report)}
        </div>
        ${this.renderStart(work)}
      </div>
    `;
  }

  /** The actions for a job that did not end well. */
  private renderNext(work: Ended): TemplateResult {
    const { connected, purpose, report } = work;
    if (report.identity.file !== undefined)
      return html`<p class="next">You can resume it, roll it back or abandon it here, while the image is open.</p>`;
    // The job bar has the button that does it.
    const again = `once the board is ${connected ? 'read' : 'connected'} again`;
    if (isUntouched(work)) return html`<p class="next">You can start over ${again}.</p>`;
    const when = this.fleeting ? 'Before you close this tab' : 'Now or later';
    const choice = purpose.kind === 'roll-back' ? 'resume the rollback' : 'resume, roll back';
    return html`<p class="next">
      <b>${when}:</b> ${again}, Sectorwise knows how far the job got, and you can ${choice} or abandon it.
    </p>`;
  }

  private renderReport(report: Report): TemplateResult {
    return html`<section aria-labelledby="report" class="report">
      <h3 id="report">Report</h3>
      <p class="small quiet">${revealedBy(report)}</p>
      <div class="row">
        ${
          hasLog(report)
            ? html`<wa-button appearance="outlined" size="s" @click=${() => saveReport(report, false)}
                >${icons.save} Save it without the boot log</wa-button
              >`
            : nothing
        }
        <wa-button appearance="outlined" size="s" @click=${() => print()}>${icons.print} Print the report</wa-button>
      </div>
    </section>`;
  }

  private renderStart({ start }: Ended): TemplateResult | typeof nothing {
    if (start === null || (start.log === '' && start.verdict?.good === null)) return nothing;
    return html`<section aria-label="Start of the board" class="start">
      <h3>What the board printed when it started</h3>
      <boot-log .text=${start.log === '' ? 'No output.' : start.log} .line=${start.verdict?.line ?? null}></boot-log>
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'result-view': ResultView;
  }
}
