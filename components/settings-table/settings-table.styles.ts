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

    .value {
      width: 50%;
    }
  `,
];
