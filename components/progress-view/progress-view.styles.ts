import { css } from 'lit';

/** Styles of `<progress-view>`. */
export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-s);
  }

  /* It appears and disappears with each stretch, and must not shift the page. */
  .under-way {
    min-height: 1.5em;
  }

  dl {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-s) var(--gap-xl);
  }

  dl > div {
    min-width: 8rem;
  }

  @media (width < 480px) {
    dl {
      column-gap: var(--gap-l);
    }

    dl > div {
      min-width: 0;
    }
  }

  dt {
    font-size: var(--text-caption);
    color: var(--quiet);
  }

  dd {
    font-size: var(--text-heading);
    font-variant-numeric: tabular-nums;
    line-height: 1.3;
  }

  dd span {
    font-size: var(--text-label);
    color: var(--quiet);
  }
`;
