/** Styles of tables whose rows can be edited in place. */
import { css } from 'lit';
import { fields } from './fields.ts';

/** Tables, their small buttons, and forms between rows. */
export const rows = css`
  ${fields}

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

  /* Actions stand far from what they act on. */
  tbody tr:not(:has(form)):hover {
    background: var(--sunken);
  }

  thead th {
    font-size: var(--text-caption);
    font-weight: 400;
    color: var(--quiet);
  }

  .acts {
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
    padding-inline-start: var(--gap-s);
  }

  .deleted .now,
  .deleted th {
    text-decoration: line-through;
  }

  form {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-s) var(--gap-m);
    align-items: end;
    padding-block: var(--gap-s);
  }

  form label {
    display: grid;
    gap: 0.15rem;
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

  @container (width < 560px) {
    thead {
      position: absolute;
      clip-path: inset(50%);
    }

    tr {
      display: flex;
      flex-wrap: wrap;
      gap: 0 var(--gap-m);
      padding-block: var(--gap-xs);
      border-bottom: 1px solid var(--line);
    }

    th,
    td {
      padding-block: 0.1rem;
      border: 0;
    }

    .value {
      flex-basis: 100%;
    }

    .acts {
      margin-inline-start: auto;
    }
  }
`;
