import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Check, Diagnosis, ProposedRow, ProposedTable, Certainty } from '../../src/flash/diagnosis.ts';
import type { Inspection } from '../../src/flash/family.ts';
import { hex } from '../../src/flash/finding.ts';
import { sendIntent } from '../shared/events.ts';
import { fields } from '../shared/fields.ts';
import { roughly } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/base.ts';
import { styles } from './diagnosis-view.styles.ts';

/** What the button does, as sentences; `most` is how many bytes it reads at most. */
function aboutWords(most: number): string {
  const reads = most === 0 ? 'Checks' : `Reads up to ${roughly(most)} and checks`;
  return `${reads} what the board starts from, and all content of a known format. Nothing is written.`;
}

/** Instead of a diagnosis of which the flash was written since. */
const OUTDATED = 'The last diagnosis was made before this job: what it found may not be so any more.';

/** The state of a check in a word. */
const STATES: Readonly<Record<Check['state'], string>> = {
  whole: 'Intact',
  blank: 'No content',
  damaged: 'Damaged',
  wrong: 'Wrong',
  unchecked: 'Not checked',
};

/** How sure a row is, in a word. */
const CERTAINTIES: Readonly<Record<Certainty, string>> = { sure: 'Sure', likely: 'Likely', guess: 'A guess' };

/**
 * A closer look at a board: the button that takes it, then its verdict, everything that was checked, and a lost partition table
 * reconstructed; last the place for a boot log, if a person has one. Where something is to be decided first, that comes before the button. What is wrong is listed with its repairs in the slot.
 *
 * @slot (default) – what is wrong and what repairs it: below the verdict, before what was checked
 * @property board – what was read from it
 * @property hold – why the board cannot be read at the moment; empty if it can
 * @property quiet – whether something else on the page must be decided first, such as a plan or a known problem: then its button is not prominent, and below that
 * @event sectorwise-intent – `diagnose`
 */
@customElement('diagnosis-view')
export class DiagnosisView extends LitElement {
  static override styles = [base, fields, styles];

  @property({ attribute: false }) board: Inspection | null = null;
  @property() hold = '';
  @property({ type: Boolean }) quiet = false;

  /** A boot log that was pasted. */
  @state() private log = '';

  protected override render(): TemplateResult {
    const { board } = this;
    if (board?.diagnosable === undefined) return html`<slot></slot>`;
    const { diagnosis } = board;
    const tools = this.renderTools(board, board.diagnosable);
    return html`
      ${this.quiet ? nothing : tools}
      ${diagnosis === undefined || diagnosis.outdated === true ? html`${this.renderOutdated(diagnosis)}<slot></slot>` : this.renderResult(diagnosis)}
      ${this.quiet ? tools : nothing} ${this.renderLog(board.identity.file !== undefined)}
    `;
  }

  private renderTools({ diagnosis }: Inspection, most: number): TemplateResult {
    const isDone = diagnosis !== undefined;
    const isFirst = !this.quiet && !isDone;
    const ask = () => sendIntent(this, { do: 'diagnose', ...(this.log.trim() !== '' && { log: this.log }) });
    return html`<div class="tools">
      <wa-button
        variant=${isFirst ? 'brand' : 'neutral'}
        appearance=${isFirst ? 'accent' : 'outlined'}
        ?disabled=${this.hold !== ''}
        title=${this.hold === '' ? 'Reads the flash; nothing is written' : this.hold}
        @click=${ask}
        >${isDone ? 'Diagnose again' : 'Diagnose'}</wa-button
      >
      <p class="small quiet">${this.hold === '' ? aboutWords(most) : this.hold}</p>
    </div>`;
  }

  /** That there was a diagnosis, and why nothing of it is shown any more. */
  private renderOutdated(diagnosis: Diagnosis | undefined): TemplateResult | typeof nothing {
    return diagnosis === undefined ? nothing : html`<p class="outdated">${icons.note}<span>${OUTDATED}</span></p>`;
  }

  private renderLog(isImage: boolean): TemplateResult {
    return html`<wa-details appearance="plain" summary="Add a boot log from a serial monitor">
      <label class="small" for="log">
        What the board printed when it started, once or several times, at 115200 baud.
        ${isImage ? nothing : 'What it printed when it was last started from this page is used anyway, unless a job has written since.'}
      </label>
      <textarea
        id="log"
        spellcheck="false"
        .value=${this.log}
        @input=${({ currentTarget }: InputEvent & { readonly currentTarget: HTMLTextAreaElement }) => (this.log = currentTarget.value)}
      ></textarea>
    </wa-details>`;
  }

  private renderResult({ says, verdict, checks, proposal }: Diagnosis): TemplateResult {
    return html`<section aria-labelledby="verdict">
      <h3 id="verdict" class=${verdict} tabindex="-1">${icons[verdict]}<span>${says}</span></h3>
      <slot></slot>
      <ul aria-label="What was checked">
        ${checks.map((check) => this.renderCheck(check))}
      </ul>
      ${proposal === undefined ? nothing : this.renderProposal(proposal)}
    </section>`;
  }

  private renderCheck({ name, state, says }: Check): TemplateResult {
    const icon = {
      whole: icons.good,
      blank: icons.note,
      damaged: icons.problem,
      wrong: icons.problem,
      unchecked: icons.note,
    }[state];
    return html`<li class=${state}>
      <b>${name}</b><span class="state">${icon}${STATES[state]}</span><span class="small">${says}</span>
    </li>`;
  }

  private renderProposal({ rows, says }: ProposedTable): TemplateResult {
    return html`<h3>Reconstructed partition table</h3>
      <p class="small">${says} Check the rows before you write them: names may differ, and a guess may be wrong.</p>
      <ul aria-label="The rows of the table">
        ${rows.map((row) => this.renderRow(row))}
      </ul>`;
  }

  private renderRow({ row, type, certainty, why }: ProposedRow): TemplateResult {
    const icon = { sure: icons.good, likely: icons.note, guess: icons.warning }[certainty];
    return html`<li class=${certainty}>
      <b>${row.name}</b><span class="state">${icon}${CERTAINTIES[certainty]}</span>
      <span class="small"
        ><span class="place">${type}, ${hex(row.offset)}, ${roughly(row.size)}</span><br />${why}</span
      >
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'diagnosis-view': DiagnosisView;
  }
}
