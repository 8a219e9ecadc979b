import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { capital } from '../../src/flash/english.ts';
import { chipName } from '../../src/flash/identity.ts';
import type { UnitState } from '../../src/flash/job.ts';
import type { Report, ReportRange } from '../../src/session/job-execution/report.ts';
import { purposeTitle } from '../../src/session/words/job-title.ts';
import { changedUnitsWords } from '../../src/session/words/plan.ts';
import { MAP_STATES } from '../flash-map/flash-map.words.ts';
import { bytes, clock, count, duration, roughly } from '../shared/format.ts';
import { logo } from '../shared/icons.ts';
import { styles } from './report-sheet.styles.ts';
import { base } from '../shared/base.ts';

/** A mark for each state, readable in black and white; a legend above the units explains it. */
const MARKS: Readonly<Record<UnitState, readonly [mark: string, says: string]>> = {
  verified: ['✓', MAP_STATES.verified],
  unproved: ['~', MAP_STATES.unproved],
  written: ['?', MAP_STATES.written],
  'awaiting-commit': ['…', 'complete except for its last bytes'],
  unknown: ['?', 'unknown'],
  incomplete: ['/', 'incomplete'],
  wrong: ['×', MAP_STATES.wrong],
  waiting: ['–', 'as before'],
};

const KEPT = MAP_STATES.kept;
/** What became of a partition that no erase unit was written in. */
const UNTOUCHED: Readonly<
  Record<'readable' | 'unreadable', Readonly<Record<Report['partitions'][number]['fate'], string>>>
> = {
  readable: {
    kept: KEPT,
    edited: KEPT,
    moved: KEPT,
    converted: KEPT,
    grown: 'kept, in a larger partition',
    shrunk: 'kept, in a smaller partition',
    overwritten: 'equal already: not touched',
    lost: 'no longer a partition; nothing was found in it',
    new: 'new: not written',
  },
  unreadable: {
    kept: KEPT,
    edited: KEPT,
    moved: KEPT,
    converted: KEPT,
    grown: 'bytes kept, not readable at the new size',
    shrunk: 'bytes kept, not readable at the new size',
    overwritten: 'equal already: not touched',
    lost: 'no longer a partition: not touched',
    new: 'new: not written',
  },
};

/** How much of a digest is printed; the whole ones are in the JSON. */
const SHORT = 8;

/**
 * A report as a printed page: which board, which files, what was done and how it ended, what was kept, what is lost, and each
 * erase unit's digest before and after. Black on white on any screen; it fits on one or two sheets.
 *
 * @property report – the report of a job that ended
 */
