import { css } from 'lit';

/** Styles of `<failure-card>`. */
export const styles = css`
  .card {
    display: grid;
    gap: var(--gap-s);
    grid-template-columns: minmax(0, 1fr);
    padding: var(--gap-m) var(--gap-l);
    border: 1px solid var(--line);
    border-left: 5px solid var(--failed);
    border-radius: var(--radius);
    background: var(--surface);
  }

  .card.stopped {
    border-left-color: var(--changes);
  }

  .whose {
    font-size: var(--text-label);
    font-weight: 600;
    color: var(--failed);
  }

  h3 {
    display: flex;
    gap: 0.5em;
    align-items: baseline;
    font-size: var(--text-heading);
  }

  h3 svg {
    flex: none;
    color: var(--failed);
    transform: translateY(0.1em);
  }

  .stopped :is(.whose, h3 svg) {
    color: var(--changes);
  }

  dl {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: var(--gap-xs) var(--gap-l);
    font-size: var(--text-label);
    align-items: baseline;
  }

  dt {
    color: var(--quiet);
  }

  dd.exact {
    color: var(--ink);
  }

  .next {
    font-size: var(--text-body);
    font-weight: 600;
  }

  .details {
    display: flex;
    gap: var(--gap-s);
    align-items: start;
  }

  pre {
    flex: 1;
    min-width: 0;
    max-height: 14rem;
    overflow: auto;
    padding: var(--gap-s);
    background: var(--sunken);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    white-space: pre-wrap;
  }

  @media (max-width: 480px) {
    dl {
      grid-template-columns: minmax(0, 1fr);
      gap: 0;
    }

    dd {
      margin-bottom: var(--gap-s);
    }
  }
`;
