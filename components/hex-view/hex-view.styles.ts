import { css } from 'lit';
import { forms } from '../shared/rows.ts';

/** Styles of `<hex-view>`. */
export const styles = [
  forms,
  css`
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: var(--gap-m);
      container-type: inline-size;
    }

    .tools {
      display: flex;
      flex-wrap: wrap;
      gap: var(--gap-s) var(--gap-xl);
    }

    .tools form {
      padding: 0;
    }

    .tools label {
      flex-basis: 8rem;
    }

    .dump {
      width: fit-content;
      max-width: 100%;
      max-height: 32rem;
      overflow: auto;
      border: 1px solid var(--line);
      border-radius: var(--radius);
      background: var(--sunken);
      scroll-margin-block: var(--above) var(--below);
    }

    table {
      border-collapse: collapse;
      font: 400 var(--text-caption) / 1.5 var(--mono);
    }

    th,
    td {
      padding: 0 var(--gap-m);
      font-weight: 400;
      text-align: start;
      white-space: nowrap;
    }

    .text {
      white-space: pre;
    }

    /* Above the second digit of its bytes. */
    thead span {
      display: inline-block;
      width: 2ch;
      text-align: end;
    }

    /* They stay while the bytes below them are scrolled. */
    thead th {
      position: sticky;
      inset-block-start: 0;
      padding-block: var(--gap-xs);
      background: var(--sunken);
      box-shadow: 0 1px var(--line);
    }

    tbody tr:first-child > * {
      padding-block-start: var(--gap-xs);
    }

    tbody tr:last-child > * {
      padding-block-end: var(--gap-xs);
    }

    th,
    .plain {
      color: var(--quiet);
    }

    tbody tr:hover > * {
      background: var(--raised);
    }

    .half {
      margin-inline-start: 0.6em;
    }

    .found {
      background: var(--ink);
      color: var(--surface);
      forced-color-adjust: none;
    }

    @container (width < 400px) {
      table {
        font-size: 0.6875rem;
      }

      th,
      td {
        padding-inline: var(--gap-xs);
      }
    }
  `,
];
