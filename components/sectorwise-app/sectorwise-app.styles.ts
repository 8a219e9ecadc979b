import { css } from 'lit';

/** Styles of `<sectorwise-app>`. */
export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    grid-template-rows: auto 1fr auto auto;
    min-height: 100vh;
    min-height: 100dvh;
    container-type: inline-size;
  }

  main,
  footer {
    width: 100%;
    max-width: 108rem;
    margin-inline: auto;
    padding-inline: clamp(0.75rem, 2.5cqi, 2rem);
  }

  main {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-m);
    align-content: start;
    padding-block: var(--gap-m);
  }

  .board,
  .look,
  .library,
  [role='tabpanel'] {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-m);
    align-content: start;
    padding: var(--gap-m) clamp(0.75rem, 2cqi, 1.5rem);
    border: 1px solid var(--line);
    border-radius: var(--radius-l);
    background: var(--surface);
  }

  [hidden] {
    display: none !important;
  }

  h2 {
    font-size: var(--text-verdict);
    font-weight: 600;
    line-height: 1.2;
  }

  .tabs {
    display: flex;
    gap: var(--gap-xs);
  }

  .tabs button {
    min-height: 2.5rem;
    padding: 0 var(--gap-l);
    border: 1px solid transparent;
    border-bottom: 0;
    border-radius: var(--radius-l) var(--radius-l) 0 0;
    background: none;
    color: var(--quiet);
    font: 600 var(--text-body) / 1.5 var(--sans);
    cursor: pointer;
  }

  .tabs button:hover {
    color: var(--ink);
  }

  .tabs [aria-selected='true'] {
    position: relative;
    border-color: var(--line);
    background: var(--surface);
    color: var(--ink);
  }

  /* The chosen tab and its panel are one surface. */
  .tabs [aria-selected='true']::after {
    content: '';
    position: absolute;
    inset: auto 0 -1px;
    height: 2px;
    background: var(--surface);
  }

  .count {
    font-size: var(--text-label);
    font-weight: 400;
    color: var(--quiet);
    font-variant-numeric: tabular-nums;
  }

  [role='tabpanel'] {
    border-start-start-radius: 0;
  }

  footer {
    padding-block: var(--gap-l);
    font-size: var(--text-label);
    color: var(--quiet);
  }

  .pair {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-m) var(--gap-xl);
    align-items: start;
  }

  report-sheet {
    display: none;
  }

  /* Once a job has ended, its report is what gets printed, however printing was started. */
  @media print {
    report-sheet {
      display: block;
    }

    :has(~ report-sheet) {
      display: none;
    }
  }

  @media print {
    :host {
      display: block;
    }

    .tabs [aria-selected='false'],
    footer {
      display: none;
    }
  }

  @container (width < 560px) {
    .tabs {
      gap: 0;
    }

    .tabs button {
      padding-inline: var(--gap-xs);
    }
  }

  @container (width < 480px) {
    h2 {
      font-size: var(--text-heading);
    }
  }

  /* Five tabs fit into 320 pixels. */
  @container (width < 420px) {
    .tabs button {
      flex: 1 1 auto;
      padding-inline: 0.2rem;
      font-size: var(--text-label);
      white-space: nowrap;
    }
  }

  @container (width < 345px) {
    .tabs button,
    .count {
      font-size: var(--text-caption);
    }
  }

  @media (forced-colors: active) {
    .tabs [aria-selected='true'] {
      background: Highlight;
      color: HighlightText;
      forced-color-adjust: none;
    }

    .tabs [aria-selected='true'] .count {
      color: inherit;
    }
  }

  @container (width >= 900px) {
    .two {
      grid-template-columns: minmax(0, 5fr) minmax(0, 7fr);
    }
  }

  @media (pointer: coarse) {
    .tabs button {
      min-height: 2.75rem;
    }
  }
`;
