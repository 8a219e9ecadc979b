import { css } from 'lit';

/** Fields that text is typed into, of one line or several, and lists: plain elements of HTML, which every element with fields shows alike. */
export const fields = css`
  input:not([type='checkbox'], [type='radio'], [type='file']),
  select {
    min-width: 0;
    min-height: max(2.25rem, var(--target));
    padding: 0 var(--gap-s);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--ink);
    font: inherit;
  }

  /* A long place ends in dots instead of under the arrow. */
  select {
    padding-inline-end: var(--gap-xs);
    text-overflow: ellipsis;
  }

  textarea {
    width: 100%;
    padding: var(--gap-s);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--ink);
    font: 400 var(--text-label) / 1.5 var(--mono);
    resize: vertical;
  }

  input:is([type='checkbox'], [type='radio']) {
    accent-color: var(--ink);
  }

  input:disabled,
  select:disabled {
    opacity: 0.6;
  }

  [aria-invalid='true'] {
    border-color: var(--failed) !important;
  }
`;
