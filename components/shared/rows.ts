/** Styles of tables, also of those whose rows can be edited in place. */
import type { CSSResult } from 'lit';
import { css } from 'lit';
import { fields } from './fields.ts';
import { hidden } from './base.ts';

/**
 * Stacks the rows of tables where their element, a container, is narrower than `width` in px: the cells of each row stand below or
 * beside each other, a line divides it from the next, and only screen readers have the heads of columns. `.wide` cells and `.value`
 * begin a line of their own.
 */
export function stacked(width: number): CSSResult {
  return css`
    @container (width < ${width}px) {
      table,
      tbody {
        display: block;
      }

      thead {
        ${hidden};
      }

      tr {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--gap-m);
        align-items: baseline;
        padding-block: var(--gap-xs);
        border-bottom: 1px solid var(--line);
      }

      th,
      td {
        padding: 0.1rem 0;
        border: 0;
      }

      td:empty {
        display: none;
      }

      .wide:is(th, td),
      td[colspan] {
        flex-basis: 100%;
      }

      /* The actions stand beside the value, and at the end of whatever else they stand in. */
      td.value {
        flex: 1 1 8rem;
        width: auto;
      }

      td.acts {
        margin-inline-start: auto;
      }

      tr.changed {
        padding-inline-start: var(--gap-s);
        box-shadow: inset 3px 0 var(--changes-area);
      }

      tr.changed > :first-child {
        padding-inline-start: var(--indent, 0px);
        box-shadow: none;
      }
    }
  `;
}

/** Forms of one line: the caption of each field above it, the buttons beside them. */
export const forms = css`
  ${fields}

  form {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-s) var(--gap-m);
    align-items: end;
    padding-block: var(--gap-s);
  }

  form label {
    display: grid;
    /* The ring of a field that has the focus has room below its caption. */
    gap: 0.3rem;
    flex: 1 1 9rem;
    max-width: 16rem;
    font-size: var(--text-caption);
    color: var(--quiet);
  }

  form .wide {
    flex-basis: 14rem;
    max-width: none;
  }

  input:not([type='checkbox']),
  select {
    width: 100%;
    font: 400 var(--text-label) / 1.4 var(--sans);
  }
`;

/** Tables, their small buttons, and forms between rows. */
export const rows = css`
  ${forms}

  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-m);
    container-type: inline-size;
  }

  table {
    width: 100%;
    border-collapse: collapse;
    font-size: var(--text-label);
  }

  th,
  td {
    padding: 0.35rem var(--gap-m) 0.35rem 0;
    border-bottom: 1px solid var(--line);
    text-align: start;
    vertical-align: baseline;
    overflow-wrap: anywhere;
  }

  tbody th {
    padding-inline-start: var(--indent, 0px);
  }

  /* Actions stand far from what they act on, where rows have columns; a heading has none. */
  @media (hover: hover) {
    @container (width >= 560px) {
      tbody tr:not(:has(form, [scope='rowgroup'])):hover {
        background: var(--sunken);
      }
    }
  }

  thead th {
    font-size: var(--text-caption);
    font-weight: 400;
    color: var(--quiet);
  }

  td.acts {
    padding-inline-end: 0;
    text-align: end;
    white-space: nowrap;
  }

  .link {
    min-width: var(--target);
    min-height: max(1.75rem, var(--target));
    padding: 0 var(--gap-xs);
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
    text-decoration: underline;
    text-decoration-color: var(--line-strong);
    text-underline-offset: 0.2em;
    cursor: pointer;
  }

  .link:hover:enabled {
    text-decoration-color: currentColor;
  }

  .link:disabled {
    color: var(--quiet);
    text-decoration: none;
    cursor: not-allowed;
  }

  .to {
    color: var(--changes);
    font-weight: 600;
  }

  .changed .now {
    color: var(--quiet);
  }

  .changed > :first-child {
    box-shadow: inset 3px 0 var(--changes-area);
    padding-inline-start: max(var(--gap-s), var(--indent, 0px));
  }

  .deleted .now,
  .deleted th {
    text-decoration: line-through;
  }

  ${stacked(560)}
`;
