import '@awesome.me/webawesome/dist/components/button/button.js';
import type { PropertyValues, TemplateResult } from 'lit';
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { FailureFacts } from '../../src/flash/failure.ts';
import { renderHelp } from '../help-link/help-link.ts';
import { findingStyles } from '../shared/finding.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/base.ts';

/**
 * Above the page: the worker that talks to the board does not answer any more. Nothing else on the page works then.
 *
 * @property failure – what is known of it; null while it answers
 * @event stuck-worker-end – to end the worker and start another
 */
@customElement('stuck-worker')
export class StuckWorker extends LitElement {
  static override styles = [
    base,
    findingStyles,
    css`
      .card {
        gap: var(--gap-s);
        max-width: 60rem;
        margin: var(--gap-m) auto;
      }

      h2 svg {
        margin-inline-end: 0.4em;
        color: var(--changes);
      }
    `,
  ];

  @property({ attribute: false }) failure: FailureFacts | null = null;

  protected override updated(changed: PropertyValues<this>): void {
    // It is above whatever the person was doing.
    if (changed.has('failure')) this.shadowRoot?.querySelector('section')?.scrollIntoView({ block: 'nearest' });
  }

  protected override render(): TemplateResult | typeof nothing {
    const { failure } = this;
    if (failure === null) return nothing;
    return html`<section class="card warning" role="alert" aria-labelledby="title">
      <h2 id="title">${icons.warning}${failure.says}</h2>
      <p>${failure.next} ${renderHelp(failure.name, failure.says)}</p>
      <div class="row">
        <wa-button
          variant="danger"
          appearance="outlined"
          size="s"
          @click=${() => this.dispatchEvent(new CustomEvent('stuck-worker-end'))}
          >Restart it</wa-button
        >
      </div>
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'stuck-worker': StuckWorker;
  }
}
