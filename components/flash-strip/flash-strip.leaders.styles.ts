import { css } from 'lit';

/** Styles of the lines from names beside a strip to their blocks in it. */
export const leaders = css`
  .leaders {
    display: block;
    overflow: visible;
  }

  .leaders path {
    fill: none;
    stroke: var(--line-strong);
  }
`;
