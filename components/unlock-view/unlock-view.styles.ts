import { css } from 'lit';

/** Styles of `<unlock-view>`. */
export const styles = css`
  section {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-m);
    padding: var(--gap-m) var(--gap-l);
    border: 1px solid var(--line);
    border-radius: var(--radius-l);
    background: var(--surface);
  }

  h2 {
    display: flex;
    gap: 0.5em;
    align-items: baseline;
    font-size: var(--text-verdict);
    font-weight: 600;
    line-height: 1.2;
    overflow-wrap: anywhere;
  }

  @media (width < 720px) {
    h2 {
      font-size: var(--text-heading);
    }
  }

  h2 svg {
    flex: none;
    color: var(--meaning);
  }

  ol {
    display: grid;
    gap: var(--gap-s);
    counter-reset: step;
  }

  li {
    display: flex;
    gap: var(--gap-s);
    align-items: center;
    color: var(--quiet);
    counter-increment: step;
  }

  li i {
    display: grid;
    flex: none;
    place-items: center;
    width: 1.75rem;
    height: 1.75rem;
    border: 1px solid var(--line-strong);
    border-radius: 50%;
    font: 600 var(--text-label) / 1 var(--sans);
  }

  li:not(.done) i::before {
    content: counter(step);
  }

  .now {
    color: var(--ink);
    font-weight: 600;
  }

  .now i {
    border: 2px solid var(--changes);
  }

  .done i {
    border-color: var(--verified);
    color: var(--verified);
  }

  .outcome {
    --meaning: var(--changes);

    gap: var(--gap-xs);
    border-inline-start: 4px solid var(--meaning);
    background: color-mix(in oklab, var(--meaning) var(--tint), var(--surface));
  }

  .outcome.good {
    --meaning: var(--verified);
  }

  .outcome.problem {
    --meaning: var(--failed);
  }
`;
