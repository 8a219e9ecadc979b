import { css } from 'lit';

/** Styles of `<plan-view>`. */
export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-m);
    align-content: start;
    scroll-margin-block: var(--above) var(--below);
  }

  .lines {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-xs);
  }

  .lines li {
    display: grid;
    grid-template-columns: 1.25rem minmax(0, 1fr);
    gap: var(--gap-s);
    border-radius: var(--radius);
    line-height: 1.35;
  }

  .lines li.lit {
    background: var(--raised);
    outline: 1px solid var(--line-strong);
  }

  .says {
    margin-inline-end: var(--gap-xs);
  }

  .swatch {
    width: 1.25rem;
    height: 0.75rem;
    margin-top: 0.3rem;
    border: 1px solid currentcolor;
    /* The pattern is its meaning: forced colours and paper keep it. */
    forced-color-adjust: none;
    print-color-adjust: exact;
    -webkit-print-color-adjust: exact;
    color: var(--kept);
    background: repeating-linear-gradient(135deg, currentcolor 0 1.5px, transparent 1.5px 5px);
  }

  .changes .swatch {
    color: var(--changes-area);
  }

  .kept .swatch {
    background: repeating-linear-gradient(0deg, transparent 0 3px, currentcolor 3px 4px);
  }

  .stretches {
    display: grid;
    gap: 2px;
    max-height: 15rem;
    overflow: auto;
  }

  /* What lies outside of a list that scrolls is cut off: the numbers have room within it. */
  .stretches,
  .stretches ol {
    padding-inline-start: 2.5em;
    list-style: decimal;
  }

  /* The number is that of each stretch, not of what they have in common. */
  .stretches .group {
    margin-inline-start: -2.5em;
    list-style: none;
  }

  .stretches li.lit {
    background: var(--raised);
    color: var(--ink);
  }

  .unprovable,
  .backup li {
    display: flex;
    gap: var(--gap-s);
  }

  .backup {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-xs);
  }

  .unprovable svg,
  .backup svg {
    margin-top: 0.2em;
    color: var(--changes);
  }

  .backup .stored svg {
    color: var(--kept);
  }

  .card.warning h4 svg {
    color: var(--changes);
  }
`;
