import { css } from 'lit';

/** Styles of `<backup-library>`. */
export const styles = css`
  .again {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-xs) var(--gap-s);
    align-items: center;
    margin-block-start: var(--gap-xs);
  }

  :host {
    container-type: inline-size;
  }

  .head {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--gap-m);
    align-items: baseline;
  }

  .size {
    display: inline-block;
  }

  .brief::first-letter {
    text-transform: uppercase;
  }

  .body {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-m);
    border-radius: var(--radius);
  }

  .body.over {
    outline: 2px dashed var(--line-strong);
    outline-offset: 4px;
  }

  summary {
    flex-wrap: wrap;
    row-gap: 0;
    padding-block: var(--gap-s);
    font-size: var(--text-label);
    border-radius: var(--radius);
  }

  .group > summary {
    flex-wrap: nowrap;
  }

  summary svg {
    flex: none;
    margin-inline-end: 0.2em;
  }

  .state {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-s);
  }

  /* Nothing to say takes no room above the list. */
  .state:not(:has(> :not(.hidden))) {
    position: absolute;
  }

  .state:focus:not(:focus-visible) {
    outline: 0;
  }

  .warning {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: var(--gap-s);
    max-width: 56rem;
  }

  .warning svg {
    margin-top: 0.2em;
    color: var(--changes);
  }

  .foreign {
    padding-inline-start: 1.1em;
    list-style: disc;
  }

  h3 {
    display: flex;
    flex-wrap: wrap;
    gap: 0.1em 0.5em;
    align-items: baseline;
  }

  h3 svg {
    transform: translateY(0.1em);
  }

  .items {
    border-top: 1px solid var(--line);
    margin-top: var(--gap-xs);
  }

  .item {
    display: grid;
    grid-template-columns: 1.25rem minmax(0, 1fr) auto;
    gap: var(--gap-xs) var(--gap-s);
    align-items: start;
    padding-block: var(--gap-s);
    border-bottom: 1px solid var(--line);
  }

  /* What a button led to is marked however it was pressed. */
  .item:focus {
    outline: 2px solid var(--focus);
    outline-offset: 2px;
    scroll-margin-block: var(--above) var(--below);
  }

  .sign {
    color: var(--quiet);
  }

  .about b {
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  .about p {
    max-width: 56rem;
  }

  time {
    font-weight: 600;
  }

  .missing svg {
    color: var(--changes);
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-xs);
    align-items: center;
    justify-content: flex-end;
  }

  .actions wa-button {
    --wa-form-control-padding-inline: 0.7em;
  }

  .menu {
    position: relative;
  }

  .menu summary {
    gap: 0.3em;
    min-height: max(2rem, var(--target));
    padding: 0 var(--gap-s);
    font-weight: 600;
  }

  .menu summary svg {
    margin: 0;
    rotate: 90deg;
  }

  .menu[open] > summary svg {
    rotate: -90deg;
  }

  .menu .list {
    position: absolute;
    z-index: 1;
    inset-block-start: calc(100% + 2px);
    inset-inline-end: 0;
    display: grid;
    width: max-content;
    min-width: 12rem;
    max-width: min(22rem, 80vw);
    padding: var(--gap-xs);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-l);
    background: var(--surface);
    box-shadow: var(--wa-shadow-m);
    scroll-margin-block: var(--above) var(--below);
  }

  .menu wa-button::part(base) {
    justify-content: flex-start;
    height: auto;
    min-height: var(--wa-form-control-height);
    white-space: normal;
    text-align: start;
  }

  .deleting {
    gap: var(--gap-s);
  }

  .deleting p {
    max-width: 24rem;
    font-weight: 600;
  }

  .below {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-s) var(--gap-xl);
    align-items: start;
    justify-content: space-between;
    padding-block-start: var(--gap-s);
  }

  .usage {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-xs);
    flex: 0 1 24rem;
    min-width: min(100%, 16rem);
    font-variant-numeric: tabular-nums;
  }

  .bar {
    height: 0.5rem;
    border: 1px solid var(--line-strong);
    border-radius: 3px;
    background: var(--sunken);
    overflow: hidden;
    forced-color-adjust: none;
  }

  /* Even a small amount must be visible. */
  .bar i {
    display: block;
    height: 100%;
    min-width: 2px;
    background: var(--kept);
  }

  .full .bar i {
    background: var(--changes-area);
  }

  wa-button svg {
    margin-inline-end: 0.3em;
  }

  @container (width < 720px) {
    .item {
      grid-template-columns: 1.25rem minmax(0, 1fr);
    }

    .actions {
      grid-column: 2;
      justify-content: flex-start;
      /* Aligns the label of the first plain button with the text above it. */
      margin-inline-start: -0.4rem;
    }

    /* Below all actions: wherever the button is in their row, the list is inside the page. */
    .actions {
      position: relative;
    }

    .menu {
      position: static;
    }

    .menu .list {
      inset-inline: 0 auto;
    }

    .actions:not(.deleting) {
      gap: 0;
    }

    .actions wa-button {
      --wa-form-control-padding-inline: 0.45em;
    }

    .actions:has([appearance='outlined']:first-child),
    .deleting {
      margin-inline-start: 0;
    }

    .actions.deleting {
      grid-column: 2;
    }

    .usage {
      flex: 1 1 100%;
    }
  }

  /* The menu stays beside the three actions. */
  @container (width < 400px) {
    .actions:not(.deleting) {
      grid-column: 1 / -1;
    }

    .actions:not(.deleting) > wa-button {
      --wa-form-control-padding-inline: 0.3em;
    }

    /* A word must not touch the frame around it. */
    .actions:not(.deleting) > wa-button[appearance='outlined'] {
      --wa-form-control-padding-inline: 0.55em;
    }

    .menu summary {
      padding-inline: 0.3em;
    }

    .menu summary svg {
      width: 0.9em;
      height: 0.9em;
    }
  }
`;
