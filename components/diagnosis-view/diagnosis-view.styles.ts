import { css } from 'lit';

/** Styles of `<diagnosis-view>`. */
export const styles = css`
  :host,
  section {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-m);
  }

  h3,
  .outdated {
    display: flex;
    gap: 0.5em;
    align-items: baseline;
    overflow-wrap: anywhere;
  }

  h3.problem svg,
  .damaged svg,
  .wrong svg {
    color: var(--failed);
  }

  h3.warning svg,
  .guess svg {
    color: var(--changes);
  }

  h3.good svg,
  .whole svg,
  .sure svg {
    color: var(--verified);
  }

  .tools {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-s) var(--gap-m);
    align-items: center;
  }

  .tools p {
    flex: 1 1 16rem;
  }

  ul {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
  }

  li {
    display: grid;
    grid-template-columns: 8rem 7rem minmax(0, 1fr);
    gap: 0 var(--gap-m);
    padding-block: var(--gap-xs);
    border-top: 1px solid var(--line);
    overflow-wrap: anywhere;
  }

  li:first-child {
    border-top: 0;
  }

  .state {
    display: inline-flex;
    gap: 0.4em;
    align-items: center;
    align-self: start;
    font-size: var(--text-label);
    line-height: 1.5rem;
  }

  .place {
    font: 400 var(--text-label) / 1.5 var(--mono);
    font-variant-numeric: tabular-nums;
  }

  textarea {
    min-height: 8rem;
  }

  @media (max-width: 640px) {
    li {
      grid-template-columns: minmax(0, 1fr) auto;
    }

    li > :last-child {
      grid-column: 1 / -1;
    }
  }
`;
