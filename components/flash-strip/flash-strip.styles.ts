import { css } from 'lit';
import { kinds } from '../flash-map/flash-map.kinds.ts';
import { leaders } from './flash-strip.leaders.styles.ts';

/** Styles of `<flash-strip>`. */
export const styles = [
  kinds,
  leaders,
  css`
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
    }

    .probe {
      display: none;
    }

    .side {
      font-size: var(--text-caption);
      line-height: 1.2;
      color: var(--quiet);
    }

    .strip {
      position: relative;
      touch-action: pan-y;
      user-select: none;
      -webkit-user-select: none;
      min-width: 0;
    }

    .labels {
      position: relative;
      height: 1.125rem;
    }

    .label {
      position: absolute;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
      text-align: center;
      font-size: var(--text-caption);
      line-height: 1.125rem;
      color: var(--quiet);
      cursor: pointer;
    }

    .label.lit,
    .label:hover {
      color: var(--ink);
      text-decoration: underline;
      text-underline-offset: 0.2em;
    }

    .leaders path.lit {
      stroke: var(--ink);
      stroke-width: 2;
    }

    .blocks {
      position: relative;
      height: 3.125rem;
    }

    button,
    .free {
      position: absolute;
      inset-block: 0;
      overflow: hidden;
      padding: 0;
      /* One pixel of space between neighbours, which still touch for the pointer. */
      border: 0 solid transparent;
      border-inline-end-width: 1px;
      background-clip: padding-box;
      text-align: start;
    }

    button {
      display: grid;
      grid-template-columns: minmax(0, auto) minmax(0, 1fr);
      grid-template-rows: 8px minmax(0, 1fr) minmax(0, 1fr);
      column-gap: var(--gap-s);
      align-items: center;
      background-color: color-mix(in oklab, var(--kind) 9%, var(--surface));
      color: var(--ink);
      font: 400 var(--text-caption) / 1.2 var(--sans);
      cursor: pointer;
    }

    button .fill {
      grid-column: 1 / -1;
      height: 8px;
    }

    button b {
      overflow: hidden;
      padding-inline-start: 6px;
      font: 600 var(--text-label) / 1.2 var(--sans);
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    button.slim b,
    button.slim .size {
      grid-column: 1 / -1;
    }

    button.slim .size {
      padding-inline: 6px;
    }

    .size,
    button small,
    button em {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
      font: 400 var(--text-caption) / 1.2 var(--sans);
      color: var(--quiet);
    }

    button small,
    button em {
      grid-column: 1 / -1;
      padding-inline: 6px;
    }

    button em {
      font-weight: 600;
    }

    button.away {
      opacity: 0;
      pointer-events: none;
    }

    button.waiting em,
    button.unknown em,
    button.written em,
    button.awaiting-commit em,
    button.unproved em {
      color: var(--changes);
    }

    button.verified em {
      color: var(--verified);
    }

    button.wrong em,
    button.incomplete em {
      color: var(--failed);
    }

    button.lit,
    button:hover {
      background-color: color-mix(in oklab, var(--kind) 16%, var(--surface));
    }

    button[aria-expanded='true'] {
      background-color: color-mix(in oklab, var(--kind) 16%, var(--surface));
      box-shadow: inset 0 0 0 2px var(--ink);
    }

    button:focus-visible {
      outline: 3px solid var(--focus);
      outline-offset: -3px;
      z-index: 2;
    }

    .free > .fill {
      position: absolute;
      inset: 0 1px 0 0;
    }

    .free > span {
      position: absolute;
      inset: 0;
      display: grid;
      place-content: center;
      font-size: var(--text-caption);
      color: var(--quiet);
      white-space: nowrap;
    }

    canvas.lane {
      display: block;
      width: 100%;
      height: 12px;
      margin-top: 2px;
      background: var(--sunken);
    }

    .ruler {
      position: relative;
      height: 1rem;
      overflow: hidden;
      font: 400 var(--text-caption) / 1rem var(--mono);
      font-variant-numeric: tabular-nums;
      color: var(--quiet);
    }

    .ruler span {
      position: absolute;
    }

    .ruler .last {
      right: 0;
    }

    .light {
      position: absolute;
      bottom: 1rem;
      height: calc(3.125rem + 14px);
      border: 2px solid var(--ink);
      background: color-mix(in oklab, var(--ink) 10%, transparent);
      pointer-events: none;
    }

    .sizes {
      display: flex;
      flex-wrap: wrap;
      gap: 0 var(--gap-m);
      font-size: var(--text-caption);
      line-height: 1.25rem;
      color: var(--quiet);
    }

    .sizes span {
      max-width: 100%;
      overflow-wrap: anywhere;
    }

    .sizes b {
      font-weight: 600;
      color: var(--ink);
    }

    .chips {
      display: flex;
      flex-wrap: wrap;
      gap: 0 var(--gap-m);
    }

    .chip {
      display: inline-flex;
      gap: var(--gap-xs);
      align-items: center;
      padding-block: 2px;
      font-size: var(--text-caption);
      color: var(--ink);
      cursor: pointer;
    }

    .chip.lit {
      text-decoration: underline;
      text-underline-offset: 0.2em;
    }

    .chip .fill {
      width: 12px;
      height: 12px;
    }

    @media (pointer: coarse) {
      .blocks {
        height: 3.5rem;
      }

      .light {
        height: calc(3.5rem + 14px);
      }

      .chip,
      .label {
        cursor: default;
      }
    }

    @media (prefers-contrast: more) {
      button,
      .free {
        border-color: var(--line-strong);
      }
    }

    @media (forced-colors: active) {
      button,
      .free {
        border-color: CanvasText;
      }

      button[aria-expanded='true'] {
        outline: 3px solid Highlight;
        outline-offset: -3px;
      }

      .light {
        border-color: Highlight;
        background: none;
      }
    }
  `,
];
