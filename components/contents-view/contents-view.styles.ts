import { css } from 'lit';

/** Styles of `<contents-view>`. */
export const styles = css`
  :host {
    container-type: inline-size;
  }

  .choice {
    display: grid;
    grid-template-columns: auto minmax(0, 34rem) auto;
    gap: var(--gap-xs) var(--gap-m);
    align-items: center;
    justify-content: start;
  }

  .choice label {
    font-weight: 600;
    font-size: var(--text-label);
  }

  select {
    width: 100%;
    font: 400 var(--text-label) / 1.4 var(--sans);
  }

  .end {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-s) var(--gap-m);
    align-items: center;
    justify-content: space-between;
    padding-block-start: var(--gap-m);
    border-top: 1px solid var(--line);
  }

  [hidden] {
    display: none !important;
  }

  dl {
    display: grid;
    grid-template-columns: minmax(8rem, auto) minmax(0, 1fr);
    gap: var(--gap-xs) var(--gap-l);
    font-size: var(--text-label);
  }

  dt {
    color: var(--quiet);
    overflow-wrap: anywhere;
  }

  dd {
    font-variant-numeric: tabular-nums slashed-zero;
    overflow-wrap: anywhere;
  }

  @container (width < 560px) {
    .choice {
      grid-template-columns: minmax(0, 1fr);
    }

    dl {
      grid-template-columns: minmax(5rem, 7rem) minmax(0, 1fr);
      column-gap: var(--gap-m);
    }
  }
`;
