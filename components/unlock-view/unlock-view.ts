import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import type { Finding } from '../../src/flash/finding.ts';
import type { SessionState } from '../../src/session/state.ts';
import { sendIntent } from '../shared/events.ts';
import { findingStyles, renderExact } from '../shared/finding.ts';
import { where } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { progressBar, progressStyles } from '../shared/progress-bar.ts';
import { base } from '../shared/base.ts';
import { styles } from './unlock-view.styles.ts';
import { stepsOf } from './unlock-view.words.ts';

type Unlocking = Extract<SessionState, { kind: 'unlocking' }>;

/**
 * A chip being unlocked, step by step, or what became of it.
 *
 * @property unlocking – the session's state while it lasts; null once the chip was read again
 * @property outcome – what became of it; null while it lasts
 * @event sectorwise-intent – `cancel`, to stop waiting
 */
@customElement('unlock-view')
export class UnlockView extends LitElement {
  static override styles = [base, findingStyles, progressStyles, styles];

  @property({ attribute: false }) unlocking: Unlocking | null = null;
  @property({ attribute: false }) outcome: Finding | null = null;

  /** Moves the focus to the heading. */
  override focus(): void {
    this.shadowRoot?.querySelector<HTMLElement>('h2')?.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { unlocking, outcome } = this;
    if (unlocking !== null) return this.renderSteps(unlocking);
    return outcome === null ? nothing : this.renderOutcome(outcome);
  }

  private renderSteps({ board, step, part }: Unlocking): TemplateResult {
    const steps = stepsOf(step);
    const now = steps.find(({ is }) => is === 'now');
    const percent = part === null ? null : Math.round(part * 100);
    return html`<section aria-labelledby="title">
      <h2 id="title" tabindex="-1">Unlocking ${board}</h2>
      <ol>
        ${steps.map(
          ({ says, is }) =>
            html`<li class=${is} aria-current=${is === 'now' ? 'step' : nothing}>
              <i aria-hidden="true">${is === 'done' ? icons.good : nothing}</i
              ><span>${says}${is === 'done' ? html`<span class="hidden"> (done)</span>` : nothing}</span>
            </li>`,
        )}
      </ol>
      <p class="hidden" role="status">${now?.says}</p>
      ${progressBar(now?.label ?? '', percent)}
      <p class="small">${now?.meanwhile}</p>
      <div>
        <wa-button
          appearance="outlined"
          size="s"
          title="The chip goes on erasing: that cannot be stopped."
          @click=${() => sendIntent(this, { do: 'cancel' })}
          >Stop waiting</wa-button
        >
      </div>
    </section>`;
  }

  private renderOutcome({ verdict, says, next, kind, place, values }: Finding): TemplateResult {
    return html`<section class=${classMap({ outcome: true, [verdict]: true })} aria-labelledby="title">
      <h2 id="title" tabindex="-1">${icons[verdict]}<span>${says}</span></h2>
      <p>${next}</p>
      ${renderExact(kind, where(place, null), values)}
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'unlock-view': UnlockView;
  }
}
