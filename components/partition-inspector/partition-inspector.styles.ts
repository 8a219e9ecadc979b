import { css } from 'lit';
import { kinds } from '../flash-map/flash-map.kinds.ts';

/** Styles of `<partition-inspector>`. */
export const styles = [
  kinds,
  css`
    :host {
      container-type: inline-size;
    }

    section {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: var(--gap-s);
    }

    header {
      display: grid;
      grid-template-columns: auto auto minmax(0, 1fr) auto;
      gap: 0 var(--gap-s);
      align-items: center;
    }

    header .fill {
      width: 16px;
      height: 16px;
    }

    header h4 {
      font-size: var(--text-heading);
      overflow-wrap: anywhere;
    }

    header .quiet b {
      color: var(--ink);
      font-weight: 600;
    }

    .close {
      display: grid;
      place-items: center;
      width: 2rem;
      height: 2rem;
      margin-inline-start: auto;
      padding: 0;
      border: 0;
      border-radius: var(--radius);
      background: none;
      color: var(--quiet);
      cursor: pointer;
    }

    .close:hover {
      background: var(--raised);
      color: var(--ink);
    }

    .columns {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: var(--gap-m) var(--gap-xl);
      align-items: start;
    }

    dl {
      display: grid;
      grid-template-columns: max-content minmax(0, 1fr);
      gap: var(--gap-xs) var(--gap-m);
      font-size: var(--text-label);
    }

    dt,
    h5 {
      margin: 0;
      color: var(--quiet);
      font-size: var(--text-label);
      font-weight: 400;
    }

    dd.exact {
      color: var(--ink);
      line-height: inherit;
    }

    .fate b {
      font-weight: 600;
    }

    .fate.waiting b,
    .fate.unknown b,
    .fate.written b,
    .fate.awaiting-commit b,
    .fate.unproved b {
      color: var(--changes);
    }

    .fate.kept b,
    .fate.equal b {
      color: var(--kept);
    }

    .fate.verified b {
      color: var(--verified);
    }

    .fate.wrong b,
    .fate.incomplete b {
      color: var(--failed);
    }

    .found {
      font-size: var(--text-label);
      overflow-wrap: anywhere;
    }

    .acts {
      display: grid;
      gap: var(--gap-s);
      padding-block-start: var(--gap-s);
      border-top: 1px solid var(--line);
    }

    .deeds {
      display: flex;
      flex-wrap: wrap;
      gap: var(--gap-s);
    }

    .acts b {
      font-weight: 600;
    }

    @media (pointer: coarse) {
      .close {
        width: 2.75rem;
        height: 2.75rem;
      }

      .deeds wa-button {
        --wa-form-control-height: 2.75rem;
      }
    }

    /* What it is has the whole width, below its name. */
    @container (width < 480px) {
      header {
        grid-template-columns: auto minmax(0, 1fr) auto;
      }

      header .quiet {
        grid-row: 2;
        grid-column: 2 / -1;
      }
    }

    @container (width >= 640px) {
      .columns {
        grid-template-columns: minmax(0, 2fr) minmax(0, 3fr);
      }
    }
  `,
];
