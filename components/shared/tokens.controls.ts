import { css } from 'lit';

/** Web Awesome's own tokens, set from ours: the one place that styles its controls. */
export const controls = css`
  :root {
    --wa-font-family-body: var(--sans);
    --wa-font-size-xs: var(--text-caption);
    --wa-font-size-s: var(--text-label);
    --wa-font-size-m: var(--text-body);
    --wa-font-size-l: var(--text-heading);
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
    --wa-form-control-height: max(round(calc(1em + 1.4em), 1px), var(--target));
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
    --wa-tooltip-font-size: var(--text-label);
    --wa-tooltip-line-height: 1.4;
  }

  @media (prefers-reduced-motion: reduce) {
    :root {
      --wa-transition-fast: 0ms;
    }
  }
`;
