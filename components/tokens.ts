/**
 * Design tokens: one type scale, one spacing scale, and colours that each have one meaning. They are set once on the
 * document's root, from where they reach every element; Web Awesome's controls take theirs from the same values.
 */
import { css } from 'lit';

const tokens = css`
  :root {
    color-scheme: light dark;

    --sans: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif;
    --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace;

    --text-s: 0.75rem;
    --text-m: 0.875rem;
    --text-l: 1rem;
    --text-xl: 1.25rem;
    --text-2xl: 1.625rem;

    --gap-xs: 0.25rem;
    --gap-s: 0.5rem;
    --gap-m: 0.75rem;
    --gap-l: 1.25rem;
    --gap-xl: 2rem;
    --gap-2xl: 3.25rem;
    --radius: 4px;
    --radius-l: 8px;

    --page: light-dark(#f1f3f1, #0d1110);
    --surface: light-dark(#fff, #141a18);
    --sunken: light-dark(#f5f7f5, #0f1413);
    --raised: light-dark(#e6eae7, #212a27);
    --line: light-dark(#d0d7d2, #2b3531);
    --line-strong: light-dark(#7f8a84, #6c7a73);
    --ink: light-dark(#121815, #eaf0ec);
    --quiet: light-dark(#4c5852, #9fada6);

    /* The meanings. None stands alone: a word or a pattern goes with each. */
    --kept: light-dark(#2a5db0, #86b4f7);
    --changes: light-dark(#8f5400, #f2b350);
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
      --line: light-dark(#4c5852, #9fada6);
      --line-strong: light-dark(#000, #fff);
      --ink: light-dark(#000, #fff);
      --quiet: light-dark(#1f2723, #dbe3de);
      --kept: light-dark(#003c91, #b3d1ff);
      --changes: light-dark(#613900, #ffcf82);
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
      --blank: GrayText;
      --verified: CanvasText;
      --failed: LinkText;
      --focus: Highlight;
      --tint: 0%;
    }
  }

  :root {
    --wa-font-family-body: var(--sans);
    --wa-font-size-xs: var(--text-s);
    --wa-font-size-s: var(--text-m);
    --wa-font-size-m: var(--text-l);
    --wa-font-size-l: var(--text-xl);
    --wa-font-size-smaller: round(calc(1em / 1.125), 1px);
    --wa-font-weight-body: 400;
    --wa-font-weight-semibold: 600;
    --wa-font-weight-action: 600;
    --wa-line-height-condensed: 1.25;
    --wa-line-height-normal: 1.5;
    --wa-space-xs: var(--gap-s);
    --wa-space-s: var(--gap-m);
    --wa-space-m: var(--gap-m);
    --wa-space-l: var(--gap-l);
    --wa-border-style: solid;
    --wa-border-width-s: 1px;
    --wa-border-radius-s: 3px;
    --wa-border-radius-m: var(--radius);
    --wa-border-radius-l: var(--radius-l);
    --wa-border-radius-pill: 9999px;
    --wa-border-radius-circle: 50%;
    --wa-focus-ring-style: solid;
    --wa-focus-ring-width: 2px;
    --wa-color-focus: var(--focus);
    --wa-focus-ring: 2px solid var(--focus);
    --wa-focus-ring-offset: 2px;
    --wa-transition-easing: ease;
    --wa-transition-slow: 0ms;
    --wa-transition-normal: 0ms;
    --wa-transition-fast: 60ms;
    --wa-shadow-m: 0 4px 16px light-dark(#0003, #000a);
    --wa-color-surface-default: var(--surface);
    --wa-color-surface-raised: var(--surface);
    --wa-color-surface-lowered: var(--sunken);
    --wa-color-surface-border: var(--line);
    --wa-color-text-normal: var(--ink);
    --wa-color-text-quiet: var(--quiet);
    --wa-color-mix-hover: var(--surface) 14%;
    --wa-color-mix-active: var(--surface) 24%;

    --wa-color-neutral-fill-quiet: var(--raised);
    --wa-color-neutral-fill-normal: var(--raised);
    --wa-color-neutral-fill-loud: var(--ink);
    --wa-color-neutral-border-quiet: var(--line);
    --wa-color-neutral-border-normal: var(--line);
    --wa-color-neutral-border-loud: var(--line-strong);
    --wa-color-neutral-on-quiet: var(--ink);
    --wa-color-neutral-on-normal: var(--ink);
    --wa-color-neutral-on-loud: var(--surface);
    --wa-color-brand-fill-quiet: var(--raised);
    --wa-color-brand-fill-normal: var(--raised);
    --wa-color-brand-fill-loud: var(--ink);
    --wa-color-brand-border-quiet: var(--line);
    --wa-color-brand-border-normal: var(--line);
    --wa-color-brand-border-loud: var(--ink);
    --wa-color-brand-on-quiet: var(--ink);
    --wa-color-brand-on-normal: var(--ink);
    --wa-color-brand-on-loud: var(--surface);
    --wa-color-danger-fill-quiet: color-mix(in oklab, var(--failed) var(--tint), var(--surface));
    --wa-color-danger-fill-normal: color-mix(in oklab, var(--failed) var(--tint), var(--surface));
    --wa-color-danger-fill-loud: var(--failed);
    --wa-color-danger-border-quiet: var(--failed);
    --wa-color-danger-border-normal: var(--failed);
    --wa-color-danger-border-loud: var(--failed);
    --wa-color-danger-on-quiet: var(--failed);
    --wa-color-danger-on-normal: var(--failed);
    --wa-color-danger-on-loud: var(--surface);

    --wa-form-control-background-color: var(--surface);
    --wa-form-control-border-color: var(--line-strong);
    --wa-form-control-border-style: solid;
    --wa-form-control-border-width: 1px;
    --wa-form-control-border-radius: var(--radius);
    --wa-form-control-activated-color: var(--ink);
    --wa-form-control-label-color: var(--ink);
    --wa-form-control-label-font-weight: 600;
    --wa-form-control-label-line-height: 1.3;
    --wa-form-control-value-color: var(--ink);
    --wa-form-control-value-font-weight: 400;
    --wa-form-control-value-line-height: 1.35;
    --wa-form-control-hint-color: var(--quiet);
    --wa-form-control-hint-font-weight: 400;
    --wa-form-control-hint-line-height: 1.4;
    --wa-form-control-padding-block: 0.5em;
    --wa-form-control-padding-inline: 1em;
    --wa-form-control-height: round(calc(1em + 1.4em), 1px);
    --wa-form-control-toggle-size: round(1.25em, 1px);
    --wa-form-control-required-content: '';
    --wa-button-transform-hover: none;
    --wa-button-transform-active: none;
    --wa-panel-border-style: solid;
    --wa-panel-border-width: 1px;
    --wa-panel-border-radius: var(--radius);
    --wa-tooltip-arrow-size: 0px;
    --wa-tooltip-background-color: var(--ink);
    --wa-tooltip-border-color: var(--ink);
    --wa-tooltip-border-style: solid;
    --wa-tooltip-border-width: 1px;
    --wa-tooltip-border-radius: var(--radius);
    --wa-tooltip-content-color: var(--surface);
    --wa-tooltip-font-size: var(--text-m);
    --wa-tooltip-line-height: 1.4;
  }

  html {
    background: var(--page);
    color: var(--ink);
    font: 400 var(--text-l) / 1.5 var(--sans);
    -webkit-text-size-adjust: 100%;
    text-size-adjust: 100%;
  }

  body {
    margin: 0;
  }
`;

