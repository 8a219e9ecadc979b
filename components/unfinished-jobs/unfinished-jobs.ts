import type { TemplateResult } from 'lit';
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Unfinished } from '../../src/backups/library-view.ts';
import { count } from '../shared/format.ts';
import { findingStyles } from '../shared/finding.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/tokens.ts';

const KINDS: Readonly<Record<Unfinished['purpose'], string>> = {
  flash: 'Unfinished write',
  erase: 'Unfinished erase',
  restore: 'Unfinished restore',
  'roll-back': 'Unfinished rollback',
};

/**
 * The open jobs of boards that are not connected: which board to connect to continue.
 *
 * @property jobs – the jobs, newest first
 */
@customElement('unfinished-jobs')
export class UnfinishedJobs extends LitElement {
  static override styles = [
    base,
    findingStyles,
    css`
      .card {
        gap: var(--gap-s);
      }

      li {
        display: flex;
        gap: var(--gap-s);
      }

      svg {
        margin-top: 0.2em;
        color: var(--changes);
      }
    `,
  ];

  @property({ attribute: false }) jobs: readonly Unfinished[] = [];

  protected override render(): TemplateResult | typeof nothing {
    if (this.jobs.length === 0) return nothing;
    return html`<ul class="card warning" aria-label="Unfinished jobs">
      ${this.jobs.map(
        ({ purpose, board, says, verified, total }) =>
          html`<li>
            ${icons.warning}<span
              ><b>${KINDS[purpose]} on ${board}</b>, ${verified} of ${count(total, 'unit')} verified (${says}): connect
              it to continue.</span
            >
          </li>`,
      )}
    </ul>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'unfinished-jobs': UnfinishedJobs;
  }
}
