import type { PropertyValues, TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { FailureFacts } from '../../src/flash/failure.ts';
import type { Layout } from '../../src/flash/layout.ts';
import { styles } from './failure-card.styles.ts';
import { headingOf, whoseOf } from './failure-card.words.ts';
import { where } from '../shared/format.ts';
import { symptomOf } from '../../src/help/symptom-links.ts';
import { renderHelp, renderHelpLink } from '../help-link/help-link.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/base.ts';
import '@awesome.me/webawesome/dist/components/details/details.js';

/**
 * A failure: what happened, where, what is on the board now, and what to do.
 *
 * @property failure – the facts
 * @property layout – names the place, if there is one
 * @property said – whether the page says elsewhere what happened: then the heading has it in a few words
 * @property whose – who failed, if that does not follow from the failure
 * @property now – what is on the board now, in words; absent if nothing was begun
 */
@customElement('failure-card')
export class FailureCard extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) failure: FailureFacts | null = null;
  @property({ attribute: false }) layout: Layout | null = null;
  @property({ type: Boolean }) said = false;
  @property() whose = '';
  @property() now = '';

  protected override updated(changed: PropertyValues): void {
    // Only a failure loads the button that copies its details.
    if (changed.has('failure') && this.failure !== null)
      // Without it the details can still be selected.
      import('@awesome.me/webawesome/dist/components/copy-button/copy-button.js').catch(() => undefined);
  }

  /** The help by symptom that fits a failure of connecting. */
  private renderSymptom(failure: string): TemplateResult | typeof nothing {
    const symptom = symptomOf(failure);
    return symptom === null ? nothing : renderHelpLink(symptom.name, symptom.words);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { failure } = this;
    if (failure === null) return nothing;
    const at = failure.place === undefined || failure.place.in === 'device' ? null : where(failure.place, this.layout);
    const whose = this.whose !== '' ? this.whose : this.said ? '' : whoseOf(failure);
    const details = JSON.stringify(failure, null, 2);
    return html`<div role="alert" class="card ${failure.kind}">
      ${whose === '' ? nothing : html`<p class="whose">${whose}</p>`}
      <h3>
        ${failure.kind === 'stopped' ? icons.stop : icons.problem}<span
          >${this.said ? headingOf(failure) : failure.says}</span
        >
      </h3>
      <dl>
        ${
          at === null
            ? nothing
            : html`<dt>Where</dt>
                <dd class="exact">${at}</dd>`
        }
        ${Object.entries(failure.values)
          // A file that is the place is named there.
          .filter(([, value]) => value !== at)
          .map(
            ([name, value]) =>
              html`<dt>${name}</dt>
                <dd class="exact">${value}</dd>`,
          )}
        ${
          this.now === ''
            ? nothing
            : html`<dt>On the board now</dt>
                <dd>${this.now}</dd>`
        }
        <dt>What to do</dt>
        <dd class="next">${failure.next}</dd>
      </dl>
      <p>${renderHelp(failure.name, failure.says)} ${this.renderSymptom(failure.name)}</p>
      <wa-details appearance="plain" summary="Details for a bug report">
        <div class="details">
          <pre tabindex="0" role="region" aria-label="Details">${details}</pre>
          <wa-copy-button value=${details} copy-label="Copy the details" tooltip="copy"></wa-copy-button>
        </div>
      </wa-details>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'failure-card': FailureCard;
  }
}
