import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing, css } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Inspection } from '../../src/flash/family.ts';
import { span } from '../../src/flash/finding.ts';
import { touchedUnits } from '../../src/flash/layout.ts';
import type { Range } from '../../src/flash/map.ts';
import { contains, overlaps, rangeEnd } from '../../src/flash/map.ts';
import { typedRange } from '../../src/flash/typed-range.ts';
import { whyNoRangeErase, whyNoRead } from '../../src/session/backup-scope.ts';
import type { ContentsView } from '../../src/session/contents/contents-viewer.ts';
import type { PageIntent } from '../../src/session/intents.ts';
import '../hex-view/hex-view.ts';
import { sendIntent } from '../shared/events.ts';
import { fields } from '../shared/fields.ts';
import { bytes, count } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { SavedNote } from '../shared/saved-note.ts';
import { base } from '../shared/base.ts';

/** Styles of `<range-tools>`. */
const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-s);
  }

  form {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-xs) var(--gap-s);
    align-items: center;
  }

  /* As the list above it has its own. */
  form label {
    font-size: var(--text-label);
    font-weight: 600;
  }

  #range {
    flex: 1 1 14rem;
    max-width: 24rem;
    font-family: var(--mono);
  }

  .check {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--gap-s);
    align-items: center;
    min-height: var(--target);
  }
`;

/** A range that a person typed and wants to look at. */
type RangeEvent = CustomEvent<Range>;

/**
 * A range of flash that a person types, and what can be done with it: look at its bytes, save them as a file, erase them.
 *
 * @property board – what was read from the board
 * @property opened – the range whose bytes are shown, as the session has opened it; null if none is
 * @property hold – why the board can be neither read nor written at the moment; empty if it can
 * @property when – when its bytes were read and what is waited for; empty where they are what is there now
 * @event sectorwise-intent – `save-bytes`, `erase`, and what its bytes ask for
 * @event range-chosen – the range whose bytes are to be shown
 */
@customElement('range-tools')
export class RangeTools extends LitElement {
  static override styles = [base, fields, styles];

  @property({ attribute: false }) board: Inspection | null = null;
  @property({ attribute: false }) opened: ContentsView | null = null;
  @property() hold = '';
  @property() when = '';

  @state() private typed = '';
  /** Whether whole erase units are meant, although the range is not made of them. */
  @state() private units = false;

  #saved = new SavedNote(this);

  protected override render(): TemplateResult | typeof nothing {
    const { board, typed } = this;
    if (board === null) return nothing;
    const read = typedRange(typed, board.layout.map);
    const range = 'range' in read ? read.range : null;
    return html`<form @submit=${(event: Event) => this.show(event, range)}>
        <label for="range">Range</label>
        <input
          id="range"
          autocomplete="off"
          spellcheck="false"
          placeholder="0x9000–0x9FFF or 0x9000+24K"
          aria-describedby="says"
          aria-invalid=${typed !== '' && range === null}
          .value=${typed}
          @input=${({ currentTarget }: Event) =>
            currentTarget instanceof HTMLInputElement && (this.typed = currentTarget.value)}
        />
      </form>
      <p id="says" class="small" role="status">
        ${'wrong' in read ? (typed === '' ? 'Type start–end or start+size; K and M mean KiB and MiB.' : read.wrong) : nothing}
        ${range === null ? nothing : this.renderRange(range, board)}
      </p>
      ${range === null ? nothing : this.renderUnits(range, board)} ${this.renderDeeds(range, board)}
      ${this.renderBytes()}`;
  }

  private renderBytes(): TemplateResult | typeof nothing {
    const { opened, hold, when } = this;
    if (opened === null) return nothing;
    const { range, bytes, found } = opened;
    return html`<hex-view .range=${range} .bytes=${bytes} .found=${found} .hold=${hold} .when=${when}></hex-view>`;
  }

  private renderRange(range: Range, { layout }: Inspection): TemplateResult {
    const units = touchedUnits(layout, [range]).length;
    const places = layout.partitions.filter((each) => overlaps(each, range));
    const where = places.length === 0 ? 'outside all partitions' : `in ${places.map(({ name }) => name).join(', ')}`;
    return html`<b>${span(range)}</b>, ${bytes(range.size)}: ${count(units, 'erase unit')}, ${where}.`;
  }

  /** Where the range cuts erase units: whether the whole units are meant. */
  private renderUnits(range: Range, board: Inspection): TemplateResult | typeof nothing {
    const whole = this.wholeUnits(range, board);
    if (contains(range, whole)) return nothing;
    return html`<label class="check small">
      <input
        type="checkbox"
        .checked=${this.units}
        @change=${({ currentTarget }: Event) =>
          currentTarget instanceof HTMLInputElement && (this.units = currentTarget.checked)}
      />
      <span>Whole erase units</span>
      <span class="quiet"
        >${span(whole)}, ${bytes(whole.size)}. Otherwise what is next to the range is written back.</span
      >
    </label>`;
  }

  private wholeUnits(range: Range, { layout }: Inspection): Range {
    const units = touchedUnits(layout, [range]);
    const [first, last] = [units[0] ?? range, units.at(-1) ?? range];
    return { region: range.region, address: first.address, size: rangeEnd(last) - first.address };
  }

  private renderDeeds(range: Range | null, board: Inspection): TemplateResult {
    const none = range === null ? 'Type a range first.' : '';
    const read = none || (range === null ? '' : (whyNoRead(board, range) ?? this.hold));
    const meant = range !== null && this.units ? this.wholeUnits(range, board) : range;
    const erase = none || (meant === null ? '' : (whyNoRangeErase(board, meant) ?? this.hold));
    const whys = [...new Set([read, erase])].filter((why) => why !== '');
    const send = (intent: PageIntent) => () => sendIntent(this, intent);
    return html`<div class="row">
        <wa-button
          size="s"
          appearance="outlined"
          ?disabled=${read !== ''}
          title=${read}
          @click=${(event: Event) => this.show(event, range)}
          >${icons.look} Show its bytes</wa-button
        >
        <wa-button
          size="s"
          appearance="outlined"
          ?disabled=${read !== ''}
          title=${read}
          @click=${meant === null ? nothing : send({ do: 'save-bytes', range: meant })}
          >${icons.save} Save as .bin</wa-button
        >
        <wa-button
          size="s"
          appearance="outlined"
          variant="danger"
          ?disabled=${erase !== ''}
          title=${erase === '' ? 'Plans it: you see what that means before anything is erased.' : erase}
          @click=${meant === null ? nothing : send({ do: 'erase', range: meant })}
          >${icons.cross} Erase</wa-button
        >
      </div>
      ${this.#saved.render()} ${whys.map((why) => html`<p class="small quiet">${why}</p>`)}`;
  }

  private show(event: Event, range: Range | null): void {
    event.preventDefault();
    const { board } = this;
    if (range === null || board === null || this.hold !== '' || whyNoRead(board, range) !== null) return;
    this.dispatchEvent(new CustomEvent('range-chosen', { detail: range }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'range-tools': RangeTools;
  }
  interface HTMLElementEventMap {
    'range-chosen': RangeEvent;
  }
}
