import { css } from 'lit';

/** Styles of `<unlock-dialog>`. */
export const styles = css`
  dialog {
    width: min(36rem, calc(100vw - 2rem));
    padding: var(--gap-l);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-l);
    background: var(--surface);
    color: var(--ink);
  }

  dialog::backdrop {
    background: light-dark(#1219, #000b);
  }

  h3 {
    display: flex;
    gap: 0.5em;
    align-items: baseline;
    font-size: var(--text-heading);
  }

  h3 svg {
    flex: none;
    color: var(--failed);
  }

  .gravest {
    font-weight: 600;
  }

  ul {
    display: grid;
    gap: var(--gap-xs);
    padding-inline-start: 1.2em;
    list-style: disc;
  }

  label b {
    font-family: var(--mono);
    font-weight: 600;
  }

  #words {
    width: 100%;
  }
`;
