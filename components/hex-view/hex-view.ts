import '@awesome.me/webawesome/dist/components/button/button.js';
import type { PropertyValues, TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { hex } from '../../src/flash/finding.ts';
import type { Range } from '../../src/flash/map.ts';
import type { ContentsPlace } from '../../src/flash/partition-contents.ts';
import { isSamePlace } from '../../src/flash/partition-contents.ts';
import { rangeEnd } from '../../src/flash/map.ts';
import type { ContentsView } from '../../src/session/contents/contents-viewer.ts';
import { sendIntent } from '../shared/events.ts';
import { base } from '../shared/base.ts';
import { styles } from './hex-view.styles.ts';
import type { HexRow } from './hex-view.words.ts';
import { columnHeads, hexRows, isPlain, offsetTyped, PAGE, ROW, SHORT_ROW, wantedBytes } from './hex-view.words.ts';
import { bytes as sizeText } from '../shared/format.ts';

/** The least width in px at which a row of sixteen bytes has room. */
const WIDE = 640;

/**
 * The bytes of a partition, read page by page as they are looked at, with a search. The first page is asked for when the element
 * is shown; if that failed, a button asks again.
 *
 * @property range – the partition
 * @property bytes – the page that was read last; null before the first
 * @property found – where the bytes that were searched for are; null if none were
 * @property hold – why nothing can be read at the moment; empty if it can
 * @property when – when this was read and what is waited for, in place of `hold`; empty where it is what is there now
 * @event sectorwise-intent – `read-bytes`, `find-bytes`
 */
@customElement('hex-view')
export class HexView extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) range: ContentsPlace | null = null;
  @property({ attribute: false }) bytes: ContentsView['bytes'] = null;
  @property({ attribute: false }) found: ContentsView['found'] = null;
  @property() hold = '';
  @property() when = '';

  @state() private typed = '';
  @state() private as: 'text' | 'hex' = 'text';
  @state() private notice = '';
  /** How many bytes a row shows. */
  @state() private row = ROW;
  /** The place whose first page was asked for, until it is there. */
  #asked: ContentsPlace | null = null;
  // In a frame of its own: rows of another length make the element higher, of which the observer would complain.
  readonly #observer = new ResizeObserver(() => requestAnimationFrame(() => this.measure()));

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
  }

  protected override updated(changed: PropertyValues<this>): void {
    const { range, bytes, hold } = this;
    if (!changed.has('range') && !changed.has('bytes') && !changed.has('hold')) return;
    if (bytes !== null || range === null) this.#asked = null;
    else if (hold === '' && (this.#asked === null || !isSamePlace(this.#asked, range))) {
      this.#asked = range;
      this.show(0);
    }
  }

  private measure(): void {
    this.row = this.clientWidth < WIDE ? SHORT_ROW : ROW;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { range, bytes, hold } = this;
    if (range === null) return nothing;
    const off = hold !== '';
    const at = bytes?.offset ?? 0;
    const end = at + (bytes?.data.length ?? 0);
    return html`<div class="tools">
        <form aria-label="Go to an offset" @submit=${(event: Event) => this.go(event)}>
          <label>Offset<input name="offset" .value=${hex(at)} autocomplete="off" spellcheck="false" /></label>
          <wa-button size="s" type="submit" appearance="outlined" ?disabled=${off} title=${hold}>Go</wa-button>
        </form>
        <form aria-label="Search" @submit=${(event: Event) => this.find(event)}>
          <label
            >Search<input
              .value=${this.typed}
              autocomplete="off"
              spellcheck="false"
              @input=${({ target }: Event) => target instanceof HTMLInputElement && (this.typed = target.value)}
          /></label>
          <label
            >As<select
              @change=${({ target }: Event) =>
                target instanceof HTMLSelectElement && (this.as = target.value === 'hex' ? 'hex' : 'text')}
            >
              <option value="text" .selected=${this.as === 'text'}>text</option>
              <option value="hex" .selected=${this.as === 'hex'}>hex bytes</option>
            </select></label
          >
          <wa-button size="s" type="submit" appearance="outlined" ?disabled=${off} title=${hold}>Find next</wa-button>
        </form>
      </div>
      <p role="status" class="small">${this.said()} ${this.when === '' ? hold : this.when}</p>
      ${bytes === null ? nothing : this.renderRows(bytes, range)}
      <div class="row">
        <wa-button
          size="s"
          appearance="outlined"
          ?disabled=${off || at === 0}
          title=${hold !== '' ? hold : at === 0 ? 'This is the start.' : ''}
          @click=${() => this.show(at - PAGE)}
          >Back</wa-button
        >
        <wa-button
          size="s"
          appearance="outlined"
          ?disabled=${off || end >= range.size}
          title=${hold !== '' ? hold : end >= range.size ? 'This is the end.' : ''}
          @click=${() => this.show(bytes === null ? 0 : end)}
          >${bytes === null ? 'Read the bytes' : 'Next'}</wa-button
        >
      </div>`;
  }

  private renderRows({ data, offset }: NonNullable<ContentsView['bytes']>, range: Range): TemplateResult {
    const { row } = this;
    return html`<div class="dump" tabindex="0" role="region" aria-label="Bytes from ${hex(offset)}">
      <table>
        <thead>
          <tr>
            <th scope="col">Address</th>
            <th scope="col" aria-label="Bytes">
              ${columnHeads(row).map((head, i) => html`<span class=${this.isHalf(i) ? 'half' : ''}>${head}</span> `)}
            </th>
            <th scope="col">Text</th>
          </tr>
        </thead>
        <tbody>
          ${hexRows(data, offset, row).map((each) => this.renderRow(each, range))}
        </tbody>
      </table>
    </div>`;
  }

  private renderRow({ offset, hex: pairs, text }: HexRow, range: Range): TemplateResult {
    const at = this.found?.offset ?? null;
    const [from, to] = at === null ? [0, 0] : [at - offset, at - offset + (this.found?.size ?? 0)];
    const [first, last] = [Math.max(0, from), Math.max(0, to)];
    const found = text.slice(first, last);
    const shown =
      found === '' ? text : html`${text.slice(0, first)}<span class="found">${found}</span>${text.slice(last)}`;
    return html`<tr>
      <th scope="row">${hex(range.address + offset)}</th>
      <td>
        ${pairs.map((pair, i) => {
          const kinds = { half: this.isHalf(i), plain: isPlain(pair), found: i >= from && i < to };
          return html`<span class=${classMap(kinds)}>${pair}</span> `;
        })}
      </td>
      <td><span class="text">${shown}</span></td>
    </tr>`;
  }

  /** Whether the second half of a row of sixteen bytes begins with this one. */
  private isHalf(i: number): boolean {
    return this.row === ROW && i === ROW / 2;
  }

  private said(): string {
    const { found, range, bytes, notice } = this;
    if (notice !== '' || range === null) return notice;
    if (found !== null)
      return found.offset === null
        ? 'Not found from there to the end.'
        : `Found at offset ${hex(found.offset)}${range.within?.in === 'file' ? '' : `, address ${hex(range.address + found.offset)}`}.`;
    if (bytes === null) return '';
    const [isStart, isEnd] = [bytes.offset === 0, bytes.offset + bytes.data.length >= range.size];
    // Why there is nothing before or behind it.
    const all =
      isStart && isEnd ? ' All of it is shown.' : isStart ? ' This is the start.' : isEnd ? ' This is the end.' : '';
    return `Offset ${hex(bytes.offset)} of ${sizeText(range.size)}; ${range.within?.in === 'file' ? 'the file ends at' : 'its last address is'} ${hex(rangeEnd(range) - 1)}.${all}`;
  }

  private show(offset: number): void {
    if (this.range === null) return;
    this.notice = '';
    sendIntent(this, { do: 'read-bytes', range: this.range, offset: Math.max(0, offset), size: PAGE });
  }

  private go(event: SubmitEvent | Event): void {
    event.preventDefault();
    const input = this.shadowRoot?.querySelector<HTMLInputElement>('input[name=offset]');
    const offset = offsetTyped(input?.value ?? '');
    if (offset === null || (this.range !== null && offset >= this.range.size))
      this.notice = `Type an offset below ${hex(this.range?.size ?? 0)}.`;
    else this.show(Math.floor(offset / ROW) * ROW);
  }

  private find(event: Event): void {
    event.preventDefault();
    const wanted = wantedBytes(this.typed, this.as);
    if (this.range === null) return;
    if (wanted === null) {
      this.notice = this.as === 'hex' ? 'Type whole bytes in hex, such as E9 03.' : 'Type what to search for.';
      return;
    }
    this.notice = '';
    const last = this.found?.offset ?? null;
    const from = last === null ? (this.found === null ? (this.bytes?.offset ?? 0) : 0) : last + 1;
    sendIntent(this, { do: 'find-bytes', range: this.range, wanted, from });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hex-view': HexView;
  }
}
