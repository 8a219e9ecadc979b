import { css } from 'lit';

/** Styles of a modal dialog: a form with a title in `h3` and a last `.row` of actions, which stay in view while it scrolls. */
export const dialogStyles = css`
  dialog {
    width: min(36rem, calc(100vw - 2rem));
    max-height: calc(100dvh - 2rem);
    padding: var(--gap-l) var(--gap-l) 0;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-l);
    background: var(--surface);
    color: var(--ink);
    overflow: auto;
  }

  dialog::backdrop {
    background: light-dark(#1219, #000b);
  }

  dialog h3 {
    display: flex;
    gap: 0.5em;
    align-items: center;
    font-size: var(--text-heading);
  }

  dialog form > .row:last-child {
    position: sticky;
    inset-block-end: 0;
    padding-block: var(--gap-s) var(--gap-l);
    background: var(--surface);
  }

  .complaint {
    color: var(--failed);
    font-weight: 600;
  }

  .complaint:empty {
    display: none;
  }
`;
