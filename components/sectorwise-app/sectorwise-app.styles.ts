import { css } from 'lit';

/** Styles of `<sectorwise-app>`. */
export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    grid-template-rows: auto 1fr auto;
    min-height: 100vh;
    min-height: 100dvh;
    container-type: inline-size;
  }

  header,
  main,
  footer {
    width: 100%;
    max-width: 108rem;
    margin-inline: auto;
    padding-inline: clamp(0.75rem, 2.5cqi, 2rem);
  }

  header {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--gap-m);
    align-items: center;
    padding-block: var(--gap-m);
  }

  .logo {
    width: 1.75rem;
    height: 1.75rem;
  }

  h1 {
    margin: 0;
    font-size: var(--text-xl);
    font-weight: 700;
    letter-spacing: -0.01em;
  }

  header p {
    color: var(--quiet);
    font-size: var(--text-m);
  }

  main {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-m);
    align-content: start;
  }

  section {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-m);
    align-content: start;
    padding: var(--gap-m) clamp(0.75rem, 2cqi, 1.5rem) var(--gap-l);
    border: 1px solid var(--line);
    border-radius: var(--radius-l);
    background: var(--surface);
  }

  section.later {
    background: transparent;
  }

  h2 {
    display: flex;
    gap: 0.6em;
    align-items: center;
    font-size: var(--text-l);
    font-weight: 600;
    color: var(--quiet);
    line-height: 1.75rem;
  }

  h2.open {
    color: var(--ink);
    font-size: var(--text-xl);
  }

  .number {
    display: grid;
    place-items: center;
    width: 1.5rem;
    height: 1.5rem;
    border: 1px solid var(--line-strong);
    border-radius: 50%;
    font-size: var(--text-m);
    line-height: 1;
    font-variant-numeric: tabular-nums;
  }

  .open .number {
    background: var(--ink);
    border-color: var(--ink);
    color: var(--surface);
  }

  @media (forced-colors: active) {
    .open .number {
      forced-color-adjust: none;
    }
  }

  .top {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-s) var(--gap-m);
    align-items: center;
  }

  .top h2 {
    margin-inline-end: auto;
  }

  .note {
    padding: 0.1rem var(--gap-s);
    border: 1px solid var(--line);
    border-radius: 99px;
    font-size: var(--text-m);
    color: var(--quiet);
  }

  wa-progress-bar {
    --track-height: 0.75rem;
  }

  footer {
    padding-block: var(--gap-l);
    font-size: var(--text-m);
    color: var(--quiet);
  }

  section.library {
    padding-block: var(--gap-xs);
  }

  .pair {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-l) var(--gap-xl);
    align-items: start;
  }

  .brief {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-s) var(--gap-l);
    align-items: center;
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

  @container (width < 480px) {
    h2.open {
      font-size: 1.125rem;
    }
  }

  @container (width >= 960px) {
    .apart {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }

    .apart .board,
    .apart .library,
    .apart ::slotted(*) {
      grid-column: 1 / -1;
    }

    .two {
      grid-template-columns: minmax(0, 5fr) minmax(0, 7fr);
    }
  }
`;
