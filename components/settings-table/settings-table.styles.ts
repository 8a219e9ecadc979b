import { css } from 'lit';
import { rows } from '../shared/rows.ts';

/** Styles of `<settings-table>`. */
export const styles = [
  rows,
  css`
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
  `,
];
