import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { ComparedPlace, Comparison } from '../../src/flash/compare.ts';
import type { ComparisonView } from '../../src/session/compare-flash.ts';
import '../failure-card/failure-card.ts';
import { sendIntent, sendPoint } from '../shared/events.ts';
import { count } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/base.ts';
import { span } from '../../src/flash/finding.ts';

/** More runs than this are counted. */
const MOST_RUNS = 6;

/** The result in one sentence: `155 of 1,024 erase units differ from old.bin.` */
function summaryWords({ equal, different, left }: Comparison, file: string): string {
  const all = equal + different;
  const rest = left.length === 0 ? '' : ` Not compared, as only one of the two has it: ${rangesWords(left)}.`;
  if (all === 0) return `Nothing of it can be compared with ${file}.${rest}`;
  if (different === 0) return `Equal to ${file}: ${count(all, 'erase unit')}.${rest}`;
  const differ = different === 1 ? 'differs' : 'differ';
  return `${different.toLocaleString('en')} of ${count(all, 'erase unit')} ${differ} from ${file}.${rest}`;
}

/** What differs in one place: `155 of 432 erase units: 0x1D0000–0x26AFFF`. */
function differenceWords({ units, differing, different }: ComparedPlace): string {
  return `${differing.toLocaleString('en')} of ${count(units, 'erase unit')}: ${rangesWords(different)}`;
}

/** The name of a place; flash outside every partition has none. */
function placeWords({ name, address, size, region }: ComparedPlace): string {
  return name ?? `outside every partition at ${span({ region, address, size })}`;
}

function rangesWords(ranges: ComparedPlace['different']): string {
  const texts = ranges.slice(0, MOST_RUNS).map(span);
  const more = ranges.length - texts.length;
  return `${texts.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/**
 * Compares the flash with a flash image in a file: which partitions and which erase units differ.
 *
 * @property compared – what the last comparison found; null where nobody asked
 * @property hold – why the flash cannot be read at the moment; empty if it can
 * @event sectorwise-intent – `compare`
 * @event sectorwise-point – the differing erase units of the partition pointed at
 */
@customElement('flash-compare')
export class FlashCompare extends LitElement {
  static override styles = [
    base,
    css`
      .inside,
      .result {
        display: grid;
        gap: var(--gap-s);
      }

      summary {
        width: fit-content;
        min-height: max(2.25rem, var(--target));
        font-size: var(--text-label);
        font-weight: 600;
      }

      p,
      li {
        overflow-wrap: anywhere;
      }

      ul {
        display: grid;
        gap: var(--gap-xs);
      }

      .row {
        column-gap: var(--gap-s);
      }

      wa-button svg {
        margin-inline-end: 0.4em;
      }
    `,
  ];

  @property({ attribute: false }) compared: ComparisonView | null = null;
  @property() hold = '';

  @query('input') private input!: HTMLInputElement;

  private onChosen(): void {
    const [file] = this.input.files ?? [];
    this.input.value = '';
    if (file !== undefined) sendIntent(this, { do: 'compare', file: { path: file.name, blob: file } });
  }

  protected override render(): TemplateResult {
    const { compared, hold } = this;
    return html`<details ?open=${compared !== null}>
      <summary>${icons.fold}Compare with a flash image</summary>
      <div class="inside">
        ${
          compared === null
            ? html`<p class="small quiet">
                A dump, a merged image or a backup of the same kind of board: which partitions and erase units differ.
                Nothing is written.
              </p>`
            : this.renderResult(compared)
        }
        <div class="row">
          <wa-button
            size="s"
            appearance="outlined"
            ?disabled=${hold !== ''}
            title=${hold}
            @click=${() => this.input.click()}
            >${icons.file}
            ${compared === null ? 'Choose a file to compare with' : 'Compare with another file'}</wa-button
          >
          ${
            compared === null
              ? nothing
              : html`<wa-button
                  size="s"
                  appearance="plain"
                  ?disabled=${hold !== ''}
                  @click=${() => sendIntent(this, { do: 'compare', file: null })}
                  >Close the comparison</wa-button
                >`
          }
        </div>
        ${hold === '' ? nothing : html`<p class="small">${hold}</p>`}
        <input type="file" hidden aria-label="Flash image to compare with" @change=${this.onChosen} />
      </div>
    </details>`;
  }

  private renderResult(compared: ComparisonView): TemplateResult {
    if ('failure' in compared) return html`<failure-card .failure=${compared.failure}></failure-card>`;
    const { comparison, file } = compared;
    const different = comparison.places.filter((place) => place.different.length > 0);
    const equal = comparison.places.filter((place) => place.different.length === 0);
    return html`<div class="result" role="status">
      <p><b>${summaryWords(comparison, file)}</b></p>
      ${
        different.length === 0
          ? nothing
          : html`<ul aria-label="What differs">
              ${different.map((place) => this.renderPlace(place))}
            </ul>`
      }
      ${
        equal.length === 0 || comparison.different === 0
          ? nothing
          : html`<p class="small quiet">
              Equal: ${count(equal.length, 'place')} (${equal.map(placeWords).join(', ')}).
            </p>`
      }
    </div>`;
  }

  private renderPlace(place: ComparedPlace): TemplateResult {
    const point = (on: boolean) => () => sendPoint(this, on ? place.different : null);
    return html`<li @mouseenter=${point(true)} @mouseleave=${point(false)}>
      ${icons.note} <b>${placeWords(place)}</b> <span class="exact">${differenceWords(place)}</span>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'flash-compare': FlashCompare;
  }
}
