import { css } from 'lit';

/** Styles of `<repair-view>`. */
export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-m);
  }

  ol {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-m);
  }

  .card {
    gap: var(--gap-s);
  }

  li {
    scroll-margin-block: var(--above) var(--below);
  }

  li slot::slotted(*) {
    margin-block-start: var(--gap-m);
  }

  .card h3 {
    display: flex;
    gap: 0.5em;
    align-items: baseline;
    overflow-wrap: anywhere;
  }

  .card.problem h3 svg {
    color: var(--failed);
  }

  .card.warning h3 svg {
    color: var(--changes);
  }

  dl {
    display: grid;
    grid-template-columns: minmax(0, max-content) minmax(0, 1fr);
    gap: var(--gap-s) var(--gap-m);
    align-items: center;
  }

  .values {
    row-gap: 0;
    align-items: baseline;
  }

  /* Each button stands with its own reason, apart from the next one. */
  @media (max-width: 640px) {
    dl:not(.values) {
      grid-template-columns: minmax(0, 1fr);
      row-gap: var(--gap-xs);
    }

    dd + dt {
      margin-block-start: var(--gap-s);
    }

    .values dd + dt {
      margin-block-start: 0;
    }
  }
`;
