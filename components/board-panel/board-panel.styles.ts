import { css } from 'lit';

/** Styles of `<board-panel>`. */
export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-m);
  }

  .identity {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-s) var(--gap-xl);
  }

  .identity dt {
    font-size: var(--text-s);
    color: var(--quiet);
  }

  .identity dd {
    font-size: var(--text-m);
  }

  .identity dd.exact {
    color: var(--ink);
  }

  .identity .chip dd {
    font-size: var(--text-xl);
    font-weight: 600;
    line-height: 1.25;
  }

  .chip .exact {
    font-weight: 400;
  }

  .open {
    display: flex;
    gap: var(--gap-s);
    font-size: var(--text-m);
  }

  .open svg {
    margin-top: 0.1em;
    color: var(--verified);
  }

  .protections.box {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-xs);
    padding: var(--gap-m) var(--gap-l);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--sunken);
  }

  .protections h3 {
    display: flex;
    gap: 0.5em;
    align-items: center;
  }

  .protections div {
    display: grid;
    grid-template-columns: 13rem minmax(0, 1fr);
    gap: 0 var(--gap-m);
    padding-block: var(--gap-xs);
    font-size: var(--text-m);
  }

  .protections dt {
    display: flex;
    gap: 0.5em;
    align-items: start;
  }

  .protections dt svg {
    margin-top: 0.15em;
  }

  .protections dd b {
    margin-inline-end: var(--gap-xs);
  }

  .protections .good svg {
    color: var(--verified);
  }

  .protections .note svg {
    color: var(--quiet);
  }

  .protections .warning svg {
    color: var(--changes);
  }

  .protections .problem :is(svg, b) {
    color: var(--failed);
  }

  @media (max-width: 640px) {
    .protections div {
      grid-template-columns: minmax(0, 1fr);
    }
  }

  .below {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--gap-l);
    align-items: baseline;
    border-top: 1px solid var(--line);
    padding-top: var(--gap-xs);
  }

  .boot {
    display: flex;
    flex: 1 1 24rem;
    gap: var(--gap-s);
  }

  .below wa-details[open] {
    flex-basis: 100%;
  }

  .boot svg {
    margin-top: 0.2em;
  }

  .boot code {
    font-size: 0.95em;
  }

  .boot.unsure svg {
    color: var(--changes);
  }
`;