@customElement('report-sheet')
export class ReportSheet extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) report: Report | null = null;

  readonly #media = matchMedia('print');
  readonly #draw = (): void => this.requestUpdate();
  /** Whether the browser has announced that it will print; its media change comes later. */
  #printing = false;
  readonly #before = (): void => {
    this.#printing = true;
    this.requestUpdate();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    this.#media.addEventListener('change', this.#draw);
    addEventListener('beforeprint', this.#before);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#media.removeEventListener('change', this.#draw);
    removeEventListener('beforeprint', this.#before);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { report } = this;
    if (report === null) return nothing;
    const { identity, start, failure } = report;
    return html`
      <header>
        ${logo}
        <h2>Report for ${identity.chip} ${identity.key?.value ?? ''}</h2>
        <p>${moment(report.started)}</p>
      </header>
      <div class="verdict">
        ${renderPurpose(report)}
        <p><b>${report.says}</b></p>
        ${failure === null ? nothing : html`<p>${failure.says} ${failure.next}</p>`}
        ${report.surroundings.says === '' ? nothing : html`<p>${report.surroundings.says}</p>`}
        ${start === null ? nothing : html`<p>${start.good === null ? '' : start.good ? '✓ ' : '× '}${start.says}</p>`}
      </div>
      <dl>
        ${this.facts(report).map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
      ${this.renderFiles(report)} ${this.renderPartitions(report)} ${this.renderPlan(report)}
      ${this.renderUnits(report)}
    `;
  }

  private facts({ identity, timings, ...report }: Report): (readonly [string, string])[] {
    const seconds = timings.ms / 1000;
    const estimate = timings.estimatedMs === null ? '' : ` (estimated ${duration(timings.estimatedMs)})`;
    const took = `${duration(timings.ms)}${estimate}`;
    const perSecond = seconds === 0 ? 0 : Math.round(timings.rewritten / seconds);
    const pace = perSecond === 0 ? '' : `, ${roughly(perSecond)}/s overall`;
    return [
      ['Chip', chipName(identity)],
      [identity.key === null ? 'Identity' : 'MAC', identity.key?.value ?? 'none: this chip has no unique ID'],
      ...identity.facts.map((fact) => [fact.name, fact.value] as const),
      ...report.protections.map(({ name, state }) => [name, state] as const),
      ...report.settings.map(({ name, value }) => [name, value] as const),
      [timings.onlyErased ? 'Erased' : 'Written', `${bytes(timings.rewritten)} in ${took}${pace}`],
      ['Ended', moment(report.ended)],
      ['Made by', `Sectorwise ${report.app}${report.browser === null ? '' : ` in ${report.browser}`}`],
    ];
  }

  private renderFiles({ files }: Report): TemplateResult | typeof nothing {
    if (files.length === 0) return nothing;
    return html`<section>
      <h3>Files</h3>
      <table>
        <thead>
          <tr>
            ${['Name', 'Went to', 'Size', 'MD5'].map((each) => html`<th scope="col">${each}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${files.map(
            (file) =>
              html`<tr>
                <th scope="row">${file.name}</th>
                <td>${file.place} <code>${file.address}</code></td>
                <td>${bytes(file.size)}</td>
                <td><code>${file.md5}</code></td>
              </tr>`,
          )}
        </tbody>
      </table>
    </section>`;
  }

  /** What is kept and what is lost, place by place. */
  private renderPartitions(report: Report): TemplateResult | typeof nothing {
    if (report.partitions.length === 0) return nothing;
    const fate = (partition: Report['partitions'][number]) => {
      const { rewrittenUnits, rewrittenBytes, onlyErased } = partition;
      if (rewrittenUnits === 0) return UNTOUCHED[partition.readable ? 'readable' : 'unreadable'][partition.fate];
      const kept = report.kept.filter((each) => names(each).includes(partition.partition));
      return [
        `${changedUnitsWords(rewrittenUnits, rewrittenBytes, onlyErased)}, ${beforeWords(partition)}`,
        ...kept.map((each) => `${bytes(each.size)} from ${each.address} ${MAP_STATES.beside}`),
      ].join('; ');
    };
    return html`<section>
      <h3>Kept and lost content</h3>
      <table>
        <thead>
          <tr>
            ${['Place', 'Address', 'Size', 'Found before', 'Now'].map((each) => html`<th scope="col">${each}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${report.partitions.map(
            (partition) =>
              html`<tr class=${partition.rewrittenUnits === 0 ? '' : 'changed'}>
                <th scope="row">${partition.partition}</th>
                <td><code>${partition.address}</code></td>
                <td>${bytes(partition.size)}</td>
                <td>${partition.found === '' ? 'nothing known' : partition.found}</td>
                <td>${fate(partition)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </section>`;
  }

  private renderPlan({ plan }: Report): TemplateResult {
    const [summary, ...lines] = plan;
    return html`<section>
      <h3>Plan: ${summary}</h3>
      ${
        lines.length === 0
          ? nothing
          : html`<ol class="plan">
              ${lines.map((line) => html`<li><code>${line}</code></li>`)}
            </ol>`
      }
    </section>`;
  }

  private renderUnits({ units }: Report): TemplateResult | typeof nothing {
    // Thousands of invisible lines would take more memory than everything else that the app shows.
    const seen = this.#printing || this.#media.matches || this.checkVisibility();
    if (units.length === 0 || !seen) return nothing;
    const marks = new Map(units.map(({ state }) => MARKS[state]));
    const sizes = [...new Set(units.map((unit) => bytes(unit.size)))].join(' or ');
    return html`<section class="units">
      <h3>${count(units.length, 'erase unit')} of ${sizes}: address, digest before → after</h3>
      <p>
        ${[...marks].map(([mark, says]) => `${mark} ${says}`).join(', ')}. Digests are MD5, the first ${SHORT} of 32
        digits; the JSON report has all of them.
      </p>
      <ul>
        ${units.map(({ address, before, after, state }) => {
          const [mark, says] = MARKS[state];
          return html`<li class=${state}>
            <code>${address} ${before?.slice(0, SHORT) ?? '????????'} → ${after.slice(0, SHORT)}</code>
            <span title=${says}>${mark}</span>
          </li>`;
        })}
      </ul>
    </section>`;
  }
}

/** What the job was for where that is not files: its title, as the page lists it, and which backup was restored. */
function renderPurpose({ purpose }: Report): TemplateResult | typeof nothing {
  if (purpose.kind === 'flash') return nothing;
  const from =
    purpose.kind === 'restore' && purpose.made !== undefined ? `, from the backup of ${clock(purpose.made)}` : '';
  return html`<p>${capital(purposeTitle(purpose))}${from}</p>`;
}

/** What became of what the written units of a partition held before: blank ones need no backup. */
function beforeWords({ rewrittenUnits, blankUnits, backedUpUnits }: Report['partitions'][number]): string {
  const held = rewrittenUnits - blankUnits;
  if (held === 0) return 'blank before';
  if (backedUpUnits === held) return 'previous content backed up';
  return backedUpUnits > 0 ? `previous content of ${backedUpUnits} backed up` : 'previous content not backed up';
}

function names(range: ReportRange): string[] {
  return range.partition.split(', ');
}

/** A time in an unambiguous form: `2026-03-09 10:00:14 UTC`. */
function moment(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

declare global {
  interface HTMLElementTagNameMap {
    'report-sheet': ReportSheet;
  }
}
