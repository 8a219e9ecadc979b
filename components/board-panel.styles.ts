import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-m);
  }

  .identity {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-s) var(--gap-xl);
  }

  .identity dt {
    font-size: var(--text-s);
    color: var(--quiet);
  }

  .identity dd {
    font-size: var(--text-m);
  }

  .identity dd.exact {
    color: var(--ink);
  }

  .identity .chip dd {
    font-size: var(--text-xl);
    font-weight: 600;
    line-height: 1.25;
  }

  .chip .exact {
    font-weight: 400;
  }

  .below {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--gap-l);
    align-items: baseline;
    border-top: 1px solid var(--line);
    padding-top: var(--gap-xs);
  }

  .boot {
    display: flex;
    flex: 1 1 24rem;
    gap: var(--gap-s);
  }

  .below wa-details[open] {
    flex-basis: 100%;
  }

  .boot svg {
    margin-top: 0.2em;
  }

  .boot code {
    font-size: 0.95em;
  }

  .boot.problem svg,
  .boot.problem b {
    color: var(--failed);
  }
`;