// Once on the document, not in each shadow root, so that an ancestor may still set a token for its own part.
if (tokens.styleSheet !== undefined) document.adoptedStyleSheets = [...document.adoptedStyleSheets, tokens.styleSheet];

/** What every element here starts from: box model, type, and the few classes that more than one of them uses. */
export const base = css`
  :host {
    display: block;
    color: var(--ink);
    font: 400 var(--text-l) / 1.5 var(--sans);
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

  ul,
  ol {
    list-style: none;
  }

  h3,
  h4 {
    font-size: var(--text-l);
    font-weight: 600;
    line-height: 1.3;
  }

  code,
  pre,
  .exact {
    font-family: var(--mono);
    font-size: 0.8125rem;
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }

  .exact,
  .quiet {
    color: var(--quiet);
  }

  .small {
    font-size: var(--text-m);
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

  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  svg.icon {
    width: 1.125em;
    height: 1.125em;
    flex: none;
    vertical-align: -0.2em;
  }

  :focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: 2px;
  }

  wa-details {
    --spacing: var(--gap-s);
  }

  wa-details::part(header) {
    font-size: var(--text-m);
    padding-inline: 0;
    justify-content: start;
    flex-direction: row-reverse;
    justify-content: flex-end;
  }

  wa-details::part(content) {
    padding-inline: 0;
  }
`;
