/** The icons of the interface, inline: nothing is fetched. Each goes with a word. */
import type { TemplateResult } from 'lit';
import { html, svg } from 'lit';

function icon(shape: TemplateResult): TemplateResult {
  return html`<svg
    class="icon"
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    stroke-width="1.6"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${shape}
  </svg>`;
}

/** The icons by name, as SVG templates. */
export const icons = {
  good: icon(svg`<circle cx="8" cy="8" r="6.2" /><path d="m5.2 8.2 2 2 3.6-4" />`),
  note: icon(svg`<circle cx="8" cy="8" r="6.2" /><path d="M8 7.4v3.4M8 5.2v.1" />`),
  warning: icon(svg`<path d="M8 2 14.4 13.4H1.6Z" /><path d="M8 6.4v3.2M8 11.5v.1" />`),
  problem: icon(svg`<path d="M5.4 1.8h5.2l3.6 3.6v5.2l-3.6 3.6H5.4l-3.6-3.6V5.4Z" /><path d="m6 6 4 4m0-4-4 4" />`),
  plug: icon(svg`<path d="M5 2v3.2M11 2v3.2M3.4 5.2h9.2v2.4a4.6 4.6 0 0 1-9.2 0ZM8 12.2V15" />`),
  file: icon(svg`<path d="M3.6 1.8h5.6l3.2 3.2v9.2H3.6Z" /><path d="M9 2v3.2h3.2" />`),
  box: icon(svg`<path d="M2 5 8 2l6 3v6l-6 3-6-3ZM2 5l6 3 6-3M8 8v6" />`),
  folder: icon(svg`<path d="M1.8 13V3.4h4.4l1.6 2h6.4V13Z" />`),
  shield: icon(svg`<path d="M8 1.8 13.4 4v4c0 3-2.2 5.2-5.4 6.4C4.8 13.2 2.6 11 2.6 8V4Z" />`),
  stop: icon(svg`<rect x="3.6" y="3.6" width="8.8" height="8.8" rx="1" />`),
  bolt: icon(svg`<path d="M9 1.6 3.4 9H8l-1 5.4L12.6 7H8Z" />`),
  plus: icon(svg`<path d="M8 3v10M3 8h10" />`),
  minus: icon(svg`<path d="M3 8h10" />`),
  whole: icon(svg`<path d="M1.8 4v8M14.2 4v8M4 8h8M6 6 4 8l2 2M10 6l2 2-2 2" />`),
  cross: icon(svg`<path d="m4 4 8 8m0-8-8 8" />`),
  again: icon(svg`<path d="M13 8a5 5 0 1 1-1.6-3.7M13 1.8v3h-3" />`),
  save: icon(svg`<path d="M8 2v8m0 0L4.8 6.8M8 10l3.2-3.2M2.6 13.4h10.8" />`),
  lock: icon(svg`<rect x="3" y="7" width="10" height="7" rx="1" /><path d="M5.2 7V5a2.8 2.8 0 0 1 5.6 0v2" />`),
  chip: icon(
    svg`<rect x="4.4" y="4.4" width="7.2" height="7.2" rx="1" /><path d="M6.4 4.4V2M9.6 4.4V2M6.4 14v-2.4M9.6 14v-2.4M4.4 6.4H2M4.4 9.6H2M14 6.4h-2.4M14 9.6h-2.4" />`,
  ),
  back: icon(svg`<path d="M3 8a5 5 0 1 0 1.6-3.7M3 1.8v3h3" />`),
  look: icon(svg`<circle cx="7" cy="7" r="4.6" /><path d="m10.4 10.4 3.8 3.8" />`),
  open: icon(svg`<path d="M8 14V6m0 0L4.8 9.2M8 6l3.2 3.2M2.6 2.4h10.8" />`),
  fold: icon(svg`<path d="m6 3.6 4.4 4.4L6 12.4" />`),
  print: icon(svg`<path d="M4.4 5.6V1.8h7.2v3.8M4.4 11.4H2V5.6h12v5.8h-2.4M4.4 9.4h7.2v4.8H4.4Z" />`),
} as const;

/** The logo: a strip of flash, one unit changing and one verified. `public/icon.svg` is the same on a dark background. */
export const logo = html`<svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
  <g fill="currentColor">
    <rect x="2" y="5" width="28" height="4" rx="1" />
    <rect x="2" y="12" width="5.5" height="15" rx="1" opacity="0.45" />
    <rect x="24.5" y="12" width="5.5" height="15" rx="1" opacity="0.45" />
  </g>
  <rect x="9.5" y="12" width="5.5" height="15" rx="1" style="fill: var(--verified)" />
  <rect x="17" y="12" width="5.5" height="15" rx="1" style="fill: var(--changes-area)" />
</svg>`;
