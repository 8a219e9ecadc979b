import { css } from 'lit';
import { hidden } from '../shared/base.ts';
import { kinds } from '../flash-map/flash-map.kinds.ts';

/** Styles of `<partition-table>`. */
export const styles = [
  kinds,
  css`
    :host {
      container-type: inline-size;
    }

    table {
      width: 100%;
      border-collapse: collapse;
      font-size: var(--text-label);
      text-align: start;
    }

    th,
    td {
      padding: 0.4rem var(--gap-xl) 0.4rem 0;
      text-align: start;
      vertical-align: baseline;
      border-bottom: 1px solid var(--line);
    }

    th:first-child {
      padding-inline-start: var(--gap-s);
    }

    thead th {
      font-size: var(--text-caption);
      font-weight: 400;
      color: var(--quiet);
    }

    tbody th {
      font-weight: 600;
      white-space: nowrap;
    }

    .name {
      display: inline-flex;
      gap: var(--gap-s);
      align-items: center;
      min-height: 1.75rem;
      padding: 0;
      border: 0;
      background: none;
      color: inherit;
      font: inherit;
      text-align: start;
      text-decoration: underline;
      text-decoration-color: var(--line-strong);
      text-underline-offset: 0.2em;
      cursor: pointer;
    }

    .name:hover {
      text-decoration-color: currentColor;
    }

    .name .fill {
      flex: none;
      width: 12px;
      height: 12px;
    }

    @media (pointer: coarse) {
      .name {
        min-width: 2.75rem;
        min-height: 2.75rem;
      }
    }

    .number {
      text-align: end;
      white-space: nowrap;
    }

    td.number {
      font-family: var(--mono);
      font-size: var(--text-label);
      font-variant-numeric: tabular-nums;
    }

    .type {
      color: var(--quiet);
    }

    /* As wide as its text, up to a limit: the column for what was found takes the rest. */
    .type span {
      display: block;
      width: max-content;
      max-width: 16rem;
    }

    .found {
      width: 100%;
    }

    td.keep {
      padding: 0;
      white-space: nowrap;
    }

    .keep button {
      min-height: max(1.75rem, var(--target));
      padding: 0 var(--gap-s);
      border: 0;
      border-radius: var(--radius);
      background: none;
      color: var(--quiet);
      font: inherit;
      text-decoration: underline;
      text-decoration-color: var(--line-strong);
      text-underline-offset: 0.2em;
      cursor: pointer;
    }

    .keep button:hover:not(:disabled) {
      background: var(--raised);
      color: var(--ink);
    }

    .keep button:disabled {
      opacity: 0.6;
      cursor: default;
    }

    .keep .why {
      display: block;
      max-width: 12rem;
      padding-inline: var(--gap-s);
      color: var(--quiet);
      white-space: normal;
    }

    tr.lit > * {
      background: var(--raised);
    }

    tr.lit > th:first-child {
      box-shadow: inset 3px 0 var(--ink);
    }

    .state {
      display: inline-block;
      font-weight: 600;
    }

    .kept,
    .equal,
    .beside {
      color: var(--kept);
    }

    .waiting,
    .unknown,
    .written,
    .awaiting-commit,
    .unproved {
      color: var(--changes);
    }

    .verified {
      color: var(--verified);
    }

    .wrong {
      color: var(--failed);
    }

    @container (width < 600px) {
      table,
      tbody,
      tr {
        display: block;
      }

      thead {
        ${hidden};
      }

      tr {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto auto;
        gap: 0 var(--gap-m);
        padding: var(--gap-s);
        border-bottom: 1px solid var(--line);
      }

      tr > * {
        padding: 0;
        border: 0;
      }

      tbody th:first-child {
        padding: 0;
      }

      .type {
        grid-row: 2;
        grid-column: 1 / -1;
      }

      .type span {
        width: auto;
        max-width: none;
      }

      .found {
        width: auto;
        grid-column: 1 / -1;
      }

      td.keep {
        grid-row: 2;
        grid-column: 2 / -1;
        justify-self: end;
      }

      .keep button {
        margin-inline-end: calc(-1 * var(--gap-s));
      }

      tr:has(.keep) .type {
        grid-column: 1;
      }

      tr.lit {
        background: var(--raised);
        box-shadow: inset 3px 0 var(--ink);
      }

      tr.lit > th:first-child {
        box-shadow: none;
      }
    }
  `,
];
