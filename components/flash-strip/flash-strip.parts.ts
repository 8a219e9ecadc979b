/** The passive parts of a strip: leader lines and labels of narrow partitions, free flash, the ruler. */
import type { TemplateResult } from 'lit';
import { html, nothing, svg } from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import { styleMap } from 'lit/directives/style-map.js';
import { hex } from '../../src/flash/finding.ts';
import type { Partition, PartitionRole } from '../../src/flash/layout.ts';
import type { Range } from '../../src/flash/map.ts';
import { rangeEnd } from '../../src/flash/map.ts';
import type { Extent, Scale } from '../flash-map/flash-map.scale.ts';
import { extentOf, leaderPath, xOf } from '../flash-map/flash-map.scale.ts';
import { bytes } from '../shared/format.ts';

/** The kinds that partitions are coloured by; flash that belongs to none is free. */
export type Kind = 'system' | 'app' | 'data' | 'free';

const KINDS: Readonly<Record<PartitionRole, Kind>> = {
  boot: 'system',
  table: 'system',
  'boot-choice': 'system',
  protected: 'system',
  app: 'app',
  settings: 'data',
  files: 'data',
  data: 'data',
};

/** What kind of partition it is, by its role; what its maker put beside the app is system firmware. */
export function kindOf({ role, system }: Pick<Partition, 'role' | 'system'>): Kind {
  return system === true ? 'system' : KINDS[role];
}

/** The height of the leader lines, in CSS pixels. */
export const LEADER = 14;

/** A partition that is too narrow for its name, and where its label is. */
export interface Label {
  readonly partition: Partition;
  readonly place: Extent;
  readonly room: Extent;
}

/** What a strip does with a label that is pointed at or clicked, and whether it is emphasized. */
export interface LabelActs {
  readonly isLit: (partition: Partition) => boolean;
  readonly point: (partition: Partition) => void;
  readonly open: (partition: Partition) => void;
}

/** Labels above the strip with a line to each place. The buttons say the names to screen readers. */
export function renderLabels(labels: readonly Label[], width: number, acts: LabelActs): TemplateResult {
  return html`<div class="labels" aria-hidden="true">
      ${labels.map(
        ({ partition, room }) =>
          html`<span
            class=${classMap({ label: true, lit: acts.isLit(partition) })}
            style=${styleMap({ left: `${room.left}px`, width: `${room.right - room.left}px` })}
            @pointerenter=${() => acts.point(partition)}
            @click=${() => acts.open(partition)}
            >${partition.name}</span
          >`,
      )}
    </div>
    <svg class="leaders" aria-hidden="true" width=${width} height=${LEADER}>
      ${labels.map(
        ({ partition, place, room }) =>
          svg`<path class=${acts.isLit(partition) ? 'lit' : ''} d=${leaderPath(room, place, LEADER)} />`,
      )}
    </svg>`;
}

/** Where there is no room for labels above: the names of the narrow partitions as chips, in the order of the strip. */
export function renderChips(partitions: readonly Partition[], acts: LabelActs): TemplateResult {
  return html`<div class="chips" aria-hidden="true">
    ${partitions.map(
      (partition) =>
        html`<span
          class=${classMap({ chip: true, lit: acts.isLit(partition), [kindOf(partition)]: true })}
          @pointerenter=${() => acts.point(partition)}
          @click=${() => acts.open(partition)}
          ><i class="fill"></i>${partition.name} <span class="size">${bytes(partition.size)}</span></span
        >`,
    )}
  </div>`;
}

/** What flash in no partition is called: free only where more is known than what a chip starts by. A table may be unreadable. */
export function outsideOf(partitions: readonly Partition[]): 'free' | 'no known partitions' {
  return partitions.every(({ role }) => role === 'boot' || role === 'table') ? 'no known partitions' : 'free';
}

/** Flash that belongs to no partition, by what it is called. */
export function renderFree(range: Range, scale: Scale, name: string): TemplateResult | typeof nothing {
  const extent = extentOf(range, scale);
  if (extent === null) return nothing;
  const width = extent.right - extent.left;
  const style = styleMap({ left: `${extent.left}px`, width: `${width}px` });
  return html`<span class="free" aria-hidden="true" style=${style}
    ><i class="fill"></i
    >${width < (name === 'free' ? 100 : 200) ? nothing : html`<span>${name}, ${bytes(range.size)}</span>`}</span
  >`;
}

/** The sizes that no block has room for, in the order of the strip: each button says its own to screen readers. */
export function renderSizes(partitions: readonly Partition[]): TemplateResult | typeof nothing {
  if (partitions.length === 0) return nothing;
  return html`<p class="sizes" aria-hidden="true">
    ${partitions.map(({ name, size }) => html`<span>${name} <b>${bytes(size)}</b></span> `)}
  </p>`;
}

/** The narrowest place for an address, in CSS pixels. */
const ADDRESS = 76;

/** Where partitions and free flash begin, as far as there is room, and the last address. */
export function renderRuler(ranges: readonly Range[], scale: Scale): TemplateResult {
  const { view, width } = scale;
  const starts = [...new Set(ranges.map(({ address }) => address))].toSorted((a, b) => a - b);
  const end = view.start + view.size;
  const shown: { readonly address: number; readonly x: number }[] = [];
  for (const address of starts.filter((each) => each > view.start && each < end)) {
    const next = starts.find((other) => other > address) ?? end;
    const [x, right] = [xOf(address, scale), xOf(next, scale)];
    if (right - x >= ADDRESS && x <= width - ADDRESS) shown.push({ address, x });
  }
  const first = shown[0]?.x ?? width;
  const last = shown.at(-1)?.x ?? 0;
  return html`<div class="ruler" aria-hidden="true">
    ${first >= ADDRESS ? html`<span style="left: 0">${hex(view.start)}</span>` : nothing}
    ${shown.map(({ address, x }) => html`<span style=${styleMap({ left: `${x}px` })}>${hex(address)}</span>`)}
    ${width - last >= 2 * ADDRESS ? html`<span class="last">${hex(end - 1)}</span>` : nothing}
  </div>`;
}

/** The parts of the visible flash that belong to no partition, in order. */
export function freeOf(region: Range, partitions: readonly Partition[]): Range[] {
  const free: Range[] = [];
  let at = region.address;
  for (const partition of partitions.toSorted((a, b) => a.address - b.address)) {
    if (partition.address > at) free.push({ region: region.region, address: at, size: partition.address - at });
    at = Math.max(at, rangeEnd(partition));
  }
  if (at < rangeEnd(region)) free.push({ region: region.region, address: at, size: rangeEnd(region) - at });
  return free;
}
