import { css } from 'lit';

/** Styles of `<range-tools>`. */
export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-s);
  }

  form {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-xs) var(--gap-s);
    align-items: center;
  }

  #range {
    flex: 1 1 14rem;
    max-width: 24rem;
    font-family: var(--mono);
  }

  .check {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--gap-s);
    align-items: center;
    min-height: var(--target);
  }
`;
