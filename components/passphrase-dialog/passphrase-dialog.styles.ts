import { css } from 'lit';

/** Styles of `<passphrase-dialog>`. */
export const styles = css`
  dialog {
    width: min(30rem, calc(100vw - 2rem));
  }

  .fields {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-xs);
  }

  .fields label:not(.check) {
    font-weight: 600;
  }

  .fields > input {
    width: 100%;
    margin-bottom: var(--gap-s);
  }

  .warning {
    display: flex;
    gap: var(--gap-s);
  }

  .warning svg {
    margin-top: 0.2em;
    color: var(--changes);
  }
`;
