import { css } from 'lit';
import { kinds } from '../flash-map/flash-map.kinds.ts';
import { leaders } from '../flash-strip/flash-strip.leaders.styles.ts';

/** Styles of the strips of a layout: as it is on the board, and as it is edited. */
export const strip = [
  kinds,
  leaders,
  css`
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
      padding: 0.85rem 8px 0;
      border-inline-end: 1px solid var(--line-strong);
      background: color-mix(in oklab, var(--kind) 12%, var(--surface));
      overflow: hidden;
      white-space: nowrap;
    }

    .part .fill {
      position: absolute;
      inset: 0 0 auto;
      height: 8px;
    }

    .part.free {
      background: none;
      color: var(--quiet);
    }

    .part.free > b {
      font-weight: 400;
    }

    /* Wide enough to be seen, above every partition that it is of and beside their names. */
    .overlap {
      position: absolute;
      inset: 0 auto auto;
      height: 0.85rem;
      min-width: 4px;
      border: 2px solid var(--failed);
      background: repeating-linear-gradient(45deg, var(--failed) 0 3px, transparent 3px 8px);
      forced-color-adjust: none;
      pointer-events: none;
    }

    .names {
      position: relative;
      height: 1.125rem;
      font: 600 var(--text-caption) / 1.125rem var(--sans);
      color: var(--quiet);
    }

    .names span {
      position: absolute;
      text-align: center;
      white-space: nowrap;
    }

    .chips {
      display: flex;
      flex-wrap: wrap;
      gap: 0 var(--gap-m);
      padding-block-start: var(--gap-xs);
      font-size: var(--text-caption);
    }

    .chip {
      display: inline-flex;
      gap: var(--gap-xs);
      align-items: center;
    }

    .chip .fill {
      width: 12px;
      height: 12px;
    }

    .strip.before {
      height: 1.75rem;
    }

    .before .part {
      padding-block: 0.5rem 0;
      line-height: 1.25;
      color: var(--quiet);
    }

    /* The lines end at the strip that is named here: its name is on them, and not between. */
    .between {
      position: relative;
    }

    .between > .when {
      position: absolute;
      inset: 0 auto auto 0;
      padding-inline-end: var(--gap-xs);
      line-height: 1.125rem;
      background: var(--surface);
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
  `,
];
