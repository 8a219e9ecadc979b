import { css } from 'lit';
import { kinds } from './flash-map.kinds.ts';

/** Styles of `<flash-map>`. */
export const styles = [
  kinds,
  css`
    :host {
      container-type: inline-size;
    }

    /* It has the colours and the width of the map. */
    .probe {
      display: block;
      height: 0;
    }

    .map {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: var(--gap-xs);
    }

    /* Regions side by side at one scale, the small ones wide enough to read; names and strips are each on one line. */
    .row {
      display: flex;
      flex-wrap: wrap;
      gap: var(--gap-s);
      align-items: stretch;
    }

    .part {
      /* Where two are as narrow as they get, they still are at one scale. */
      --least: max(min(100%, 18rem), min(100%, 28rem) * var(--share));
      display: flex;
      flex: 1 1 0;
      flex-direction: column;
      gap: var(--gap-xs);
      min-width: var(--least);
      max-width: max(var(--least), 100% * var(--share));
    }

    .part > .bar {
      margin-block-end: auto;
    }

    .part:not(.main) h3 {
      font-size: var(--text-label);
    }

    .bar {
      display: flex;
      flex-wrap: wrap;
      gap: var(--gap-xs) var(--gap-s);
      align-items: center;
      min-height: 1.75rem;
    }

    .bar h3 {
      text-wrap: wrap;
    }

    .bar h3 span {
      font-weight: 400;
      margin-inline-start: var(--gap-xs);
    }

    .bar h3 .exact {
      line-height: 1;
    }

    .bar h3 .scale {
      display: inline-block;
      margin: 0;
    }

    /* One line has all of it, in this order, unless memories stand side by side. */
    .second {
      display: contents;
    }

    .readout {
      order: 1;
    }

    .bar > button {
      order: 2;
    }

    .group {
      order: 3;
    }

    /* One line: pointing at something must not shift the page, least of all between press and release. */
    .readout {
      flex: 1 1 12rem;
      min-width: 0;
      height: 1.5rem;
      margin-inline-start: var(--gap-s);
      overflow: hidden;
      color: var(--ink);
      line-height: 1.5rem;
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    .readout span + span::before {
      content: '';
      display: inline-block;
      width: 1px;
      height: 0.9em;
      margin-inline: var(--gap-s);
      background: var(--line-strong);
      vertical-align: -0.1em;
    }

    .bar button,
    .regions button {
      display: inline-flex;
      gap: var(--gap-xs);
      align-items: center;
      min-height: 1.75rem;
      padding: 0 var(--gap-s);
      border: 1px solid var(--line);
      border-radius: var(--radius);
      background: var(--surface);
      color: var(--ink);
      font: 400 var(--text-label) / 1 var(--sans);
      cursor: pointer;
    }

    .bar button {
      justify-content: center;
      min-width: 1.75rem;
    }

    .bar button:hover:not(:disabled) {
      border-color: var(--line-strong);
      background: var(--raised);
    }

    .bar button:disabled {
      color: var(--quiet);
      opacity: 0.6;
      cursor: default;
    }

    .bar button[aria-expanded] svg {
      rotate: 90deg;
    }

    .bar button[aria-expanded='true'] {
      border-color: var(--line-strong);
      background: var(--raised);
    }

    .bar button[aria-expanded='true'] svg {
      rotate: -90deg;
    }

    .group {
      display: flex;
    }

    .group button:not(:first-child) {
      margin-inline-start: -1px;
      border-start-start-radius: 0;
      border-end-start-radius: 0;
    }

    .group button:not(:last-child) {
      border-start-end-radius: 0;
      border-end-end-radius: 0;
    }

    .overview {
      position: relative;
      height: 5px;
      background: var(--raised);
      border-radius: 3px;
      overflow: hidden;
    }

    .overview i {
      position: absolute;
      inset-block: 0;
      min-width: 4px;
      background: var(--line-strong);
    }

    .regions {
      display: flex;
      flex-wrap: wrap;
      gap: var(--gap-xs) var(--gap-s);
    }

    .regions button {
      gap: var(--gap-s);
      line-height: 1.2;
    }

    .regions button:hover,
    .regions button[aria-expanded='true'] {
      border-color: var(--line-strong);
      background: var(--raised);
    }

    .legend {
      display: flex;
      flex-wrap: wrap;
      gap: 0 var(--gap-l);
      font-size: var(--text-caption);
      line-height: 1.25rem;
      color: var(--quiet);
    }

    .legend li {
      display: flex;
      align-items: center;
      gap: 0.4em;
    }

    .legend canvas,
    .legend .fill {
      width: 20px;
      height: 10px;
    }

    .regions em {
      font-style: normal;
      font-weight: 600;
      color: var(--changes);
    }

    .regions .fill {
      width: 12px;
      height: 12px;
    }

    .panel {
      scroll-margin-block: var(--above) var(--below);
      margin-block-start: var(--gap-xs);
      padding: var(--gap-m);
      border: 1px solid var(--line-strong);
      border-radius: var(--radius-l);
      background: var(--sunken);
    }

    /* Side by side, they all have their zoom at one height: below their names, which are as high as the buttons beside one. */
    @container (width >= 900px) {
      .bar h3 {
        min-height: 1.75rem;
        line-height: 1.75rem;
      }

      .part:has(~ .part .group) .second:has(.group),
      .part:has(.group) ~ .part .second:has(.group) {
        display: flex;
        flex: 1 0 100%;
        order: 4;
      }

      .part:has(~ .part .group) h3,
      .part:has(.group) ~ .part h3 {
        margin-inline-end: auto;
      }

      .part:has(~ .part .group) .readout,
      .part:has(.group) ~ .part .readout {
        order: 4;
      }
    }

    /* There is no room for a line that only a mouse fills; the inspector has all of it. */
    @container (width < 760px) {
      .readout {
        display: none;
      }

      .bar h3 {
        margin-inline-end: auto;
      }
    }

    @container (width < 640px) {
      .bar h3 {
        flex: 1 1 100%;
      }

      .bar .tools {
        margin-inline-end: auto;
      }
    }

    @media (pointer: coarse) {
      @container (width >= 900px) {
        .bar h3 {
          min-height: 2.75rem;
          line-height: 2.75rem;
        }
      }

      .bar button,
      .regions button {
        min-width: 2.75rem;
        min-height: 2.75rem;
      }
    }

    @media (forced-colors: active) {
      .bar button[aria-expanded='true'] {
        outline: 2px solid Highlight;
        outline-offset: -3px;
      }
    }

    @media print {
      .bar button,
      .panel {
        display: none;
      }
    }
  `,
];
