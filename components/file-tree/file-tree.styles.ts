import { css } from 'lit';
import { rows } from '../shared/rows.ts';

/** Styles of `<file-tree>`. */
export const styles = [
  rows,
  css`
    .drop {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: var(--gap-s);
      padding: var(--gap-s);
      border: 1px dashed var(--line-strong);
      border-radius: var(--radius);
    }

    .over {
      border-style: solid;
      background: var(--raised);
    }

    tbody th {
      --indent: calc(var(--depth, 0) * var(--gap-l));
      font-weight: 400;
    }

    /* What becomes of it is not struck out with its name. */
    .deleted th {
      text-decoration: none;
    }

    .folder th {
      font-weight: 600;
    }

    .number {
      text-align: end;
    }

    /* A time in two lines would make each row twice as high. */
    .number,
    .when {
      white-space: nowrap;
    }

    .preview {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: var(--gap-s);
      scroll-margin-block: var(--above) var(--below);
    }

    pre {
      max-height: 24rem;
      padding: var(--gap-m);
      overflow: auto;
      border: 1px solid var(--line);
      border-radius: var(--radius);
      background: var(--sunken);
      white-space: pre-wrap;
    }

    /* A name has its line; its size and time begin the one of the actions. */
    @container (width < 560px) {
      tr:not(.folder) > th {
        flex-basis: 100%;
      }
    }

    img {
      max-width: 100%;
      max-height: 24rem;
      object-fit: contain;
      justify-self: start;
    }
  `,
];
