/** The parts of the map beside its strips: the legend, memories of a few bytes, what is visible, and buttons that zoom. */
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { Inspection } from '../../src/flash/family.ts';
import type { Layout, Partition } from '../../src/flash/layout.ts';
import { partitionAt } from '../../src/flash/layout.ts';
import type { Range, Region } from '../../src/flash/map.ts';
import { isSameRange, regionRange, regionSize } from '../../src/flash/map.ts';
import type { Plan } from '../../src/flash/plan.ts';
import type { UnitStates } from '../../src/session/state.ts';
import type { Kind } from '../flash-strip/flash-strip.parts.ts';
import { freeOf, kindOf, outsideOf } from '../flash-strip/flash-strip.parts.ts';
import type { View } from './flash-map.scale.ts';
import type { LaneState } from './flash-map.words.ts';
import { KIND_NAMES, MAP_STATES, mapStateOf } from './flash-map.words.ts';
import { bytes } from '../shared/format.ts';
import type { At } from '../shared/views.ts';
import { isAt } from '../shared/views.ts';

/** What has an entry in the legend: the kinds of partition, and flash of which nothing is known. */
type Shown = Kind | 'unclaimed';

/** The kinds of partition in regions, in the order of the legend. */
export function kindsIn(regions: readonly Region[], partitions: readonly Partition[]): Shown[] {
  const all = new Set<Shown>();
  for (const region of regions) {
    const own = partitions.filter((partition) => partition.region === region.id);
    for (const partition of own) all.add(kindOf(partition));
    if (freeOf(regionRange(region), own).length > 0) all.add(outsideOf(own) === 'free' ? 'free' : 'unclaimed');
  }
  return (['system', 'app', 'data', 'free', 'unclaimed'] as const).filter((kind) => all.has(kind));
}

/**
 * What an open inspector shows once another layout is there, or the partition that begins `at` a place is looked into (null: none is);
 * null if that is gone. What was pressed is not exchanged for what another layout has in its place.
 */
export function inspectedAfter(
  partition: Partition,
  { layout, board }: { readonly layout: Layout; readonly board: Pick<Inspection, 'layout'> | null },
  at: At | null,
): Partition | null {
  const other = isAt(partition, at) ? undefined : board?.layout.partitions.find((each) => isAt(each, at));
  const looked = other ?? partition;
  return partitionAt(layout, looked) ?? (board && partitionAt(board.layout, looked)) ?? null;
}

/** What the colours and patterns mean: of the blocks, then of the lane below them. */
export function renderLegend(kinds: readonly Shown[], states: readonly LaneState[]): TemplateResult {
  return html`<ul class="legend" aria-label="Legend">
    ${kinds.map((kind) => html`<li class=${kind === 'unclaimed' ? 'free' : kind}><i class="fill"></i>${KIND_NAMES[kind]}</li>`)}
    ${states.map(
      (state) => html`<li><canvas data-state=${state} aria-hidden="true"></canvas>${MAP_STATES[state]}</li>`,
    )}
  </ul>`;
}

/** What is on a map: its layout, what will be done, and the state of each planned unit. */
interface Mapped {
  readonly layout: Layout;
  readonly plan: Plan | null;
  readonly units: UnitStates | null;
}

/** Regions of a few bytes, such as option bytes: they would be as large as the flash if each had a strip. */
export function renderSmall(
  regions: readonly Region[],
  { layout: { partitions }, plan, units }: Mapped,
  open: Range | null,
  select: (partition: Partition) => void,
): TemplateResult {
  // Its plan and its verification are in no lane: they are words.
  const stateOf = (partition: Partition) => {
    const shown = mapStateOf(partition, plan, units);
    return shown === null || shown.state === 'kept' || shown.state === 'equal' ? null : shown.says;
  };
  const own = regions.flatMap(({ id }) => partitions.filter(({ region }) => region === id));
  return html`<ul class="regions" aria-label="Other memory">
    ${own.map(
      (partition) =>
        html`<li>
          <button
            type="button"
            class=${classMap({ region: true, [kindOf(partition)]: true })}
            data-region=${partition.region}
            aria-expanded=${open !== null && isSameRange(open, partition) ? 'true' : 'false'}
            @click=${() => select(partition)}
          >
            <i class="fill"></i>${partition.name} <span class="exact">${bytes(partition.size)}</span>
            ${stateOf(partition) === null ? nothing : html`<em>${stateOf(partition)}</em>`}
          </button>
        </li>`,
    )}
  </ul>`;
}

/** Which part of a region is visible, where that is not all of it. */
export function renderOverview({ start, size }: View, region: Region): TemplateResult {
  const whole = regionSize(region);
  return html`<div class="overview" aria-hidden="true">
    <i style=${styleMap({ left: percent((start - region.start) / whole), width: percent(size / whole) })}></i>
  </div>`;
}

/** A button that zooms; `why` is why it can do nothing at this scale. */
export function renderZoom(label: string, icon: TemplateResult, act: () => unknown, why: string): TemplateResult {
  const title = why === '' ? label : `${label}: ${why}`;
  return html`<button type="button" title=${title} ?disabled=${why !== ''} @click=${act}>
    ${icon}<span class="hidden">${title}</span>
  </button>`;
}

/** A part of a whole as a length in CSS: `12.500%`. */
function percent(part: number): string {
  return `${(part * 100).toFixed(3)}%`;
}
