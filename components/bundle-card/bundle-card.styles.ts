import { css } from 'lit';

/** Styles of `<bundle-card>`. */
export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-s);
  }

  .signer {
    display: flex;
    gap: var(--gap-s);
    align-items: start;
  }

  .signer svg {
    margin-top: 0.2em;
  }

  .known svg {
    color: var(--verified);
  }

  .unknown svg,
  .unsigned svg {
    color: var(--changes);
  }

  dl {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: var(--gap-xs) var(--gap-m);
  }

  dt {
    color: var(--quiet);
  }

  dd {
    overflow-wrap: anywhere;
  }

  .notes {
    white-space: pre-line;
    overflow-wrap: anywhere;
  }

  form {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-xs) var(--gap-s);
    align-items: center;
  }

  @container (max-width: 24rem) {
    dl {
      grid-template-columns: minmax(0, 1fr);
      gap: 0;
    }
  }
`;
