import { css } from 'lit';

/** Styles of the layouts that make something fit. */
export const fit = css`
  .fits {
    display: grid;
    gap: var(--gap-s);
    padding: var(--gap-m);
    border: 1px solid var(--line);
    border-left: 4px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--sunken);
  }

  .fits .row {
    justify-content: space-between;
  }

  .fits ol,
  .fits ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .fit {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: var(--gap-s) var(--gap-m);
    align-items: start;
    padding-block: var(--gap-s);
    border-top: 1px solid var(--line);
  }

  .fit ul {
    color: var(--quiet);
    font-size: var(--text-label);
  }

  .lossless,
  .loses {
    display: flex;
    gap: 0.4em;
    align-items: center;
    font-weight: 600;
    font-size: var(--text-label);
  }

  .lossless {
    color: var(--verified);
  }

  .loses {
    color: var(--changes);
  }

  @container (width < 760px) {
    .fit {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
