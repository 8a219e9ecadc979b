import type { PropertyValues, TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { Content, Inspection } from '../../src/flash/family.ts';
import { hex } from '../../src/flash/finding.ts';
import type { Layout, Partition } from '../../src/flash/layout.ts';
import { NO_LAYOUT } from '../../src/flash/layout.ts';
import type { Region } from '../../src/flash/map.ts';
import { isSameRange, regionSize } from '../../src/flash/map.ts';
import type { Plan } from '../../src/flash/plan.ts';
import { changesPlan } from '../../src/session/choice-intents.ts';
import type { UnitStates, Work } from '../../src/session/state.ts';
import type { Highlight, IntentEvent } from '../shared/events.ts';
import { highlightedRanges } from '../shared/events.ts';
import { THEMES, drawSwatch, readPalette } from './flash-map.lanes.ts';
import { isClosest, isWhole, wholeView } from './flash-map.scale.ts';
import { inspectedAfter, kindsIn, renderLegend, renderOverview, renderSmall, renderZoom } from './flash-map.parts.ts';
import { Proportions } from './flash-map.proportions.ts';
import { styles } from './flash-map.styles.ts';
import type { At } from '../shared/views.ts';
import { isElsewhere } from '../shared/views.ts';
import type { LaneState } from './flash-map.words.ts';
import {
  changesLayout,
  contentsAfter,
  contentsAt,
  describeMap,
  isSmall,
  legendOf,
  readout,
} from './flash-map.words.ts';
import '../board-tools/board-tools.ts';
import { FlashStrip } from '../flash-strip/flash-strip.ts';
import '../partition-table/partition-table.ts';
import { icons } from '../shared/icons.ts';
import { loadLate } from '../shared/load-late.ts';
import { base } from '../shared/base.ts';
import { bytes } from '../shared/format.ts';

/** What is open below the map: the details of a partition, what can be done with the whole flash, or nothing. */
type Open = { readonly partition: Partition } | 'tools' | null;

/**
 * The flash map: one strip to scale for each region, coloured by the kind of partition, with a lane for what was found, or for
 * what the plan will do and has done; the same as a table; and an inspector for the partition that was clicked. Before a plan
 * that changes the layout, the layout now is shown above the one afterwards. It gets data, never a device.
 *
 * Zoom with the wheel (Ctrl, or once the map has the focus), `+`, `-`, `0` and the arrow keys up and down, or a pinch; the
 * arrow keys left and right move from partition to partition, with Shift they pan the view. Enter opens the inspector, Escape
 * closes it, and so does what is planned from it: the plan gets its room.
 *
 * @property layout – regions and partitions, as they will be if something is planned
 * @property contents – what was found where
 * @property plan, units – what will be done, and the state of each planned unit
 * @property highlight – the highlighted range or ranges
 * @property stale – whether `contents` are from before a write that is under way
 * @property board – what was read from the board, which has the layout now; null if there is nothing to act on
 * @property work – the session's work, which has what becomes of each partition
 * @property hold – why the board can be neither read nor written at the moment; empty if it can
 * @property at – where the partition begins that the view Contents shows, to which an open inspector goes; null if there is none
 * @event partition-open – the partition of which the inspector opened
 * @event sectorwise-intent – from the inspector, the table and the tools of the whole flash
 * @event sectorwise-point – the range pointed at or focused; null when it is left
 */
@customElement('flash-map')
export class FlashMapElement extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) layout: Layout = NO_LAYOUT;
  @property({ attribute: false }) contents: readonly Content[] = [];
  @property({ attribute: false }) plan: Plan | null = null;
  @property({ attribute: false }) units: UnitStates | null = null;
  @property({ attribute: false }) highlight: Highlight = null;
  @property({ type: Boolean }) stale = false;
  @property({ attribute: false }) board: Inspection | null = null;
  @property({ attribute: false }) work: Work | null = null;
  @property() hold = '';
  @property({ attribute: false, hasChanged: isElsewhere }) at: At | null = null;

  /** Incremented when a strip's view moved: the bar above it shows what is visible. */
  @state() private moves = 0;
  @state() private mode: 'map' | 'table' = 'map';
  @state() private open: Open = null;

  #proportions = new Proportions(
    this,
    () => this.shadowRoot?.querySelector('.probe') ?? null,
    () => [...(this.shadowRoot?.querySelectorAll('.part') ?? [])],
    () => this.large,
  );
  #themes = THEMES.map((each) => matchMedia(each));
  /** What the legend's swatches show: they are redrawn when that or the colours change. */
  #drawn = '';
  #recolour = () => {
    this.#drawn = '';
    this.requestUpdate();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    this.#drawn = '';
    for (const theme of this.#themes) theme.addEventListener('change', this.#recolour);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const theme of this.#themes) theme.removeEventListener('change', this.#recolour);
  }

  protected override updated(): void {
    const legend = this.legend();
    if (legend.join() === this.#drawn) return;
    const probe = this.shadowRoot?.querySelector<HTMLElement>('.probe');
    if (probe === null || probe === undefined) return;
    this.#drawn = legend.join();
    const palette = readPalette(probe);
    for (const swatch of this.shadowRoot?.querySelectorAll<HTMLCanvasElement>('canvas[data-state]') ?? []) {
      const mapState = legend.find((each) => each === swatch.dataset['state']);
      if (mapState !== undefined) drawSwatch(swatch, mapState, palette);
    }
  }

  /** What is open closes if its partition is gone, for example with another board. */
  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.open === 'tools' && this.board === null) this.open = null;
    const { selected } = this;
    if (selected === null || !(changed.has('layout') || changed.has('board') || changed.has('at'))) return;
    const now = inspectedAfter(selected, this, changed.has('at') ? this.at : null);
    this.open = now === null ? null : { partition: now };
  }

  /** The partition of which the inspector is open; null if it is closed. */
  private get selected(): Partition | null {
    return this.open === null || this.open === 'tools' ? null : this.open.partition;
  }

  /** The regions that have a strip of their own. */
  private get large(): readonly Region[] {
    return this.layout.map.regions.filter((region) => !isSmall(region, this.layout));
  }

  private strips(region: Region): FlashStrip[] {
    const strips = [...(this.shadowRoot?.querySelectorAll('flash-strip') ?? [])];
    return strips.filter((each): each is FlashStrip => each instanceof FlashStrip && each.region?.id === region.id);
  }

  private strip(region: Region): FlashStrip | null {
    return this.strips(region).at(-1) ?? null;
  }

  private select(partition: Partition): void {
    if (this.selected !== null && isSameRange(this.selected, partition)) return this.close();
    this.open = { partition };
    this.dispatchEvent(new CustomEvent('partition-open', { detail: partition }));
    const inspector = import('../partition-inspector/partition-inspector.ts');
    void this.reveal(loadLate(this, 'The partition inspector', inspector));
  }

  /** Brings what was opened into view, unless its element does not arrive. */
  private async reveal(loading?: Promise<boolean>): Promise<void> {
    if ((await loading) === false) return;
    await this.updateComplete;
    const panel = this.shadowRoot?.querySelector<HTMLElement & Partial<LitElement>>('.panel');
    await panel?.updateComplete;
    panel?.scrollIntoView({ block: 'nearest' });
  }

  /** Closes what is open below the map and returns the focus to where it was opened. */
  private close(): void {
    const { open } = this;
    if (open === null) return;
    this.open = null;
    if (open === 'tools') this.shadowRoot?.querySelector<HTMLElement>('.tools')?.focus();
    else if (this.mode === 'table') this.shadowRoot?.querySelector('partition-table')?.focusRow(open.partition);
    else {
      const strips = [...(this.shadowRoot?.querySelectorAll('flash-strip') ?? [])];
      if (strips.some((strip) => strip instanceof FlashStrip && strip.focusPartition(open.partition))) return;
      const chip = [...(this.shadowRoot?.querySelectorAll<HTMLElement>('.region') ?? [])];
      chip.find((each) => each.dataset['region'] === open.partition.region)?.focus();
    }
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || event.defaultPrevented || this.open === null) return;
    event.preventDefault();
    this.close();
  }

  protected override render(): TemplateResult {
    const { layout, plan, units, mode } = this;
    const { large } = this;
    const small = layout.map.regions.filter((region) => isSmall(region, layout));
    const legend = this.legend();
    const kinds = kindsIn(large, layout.partitions);
    const largest = Math.max(...large.map(regionSize));
    const widest = large.find((region) => regionSize(region) === largest);
    return html`
      <i class="probe" aria-hidden="true"></i>
      <div
        class="map"
        role="group"
        aria-label="Flash map"
        aria-describedby="summary"
        @keydown=${this.onKey}
        @partition-select=${(event: CustomEvent<Partition>) => this.select(event.detail)}
        @sectorwise-intent=${({ detail }: IntentEvent) => changesPlan(detail) && this.close()}
      >
        <p class="hidden" id="summary">${describeMap(layout, plan, units)}</p>
        ${
          mode === 'table'
            ? html`${widest === undefined ? nothing : this.renderBar(widest, true)}${this.renderTable()}`
            : html`<div class="row">
                ${large.map((region) => this.renderRegion(region, region === widest, largest))}
              </div>`
        }
        ${mode === 'table' || small.length === 0 ? nothing : renderSmall(small, this, this.selected, (partition) => this.select(partition))}
        ${mode === 'table' || kinds.length + legend.length < 2 ? nothing : renderLegend(kinds, legend)}
        ${this.renderOpen()}
      </div>
    `;
  }

  /** The states that are on the map now, in the order in which they occur. */
  private legend(): LaneState[] {
    return this.mode === 'table' ? [] : legendOf(this.large, this.plan, this.units, this.contents);
  }

  private renderTable(): TemplateResult {
    return html`<partition-table
      .layout=${this.layout}
      .contents=${this.contents}
      .plan=${this.plan}
      .units=${this.units}
      .highlight=${this.highlight}
      .selected=${this.selected}
      ?stale=${this.stale}
      .now=${this.board?.layout ?? null}
      .hold=${this.hold}
    ></partition-table>`;
  }

  private renderOpen(): TemplateResult | typeof nothing {
    const { open, board, layout } = this;
    if (open === null) return nothing;
    if (open === 'tools') {
      return html`<section class="panel" aria-label="Whole flash">
        <board-tools .board=${board} .hold=${this.hold}></board-tools>
      </section>`;
    }
    return html`<partition-inspector
      class="panel"
      .partition=${open.partition}
      .layout=${layout}
      .contents=${this.contents}
      .board=${board}
      .work=${this.work}
      .hold=${this.hold}
      ?stale=${this.stale}
      @inspector-close=${() => this.close()}
    ></partition-inspector>`;
  }

  /** A region as wide as its size in relation to the others, but wide enough to read. `main`: the one with the controls. */
  private renderRegion(region: Region, main: boolean, largest: number): TemplateResult {
    const { layout, board, plan, units, contents, stale, highlight, selected } = this;
    const view = this.moves > 0 ? (this.strip(region)?.view ?? null) : null;
    const zoomed = view !== null && !isWhole(view, region);
    const own = (all: Layout) =>
      all.partitions.filter((partition) => partition.region === region.id).toSorted((a, b) => a.address - b.address);
    const now = board === null || plan === null || units !== null ? null : board.layout;
    const two = now !== null && changesLayout(own(now), own(layout));
    // Without what is left of partitions that will not be: those are in the strip above.
    const fates = two && this.work?.kind === 'planned' ? this.work.fates : null;
    const after = own(fates === null ? layout : { ...layout, partitions: fates.flatMap((fate) => fate.after ?? []) });
    const before = now === null ? [] : own(now);
    const found = contents.filter((content) => content.region === region.id);
    const share = regionSize(region) / largest;
    return html`<div
      class=${classMap({ part: true, main })}
      style=${styleMap({ 'flex-grow': `${share * 1000}`, '--share': share.toFixed(5) })}
    >
      ${this.renderBar(region, main)}
      ${
        two
          ? html`<flash-strip
              label="Now"
              .region=${region}
              .partitions=${before}
              .beside=${after}
              .contents=${found}
              .selected=${selected}
              .highlight=${highlight}
              .view=${view}
              @view-change=${(event: Event) => this.follow(region, event)}
            ></flash-strip>`
          : nothing
      }
      <flash-strip
        label=${two ? 'Afterwards' : ''}
        .region=${region}
        .partitions=${after}
        .beside=${two ? before : []}
        .contents=${fates === null ? (two ? [] : found) : contentsAfter(fates, found)}
        .plan=${plan}
        .units=${units}
        .highlight=${highlight}
        .selected=${selected}
        ?stale=${stale}
        @view-change=${(event: Event) => this.follow(region, event)}
      ></flash-strip>
      ${zoomed ? renderOverview(view, region) : nothing}
    </div>`;
  }

  /** Both strips of a region show the same part of it. */
  private follow(region: Region, { target }: Event): void {
    if (target instanceof FlashStrip) for (const strip of this.strips(region)) strip.view = target.view;
    this.moves++;
  }

  private renderBar(region: Region, main: boolean): TemplateResult {
    const { mode } = this;
    const view = this.moves > 0 ? (this.strip(region)?.view ?? null) : null;
    const zoomed = mode === 'map' && view !== null && !isWhole(view, region);
    const all = zoomed ? '' : 'the whole memory is visible';
    const closest = isClosest(view ?? wholeView(region), region) ? 'this is the largest scale' : '';
    const scale = mode === 'table' || zoomed ? '' : this.#proportions.of(region);
    return html`
      <div class="bar">
        <h3>
          ${
            mode === 'table' && this.layout.map.regions.length > 1
              ? 'Partitions'
              : html`${region.name} <span class="exact">${bytes(regionSize(region))}</span>`
          }
          ${scale === '' ? nothing : html`<span class="scale small quiet">${scale}</span>`}
        </h3>
        ${zoomed ? html`<span class="exact seen">showing ${hex(view.start)}–${hex(view.start + view.size - 1)}</span>` : nothing}
        ${main ? this.renderSwitches() : nothing}
        <div class="second">
          ${
            mode === 'table' || (all !== '' && closest !== '')
              ? nothing
              : html`<div class="group" role="group" aria-label="Zoom of ${region.name}">
                  ${renderZoom('Zoom out', icons.minus, () => this.strip(region)?.zoom(2), all)}
                  ${renderZoom('Zoom in', icons.plus, () => this.strip(region)?.zoom(0.5), closest)}
                  ${renderZoom('Show all', icons.whole, () => this.strip(region)?.show(null), all)}
                </div>`
          }
          ${main ? html`<p class="readout exact" aria-hidden="true">${this.readout().map((part) => html`<span>${part}</span>`)}</p>` : nothing}
        </div>
      </div>
    `;
  }

  private readout(): readonly string[] {
    const { mode, layout, plan, units, stale } = this;
    const lit = mode === 'table' ? [] : highlightedRanges(this.highlight);
    return readout(lit, layout, contentsAt(lit, this.board?.layout, this.work, this.contents), plan, units, stale);
  }

  private renderSwitches(): TemplateResult {
    const other = this.mode === 'map' ? 'table' : 'map';
    return html`
      ${
        this.board === null
          ? nothing
          : html`<button
              type="button"
              class="tools"
              aria-expanded=${this.open === 'tools' ? 'true' : 'false'}
              @click=${() => {
                this.open = this.open === 'tools' ? null : 'tools';
                void this.reveal();
              }}
            >
              Whole flash ${icons.fold}
            </button>`
      }
      <button type="button" title="Show the partitions as a ${other}" @click=${() => (this.mode = other)}>
        ${other === 'table' ? 'Table' : 'Map'}
      </button>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'flash-map': FlashMapElement;
  }
  interface HTMLElementEventMap {
    'partition-open': CustomEvent<Partition>;
  }
}
