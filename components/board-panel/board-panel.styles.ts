import { css } from 'lit';
import { hidden } from '../shared/base.ts';

/** Styles of `<board-panel>`. */
export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-s);
  }

  [hidden] {
    display: none !important;
  }

  /* The bar at the top must not cover what has the focus. */
  h2,
  .unlock {
    margin-block: var(--gap-xs) var(--gap-s);
  }

  .problems {
    scroll-margin-block: var(--above) var(--below);
  }

  .finding wa-button {
    margin-block: var(--gap-xs);
  }

  .head {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--gap-l);
    align-items: baseline;
  }

  h2 {
    display: flex;
    gap: 0.4em;
    align-items: baseline;
    margin-inline-end: auto;
    font-size: var(--text-summary);
    font-weight: 400;
    line-height: 1.3;
    letter-spacing: -0.01em;
    overflow-wrap: anywhere;
  }

  h2 b {
    font-weight: 600;
  }

  h2.unsure svg {
    align-self: center;
    color: var(--changes);
  }

  .fold {
    display: inline-flex;
    gap: 0.4em;
    align-items: center;
    min-height: 2rem;
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    font: 600 var(--text-label) / 1.5 var(--sans);
    cursor: pointer;
  }

  .fold:disabled {
    color: var(--quiet);
    cursor: not-allowed;
  }

  .fold .quiet,
  .fold small {
    font-weight: 400;
  }

  .fold small {
    color: var(--quiet);
    font-size: inherit;
  }

  .fold[aria-expanded='true'] svg {
    rotate: 90deg;
  }

  #why boot-entries {
    margin-block-start: var(--gap-s);
  }

  .reason {
    max-width: 95ch;
    color: var(--quiet);
  }

  .reason b {
    color: var(--ink);
  }

  .problems {
    padding: var(--gap-xs) var(--gap-l);
    border: 1px solid var(--line);
    border-inline-start: 4px solid var(--changes-area);
    border-radius: var(--radius);
    background: var(--surface);
  }

  .problems:has(.problem) {
    border-inline-start-color: var(--failed);
  }

  .details {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-m);
    padding: var(--gap-m) var(--gap-l);
    border: 1px solid var(--line);
    border-radius: var(--radius-l);
    background: var(--surface);
  }

  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-s) var(--gap-xl);
  }

  .facts dt {
    font-size: var(--text-caption);
    color: var(--quiet);
  }

  .facts dd {
    font-size: var(--text-label);
  }

  .protections h3 {
    display: flex;
    gap: 0.5em;
    align-items: center;
    font-size: var(--text-label);
    padding-block: var(--gap-xs);
  }

  .protections div {
    display: grid;
    grid-template-columns: 13rem minmax(0, 1fr);
    gap: 0 var(--gap-m);
    padding-block: var(--gap-xs);
    font-size: var(--text-label);
  }

  .protections dt {
    display: flex;
    gap: 0.5em;
    align-items: start;
  }

  .protections dt svg {
    margin-top: 0.15em;
  }

  .protections dd b {
    margin-inline-end: var(--gap-xs);
  }

  .protections .good svg {
    color: var(--verified);
  }

  .protections .note svg {
    color: var(--quiet);
  }

  .protections .warning svg {
    color: var(--changes);
  }

  .protections .problem :is(svg, b) {
    color: var(--failed);
  }

  /* Below a problem, at the edge of its words. */
  @media (min-width: 641px) {
    .problems .unlock {
      padding-inline-start: calc(6rem + var(--gap-m));
    }

    .problems .protections {
      display: grid;
      grid-template-columns: 6rem minmax(0, 1fr);
      gap: 0 var(--gap-m);
      align-items: start;
      padding-block: var(--gap-s);
      border-top: 1px solid var(--line);
    }

    .problems .protections:first-child {
      border-top: 0;
    }

    .problems .protections div {
      grid-template-columns: 9.5rem minmax(0, 1fr);
    }
  }

  /* With the count of checks, the last of them would take a line of its own. */
  @media (max-width: 900px) {
    .fold .quiet {
      ${hidden};
    }

    /* When it can be pressed is below its name, in the same room. */
    .fold .named {
      display: grid;
      line-height: 1;
      text-align: start;
    }

    .fold small {
      font-size: var(--text-caption);
    }
  }

  @media (max-width: 640px) {
    h2 {
      flex-basis: 100%;
      font-size: var(--text-heading);
    }

    .protections div {
      grid-template-columns: minmax(0, 1fr);
    }
  }

  @media (pointer: coarse) {
    .fold {
      min-height: 2.75rem;
    }
  }
`;
