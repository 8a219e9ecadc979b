import { css } from 'lit';

/** Styles of `<board-chooser>`. */
export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-l);
    container-type: inline-size;
  }

  h2:focus-visible {
    outline-offset: 6px;
  }

  .purpose {
    display: grid;
    gap: var(--gap-xs);
    padding-block: var(--gap-s) 0;
  }

  h2 {
    font-size: var(--text-title);
    font-weight: 650;
    line-height: 1.2;
    letter-spacing: -0.02em;
    text-wrap: balance;
  }

  .purpose p {
    max-width: 60rem;
    color: var(--quiet);
  }

  .tiles {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr));
    gap: var(--gap-l);
  }

  .tile {
    display: grid;
    grid-template-columns: 10.5rem minmax(0, 1fr);
    gap: var(--gap-l);
    align-items: center;
    padding: var(--gap-l);
    border: 1px solid var(--line);
    border-radius: var(--radius-l);
    background: var(--surface);
    box-shadow: var(--shadow);
  }

  .way {
    display: grid;
    gap: var(--gap-s);
    grid-template-rows: auto 1fr auto;
    justify-items: start;
    height: 100%;
  }

  .way h3 {
    font-size: var(--text-heading);
    letter-spacing: -0.01em;
  }

  .way wa-button {
    margin-top: var(--gap-xs);
  }

  .tile b {
    font-weight: 600;
    color: var(--ink);
  }

  wa-button svg {
    margin-inline-end: 0.4em;
  }

  .drawing {
    width: 100%;
    height: auto;
    color: var(--line-strong);
  }

  .drawing text {
    font: 600 9.5px var(--sans);
    letter-spacing: 0.02em;
    fill: var(--ink);
    stroke: none;
  }

  .drawing .board {
    fill: var(--sunken);
  }

  .drawing .filled,
  .drawing .chip {
    fill: var(--raised);
  }

  .drawing .antenna,
  .drawing .pins {
    stroke-width: 1.5;
  }

  .drawing .pins {
    stroke-dasharray: 0.5 7;
    stroke-width: 3;
  }

  .drawing .pressed {
    fill: var(--changes-area);
    stroke: var(--ink);
  }

  .drawing .light {
    fill: var(--changes-area);
    stroke: none;
  }

  summary {
    width: fit-content;
    max-width: 100%;
    padding-block: var(--gap-xs);
    font-size: var(--text-label);
    border-radius: var(--radius);
  }

  .listed {
    margin-top: calc(-1 * var(--gap-s));
  }

  .listed ul {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 12.5rem), 1fr));
    gap: var(--gap-l);
    margin-block: var(--gap-s);
    padding: var(--gap-l);
    border: 1px solid var(--line);
    border-radius: var(--radius-l);
    background: var(--surface);
  }

  .listed code {
    display: block;
    margin-block: var(--gap-xs);
  }

  .cannot {
    display: flex;
    gap: var(--gap-s);
    background: var(--surface);
  }

  .cannot svg {
    color: var(--changes);
    margin-top: 0.2em;
  }

  .met,
  .virtual {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-s);
  }

  .heading {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--gap-m);
    align-items: baseline;
  }

  .heading b {
    font-weight: 600;
  }

  .met ul,
  .offers {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr));
    gap: var(--gap-m);
  }

  /* An ID of 24 digits fits into a line. */
  .met ul {
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 18.5rem), 1fr));
  }

  .virtual > .offers {
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr));
  }

  .known {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto auto;
    gap: var(--gap-xs);
    align-items: center;
    align-content: space-between;
    padding: var(--gap-m);
    border: 1px solid var(--line);
    border-radius: var(--radius-l);
    background: var(--surface);
    box-shadow: var(--shadow);
  }

  .known b {
    display: flex;
    grid-column: 1 / -1;
    font-weight: 600;
    font-variant-numeric: tabular-nums slashed-zero;
    overflow-wrap: anywhere;
  }

  .known svg,
  .offer svg {
    margin-inline-end: 0.4em;
    color: var(--quiet);
  }

  .offer {
    position: relative;
    display: grid;
    gap: var(--gap-xs);
    align-content: start;
    padding: var(--gap-m);
    border: 1px solid var(--line);
    border-radius: var(--radius-l);
    background: var(--surface);
    box-shadow: var(--shadow);
  }

  :is(.known, .offer) svg {
    margin-top: 0.2em;
  }

  .offer:hover:has(:enabled) {
    border-color: var(--line-strong);
    background: var(--raised);
  }

  .offer.next {
    border: 2px solid var(--ink);
  }

  .offer button {
    display: flex;
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
    font-weight: 600;
    text-align: start;
    cursor: pointer;
  }

  .offer button:disabled {
    cursor: default;
    color: var(--quiet);
  }

  /* The whole card can be pressed. */
  .offer button::after {
    content: '';
    position: absolute;
    inset: 0;
    border-radius: var(--radius-l);
  }

  .badge {
    padding: 0 0.4em;
    border: 1px solid var(--changes);
    border-radius: 99px;
    color: var(--changes);
    font-weight: 600;
  }

  .groups {
    display: grid;
    gap: var(--gap-l) var(--gap-m);
    margin-top: var(--gap-s);
  }

  .groups section {
    display: grid;
    align-content: start;
    gap: var(--gap-s);
  }

  /* Small groups share a row, and a card is as wide in each. */
  @container (width >= 1100px) {
    .groups {
      grid-template-columns: repeat(4, minmax(0, 1fr));
    }

    .groups section {
      grid-column: span min(4, var(--cards));
    }

    .groups .offers {
      grid-template-columns: repeat(min(4, var(--cards)), minmax(0, 1fr));
    }
  }

  h4 {
    font-size: var(--text-label);
    color: var(--quiet);
  }

  @container (width < 480px) {
    h2 {
      font-size: var(--text-verdict);
    }

    /* The words flow around the drawing: two tiles have room on a phone. */
    .tile {
      display: flow-root;
      padding: var(--gap-m);
    }

    .tile .drawing {
      float: inline-end;
      width: 6.75rem;
      margin: 0 0 var(--gap-xs) var(--gap-s);
    }

    .way {
      display: block;
      height: auto;
    }

    .way p {
      margin-block: var(--gap-xs) var(--gap-s);
    }

    /* Below the board that a person goes on with, both tiles have room all the same. */
    .back > p,
    .back .drawing {
      display: none;
    }

    .back h2 {
      font-size: var(--text-heading);
    }

    .back .way p {
      font-size: var(--text-caption);
    }
  }
`;
