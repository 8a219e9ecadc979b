/**
 * Design tokens: one type scale, one spacing scale, and colours with one meaning each. They are set once on the document's
 * root, from where every element inherits them; Web Awesome's controls use the same values.
 */
import { css } from 'lit';
import { controls } from './tokens.controls.ts';
import { typeface } from './typeface/typeface.ts';

const tokens = css`
  :root {
    color-scheme: light dark;

    --sans:
      'Sectorwise Inter', system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif;
    --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace;

    /* 12, 14, 16, 20, 24, 28 and 32 px, named by what they are for. */
    --text-caption: 0.75rem;
    --text-label: 0.875rem;
    --text-body: 1rem;
    --text-heading: 1.25rem;
    --text-summary: 1.5rem;
    --text-verdict: 1.75rem;
    --text-title: 2rem;

    /* The smallest size of what is pressed or chosen. */
    --target: 0px;

    /* Room that the bars at the top and the bottom take from what is scrolled into view; none inside the bars themselves. */
    --above: 4.5rem;
    --below: 8rem;

    --gap-xs: 0.25rem;
    --gap-s: 0.5rem;
    --gap-m: 0.75rem;
    --gap-l: 1.25rem;
    --gap-xl: 2rem;
    --gap-2xl: 3.25rem;
    --radius: 6px;
    --radius-l: 10px;

    --page: light-dark(#eff2f0, #0a0d0c);
    --surface: light-dark(#fff, #181f1c);
    --sunken: light-dark(#f5f7f5, #111614);
    --raised: light-dark(#e6eae7, #28322e);
    --line: light-dark(#d0d7d2, #34403b);
    --line-strong: light-dark(#7f8a84, #75847c);
    --shadow: 0 1px 2px light-dark(#12181514, #0006);
    --ink: light-dark(#121815, #eaf0ec);
    --quiet: light-dark(#4c5852, #9fada6);

    /* The meanings. None is used alone: a word or a pattern goes with each. */
    --kept: light-dark(#2a5db0, #86b4f7);
    --changes: light-dark(#8f5400, #f2b350);
    /* Areas may be lighter than text: 3:1 against the page is enough for them. */
    --changes-area: light-dark(#c67a00, #f2b350);
    --blank: light-dark(#626d67, #8c9892);
    --verified: light-dark(#0d7346, #4ed28b);
    --failed: light-dark(#b3261e, #ff867d);
    --tint: 11%;

    --focus: light-dark(#121815, #fff);
  }

  @media (prefers-contrast: more) {
    :root {
      --page: light-dark(#fff, #000);
      --surface: light-dark(#fff, #000);
      --sunken: light-dark(#fff, #000);
      --raised: light-dark(#fff, #000);
      --shadow: none;
      --line: light-dark(#4c5852, #9fada6);
      --line-strong: light-dark(#000, #fff);
      --ink: light-dark(#000, #fff);
      --quiet: light-dark(#1f2723, #dbe3de);
      --kept: light-dark(#003c91, #b3d1ff);
      --changes: light-dark(#613900, #ffcf82);
      --changes-area: light-dark(#613900, #ffcf82);
      --blank: light-dark(#37413c, #c3ccc7);
      --verified: light-dark(#00502d, #86eab2);
      --failed: light-dark(#8b0000, #ffb1ab);
      --tint: 0%;
    }
  }

  @media (forced-colors: active) {
    :root {
      --page: Canvas;
      --surface: Canvas;
      --sunken: Canvas;
      --raised: Canvas;
      --line: CanvasText;
      --line-strong: CanvasText;
      --ink: CanvasText;
      --quiet: CanvasText;
      --kept: CanvasText;
      --changes: Highlight;
      --changes-area: Highlight;
      --blank: GrayText;
      --verified: CanvasText;
      --failed: LinkText;
      --focus: Highlight;
      --tint: 0%;
      --shadow: none;
    }
  }

  @media (width < 960px) {
    :root {
      --above: 5.5rem;
    }
  }

  @media (width < 720px) {
    :root {
      --above: 7.25rem;
      --below: 12rem;
    }
  }

  /* The controls of a virtual board scroll away there. */
  @media (max-width: 480px) {
    :root {
      --above: 4.25rem;
    }
  }

  /* WCAG 2.2, 2.5.5: 44 px for a finger. */
  @media (pointer: coarse) {
    :root {
      --target: 44px;
    }
  }

  html {
    background: var(--page);
    color: var(--ink);
    font: 400 var(--text-body) / 1.5 var(--sans);
    -webkit-text-size-adjust: 100%;
    text-size-adjust: 100%;
  }

  body {
    margin: 0;
  }

  @page {
    margin: 12mm;
  }

  @media print {
    :root {
      color-scheme: light;
      --shadow: none;
    }

    html {
      background: none;
    }
  }
`;

// Once on the document, not in each shadow root, so that an ancestor may still override a token for its part.
const sheets = [typeface.styleSheet, tokens.styleSheet, controls.styleSheet].filter((sheet) => sheet !== undefined);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, ...sheets];

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

  @media (prefers-reduced-motion: reduce) {
    wa-progress-bar::part(indicator) {
      animation: none;
      transition: none;
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
