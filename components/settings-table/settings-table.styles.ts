import { css } from 'lit';
import { rows } from '../shared/rows.ts';

/** Styles of `<settings-table>`. */
export const styles = [
  rows,
  css`
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: var(--gap-m);
    }

    .namespace th {
      padding-block-start: var(--gap-m);
      font-size: var(--text-body);
      font-weight: 600;
    }

    tbody tr:not(.namespace) th {
      font-weight: 400;
      padding-inline-start: var(--gap-m);
    }

    tr.changed > th {
      padding-inline-start: var(--gap-m) !important;
    }

    td.value {
      width: 50%;
    }

    .text {
      white-space: pre-wrap;
    }

    textarea {
      width: 100%;
      padding: var(--gap-s);
      border: 1px solid var(--line-strong);
      border-radius: var(--radius);
      background: var(--surface);
      color: var(--ink);
      font: 400 var(--text-label) / 1.4 var(--mono);
    }
  `,
];
