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
    align-items: baseline;
  }

  .check input {
    margin-block-start: 0.2em;
    align-self: start;
  }

  .check .quiet {
    overflow-wrap: anywhere;
  }
`;
