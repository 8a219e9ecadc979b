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
      white-space: pre;
    }

    td:not(.text) > .half + .half {
      margin-inline-start: 0.6em;
    }

    .found {
      background: var(--ink);
      color: var(--surface);
    }

    /* Half a row is as wide as a phone. */
    @container (width < 600px) {
      .dump :is(th, td) {
        padding-inline: 0.35rem 0;
        vertical-align: top;
      }

      .dump td.text {
        padding-inline-end: 0.35rem;
      }

      .dump .half {
        display: block;
        margin: 0;
        word-spacing: -0.35em;
      }

      .dump .text .half {
        word-spacing: normal;
      }
    }
  `,
];
