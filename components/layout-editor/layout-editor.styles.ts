import { css } from 'lit';
import { rows, stacked } from '../shared/rows.ts';
import { fit } from './layout-editor.fit.styles.ts';
import { strip } from './layout-editor.strip.styles.ts';

/** Styles of `<layout-editor>`. */
export const styles = [
  rows,
  strip,
  fit,
  css`
    .tools {
      display: flex;
      flex-wrap: wrap;
      gap: var(--gap-s);
    }

    .notice {
      display: flex;
      gap: var(--gap-s);
      align-items: baseline;
    }

    .good > svg {
      color: var(--verified);
    }

    .template {
      display: grid;
      grid-template-columns: auto minmax(0, 24rem) auto minmax(0, 1fr);
      gap: var(--gap-xs) var(--gap-m);
      align-items: center;
    }

    .template label {
      font-weight: 600;
      font-size: var(--text-label);
    }

    th,
    td {
      padding: var(--gap-xs) var(--gap-s) var(--gap-xs) 0;
      border: 0;
      vertical-align: top;
    }

    tbody,
    td,
    .answers li {
      scroll-margin-block: var(--above) var(--below);
    }

    tbody {
      border-top: 1px solid var(--line);
    }

    /* A partition and what the rules say of it are one; as cards they are without a tint, which would leave gaps. */
    @media (hover: hover) {
      @container (width >= 760px) {
        tbody:hover > tr > * {
          background: var(--sunken);
        }
      }
    }

    td label {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
    }

    .caption {
      display: none;
      font-size: var(--text-caption);
      color: var(--quiet);
    }

    .offset input,
    .size input {
      font-variant-numeric: tabular-nums slashed-zero;
    }

    /* Below the ring of a field that has the focus. */
    .was,
    .bad {
      margin-block-start: 5px;
    }

    .was {
      color: var(--changes);
      font-size: var(--text-caption);
      font-variant-numeric: tabular-nums slashed-zero;
    }

    button:disabled {
      opacity: 0.6;
    }

    .flags {
      white-space: nowrap;
    }

    .flags label {
      display: inline-flex;
      gap: 0.35em;
      align-items: center;
      min-height: max(2.25rem, var(--target));
      margin-inline-end: var(--gap-s);
    }

    .flags input {
      width: 1rem;
      height: 1rem;
      margin: 0;
      accent-color: var(--ink);
    }

    .order {
      padding-inline-end: 0;
      text-align: end;
      white-space: nowrap;
    }

    .order button {
      min-width: max(2.25rem, var(--target));
      min-height: max(2.25rem, var(--target));
      padding: 0;
      border: 0;
      border-radius: var(--radius);
      background: none;
      color: inherit;
      cursor: pointer;
    }

    .order button:hover:not(:disabled) {
      background: var(--raised);
    }

    .up svg {
      rotate: -90deg;
    }

    .down svg {
      rotate: 90deg;
    }

    .said td {
      padding-block: 0 var(--gap-s);
    }

    .free td {
      padding-block: var(--gap-s);
    }

    .free div {
      display: flex;
      flex-wrap: wrap;
      gap: var(--gap-xs) var(--gap-s);
      align-items: center;
      color: var(--quiet);
    }

    .free div > .fill {
      width: 12px;
      height: 12px;
    }

    .answers {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: var(--gap-xs);
      font-size: var(--text-label);
    }

    .answers li {
      display: grid;
      grid-template-columns: auto minmax(0, 1fr);
      gap: var(--gap-s);
      align-items: baseline;
    }

    .problem > svg,
    .bad {
      color: var(--failed);
    }

    .warning > svg {
      color: var(--changes);
    }

    .answers li > span {
      display: flex;
      flex-wrap: wrap;
      gap: var(--gap-xs) var(--gap-s);
      align-items: baseline;
    }

    .correction {
      min-height: max(1.75rem, var(--target));
      padding: 0 var(--gap-s);
      border: 1px solid var(--line-strong);
      border-radius: var(--radius);
      background: var(--surface);
      color: var(--ink);
      font: inherit;
      font-weight: 600;
      cursor: pointer;
    }

    .correction:hover {
      background: var(--raised);
    }

    .stack {
      --below: calc(var(--foot, 0px) + var(--end, 0px) + 1rem);
    }

    /* What the change comes to and its plan stay in reach of every row, above the job bar. */
    .stays {
      position: sticky;
      inset-block-end: var(--foot, 0px);
      z-index: 1;
      background: var(--surface);
      /* What has the focus has a ring that is wider than the rows. */
      box-shadow:
        -4px 0 0 var(--surface),
        4px 0 0 var(--surface);
    }

    .end {
      display: flex;
      flex-wrap: wrap;
      gap: var(--gap-s) var(--gap-l);
      align-items: center;
      justify-content: space-between;
      padding-block: var(--gap-m);
      margin-block-end: calc(-1 * var(--gap-m));
      border-top: 1px solid var(--line);
    }

    .end > [role='status'] {
      display: grid;
      flex: 1 1 16rem;
      gap: var(--gap-xs);
    }

    .end .problem {
      display: grid;
      grid-template-columns: auto minmax(0, 1fr);
      gap: var(--gap-s);
      align-items: baseline;
      font-size: var(--text-label);
    }

    @container (width >= 760px) {
      .name {
        width: 20%;
      }

      .offset,
      .size {
        width: 14%;
      }
    }

    @container (width < 480px) {
      .end p {
        font-size: var(--text-label);
      }

      .end .row {
        flex: 1 1 100%;
        flex-wrap: nowrap;
        gap: var(--gap-s);
      }

      .end wa-button {
        flex: 1 1 auto;
        font-size: var(--text-label);
      }
    }

    @container (width < 760px) {
      .template {
        grid-template-columns: minmax(0, 1fr) auto;
      }

      .template label,
      .template p {
        grid-column: 1 / -1;
      }
    }
  `,
  stacked(760),
  css`
    /* The fields of a partition stand two by two, each below its caption. */
    @container (width < 760px) {
      tbody {
        padding-block: var(--gap-s);
      }

      tr {
        padding: 0;
        border: 0;
      }

      tbody tr:hover:hover {
        background: none;
      }

      tr:not(.said) {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: var(--gap-xs) var(--gap-s);
      }

      /* Above the ring of its field. */
      .caption {
        display: block;
        padding-block-end: 4px;
      }

      .name {
        grid-column: 1;
      }

      .order {
        grid-row: 1;
        grid-column: 2;
        align-self: end;
      }

      .flags {
        grid-column: 1 / -1;
      }
    }

    /* Three and two beside each other, where there is room for that but not for all. */
    @container (480px <= width < 760px) {
      tr:not(.said) {
        grid-template-columns: repeat(6, minmax(0, 1fr));
      }

      :is(.name, .type, .subtype, .order) {
        grid-row: auto;
        grid-column: span 2;
      }

      :is(.offset, .size) {
        grid-column: span 3;
      }

      .flags {
        grid-column: span 4;
      }
    }
  `,
];
