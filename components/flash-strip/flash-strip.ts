import type { PropertyValues, TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { Content } from '../../src/flash/family.ts';
import { bytes, hex } from '../../src/flash/finding.ts';
import type { Partition } from '../../src/flash/layout.ts';
import type { Range, Region } from '../../src/flash/map.ts';
import { unitsTouching } from '../../src/flash/map.ts';
import type { Plan } from '../../src/flash/plan.ts';
import type { UnitStates } from '../../src/session/state.ts';
import type { Highlight } from '../shared/events.ts';
import { isLit, litRanges, sendPoint } from '../shared/events.ts';
import type { Palette } from '../flash-map/flash-map.lanes.ts';
import { THEMES, at, drawFound, drawLayout, drawPlan, readPalette } from '../flash-map/flash-map.lanes.ts';
import type { Extent, View } from '../flash-map/flash-map.scale.ts';
import {
  addressAt,
  extentOf,
  isWhole,
  panView,
  revealView,
  spread,
  viewOf,
  wholeView,
  xOf,
  zoomView,
} from '../flash-map/flash-map.scale.ts';
import { foundIn, mapStateOf, runsOf } from '../flash-map/flash-map.words.ts';
import { StripGestures, keyAction } from './flash-strip.gestures.ts';
import { renderFan, renderFound, renderRuler } from './flash-strip.parts.ts';
import { styles } from './flash-strip.styles.ts';
import { base } from '../shared/tokens.ts';

/** The minimum width of a partition's button, in CSS pixels: a finger or an unsteady hand must hit it. */
const HITTABLE = 24;
/** A narrower button, in CSS pixels, writes its name vertically. */
const UPRIGHT = 64;
/** A narrower button, in CSS pixels, writes its name small. */
const SNUG = 140;

/**
 * One region of flash to scale: labels that can be focused, and three lanes for the layout, what was found, and the plan with
 * its verification. Part of `<flash-map>`.
 *
 * @property region, partitions, contents, plan, units – what is shown
 * @property highlight – what is highlighted, as far as it is in this region
 * @property stale – whether `contents` are from before a write that is under way
 * @property view – the visible part of the region
 * @event sectorwise-point – the partition, content or erase unit pointed at or focused; null when it is left
 * @event view-change – the person zoomed or panned; the strip's `view` has the result
 */
@customElement('flash-strip')
export class FlashStrip extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) region: Region | null = null;
  @property({ attribute: false }) partitions: readonly Partition[] = [];
  @property({ attribute: false }) contents: readonly Content[] = [];
  @property({ attribute: false }) plan: Plan | null = null;
  @property({ attribute: false }) units: UnitStates | null = null;
  @property({ attribute: false }) highlight: Highlight = null;
  @property({ type: Boolean }) stale = false;
  @property({ attribute: false }) view: View | null = null;

  @state() private width = 0;
  @state() private current = 0;

  @query('.strip') private strip!: HTMLElement;
  @query('.probe') private probe!: HTMLElement;
  @query('canvas.layout') private layoutLane!: HTMLCanvasElement;
  @query('canvas.found') private foundLane!: HTMLCanvasElement;
  @query('canvas.plan') private planLane!: HTMLCanvasElement;

  #size = new ResizeObserver(() => (this.width = this.strip.clientWidth));
  #themes = THEMES.map((each) => matchMedia(each));
  // Cached, because each read makes the browser recalculate all styles.
  #palette: Palette | null = null;
  #redraw = () => {
    this.#palette = null;
    this.draw();
  };
  #pointed: Range | null = null;
  #gestures = new StripGestures({
    width: () => this.width,
    view: () => this.seen(),
    zoom: (factor, x) => this.zoom(factor, x),
    pan: (by) => this.region !== null && this.move(panView(this.seen(), by, this.region)),
    zoomed: () => this.region !== null && !isWhole(this.seen(), this.region),
    held: () => this.shadowRoot?.activeElement !== null,
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.#palette = null;
    for (const theme of this.#themes) theme.addEventListener('change', this.#redraw);
    if (this.hasUpdated) this.#size.observe(this.strip);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const theme of this.#themes) theme.removeEventListener('change', this.#redraw);
    this.#size.disconnect();
  }

  protected override firstUpdated(): void {
    this.#size.observe(this.strip);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('region');
    const same = before?.id === this.region?.id && before?.start === this.region?.start;
    // Another board: the last board's view means nothing on it.
    if (before !== undefined && before !== null && !same) this.view = null;
  }

  protected override updated(changed: PropertyValues): void {
    const drawn = ['region', 'partitions', 'contents', 'plan', 'units', 'view', 'width'];
    if (drawn.some((name) => changed.has(name))) this.draw();
  }

  /** Enlarges the view by `factor` around a position on the strip, by default its middle. */
  zoom(factor: number, x = this.width / 2): boolean {
    if (this.region === null) return false;
    return this.move(zoomView(this.seen(), factor, addressAt(x, this.seen(), this.width), this.region));
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

  private draw(): void {
    if (this.region === null || !this.isConnected) return;
    const view = this.seen();
    const palette = (this.#palette ??= readPalette(this.probe));
    drawLayout(this.layoutLane, view, this.partitions, palette);
    drawFound(this.foundLane, view, this.contents, palette);
    drawPlan(this.planLane, view, runsOf(this.region, this.plan, this.units), this.region, palette);
  }

  private point(range: Range | null): void {
    const same = range?.address === this.#pointed?.address && range?.size === this.#pointed?.size;
    if (same) return;
    this.#pointed = range;
    sendPoint(this, range);
  }

  private onMove(event: PointerEvent, lane: 'layout' | 'found' | 'plan'): void {
    if (this.region === null || event.pointerType === 'touch') return;
    const { id } = this.region;
    const address = addressAt(event.clientX - this.strip.getBoundingClientRect().left, this.seen(), this.width);
    const unit = unitsTouching(this.region, address, 1)[0];
    const pieces = { layout: this.partitions, found: this.contents, plan: [] }[lane];
    this.point(at<Range>(pieces, id, address) ?? unit ?? null);
  }

  private isLit(partition: Partition): boolean {
    return isLit(this.highlight, partition);
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
    const { start, size } = this.seen();
    const focused = this.partitions[this.current];
    const anchor =
      focused === undefined ? this.width / 2 : xOf(focused.address + focused.size / 2, { start, size }, this.width);
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
    const view = this.seen();
    const shown = this.partitions.flatMap((partition) => {
      const extent = extentOf(partition, view, this.width);
      return extent === null ? [] : [{ partition, extent }];
    });
    const extents = shown.map((each) => each.extent);
    const spaced = spread(extents, this.width, HITTABLE);
    const rooms = new Map(shown.map(({ partition }, i) => [partition, spaced[i]]));
    const lit = litRanges(this.highlight)
      .filter((range) => range.region === this.region?.id)
      .flatMap((range) => extentOf(range, view, this.width) ?? []);
    return html`
      <i class="probe" hidden></i>
      <div class="captions" aria-hidden="true">
        <span>Layout</span><span>${this.stale ? 'Found before' : 'Found'}</span><span>Plan and result</span>
      </div>
      <div
        class="strip"
        @keydown=${this.onKey}
        @wheel=${this.#gestures.onWheel}
        @pointerdown=${this.#gestures.onDown}
        @pointermove=${this.#gestures.onMove}
        @pointerup=${this.#gestures.onUp}
        @pointercancel=${this.#gestures.onUp}
        @pointerleave=${() => this.point(null)}
      >
        <div class="names">${this.partitions.map((each, i) => this.renderName(each, i, rooms.get(each) ?? null))}</div>
        <svg class="fan" aria-hidden="true" width=${this.width} height="16">
          ${shown.map(({ partition, extent }) =>
            renderFan(extent, rooms.get(partition) ?? extent, this.isLit(partition)),
          )}
        </svg>
        <canvas
          class="layout"
          aria-hidden="true"
          @pointermove=${(e: PointerEvent) => this.onMove(e, 'layout')}
        ></canvas>
        <div class="lane">
          <canvas
            class="found"
            aria-hidden="true"
            @pointermove=${(e: PointerEvent) => this.onMove(e, 'found')}
          ></canvas>
          ${this.contents.map((content) => renderFound(content, view, this.width))}
        </div>
        <div class="lane">
          <canvas class="plan" aria-hidden="true" @pointermove=${(e: PointerEvent) => this.onMove(e, 'plan')}></canvas>
          ${this.plan === null ? html`<span class="empty">Nothing planned yet</span>` : nothing}
        </div>
        ${renderRuler(view, this.width)}
        ${lit.map(
          ({ left, right }) =>
            html`<div
              class="light"
              style=${styleMap({ left: `${left - 1}px`, width: `${Math.max(3, right - left) + 2}px` })}
            ></div>`,
        )}
      </div>
    `;
  }

  /** A partition outside the view keeps its button, invisibly, so that it can be reached and the focus is not lost. */
  private renderName(partition: Partition, index: number, room: Extent | null): TemplateResult {
    const width = room === null ? 0 : room.right - room.left;
    const size = { upright: width < UPRIGHT, snug: width < SNUG };
    const state = mapStateOf(partition, this.plan, this.units);
    const lit = this.isLit(partition);
    return html`<button
      type="button"
      class=${classMap({ ...size, away: room === null, lit, [state?.state ?? 'none']: true })}
      style=${styleMap({ left: `${room?.left ?? 0}px`, width: `${width}px` })}
      tabindex=${index === Math.min(this.current, this.partitions.length - 1) ? 0 : -1}
      @pointerenter=${() => this.point(partition)}
      @focus=${() => {
        this.current = index;
        this.point(partition);
      }}
      @blur=${() => this.point(null)}
      @click=${() => {
        if (!this.#gestures.dragged)
          this.show(this.region !== null && isWhole(this.seen(), this.region) ? partition : null);
      }}
    >
      <b>${partition.name}</b>
      <span class=${width < UPRIGHT ? 'hidden' : ''}>${hex(partition.address)}</span>
      <span class=${width < UPRIGHT ? 'hidden' : ''}>${bytes(partition.size)}</span>
      ${state === null ? nothing : html`<em class=${width < SNUG ? 'hidden' : ''}>${state.says}</em>`}
      <span class="hidden">found${this.stale ? ' before' : ''}: ${foundIn(partition, this.contents)}</span>
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'flash-strip': FlashStrip;
  }
}
