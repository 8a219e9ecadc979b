import { css } from 'lit';

/** Styles of `<result-view>`. */
export const styles = css`
  :host {
    container-type: inline-size;
  }

  .parts {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-m) var(--gap-xl);
    align-content: start;
  }

  @container (width >= 900px) {
    .parts.two {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
  }

  .start,
  .report {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-s);
    align-content: start;
  }

  wa-button svg {
    margin-inline-end: 0.3em;
  }
`;
