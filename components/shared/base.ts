/** What every element here begins with: the design tokens on the document, and base styles in its shadow root. */
import { css } from 'lit';
import './tokens.ts';

/** Declarations that hide what only screen readers are to hear. */
export const hidden = css`
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
`;

/** Base styles of every element here: box model, type, and the few shared classes. */
export const base = css`
  :host {
    display: block;
    color: var(--ink);
    font: 400 var(--text-body) / 1.5 var(--sans);
  }

  :host([hidden]) {
    display: none;
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  h2,
  h3,
  h4,
  p,
  ul,
  ol,
  dl,
  dd,
  pre,
  figure {
    margin: 0;
    padding: 0;
  }

  /* No last line of one short word. */
  h2,
  h3,
  h4,
  p,
  li,
  dd {
    text-wrap: pretty;
  }

  ul,
  ol {
    list-style: none;
  }

  h3,
  h4 {
    font-size: var(--text-body);
    font-weight: 600;
    line-height: 1.3;
  }

  code,
  pre {
    font-family: var(--mono);
    font-size: var(--text-label);
    overflow-wrap: anywhere;
  }

  /* Addresses and sizes beside words: figures of equal width, and a zero that is no O. */
  .exact {
    font-size: var(--text-label);
    font-variant-numeric: tabular-nums slashed-zero;
    overflow-wrap: anywhere;
  }

  .exact,
  .quiet {
    color: var(--quiet);
  }

  .small {
    font-size: var(--text-label);
  }

  a {
    color: inherit;
    text-underline-offset: 0.15em;
  }

  .more {
    font-size: var(--text-label);
    font-weight: 400;
    color: var(--quiet);
  }

  .stack {
    display: grid;
    gap: var(--gap-m);
    grid-template-columns: minmax(0, 1fr);
  }

  .row {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-s) var(--gap-m);
    align-items: center;
  }

  /* It is on the page before it says something, or screen readers would not hear it; meanwhile it takes no gap. */
  [role='status']:empty {
    position: absolute;
  }

  /* A native details: the icon in its summary shows whether it is unfolded, in place of the browser's own mark. */
  summary {
    display: flex;
    gap: 0.5em;
    align-items: center;
    cursor: pointer;
    list-style: none;
  }

  summary::-webkit-details-marker {
    display: none;
  }

  [open] > summary svg {
    rotate: 90deg;
  }

  .hidden {
    ${hidden};
    white-space: nowrap;
  }

  svg.icon {
    width: 1.125em;
    height: 1.125em;
    flex: none;
    vertical-align: -0.2em;
  }

  @media (pointer: coarse) {
    summary,
    a.more {
      min-height: var(--target);
    }

    a.more {
      min-width: var(--target);
      display: inline-flex;
      align-items: center;
    }
  }

  /* WCAG 2.2, 2.4.11: what has the focus is not under a bar. On the document, scroll-padding would scroll to the bars too. */
  a,
  button,
  input,
  select,
  summary,
  [tabindex],
  wa-button,
  wa-button::part(base),
  wa-checkbox::part(base),
  wa-details::part(header) {
    scroll-margin-block: var(--above) var(--below);
  }

  :focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: 2px;
  }

  @media (forced-colors: active) {
    /* The colours are already the system's; its backplate would hide the text on a filled button. */
    wa-button::part(base) {
      forced-color-adjust: none;
    }
  }

  /* Nothing can be pressed on paper. */
  @media print {
    wa-button {
      display: none;
    }
  }

  /* A long label wraps instead of overflowing the page. */
  wa-button.long {
    max-width: 100%;
  }

  wa-button.long::part(base) {
    height: auto;
    min-height: var(--wa-form-control-height);
    padding-block: 0.4em;
    line-height: 1.25;
    white-space: normal;
    text-align: center;
  }

  wa-details {
    --spacing: var(--gap-s);
  }

  /* Of no colour, it would be drawn in forced colours, and stand in from what is above and below. */
  wa-details[appearance='plain']::part(base) {
    border: 0;
  }

  /* As large as the icon of a native details, at the same edge. */
  wa-details::part(icon) {
    justify-content: center;
    width: calc(1.125em / 0.7);
    font-size: 0.7em;
    color: inherit;
  }

  wa-details::part(header) {
    min-height: var(--target);
    font-size: var(--text-label);
    padding-inline: 0;
    gap: 0.5em;
    flex-direction: row-reverse;
    justify-content: flex-end;
  }

  wa-details::part(content) {
    padding-inline: 0;
  }
`;
