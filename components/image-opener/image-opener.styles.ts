import { css } from 'lit';

/** Styles of `<image-opener>`. */
export const styles = css`
  section {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-m) var(--gap-l);
    align-items: center;
    padding: var(--gap-m) var(--gap-l);
    border: 1px dashed var(--line-strong);
    border-radius: var(--radius-l);
  }

  .over {
    border-style: solid;
    border-color: var(--ink);
    background: var(--sunken);
  }

  .words {
    display: grid;
    flex: 1 1 24rem;
    gap: var(--gap-xs);
    min-width: 0;
  }

  h3 {
    display: flex;
    gap: 0.5em;
    align-items: center;
    font-size: var(--text-heading);
    letter-spacing: -0.01em;
  }

  wa-button svg {
    margin-inline-end: 0.4em;
  }

  .question {
    display: flex;
    flex: 1 1 100%;
    flex-wrap: wrap;
    gap: var(--gap-s) var(--gap-m);
    align-items: end;
    padding-top: var(--gap-m);
    border-top: 1px solid var(--line);
  }

  .question p {
    flex: 1 1 100%;
    overflow-wrap: anywhere;
  }

  label {
    display: grid;
    gap: var(--gap-xs);
    min-width: min(100%, 16rem);
  }
`;
