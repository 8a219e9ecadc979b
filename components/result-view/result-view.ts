import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import type WaCheckbox from '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Report } from '../../src/session/job-execution/report.ts';
import type { Work } from '../../src/session/state.ts';
import '../boot-log/boot-log.ts';
import { sendIntent } from '../shared/events.ts';
import '../failure-card/failure-card.ts';
import { count, restored } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { nowOnBoard, tally, targets } from '../plan-view/plan-view.words.ts';
import { styles } from './result-view.styles.ts';
import { save } from '../shared/save.ts';
import { base } from '../shared/tokens.ts';

/** The ended part of `Work`. */
export type Ended = Extract<Work, { kind: 'ended' }>;

const AS_IT_WAS = 'Nothing was overwritten: the board is unchanged.';

/** The title of an outcome, its colour, and what comes next. */
interface Verdict {
  readonly mood: 'verified' | 'unproved' | 'stopped' | 'failed';
  readonly icon: TemplateResult;
  readonly title: string;
  readonly says: string;
}

/**
 * How a job ended: the verdict first, then what the board printed when it started, the report to save, and the next step.
 *
 * @property work – the ended job
 * @property fleeting – whether this browser keeps nothing beyond the tab
 * @event sectorwise-intent – `reconnect`
 */
@customElement('result-view')
export class ResultView extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) work: Ended | null = null;
  @property({ type: Boolean }) fleeting = false;
  /** Whether the saved report contains what the board printed. */
  @state() private withLog = true;

  private verdict(work: Ended): Verdict {
    const { verified, wrong } = tally(work.units);
    const units = count(work.units.length, 'erase unit');
    const place = targets(work.plan, work.layout);
    const untouched = work.units.every((unit) => unit === 'waiting');
    switch (work.outcome) {
      case 'verified':
        return { mood: 'verified', icon: icons.good, ...proved(work, place, units) };
      case 'unproved':
        return {
          mood: 'unproved',
          icon: icons.warning,
          title: 'Written, not verifiable',
          says: `${
            verified === 0
              ? `The board accepted ${units} but cannot be read.`
              : `Verified: ${verified} of ${units}. The board accepted the others, but they cannot be read.`
          } Only starting the board shows whether it works.${spaced(work.report.surroundings.says)}`,
        };
      case 'nothing-to-do':
        return {
          mood: 'verified',
          icon: icons.good,
          title:
            work.purpose.kind === 'roll-back' ? 'Previous content restored' : 'Nothing to do: already on the board',
          says: `The flash already has this content (${count(work.plan.equal.length, 'erase unit')}). Nothing was erased or written.`,
        };
      case 'wrong':
        return {
          mood: 'failed',
          icon: icons.problem,
          title: 'Write failed',
          says: `Wrong content: ${wrong} of ${units}.`,
        };
      case 'beside':
        return {
          mood: 'failed',
          icon: icons.problem,
          title: 'Flash outside the plan changed',
          says: `Verified: ${verified} of ${units}. The board was not restarted.`,
        };
      case 'stopped':
        return {
          mood: 'stopped',
          icon: icons.stop,
          title: 'Stopped before the end',
          says: untouched ? AS_IT_WAS : `Verified: ${verified} of ${units}. ${place} is incomplete.`,
        };
      case 'failed':
        return {
          mood: 'failed',
          icon: icons.problem,
          title: 'Not finished',
          says: untouched ? AS_IT_WAS : `Verified: ${verified} of ${units}. ${place} is incomplete.`,
        };
    }
  }

  private save(): void {
    if (this.work === null) return;
    const { report } = this.work;
    const { start } = report;
    const saved: Report = this.withLog || start === null ? report : { ...report, start: { ...start, log: null } };
    const name = `sectorwise-report-${report.ended.replace(/[:.]/g, '-')}.json`;
    save(name, `${JSON.stringify(saved, null, 2)}\n`, 'application/json');
  }

  protected override render(): TemplateResult | typeof nothing {
    const { work } = this;
    if (work === null) return nothing;
    const { mood, icon, title, says } = this.verdict(work);
    const early = ['failed', 'stopped', 'wrong', 'beside'].includes(work.outcome);
    const now = early ? nowOnBoard(work.units) + spaced(work.report.surroundings.says) : '';
    // Once everything is written and verified, no button may look as if something were left to do.
    const left = early || (work.start !== null && (work.start.verdict === null || work.start.verdict.good === false));
    return html`
      <div class="parts ${work.start === null ? '' : 'two'}">
        <div class="parts">
          <div class="verdict ${mood}" role="status">
            <span class="sign">${icon}</span>
            <div>
              <h3>${title}</h3>
              <p>${says}</p>
            </div>
          </div>
          ${
            work.failure === null
              ? now === ''
                ? nothing
                : html`<p>${now}</p>`
              : html`<failure-card .failure=${work.failure} .layout=${work.layout} now=${now}></failure-card>`
          }
          ${early ? this.renderNext(work) : nothing}
          <div class="row">
            <wa-button
              variant=${left ? 'brand' : 'neutral'}
              appearance=${left ? 'accent' : 'outlined'}
              @click=${() => sendIntent(this, { do: 'reconnect' })}
              >${icons.again} ${work.connected ? 'Read the board again' : 'Connect again'}</wa-button
            >
          </div>
          ${this.renderReport(work.report)}
        </div>
        ${this.renderStart(work)}
      </div>
    `;
  }

  private get when(): string {
    return this.fleeting ? 'before you close this tab' : 'now or later';
  }

  /** The actions for a job that did not end well. */
  private renderNext({ connected, units, purpose }: Ended): TemplateResult {
    const again = connected ? 'Read the board again' : 'Connect the board again';
    if (units.every((unit) => unit === 'waiting')) return html`<p class="next"><b>${again}</b> to start over.</p>`;
    const choice = purpose.kind === 'roll-back' ? 'resume the rollback' : 'resume, roll back';
    return html`<p class="next">
      <b>${again}, ${this.when}:</b> Sectorwise reads how far the job got, and you can then ${choice} or abandon it.
    </p>`;
  }

  /** What a report tells about the board, before it is saved or printed: reports are sent to others. */
  private renderReport({ identity, start }: Report): TemplateResult {
    const hasLog = start !== null && start.log !== null && start.log !== '';
    const who =
      identity.key === null
        ? 'The report contains what this board says about itself, such as its serial number.'
        : `The report contains this board’s MAC, ${identity.key.value}.`;
    const log =
      'The saved one also contains the boot log; values in it that look like passwords, tokens or keys are hidden.';
    return html`<section aria-label="Report" class="report">
      <p class="small quiet">${who}${hasLog ? ` ${log}` : ''}</p>
      ${
        hasLog
          ? html`<wa-checkbox
              size="s"
              .checked=${this.withLog}
              @change=${(event: Event & { readonly currentTarget: WaCheckbox }) =>
                (this.withLog = event.currentTarget.checked)}
              >Save it with the boot log</wa-checkbox
            >`
          : nothing
      }
      <div class="row">
        <wa-button appearance="outlined" @click=${this.save}>${icons.save} Save the report</wa-button>
        <wa-button appearance="outlined" @click=${() => print()}>${icons.print} Print the report</wa-button>
      </div>
    </section>`;
  }

  private renderStart({ start }: Ended): TemplateResult | typeof nothing {
    if (start === null) return nothing;
    const { verdict } = start;
    const good = verdict?.good === true;
    const silent = verdict === null || verdict.good === null;
    return html`<section aria-label="Start of the board" class="start">
      <p class=${silent ? '' : good ? 'good' : 'bad'}>
        ${silent ? icons.note : good ? icons.good : icons.problem}
        <b>${verdict?.says ?? 'The board was restarted but did not report what it started.'}</b>
      </p>
      ${
        start.log === '' && verdict?.good === null
          ? nothing
          : html`<boot-log .text=${start.log === '' ? 'No output.' : start.log}></boot-log>`
      }
    </section>`;
  }
}

/** The wording of a verification: what was written or restored. */
function proved({ purpose, report }: Ended, place: string, units: string): Pick<Verdict, 'title' | 'says'> {
  const rest = spaced(report.surroundings.says);
  switch (purpose.kind) {
    case 'flash':
      return {
        title: `${place} verified`,
        says: `Verified byte for byte by the board: ${units}.${rest}`,
      };
    case 'erase':
      return {
        title: `${purpose.name} erased`,
        says: `Verified blank by the board: ${units}.${rest}`,
      };
    case 'restore':
      return {
        title: `Restored: ${restored(purpose)}`,
        says: `Equal to the backup, verified byte for byte by the board: ${units}.${rest}`,
      };
    case 'roll-back':
      return {
        title: 'Previous content restored',
        says: `Equal to the previous content, verified byte for byte by the board: ${units}.${rest}`,
      };
  }
}

/** A sentence with a space in front, or nothing. */
function spaced(says: string): string {
  return says === '' ? '' : ` ${says}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'result-view': ResultView;
  }
}
