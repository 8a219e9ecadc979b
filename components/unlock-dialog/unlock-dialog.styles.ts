import { css } from 'lit';

/** Styles of `<unlock-dialog>`. */
export const styles = css`
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
