import { css } from 'lit';
import { rows, stacked } from '../shared/rows.ts';
import { kinds } from '../flash-map/flash-map.kinds.ts';

/** Styles of `<layout-editor>`. */
export const styles = [
  rows,
  kinds,
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

    .fits {
      display: grid;
      gap: var(--gap-s);
      padding: var(--gap-m);
      border: 1px solid var(--line);
      border-left: 4px solid var(--line-strong);
      border-radius: var(--radius);
      background: var(--sunken);
    }

    .fits .row {
      justify-content: space-between;
    }

    .fits ol,
    .fits ul {
      margin: 0;
      padding: 0;
      list-style: none;
    }

    .fit {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      gap: var(--gap-s) var(--gap-m);
      align-items: start;
      padding-block: var(--gap-s);
      border-top: 1px solid var(--line);
    }

    .fit ul {
      color: var(--quiet);
      font-size: var(--text-label);
    }

    .lossless,
    .loses {
      display: flex;
      gap: 0.4em;
      align-items: center;
      font-weight: 600;
      font-size: var(--text-label);
    }

    .lossless {
      color: var(--verified);
    }

    .loses {
      color: var(--changes);
    }

    /* The lines between the strips join both. */
    .strips {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
    }

    .when {
      font-size: var(--text-caption);
      color: var(--quiet);
    }

    .strip {
      position: relative;
      height: 2.5rem;
      border: 1px solid var(--line-strong);
      background: var(--sunken);
      font-size: var(--text-caption);
      overflow: hidden;
      touch-action: pan-y;
    }

    .part {
      position: absolute;
      inset-block: 0;
      padding: 0.85rem 0.6rem 0;
      border-inline-end: 1px solid var(--line-strong);
      background: color-mix(in oklab, var(--kind) 12%, var(--surface));
      overflow: hidden;
      white-space: nowrap;
      container-type: inline-size;
    }

    .part .fill {
      position: absolute;
      inset: 0 0 auto;
      height: 8px;
    }

    /* A name that is cut says nothing: it is in the row below. */
    @container (width < 4rem) {
      .part > :not(.fill) {
        display: none;
      }
    }

    .strip.before {
      height: 1.75rem;
    }

    .before .part {
      padding-block: 0.5rem 0;
      line-height: 1.25;
      color: var(--quiet);
    }

    .lines {
      display: block;
      width: 100%;
      height: 1.25rem;
    }

    .lines polygon {
      fill: color-mix(in oklab, var(--quiet) 14%, transparent);
      stroke: var(--line-strong);
    }

    .border {
      position: absolute;
      inset-block: 0;
      width: max(14px, var(--target) / 2);
      translate: -50% 0;
      cursor: col-resize;
      touch-action: none;
    }

    .border::after {
      content: '';
      position: absolute;
      inset: 0.3rem calc(50% - 2px);
      border-radius: 2px;
      background: var(--ink);
    }

    th,
    td {
      padding: var(--gap-xs) var(--gap-s) var(--gap-xs) 0;
      border: 0;
      vertical-align: top;
    }

    tbody {
      border-top: 1px solid var(--line);
    }

    /* A partition and what the rules say of it are one. */
    tbody:hover > tr > * {
      background: var(--sunken);
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

    .end {
      display: flex;
      flex-wrap: wrap;
      gap: var(--gap-s) var(--gap-l);
      align-items: center;
      justify-content: space-between;
      padding-top: var(--gap-m);
      border-top: 1px solid var(--line);
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

    @container (width < 760px) {
      .fit {
        grid-template-columns: minmax(0, 1fr);
      }

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

      tr:not(.said) {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: var(--gap-xs) var(--gap-s);
      }

      .caption {
        display: block;
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
  `,
];
