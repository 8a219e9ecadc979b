/** The passive parts of a strip: lines from labels to places, names of what was found, the ruler. */
import type { TemplateResult } from 'lit';
import { html, nothing, svg } from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { Content } from '../../src/flash/family.ts';
import { hex } from '../../src/flash/finding.ts';
import type { Extent, View } from '../flash-map/flash-map.scale.ts';
import { extentOf, fanPath, ticks, xOf } from '../flash-map/flash-map.scale.ts';

/** The line from a label down to its place. */
export function renderFan(place: Extent, room: Extent, lit: boolean): TemplateResult {
  return svg`<path class=${lit ? 'lit' : ''} d=${fanPath(room, place, 16)} />`;
}

/** What was found, written over its block if there is room. The buttons say it to screen readers. */
export function renderFound(content: Content, view: View, width: number): TemplateResult | typeof nothing {
  const extent = extentOf(content, view, width);
  if (extent === null || extent.right - extent.left < 90) return nothing;
  const style = styleMap({ left: `${extent.left}px`, width: `${extent.right - extent.left}px` });
  return html`<span class="found" aria-hidden="true" style=${style}><span>${content.says}</span></span>`;
}

/** Addresses under the strip. */
export function renderRuler(view: View, width: number): TemplateResult {
  return html`<div class="ruler" aria-hidden="true">
    ${ticks(view, width, width < 480 ? 76 : 96).map((tick) => {
      const x = xOf(tick, view, width);
      return html`<span class=${classMap({ last: x > width - 60 })} style=${styleMap({ left: `${x}px` })}
        >${hex(tick)}</span
      >`;
    })}
  </div>`;
}
