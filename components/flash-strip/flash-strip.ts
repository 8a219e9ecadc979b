import type { PropertyValues, TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { Content } from '../../src/flash/family.ts';
import { hex } from '../../src/flash/finding.ts';
import type { Partition } from '../../src/flash/layout.ts';
import type { Range, Region } from '../../src/flash/map.ts';
import { isSameRange, overlaps, regionRange, unitsTouching } from '../../src/flash/map.ts';
import type { Plan } from '../../src/flash/plan.ts';
import type { UnitStates } from '../../src/session/state.ts';
import type { Highlight } from '../shared/events.ts';
import { isHighlighted, highlightedRanges, sendPoint } from '../shared/events.ts';
import type { Palette } from '../flash-map/flash-map.lanes.ts';
import { THEMES, at, drawFound, drawPlan, readPalette } from '../flash-map/flash-map.lanes.ts';
import type { Extent, Scale, View } from '../flash-map/flash-map.scale.ts';
import {
  addressAt,
  extentOf,
  isWhole,
  labelRooms,
  panView,
  revealView,
  scaleOf,
  viewOf,
  wholeView,
  xOf,
  zoomView,
} from '../flash-map/flash-map.scale.ts';
import { foundIn, mapStateOf, runsOf } from '../flash-map/flash-map.words.ts';
import { StripGestures, keyAction } from './flash-strip.gestures.ts';
import type { BlockFacts } from './flash-strip.lines.ts';
import { linesOf, PHONE } from './flash-strip.lines.ts';
import type { LabelActs } from './flash-strip.parts.ts';
import {
  freeOf,
  kindOf,
  outsideOf,
  renderChips,
  renderFree,
  renderLabels,
  renderRuler,
  renderSizes,
} from './flash-strip.parts.ts';
import { styles } from './flash-strip.styles.ts';
import { base } from '../shared/base.ts';
import { bytes } from '../shared/format.ts';
import { TextWidths } from '../shared/text-width.ts';

/** The least width of a partition, in CSS pixels: a finger or an unsteady hand must hit it. */
const HITTABLE = 24;
/** The space around a name in its block and in its label, in CSS pixels. */
const PADDING = 14;
/** How large a label is written, compared with a name in its block. */
const LABEL = 12 / 14;

/**
 * One region of flash to scale: a block for each partition, coloured by its kind, and a lane below for what was found, or for
 * the plan with its verification. Part of `<flash-map>`.
 *
 * @property region, partitions, contents, plan, units – what is shown
 * @property beside – partitions of the strip above or below: both then lie at the same scale
 * @property highlight – what is highlighted, as far as it is in this region
 * @property selected – the partition whose details are open
 * @property stale – whether `contents` are from before a write that is under way
 * @property view – the visible part of the region
 * @property label – what the strip shows, if there are two: `Now`, `After`
 * @event partition-select – a partition was clicked, or Enter pressed on it
 * @event sectorwise-point – the partition or erase unit pointed at or focused; null when it is left
 * @event view-change – the person zoomed or panned; the strip's `view` has the result
 */
@customElement('flash-strip')
export class FlashStrip extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) region: Region | null = null;
  @property({ attribute: false }) partitions: readonly Partition[] = [];
  @property({ attribute: false }) beside: readonly Partition[] = [];
  @property({ attribute: false }) contents: readonly Content[] = [];
  @property({ attribute: false }) plan: Plan | null = null;
  @property({ attribute: false }) units: UnitStates | null = null;
  @property({ attribute: false }) highlight: Highlight = null;
  @property({ attribute: false }) selected: Range | null = null;
  @property({ type: Boolean }) stale = false;
  @property({ attribute: false }) view: View | null = null;
  @property() label = '';

  @state() private width = 0;
  @state() private current = 0;

  @query('.strip') private strip!: HTMLElement;
  @query('.probe') private probe!: HTMLElement;
  @query('canvas.lane') private lane!: HTMLCanvasElement;

  // Of an element whose height never follows from its width.
  #size = new ResizeObserver(() => (this.width = this.strip.clientWidth));
  #themes = THEMES.map((each) => matchMedia(each));
  // Cached, because each read makes the browser recalculate all styles.
  #palette: Palette | null = null;
  #names = new TextWidths(this, 600, 14);
  #redraw = () => {
    this.#palette = null;
    this.draw();
  };
  #frame: number | null = null;
  #pointed: Range | null = null;
  #scale: Scale = scaleOf({ start: 0, size: 1 }, 0, [], HITTABLE);
  #gestures = new StripGestures({
    width: () => this.width,
    view: () => this.seen(),
    zoom: (factor, x) => this.zoom(factor, x),
    pan: (by) => this.region !== null && this.move(panView(this.seen(), by, this.region)),
    zoomed: () => this.region !== null && !isWhole(this.seen(), this.region),
    held: () => this.shadowRoot?.activeElement !== null,
  });
  #acts: LabelActs = {
    isLit: (partition) => this.isHighlighted(partition) || this.isOpen(partition),
    point: (partition) => this.point(partition),
    open: (partition) => this.open(partition),
  };

  override connectedCallback(): void {
    super.connectedCallback();
    this.#palette = null;
    for (const theme of this.#themes) theme.addEventListener('change', this.#redraw);
    if (this.hasUpdated) this.#size.observe(this.lane);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const theme of this.#themes) theme.removeEventListener('change', this.#redraw);
    this.#size.disconnect();
  }

  protected override firstUpdated(): void {
    void this.#names.again(() => this.requestUpdate());
    this.#size.observe(this.lane);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('region');
    const same = before?.id === this.region?.id && before?.start === this.region?.start;
    // Another board: the last board's view means nothing on it.
    if (before !== undefined && before !== null && !same) this.view = null;
    this.#scale = scaleOf(this.seen(), this.width, [...this.partitions, ...this.beside], HITTABLE);
  }

  protected override updated(changed: PropertyValues): void {
    const drawn = ['region', 'partitions', 'contents', 'plan', 'units', 'view', 'width'];
    if (drawn.some((name) => changed.has(name))) this.draw();
  }

  /** Enlarges the view by `factor` around a position on the strip, by default its middle. */
  zoom(factor: number, x = this.width / 2): boolean {
    if (this.region === null) return false;
    return this.move(zoomView(this.seen(), factor, addressAt(x, this.#scale), this.region));
  }

  /** Shows a range with some margin, or the whole region. */
  show(range: Range | null): void {
    if (this.region !== null) this.move(range === null ? wholeView(this.region) : viewOf(range, this.region));
  }

  private seen(): View {
    return this.view ?? (this.region === null ? { start: 0, size: 1 } : wholeView(this.region));
  }

  private move(view: View): boolean {
    const now = this.seen();
    if (view.start === now.start && view.size === now.size) return false;
    this.view = view;
    this.dispatchEvent(new CustomEvent('view-change', { bubbles: true }));
    return true;
  }

  /** In the next frame: the canvas's size, asked for now, would make the browser lay out the page once more in this task. */
  private draw(): void {
    if (this.#frame !== null) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = null;
      if (this.region === null || !this.isConnected) return;
      const palette = (this.#palette ??= readPalette(this.probe));
      if (this.plan === null) drawFound(this.lane, this.#scale, this.contents, palette);
      else drawPlan(this.lane, this.#scale, runsOf(this.region, this.plan, this.units), this.region, palette);
    });
  }

  private point(range: Range | null): void {
    const same = range?.address === this.#pointed?.address && range?.size === this.#pointed?.size;
    if (same) return;
    this.#pointed = range;
    sendPoint(this, range);
  }

  private onMove(event: PointerEvent): void {
    if (this.region === null || event.pointerType === 'touch') return;
    const { id } = this.region;
    const address = addressAt(event.clientX - this.strip.getBoundingClientRect().left, this.#scale);
    const unit = unitsTouching(this.region, address, 1)[0];
    this.point((this.plan === null ? at<Range>(this.contents, id, address) : undefined) ?? unit ?? null);
  }

  private isHighlighted(partition: Partition): boolean {
    return isHighlighted(this.highlight, partition);
  }

  private isOpen(partition: Partition): boolean {
    return this.selected !== null && isSameRange(this.selected, partition);
  }

  private open(partition: Partition): void {
    if (this.#gestures.dragged) return;
    this.current = this.partitions.indexOf(partition);
    this.dispatchEvent(new CustomEvent('partition-select', { detail: partition, bubbles: true }));
  }

  /** Moves the focus to the partition with this range; false if the strip has none. */
  focusPartition(range: Range): boolean {
    const index = this.partitions.findIndex((partition) => isSameRange(partition, range));
    if (index >= 0) this.focusOn(index);
    return index >= 0;
  }

  private focusOn(index: number): void {
    const partition = this.partitions[Math.min(this.partitions.length - 1, Math.max(0, index))];
    if (partition === undefined || this.region === null) return;
    this.current = this.partitions.indexOf(partition);
    this.move(revealView(this.seen(), partition, this.region));
    void this.updateComplete.then(() => this.shadowRoot?.querySelector<HTMLElement>('button[tabindex="0"]')?.focus());
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.region === null) return;
    // What is open is closed first, by the map; and where the strip shows all, Escape is not for it.
    if (event.key === 'Escape' && (this.selected !== null || isWhole(this.seen(), this.region))) return;
    const { size } = this.seen();
    const focused = this.partitions[this.current];
    const anchor = focused === undefined ? this.width / 2 : xOf(focused.address + focused.size / 2, this.#scale);
    const x = anchor >= 0 && anchor <= this.width ? anchor : this.width / 2;
    const act = keyAction(event, {
      zoom: (factor) => this.zoom(factor, x),
      all: () => this.show(null),
      pan: (part) => this.#gestures.pan(part * size),
      go: (to) => this.focusOn(to),
      current: this.current,
      last: this.partitions.length - 1,
    });
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  protected override render(): TemplateResult {
    const scale = this.#scale;
    const shown = this.partitions.flatMap((partition) => {
      const place = extentOf(partition, scale);
      return place === null ? [] : [{ partition, place, width: this.#names.of(partition.name) + PADDING }];
    });
    const places = new Map(shown.map(({ partition, place }) => [partition, place]));
    const narrow = shown.filter(({ place, width }) => width > place.right - place.left);
    const labels = narrow.map(({ place, width }) => ({ place, width: width * LABEL }));
    const rooms = labelRooms(labels, this.width);
    const unsized =
      this.width === 0 || this.width >= PHONE
        ? []
        : shown.filter((each) => {
            const nameless = narrow.includes(each);
            const isChip = rooms === null && nameless;
            const own = each.place.right - each.place.left;
            return !isChip && !linesOf(own, { nameless, ...this.factsOf(each.partition) }).sized;
          });
    const { region } = this;
    const all = region === null ? [] : freeOf(regionRange(region), this.partitions);
    const lit = highlightedRanges(this.highlight)
      .filter((range) => range.region === region?.id && !this.partitions.some((each) => isSameRange(each, range)))
      .flatMap((range) => extentOf(range, scale) ?? []);
    return html`
      <i class="probe" hidden></i>
      ${this.label === '' ? nothing : html`<p class="side" aria-hidden="true">${this.label}</p>`}
      <div
        class="strip"
        role=${this.label === '' ? nothing : 'group'}
        aria-label=${this.label === '' ? nothing : this.label}
        @keydown=${this.onKey}
        @wheel=${this.#gestures.onWheel}
        @pointerdown=${this.#gestures.onDown}
        @pointermove=${this.#gestures.onMove}
        @pointerup=${this.#gestures.onUp}
        @pointercancel=${this.#gestures.onUp}
        @pointerleave=${() => this.point(null)}
      >
        ${
          narrow.length === 0 || rooms === null
            ? nothing
            : renderLabels(
                narrow.flatMap((each, i) => {
                  const room = rooms[i];
                  return room === undefined ? [] : [{ ...each, room }];
                }),
                this.width,
                this.#acts,
              )
        }
        <div class="blocks">
          ${all.map((range) => renderFree(range, scale, outsideOf(this.partitions)))}
          ${this.partitions.map((each, i) => this.renderBlock(each, i, places.get(each) ?? null, narrow))}
        </div>
        <canvas class="lane" aria-hidden="true" @pointermove=${this.onMove}></canvas>
        ${renderRuler([...this.partitions, ...all], scale)}
        ${lit.map(
          ({ left, right }) =>
            html`<div
              class="light"
              style=${styleMap({ left: `${left - 1}px`, width: `${Math.max(3, right - left) + 2}px` })}
            ></div>`,
        )}
      </div>
      ${renderSizes(unsized.map(({ partition }) => partition))}
      ${
        narrow.length === 0 || rooms !== null
          ? nothing
          : renderChips(
              narrow.map(({ partition }) => partition),
              this.#acts,
            )
      }
    `;
  }

  private factsOf(partition: Partition): Omit<BlockFacts, 'nameless'> {
    const brief = briefly(partition, this.contents);
    const state = mapStateOf(partition, this.plan, this.units);
    const isApp = partition.role === 'app';
    // That it is verified does not say what is there now, which may be nothing.
    if (state?.state !== 'verified' || brief === undefined || this.stale) return { isApp, state, brief };
    return { isApp, state: { ...state, says: `${brief}; ${state.says}`, brief }, brief };
  }

  /** A partition outside the view keeps its button, invisibly, so that it can be reached and the focus is not lost. */
  private renderBlock(
    partition: Partition,
    index: number,
    place: Extent | null,
    narrow: readonly { readonly partition: Partition }[],
  ): TemplateResult {
    const width = place === null ? 0 : place.right - place.left;
    const facts = this.factsOf(partition);
    const { state, brief } = facts;
    const nameless = narrow.some((each) => each.partition === partition);
    const found = foundIn(partition, this.contents);
    const { marked, small, named, counted, sized } = linesOf(width, { nameless, ...facts });
    return html`<button
      type="button"
      class=${classMap({
        [kindOf(partition)]: true,
        away: place === null,
        nameless,
        slim: small,
        lit: this.isHighlighted(partition),
        [state?.state ?? 'none']: true,
      })}
      style=${styleMap({ left: `${place?.left ?? 0}px`, width: `${width}px` })}
      tabindex=${index === Math.min(this.current, this.partitions.length - 1) ? 0 : -1}
      aria-expanded=${this.isOpen(partition) ? 'true' : 'false'}
      @pointerenter=${() => this.point(partition)}
      @focus=${() => {
        this.current = index;
        this.point(partition);
      }}
      @blur=${() => this.point(null)}
      @click=${(event: MouseEvent) => event.detail < 2 && this.open(partition)}
      @dblclick=${() => this.show(this.region !== null && isWhole(this.seen(), this.region) ? partition : null)}
    >
      <i class="fill"></i>
      <b class=${nameless ? 'hidden' : ''}>${partition.name}</b>
      <span class="hidden">${hex(partition.address)}</span>
      <span class=${sized ? 'size' : 'hidden'}>${bytes(partition.size)}</span>
      ${state === null ? nothing : html`<em class=${small || !marked ? 'hidden' : ''}>${state.says}</em>`}
      ${counted && state !== null ? html`<em aria-hidden="true">${state.brief}</em>` : nothing}
      ${found === '' ? nothing : html`<span class="hidden">found${this.stale ? ' before' : ''}: ${found}</span>`}
      ${(small && !named) || marked || this.contents.length === 0 ? nothing : html`<small aria-hidden="true">${brief ?? found}</small>`}
    </button>`;
  }
}

/** What was found in a partition in a few words, if that is shorter than the sentence. */
function briefly(partition: Partition, contents: readonly Content[]): string | undefined {
  return contents.find((content) => overlaps(content, partition))?.brief;
}

declare global {
  interface HTMLElementEventMap {
    'partition-select': CustomEvent<Partition>;
  }

  interface HTMLElementTagNameMap {
    'flash-strip': FlashStrip;
  }
}
