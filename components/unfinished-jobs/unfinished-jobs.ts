import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Unfinished } from '../../src/backups/library-view.ts';
import type { MetBoard, BoardConnection } from '../../src/storage/records.ts';
import { sendConnect } from '../shared/events.ts';
import { verifiedWords } from '../shared/format.ts';
import { findingStyles } from '../shared/finding.ts';
import { icons } from '../shared/icons.ts';
import { progressBar, progressStyles } from '../shared/progress-bar.ts';
import { base } from '../shared/base.ts';

const KINDS: Readonly<Record<Unfinished['purpose'], string>> = {
  flash: 'Unfinished write',
  erase: 'Unfinished erase',
  'choose-start': 'Unfinished change of what starts',
  restore: 'Unfinished restore',
  'roll-back': 'Unfinished rollback',
};

/**
 * The open jobs of boards that are not connected, a card each: how far each got, and its board to connect to go on.
 *
 * @property jobs – the jobs, newest first
 * @property met – the boards met before: the board of a job is connected the same way again
 * @property busy – whether a board is being connected: then no other can be chosen
 * @event sectorwise-connect – the board of a job
 */
@customElement('unfinished-jobs')
export class UnfinishedJobs extends LitElement {
  static override styles = [
    base,
    findingStyles,
    progressStyles,
    css`
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr));
        gap: var(--gap-m);
      }

      .card {
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: var(--gap-xs) var(--gap-m);
        align-items: center;
        background: var(--surface);
        box-shadow: var(--shadow);
      }

      .card > svg {
        align-self: start;
        margin-top: 0.2em;
        color: var(--changes);
      }

      progress {
        --bar: var(--verified);
        --bar-height: 0.375rem;
        margin-top: var(--gap-s);
      }

      @media (max-width: 480px) {
        wa-button {
          grid-column: 2;
          justify-self: start;
          margin-block-start: var(--gap-s);
        }
      }
    `,
  ];

  @property({ attribute: false }) jobs: readonly Unfinished[] = [];
  @property({ attribute: false }) met: readonly MetBoard[] = [];
  @property({ type: Boolean }) busy = false;

  protected override render(): TemplateResult | typeof nothing {
    if (this.jobs.length === 0) return nothing;
    return html`<ul aria-label="Unfinished jobs">
      ${this.jobs.map((job) => this.renderJob(job))}
    </ul>`;
  }

  private renderJob(job: Unfinished): TemplateResult {
    const { purpose, board, verified, total } = job;
    const connection = this.connectionTo(job);
    const name = `${KINDS[purpose]} on ${board}`;
    return html`<li class="card warning">
      ${icons.warning}
      <div>
        <p><b>${name}</b>, ${verifiedWords(job)}: connect it to resume.</p>
        <p class="small quiet">${job.alone}</p>
        ${progressBar(name, total === 0 ? null : Math.floor((100 * verified) / total))}
      </div>
      ${
        connection === null
          ? nothing
          : html`<wa-button
              size="s"
              appearance="outlined"
              ?disabled=${this.busy}
              @click=${() => sendConnect(this, { ...connection, known: true })}
              >Connect<span class="hidden"> ${board}</span></wa-button
            >`
      }
    </li>`;
  }

  /** How the board of a job is reached, if this browser remembers it. */
  private connectionTo({ key }: Unfinished): BoardConnection | null {
    return this.met.find((board) => board.key === key)?.connection ?? null;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'unfinished-jobs': UnfinishedJobs;
  }
}
