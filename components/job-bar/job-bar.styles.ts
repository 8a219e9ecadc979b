import { css } from 'lit';

/** Styles of `<job-bar>`. */
export const styles = css`
  :host {
    --above: 0px;
    --below: 0px;

    position: sticky;
    inset-block-end: 0;
    z-index: 2;
    container-type: inline-size;
  }

  section {
    position: relative;
    display: grid;
    grid-template-columns: auto minmax(22rem, 1fr) auto;
    gap: var(--gap-xs) var(--gap-l);
    align-items: center;
    padding: var(--gap-m) max(clamp(0.75rem, 2.5cqi, 2rem), (100cqi - 108rem) / 2 + 2rem);
    border-top: 1px solid var(--line-strong);
    background: var(--surface);
    box-shadow: 0 -4px 16px light-dark(#0001, #0006);
  }

  section:not(:has(> .sign)) {
    grid-template-columns: minmax(22rem, 1fr) auto;
  }

  h2 {
    font-size: var(--text-heading);
    font-weight: 600;
    line-height: 1.25;
    overflow-wrap: anywhere;
  }

  h2:focus-visible {
    outline-offset: 4px;
    border-radius: 2px;
  }

  .rest {
    font-weight: 400;
  }

  .below {
    font-size: var(--text-label);
    color: var(--quiet);
    font-variant-numeric: tabular-nums;
  }

  .choice {
    display: block;
    color: var(--ink);
  }

  .below b {
    color: var(--ink);
  }

  /* The job that is the other choice says what its ways come to, and has room for it above the bar. */
  .below:has(.choice) .units {
    display: none;
  }

  /* As wide as before anything is confirmed: the button that a person is about to press must not move with the line. */
  .confirmed {
    display: inline-grid;
  }

  .confirmed::after {
    content: attr(data-first) / '';
    block-size: 0;
    visibility: hidden;
  }

  .sign {
    font-size: var(--text-heading);
    line-height: 1;
    color: var(--meaning, var(--failed));
  }

  .percent {
    font-variant-numeric: tabular-nums;
    margin-inline-start: var(--gap-s);
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-s);
    justify-content: flex-end;
  }

  .actions svg {
    margin-inline-end: 0.3em;
  }

  .ways {
    display: none;
  }

  progress {
    --bar-height: 0.5rem;
    grid-column: 1 / -1;
  }

  .ended {
    --meaning: var(--verified);
    border-top: 3px solid var(--meaning);
    background: color-mix(in oklab, var(--meaning) var(--tint), var(--surface));
  }

  .ended h2 {
    font-size: var(--text-verdict);
    line-height: 1.2;
  }

  .ended .sign {
    font-size: var(--text-title);
  }

  .ended.unproved,
  .ended.stopped {
    --meaning: var(--changes-area);
  }

  .ended.failed {
    --meaning: var(--failed);
  }

  /* A view that shows something else keeps its room: the verdict is one line, with what became of the board. */
  .ended.compact {
    padding-block: var(--gap-xs);
  }

  .compact .proof {
    display: none;
  }

  .ended.compact h2,
  .ended.compact .below {
    display: inline;
    margin-inline-end: var(--gap-s);
  }

  .ended.compact h2,
  .ended.compact .sign {
    font-size: var(--text-body);
  }

  /* Three actions beside a verdict leave too little for its words: they go below them. */
  @container (width < 1040px) {
    .ended {
      grid-template-columns: auto minmax(0, 1fr);
    }

    .ended .actions {
      grid-column: 2;
      justify-content: start;
    }

    .ended .sign {
      align-self: start;
    }
  }

  @container (width < 900px) {
    section:not(.ended):has(wa-button ~ wa-button) {
      grid-template-columns: minmax(0, 1fr);
    }

    section:not(.ended) .actions:has(wa-button ~ wa-button) {
      justify-content: start;
    }

    section:not(.ended):has(wa-button ~ wa-button) .sign {
      display: none;
    }
  }

  @container (width < 720px) {
    section,
    section:not(:has(> .sign)) {
      grid-template-columns: minmax(0, 1fr);
      gap: var(--gap-s);
      padding-block: var(--gap-s);
    }

    .sign {
      display: none;
    }

    h2 {
      font-size: var(--text-body);
    }

    .ended h2 {
      font-size: var(--text-heading);
    }

    /* With the bar at the top, it takes a third of a phone at most; a plan is in the view, too. */
    h2,
    .below {
      display: -webkit-box;
      overflow: hidden;
      -webkit-box-orient: vertical;
      -webkit-line-clamp: 3;
      line-clamp: 3;
    }

    .below {
      -webkit-line-clamp: 2;
      line-clamp: 2;
    }

    .below:has(.choice, .ways, .risk) {
      font-size: var(--text-caption);
      -webkit-line-clamp: 5;
      line-clamp: 5;
    }

    /* What each way comes to, and what it risks, is said where the buttons are: nothing of it is cut. */
    .below:has(.choice) {
      -webkit-line-clamp: 9;
      line-clamp: 9;
    }

    .ended .below {
      font-size: var(--text-caption);
      -webkit-line-clamp: 5;
      line-clamp: 5;
    }

    .ended .actions {
      flex-wrap: nowrap;
      gap: var(--gap-xs);
    }

    .ended .actions svg {
      display: none;
    }

    .ended .actions wa-button {
      flex: 1 1 0;
      min-width: 0;
    }

    /* Two lines have room in it, and every button of the row is as high. */
    .ended .actions wa-button::part(base) {
      height: 100%;
      min-height: 2.75rem;
      padding-inline: var(--gap-xs);
    }

    .ended .actions wa-button::part(label) {
      line-height: 1.15;
      white-space: normal;
    }

    .units {
      display: none;
    }

    .actions,
    .ended .actions {
      grid-column: 1;
      justify-content: stretch;
    }

    .actions wa-button {
      flex: 1 1 auto;
      font-size: var(--text-label);
    }

    .ways {
      display: contents;
    }

    .below .ways {
      display: inline;
    }

    .ended.compact .words {
      display: block;
    }

    /* In one row with what finishes the job. */
    .actions:has(.ways) wa-button::part(base) {
      padding-inline: var(--gap-s);
    }
  }

  @media print {
    :host {
      position: static;
    }

    section {
      box-shadow: none;
    }
  }
`;
