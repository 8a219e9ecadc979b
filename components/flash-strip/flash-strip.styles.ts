import { css } from 'lit';

/** Styles of `<flash-strip>`. */
export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    container-type: inline-size;
  }

  .probe {
    display: none;
  }

  .strip {
    position: relative;
    touch-action: pan-y;
    user-select: none;
    -webkit-user-select: none;
    min-width: 0;
  }

  .names {
    position: relative;
    height: 6.5rem;
  }

  button {
    position: absolute;
    top: 0;
    bottom: 0;
    display: grid;
    align-content: center;
    justify-items: start;
    padding: 0 var(--gap-s);
    overflow: hidden;
    border: 1px solid var(--line-strong);
    border-bottom-width: 5px;
    border-radius: var(--radius) var(--radius) 0 0;
    margin-inline-end: 1px;
    background: var(--sunken);
    color: var(--ink);
    font: 400 var(--text-s) / 1.35 var(--mono);
    font-variant-numeric: tabular-nums;
    text-align: start;
    cursor: zoom-in;
    /* The button's box includes one pixel of space at its right. */
    clip-path: inset(-4px 0 -4px -4px);
  }

  button b {
    font: 600 1.125rem / 1.3 var(--sans);
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  button span {
    white-space: nowrap;
    color: var(--quiet);
  }

  button em {
    position: absolute;
    right: var(--gap-s);
    bottom: var(--gap-xs);
    font: 600 var(--text-s) / 1.3 var(--sans);
  }

  button.away {
    opacity: 0;
    pointer-events: none;
  }

  button.snug {
    padding-inline: var(--gap-xs);
  }

  button.snug b {
    font-size: var(--text-m);
  }

  button.upright {
    padding: var(--gap-xs) 0;
    place-items: center;
    align-content: end;
    justify-content: center;
  }

  button.upright b {
    writing-mode: vertical-rl;
    rotate: 180deg;
    font-size: var(--text-s);
    line-height: 1;
    max-width: none;
    max-height: 100%;
  }

  button.kept,
  button.equal {
    border-bottom-color: var(--kept);
    border-bottom-style: double;
  }

  button.kept em,
  button.equal em {
    color: var(--kept);
  }

  button.waiting,
  button.unknown,
  button.written,
  button.awaiting-commit {
    border-bottom-color: var(--changes-area);
    background: color-mix(in oklab, var(--changes-area) var(--tint), var(--surface));
  }

  button.waiting em,
  button.unknown em,
  button.written em,
  button.awaiting-commit em,
  button.unproved em {
    color: var(--changes);
  }

  button.verified {
    border-bottom-color: var(--verified);
    background: color-mix(in oklab, var(--verified) var(--tint), var(--surface));
  }

  button.unproved {
    border-bottom-color: var(--changes-area);
    border-bottom-style: dotted;
  }

  button.verified em {
    color: var(--verified);
  }

  button.wrong {
    border-bottom-color: var(--failed);
    background: color-mix(in oklab, var(--failed) var(--tint), var(--surface));
  }

  button.wrong em {
    color: var(--failed);
  }

  button.lit,
  button:hover {
    background: var(--raised);
    border-color: var(--ink);
    z-index: 1;
  }

  button:focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: -3px;
    z-index: 2;
  }

  .fan {
    display: block;
    overflow: visible;
  }

  .fan path {
    fill: var(--raised);
    stroke: var(--line-strong);
    stroke-width: 0.75;
  }

  .fan path.lit {
    fill: var(--line-strong);
    stroke: var(--ink);
  }

  canvas {
    display: block;
    width: 100%;
  }

  canvas.layout {
    height: 10px;
  }

  .lane {
    position: relative;
    margin-top: 4px;
    background: var(--sunken);
  }

  canvas.found {
    height: 30px;
  }

  canvas.plan {
    height: 56px;
  }

  span.found,
  .empty {
    position: absolute;
    inset-block: 0;
    display: flex;
    align-items: center;
    padding-inline: var(--gap-s);
    font-size: var(--text-s);
    pointer-events: none;
    white-space: nowrap;
  }

  span.found > span {
    overflow: hidden;
    text-overflow: ellipsis;
    background: color-mix(in oklab, var(--surface) 82%, transparent);
    border-radius: 3px;
    padding-inline: 3px;
  }

  .empty {
    color: var(--quiet);
    inset-inline: 0;
  }

  .ruler {
    position: relative;
    height: 1.5rem;
    border-top: 1px solid var(--line-strong);
    margin-top: 4px;
    overflow: hidden;
    font: 400 var(--text-s) / 1 var(--mono);
    font-variant-numeric: tabular-nums;
    color: var(--quiet);
  }

  .ruler span {
    position: absolute;
    top: 0;
    padding: 7px 0 0 4px;
    border-left: 1px solid var(--line-strong);
    height: 100%;
  }

  .ruler span.last {
    color: transparent;
  }

  .light {
    position: absolute;
    top: calc(6.5rem + 16px);
    bottom: 1.5rem;
    border: 2px solid var(--ink);
    background: color-mix(in oklab, var(--ink) 10%, transparent);
    pointer-events: none;
  }

  .captions {
    display: none;
    font-size: var(--text-s);
    color: var(--quiet);
  }

  @container (width >= 780px) {
    .strip {
      margin-left: 6.5rem;
    }

    .captions {
      display: block;
      position: absolute;
    }

    .captions span {
      position: absolute;
      white-space: nowrap;
      line-height: 1;
    }

    .captions span:nth-child(1) {
      top: calc(6.5rem + 14px);
    }

    .captions span:nth-child(2) {
      top: calc(6.5rem + 16px + 10px + 4px + 9px);
    }

    .captions span:nth-child(3) {
      top: calc(6.5rem + 16px + 10px + 4px + 30px + 4px + 22px);
    }
  }

  @media (forced-colors: active) {
    .light {
      border-color: Highlight;
      background: none;
    }
  }
`;
