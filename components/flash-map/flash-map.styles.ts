import { css } from 'lit';

/** Styles of `<flash-map>`. */
export const styles = css`
  .map {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-s);
  }

  .bar {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-xs) var(--gap-m);
    align-items: center;
    justify-content: space-between;
    min-height: 2rem;
  }

  .bar h3 .exact {
    font-weight: 400;
    margin-inline-start: var(--gap-xs);
  }

  .seen {
    margin-inline: auto 0;
  }

  .zoom {
    display: flex;
    gap: var(--gap-xs);
  }

  .zoom wa-button {
    --wa-form-control-padding-inline: 0.6em;
  }

  .overview {
    position: relative;
    height: 5px;
    background: var(--raised);
    border-radius: 3px;
    overflow: hidden;
  }

  .overview i {
    position: absolute;
    inset-block: 0;
    min-width: 4px;
    background: var(--line-strong);
  }

  /* Always two lines: pointing at something must not shift the page, least of all between press and release. */
  .readout {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--gap-m);
    align-content: start;
    height: 3rem;
    overflow: hidden;
    color: var(--ink);
  }

  .readout span + span::before {
    content: '';
    display: inline-block;
    width: 1px;
    height: 0.9em;
    margin-inline-end: var(--gap-m);
    background: var(--line-strong);
    vertical-align: -0.1em;
  }

  .hint {
    font-family: var(--sans);
    color: var(--quiet);
  }

  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-xs) var(--gap-l);
    font-size: var(--text-m);
    color: var(--quiet);
  }

  .legend li {
    display: flex;
    align-items: center;
    gap: var(--gap-s);
  }

  .legend canvas {
    width: 28px;
    height: 16px;
    border: 1px solid var(--line);
  }

  @media (pointer: coarse) {
    .hint {
      visibility: hidden;
    }
  }
`;
