import { css } from 'lit';

/** Styles of `<progress-view>`. */
export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-m);
  }

  .says {
    min-height: 1.5em;
  }

  .verified {
    color: var(--verified);
  }

  .unproved {
    color: var(--changes);
  }

  /* It appears and disappears with each stretch, and must not shift the page. */
  .under-way {
    min-height: 1.5em;
  }

  .bar {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: var(--gap-m);
    align-items: center;
  }

  .percent {
    font-size: var(--text-2xl);
    font-weight: 600;
    line-height: 1;
    font-variant-numeric: tabular-nums;
    min-width: 4.2ch;
    text-align: end;
  }

  wa-progress-bar {
    --track-height: 1rem;
  }

  dl {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr));
    gap: var(--gap-s) var(--gap-m);
  }

  dt {
    font-size: var(--text-s);
    color: var(--quiet);
  }

  dd {
    font-size: var(--text-xl);
    font-variant-numeric: tabular-nums;
    line-height: 1.3;
  }

  dd span {
    font-size: var(--text-m);
    color: var(--quiet);
  }

  .stop {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-s) var(--gap-m);
    align-items: center;
    padding-top: var(--gap-m);
    border-top: 1px solid var(--line);
  }

  .stop p {
    flex: 1 1 14rem;
  }

  .stop svg {
    margin-inline-end: 0.3em;
  }
`;
