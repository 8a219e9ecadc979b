import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { Content } from '../../src/flash/family.ts';
import { bytes, hex } from '../../src/flash/finding.ts';
import type { Layout } from '../../src/flash/layout.ts';
import type { Region } from '../../src/flash/map.ts';
import { regionSize } from '../../src/flash/map.ts';
import type { Plan } from '../../src/flash/plan.ts';
import type { UnitStates } from '../../src/session/state.ts';
import type { Highlight } from '../shared/events.ts';
import { litRanges } from '../shared/events.ts';
import { THEMES, drawSwatch, readPalette } from './flash-map.lanes.ts';
import { isClosest, isWhole, wholeView } from './flash-map.scale.ts';
import { styles } from './flash-map.styles.ts';
import type { MapState } from './flash-map.words.ts';
import { describeMap, MAP_STATES, readout } from './flash-map.words.ts';
import { FlashStrip } from '../flash-strip/flash-strip.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/tokens.ts';

const EMPTY: Layout = { map: { regions: [] }, partitions: [], guards: [], ciphered: [] };

/**
 * The flash map: one strip to scale for each region, with three lanes for what the layout says, what was found there, and what
 * the plan will do and has done. It gets data, never a device.
 *
 * Zoom with the wheel (Ctrl, or once the map has the focus), `+`, `-`, `0` and the arrow keys up and down, or a pinch; the
 * arrow keys left and right move from partition to partition, with Shift they pan the view.
 *
 * @property layout – regions and partitions
 * @property contents – what was found where
 * @property plan, units – what will be done, and the state of each planned unit
 * @property highlight – the highlighted range or ranges
 * @property stale – whether `contents` are from before a write that is under way
 * @event sectorwise-point – the range pointed at or focused; null when it is left
 */
@customElement('flash-map')
export class FlashMapElement extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) layout: Layout = EMPTY;
  @property({ attribute: false }) contents: readonly Content[] = [];
  @property({ attribute: false }) plan: Plan | null = null;
  @property({ attribute: false }) units: UnitStates | null = null;
  @property({ attribute: false }) highlight: Highlight = null;
  @property({ type: Boolean }) stale = false;

  /** Incremented when a strip's view moved: the bar above it shows what is visible. */
  @state() private moves = 0;

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

  private strip(region: Region): FlashStrip | null {
    const strips = [...(this.shadowRoot?.querySelectorAll('flash-strip') ?? [])];
    return (
      strips.find((each): each is FlashStrip => each instanceof FlashStrip && each.region?.id === region.id) ?? null
    );
  }

  /** The fates that are on the map now, in the order in which they occur. */
  private legend(): (MapState | 'blank')[] {
    if (this.plan === null) return this.contents.some((content) => content.kind === 'blank') ? ['blank'] : [];
    const seen = new Set<MapState>(this.units ?? (this.plan.stretches.length > 0 ? ['waiting'] : []));
    const states = (
      ['waiting', 'unknown', 'incomplete', 'written', 'awaiting-commit', 'verified', 'unproved', 'wrong'] as const
    ).filter((each) => seen.has(each));
    return [...states, 'kept', ...(this.plan.equal.length > 0 ? (['equal'] as const) : []), 'blank'];
  }

  protected override render(): TemplateResult {
    const { layout, contents, plan, units, highlight } = this;
    return html`
      <i class="probe" hidden></i>
      <div class="map" role="group" aria-label="Flash map" aria-describedby="summary">
        <p class="hidden" id="summary">${describeMap(layout, plan, units)}</p>
        ${layout.map.regions.map((region) => this.renderRegion(region))}
        <p class="readout exact" aria-hidden="true">
          ${
            highlight === null
              ? html`<span class="hint"
                  >Point at the map or use the arrow keys. Zoom with + − 0, or Ctrl and the mouse wheel.</span
                >`
              : readout(litRanges(highlight), layout, contents, plan, units, this.stale).map(
                  (part) => html`<span>${part}</span>`,
                )
          }
        </p>
        <ul class="legend" aria-label="Legend">
          ${this.legend().map(
            (mapState) =>
              html`<li>
                <canvas data-state=${mapState} aria-hidden="true"></canvas
                >${mapState === 'blank' ? 'blank' : MAP_STATES[mapState]}
              </li>`,
          )}
        </ul>
      </div>
    `;
  }

  private renderRegion(region: Region): TemplateResult {
    const strip = this.strip(region);
    const view = this.moves > 0 ? (strip?.view ?? null) : null;
    const zoomed = view !== null && !isWhole(view, region);
    const all = zoomed ? '' : 'the whole memory is visible';
    const closest = isClosest(view ?? wholeView(region), region) ? 'this is the largest scale' : '';
    return html`
      <div class="bar">
        <h3>${region.name} <span class="exact">${bytes(regionSize(region))}</span></h3>
        <span class="exact seen">
          ${zoomed ? html`showing ${hex(view.start)}–${hex(view.start + view.size - 1)}` : nothing}
        </span>
        <div class="zoom" role="group" aria-label="Zoom of ${region.name}">
          ${this.renderZoom('Zoom out', icons.minus, () => this.strip(region)?.zoom(2), all)}
          ${this.renderZoom('Zoom in', icons.plus, () => this.strip(region)?.zoom(0.5), closest)}
          ${this.renderZoom('Show all', icons.whole, () => this.strip(region)?.show(null), all)}
        </div>
      </div>
      <flash-strip
        .region=${region}
        .partitions=${this.layout.partitions.filter((partition) => partition.region === region.id)}
        .contents=${this.contents.filter((content) => content.region === region.id)}
        .plan=${this.plan}
        .units=${this.units}
        .highlight=${this.highlight}
        ?stale=${this.stale}
        @view-change=${() => this.moves++}
      ></flash-strip>
      ${
        zoomed
          ? html`<div class="overview" aria-hidden="true">
              <i
                style=${styleMap({
                  left: percent((view.start - region.start) / regionSize(region)),
                  width: percent(view.size / regionSize(region)),
                })}
              ></i>
            </div>`
          : nothing
      }
    `;
  }

  /** A button that zooms; `why` is why it can do nothing at this scale. */
  private renderZoom(label: string, icon: TemplateResult, act: () => unknown, why: string): TemplateResult {
    const title = why === '' ? label : `${label}: ${why}`;
    return html`<wa-button size="s" appearance="outlined" title=${title} ?disabled=${why !== ''} @click=${act}>
      ${icon}<span class="hidden">${label}</span>
    </wa-button>`;
  }
}

function percent(part: number): string {
  return `${(part * 100).toFixed(3)}%`;
}

declare global {
  interface HTMLElementTagNameMap {
    'flash-map': FlashMapElement;
  }
}
