import { css } from 'lit';
import { hidden } from '../shared/base.ts';

/** Styles of `<board-bar>`. */
export const styles = css`
  :host {
    --above: 0px;
    --below: 0px;

    position: sticky;
    inset-block-start: 0;
    /* Above the job bar: what unfolds from here may reach down to it. */
    z-index: 3;
    border-bottom: 1px solid var(--line);
    background: var(--surface);
    container-type: inline-size;
  }

  header {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-xs) var(--gap-l);
    align-items: center;
    width: 100%;
    min-height: 3.25rem;
    max-width: 108rem;
    margin-inline: auto;
    padding: var(--gap-xs) clamp(0.75rem, 2.5cqi, 2rem);
  }

  .logo {
    width: 1.5rem;
    height: 1.5rem;
  }

  h1 {
    display: flex;
    gap: var(--gap-s);
    align-items: center;
    margin: 0;
    font-size: var(--text-body);
    font-weight: 700;
    letter-spacing: -0.01em;
  }

  dl {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--gap-m);
    align-items: baseline;
    font-size: var(--text-label);
  }

  dl > div + div::before {
    content: '';
    display: inline-block;
    width: 1px;
    height: 0.8em;
    /* A space follows it. */
    margin-inline-end: calc(var(--gap-m) - 0.25em);
    background: var(--line-strong);
  }

  dl > div {
    white-space: nowrap;
  }

  dd {
    display: inline;
  }

  .chip dd {
    font-weight: 600;
  }

  .kind {
    color: var(--quiet);
  }

  dl > .file {
    overflow-wrap: anywhere;
    white-space: normal;
  }

  /* One line: what has no room there is left out, from the end; the summary below says what starts. */
  @container (width >= 1040px) {
    header > :not(dl) {
      flex: none;
    }

    dl {
      flex: 1 1 0;
      min-width: 0;
      max-height: 1.5rem;
      overflow: hidden;
      line-height: 1.5rem;
    }
  }

  /* A long name is cut rather than pushing the buttons to a second line: the page below says it in full. */
  @container (width >= 900px) {
    dl > .file dd {
      display: inline-block;
      max-width: 32cqi;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
      vertical-align: bottom;
    }
  }

  .unsaved dd {
    font-weight: 600;
    color: var(--changes);
  }

  .closing {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-xs) var(--gap-s);
    align-items: center;
  }

  .space {
    margin-inline-start: auto;
  }

  small {
    font-size: var(--text-caption);
    font-weight: 400;
  }

  /* Why it cannot be pressed is below its name: what stands beside the button stays where it is when a job begins, and the bar no higher. */
  .end {
    display: grid;
    line-height: 1;
    text-align: center;
  }

  a {
    display: inline-flex;
    align-items: center;
    min-height: 2rem;
    font-size: var(--text-label);
  }

  dd svg {
    color: var(--quiet);
  }

  /* The board and how to leave it first, the rest below them. */
  @container (width < 900px) {
    dl {
      flex: 1 1 20rem;
      min-width: 0;
    }

    dl > div {
      white-space: normal;
    }

    /* The summary below says it again. */
    .starts {
      display: none;
    }

    .space {
      display: none;
    }

    slot {
      --bench-order: 1;
    }

    a {
      order: 1;
    }

    header > wa-button,
    h1.alone ~ a,
    :host([virtual]) a {
      margin-inline-start: auto;
    }
  }

  @container (width < 720px) {
    header {
      gap: var(--gap-xs) var(--gap-m);
    }

    h1 .name {
      ${hidden};
    }

    h1.alone .name {
      position: static;
      width: auto;
      height: auto;
      clip-path: none;
    }

    /* Its words flow, so that what follows a long name begins on the name's last line. */
    dl {
      display: block;
      flex-basis: 0;
    }

    dl > div {
      display: inline;
      margin-inline-end: var(--gap-xs);
    }

    /* The line breaks between them: a rule would begin it. */
    dl > div + div::before {
      display: none;
    }

    .revision {
      display: none;
    }
  }

  /* Two lines at most beside the buttons, of what tells boards apart: the map says how large the flash is, and only a virtual board
     has controls above it. */
  @container (width < 480px) {
    .unnamed,
    dl > .flash,
    dl > .kind {
      ${hidden};
    }
  }

  /* On a phone the controls of a virtual board are a line above it, which scrolls away: the page has more room than they need. While
     the cable is out, they are what is needed. */
  @media (max-width: 480px) {
    :host([virtual]:not([cable-out])) {
      inset-block-start: calc(-1 * (max(2.125rem, var(--target)) + var(--gap-xs)));
    }

    header {
      column-gap: var(--gap-s);
    }

    slot {
      --bench-order: -1;
    }

    :host([virtual]) a {
      margin-inline-start: 0;
    }
  }

  @media (pointer: coarse) {
    a {
      justify-content: end;
      min-width: 2.75rem;
      min-height: 2.75rem;
    }
  }

  @media print {
    :host {
      position: static;
    }

    slot,
    a {
      display: none;
    }
  }
`;
