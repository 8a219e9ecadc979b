import { css } from 'lit';

/** Styles of `<board-chooser>`. */
export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-l);
    container-type: inline-size;
  }

  .real {
    display: grid;
    gap: var(--gap-m);
    justify-items: start;
  }

  .ways {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-s) var(--gap-m);
    align-items: center;
    justify-items: start;
  }

  @container (width >= 640px) {
    .ways {
      grid-template-columns: max-content minmax(0, 1fr);
    }

    .ways wa-button {
      justify-self: stretch;
    }
  }

  .real wa-button svg {
    margin-inline-end: 0.4em;
  }

  .cannot {
    display: flex;
    gap: var(--gap-s);
  }

  .cannot svg {
    color: var(--changes);
    margin-top: 0.2em;
  }

  .virtual {
    display: grid;
    gap: var(--gap-s);
  }

  section {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-xs);
  }

  h4 {
    font-size: var(--text-m);
  }

  /* Columns fill up one after the other, so that groups of different lengths leave no gaps. */
  .groups section + section {
    margin-block-start: var(--gap-m);
  }

  @container (width >= 640px) {
    .groups {
      columns: 2;
      column-gap: var(--gap-l);
    }

    .groups section {
      break-inside: avoid;
    }

    .groups .sound {
      column-span: all;
      margin-block-end: var(--gap-m);
    }

    .groups section + section {
      margin-block: 0 var(--gap-m);
    }
  }

  @container (width >= 960px) {
    .groups {
      columns: 3;
    }
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

  @container (width < 480px) {
    section:not(.sound) .small {
      display: -webkit-box;
      overflow: hidden;
      -webkit-box-orient: vertical;
      -webkit-line-clamp: 2;
    }
  }

  li + li {
    border-top: 1px solid var(--line);
  }
`;
