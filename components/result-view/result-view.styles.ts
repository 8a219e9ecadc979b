import { css } from 'lit';

/** Styles of `<result-view>`. */
export const styles = css`
  :host {
    container-type: inline-size;
  }

  .verdict {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: var(--gap-m);
    padding: var(--gap-m) var(--gap-l);
    border-radius: var(--radius);
    border: 1px solid var(--meaning);
    border-left-width: 5px;
    background: color-mix(in oklab, var(--meaning) var(--tint), var(--surface));
  }

  .verdict.verified {
    --meaning: var(--verified);
  }

  .verdict.unproved,
  .verdict.stopped {
    --meaning: var(--changes-area);
  }

  .verdict.failed {
    --meaning: var(--failed);
  }

  .sign {
    color: var(--meaning);
    font-size: 1.75rem;
    line-height: 1;
  }

  h3 {
    font-size: var(--text-xl);
  }

  .parts {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-m) var(--gap-xl);
    align-content: start;
  }

  @container (width >= 900px) {
    .parts.two {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
  }

  .start,
  .report {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-s);
  }

  .good svg {
    color: var(--verified);
  }

  .bad {
    color: var(--failed);
  }

  wa-button svg {
    margin-inline-end: 0.3em;
  }
`;
