import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    gap: var(--gap-l) var(--gap-xl);
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr));
    align-items: start;
  }

  .real {
    display: grid;
    gap: var(--gap-m);
    justify-items: start;
  }

  .real wa-button svg {
    margin-inline-end: 0.4em;
  }

  .cannot {
    display: flex;
    gap: var(--gap-s);
    padding: var(--gap-m);
    border: 1px solid var(--line);
    border-left: 4px solid var(--changes);
    border-radius: var(--radius);
    background: var(--sunken);
  }

  .cannot svg {
    color: var(--changes);
    margin-top: 0.2em;
  }

  .virtual {
    display: grid;
    gap: var(--gap-s);
  }

  h3 {
    font-size: var(--text-m);
    font-weight: 400;
    color: var(--quiet);
  }

  ul {
    border: 1px solid var(--line);
    border-radius: var(--radius);
  }

  li {
    display: flex;
    gap: var(--gap-m);
    align-items: center;
    justify-content: space-between;
    padding: var(--gap-s) var(--gap-m);
  }

  li + li {
    border-top: 1px solid var(--line);
  }
`;
