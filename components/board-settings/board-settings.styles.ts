import { css } from 'lit';

/** Styles of `<board-settings>`. */
export const styles = css`
  section {
    margin-bottom: var(--gap-l);
  }

  h3 {
    margin-bottom: var(--gap-s);
    font-size: var(--text-label);
    color: var(--quiet);
  }

  .settings {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr));
    gap: var(--gap-m) var(--gap-xl);
  }

  .help {
    --spacing: 0;
    color: var(--quiet);
  }

  .setting {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-xs);
    align-content: start;
  }

  label {
    font-weight: 600;
  }

  select {
    width: 100%;
  }

  wa-button {
    margin-top: var(--gap-s);
  }
`;
