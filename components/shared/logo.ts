import { html } from 'lit';

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
