import { css } from 'lit';
import { rows } from '../shared/rows.ts';

/** Styles of `<hex-view>`. */
export const styles = [
  rows,
  css`
    .tools {
      display: flex;
      flex-wrap: wrap;
      gap: 0 var(--gap-xl);
    }

    .tools form {
      flex: 1 1 18rem;
      padding: 0;
    }

    .dump {
      max-height: 32rem;
      overflow: auto;
      border: 1px solid var(--line);
      border-radius: var(--radius);
      background: var(--sunken);
      scroll-margin-block: var(--above) var(--below);
    }

    .dump table {
      width: auto;
      font: 400 var(--text-caption) / 1.5 var(--mono);
    }

    .dump tr {
      display: table-row;
    }

    .dump :is(th, td) {
      padding: 0 var(--gap-m);
      border: 0;
      font-weight: 400;
      white-space: nowrap;
    }

    .dump th {
      color: var(--quiet);
    }

    .half {
      margin-inline-start: 0.6em;
    }

    .found {
      background: var(--ink);
      color: var(--surface);
    }

    .text {
      white-space: pre !important;
    }
  `,
];
