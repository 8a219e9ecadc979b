import { css } from 'lit';

/** Styles of `<interrupted-job>`. */
export const styles = css`
  :host {
    container-type: inline-size;
  }

  .card {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-s);
    padding: var(--gap-m) var(--gap-l) var(--gap-l);
    border: 1px solid var(--changes-area);
    border-left-width: 5px;
    border-radius: var(--radius);
    background: color-mix(in oklab, var(--changes-area) var(--tint), var(--surface));
  }

  h3 {
    display: flex;
    gap: 0.4em;
    align-items: baseline;
    font-size: var(--text-heading);
  }

  h3 svg {
    color: var(--changes);
    transform: translateY(0.1em);
  }

  .extent {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-xs);
    margin-block-start: var(--gap-s);
  }

  .far {
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }

  .bar {
    display: flex;
    height: 0.75rem;
    border: 1px solid var(--line-strong);
    border-radius: 3px;
    background: var(--surface);
    overflow: hidden;
    forced-color-adjust: none;
  }

  .bar i {
    flex: none;
  }

  .bar .verified {
    background: var(--verified);
  }

  .bar .open {
    background: repeating-linear-gradient(135deg, var(--changes-area) 0 3px, transparent 3px 6px);
  }

  ul {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: var(--gap-s) var(--gap-m);
  }

  li {
    display: grid;
    grid-column: 1 / -1;
    grid-template-columns: subgrid;
    align-items: center;
  }

  li p {
    max-width: 44rem;
  }

  wa-button {
    width: 100%;
  }

  wa-button::part(base) {
    justify-content: flex-start;
  }

  wa-button svg {
    margin-inline-end: 0.3em;
  }

  @container (width >= 720px) {
    ul {
      grid-template-columns: repeat(3, minmax(0, 1fr));
    }

    li {
      grid-column: auto;
      grid-template-columns: minmax(0, 1fr);
      gap: var(--gap-xs);
      align-content: start;
    }

    wa-button {
      width: auto;
      justify-self: start;
      min-width: 8rem;
    }
  }

  @container (width < 480px) {
    .card {
      padding-inline: var(--gap-m);
    }

    ul {
      gap: var(--gap-m);
    }

    li {
      grid-template-columns: minmax(0, 1fr);
      gap: var(--gap-xs);
    }
  }
`;
