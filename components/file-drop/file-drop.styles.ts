import { css } from 'lit';

/** Styles of `<file-drop>`. */
export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-m);
    container-type: inline-size;
  }

  .zone {
    scroll-margin-block: var(--above) var(--below);
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-s) var(--gap-m);
    align-items: center;
    justify-content: center;
    padding: var(--gap-xl) var(--gap-l);
    border: 1.5px dashed var(--line-strong);
    border-radius: var(--radius-l);
    background: var(--sunken);
  }

  .zone.slim {
    padding: var(--gap-s);
    border-color: var(--line);
    justify-content: start;
    font-size: var(--text-label);
  }

  .zone.over {
    border: 1.5px solid var(--ink);
    background: var(--raised);
  }

  .zone.asked {
    outline: 2px solid var(--focus);
    outline-offset: 2px;
  }

  @media print {
    .zone {
      display: none;
    }
  }

  .zone svg {
    margin-inline-end: 0.4em;
  }

  /* It is there before it says something, and takes no room until then. */
  [role='status']:not(:has(p)) {
    margin-top: calc(-1 * var(--gap-m));
  }

  .refused,
  .none {
    display: flex;
    gap: var(--gap-s);
    color: var(--failed);
  }

  .refused svg,
  .none svg {
    margin-top: 0.2em;
  }

  .file {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-xs);
  }

  .file header {
    display: flex;
    gap: var(--gap-s);
    align-items: center;
  }

  .file header > :not(h3) {
    flex: none;
  }

  .file h3 {
    display: flex;
    flex: 1 1 0;
    gap: 0.5em;
    align-items: center;
    min-width: 0;
  }

  .file h3 span {
    overflow-wrap: anywhere;
  }

  .kinds {
    flex-basis: 100%;
    text-align: center;
    text-wrap: balance;
  }

  @container (width < 420px) {
    .zone:not(.slim) {
      padding: var(--gap-l);
    }

    .zone:not(.slim) wa-button {
      flex: 1 0 100%;
    }
  }

  .kind {
    font-size: var(--text-label);
    color: var(--quiet);
  }

  .parts {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    border-inline-start: 2px solid var(--line);
  }

  .part {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-xs);
    padding: var(--gap-s) 0 var(--gap-s) var(--gap-m);
  }

  .part + .part {
    border-top: 1px solid var(--line);
  }

  .part wa-checkbox b {
    overflow-wrap: anywhere;
  }

  .part.out .about,
  .part.out wa-checkbox {
    color: var(--quiet);
  }

  /* Aligned with the text beside the checkbox. */
  .about {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-xs);
    padding-inline-start: 1.75rem;
  }

  /* What else can be done with a file, in one line; what is unfolded has the whole width. */
  .extras {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--gap-l);
    align-items: center;
  }

  .extras > :is(p, [open]) {
    flex: 1 0 100%;
    min-width: 0;
  }

  .address {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-s);
    align-items: center;
  }

  .address input {
    inline-size: 12ch;
  }

  .place {
    display: flex;
    gap: var(--gap-s);
    align-items: center;
    font-size: var(--text-label);
  }

  .place label {
    flex: none;
    font-weight: 600;
  }

  select {
    min-height: max(2rem, var(--target));
    font: 600 var(--text-label) / 1.5 var(--sans);
  }

  .line {
    display: flex;
    gap: var(--gap-xs) var(--gap-l);
    align-items: center;
    justify-content: space-between;
  }

  .line > wa-checkbox {
    flex: 1 1 0;
    min-width: 0;
  }

  .line > .place {
    max-width: 60%;
  }

  @container (width < 620px) {
    .line {
      flex-wrap: wrap;
    }

    .line > wa-checkbox {
      flex-basis: 100%;
    }

    .line > .place {
      max-width: 100%;
      padding-inline-start: 1.75rem;
    }
  }

  .why {
    color: var(--quiet);
  }

  .sample {
    padding: 0;
    border: 0;
    background: none;
    color: var(--ink);
    font: inherit;
    text-decoration: underline;
    text-underline-offset: 0.15em;
    cursor: pointer;
  }

  .sample + .sample {
    margin-inline-start: var(--gap-s);
  }

  @media (pointer: coarse) {
    .sample {
      min-height: 2.75rem;
    }
  }

  .others {
    font-size: var(--text-label);
  }
`;
