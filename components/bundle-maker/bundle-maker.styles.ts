import { css } from 'lit';

/** Styles of `<bundle-maker>`. */
export const styles = css`
  fieldset {
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }

  legend,
  .field label {
    padding: 0;
    font-weight: 600;
  }

  .field {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-xs);
  }

  .field textarea {
    font: inherit;
  }

  .check {
    display: flex;
    gap: var(--gap-s);
    align-items: baseline;
    min-height: max(1.75rem, var(--target));
  }

  .check input {
    flex: none;
    width: 1.125rem;
    height: 1.125rem;
    margin: 0.2em 0 0;
    align-self: start;
    accent-color: var(--ink);
  }

  .check .quiet {
    overflow-wrap: anywhere;
  }
`;
