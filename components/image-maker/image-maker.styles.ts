import { css } from 'lit';
import { fields } from '../shared/fields.ts';

/** Styles of `<image-maker>`. */
export const styles = [
  fields,
  css`
    label {
      display: flex;
      min-height: var(--target);
      gap: var(--gap-s);
      align-items: center;
      font-size: var(--text-label);
    }

    select {
      font-size: var(--text-label);
    }

    .files {
      max-height: 20rem;
      overflow: auto;
      border-block: 1px solid var(--line);
    }

    .files li {
      display: flex;
      gap: var(--gap-m);
      align-items: center;
      justify-content: space-between;
      min-height: 2rem;
      overflow-wrap: anywhere;
    }

    /* The whole line is pressed, not the words alone. */
    .files label {
      flex: 1;
    }

    .files .exact {
      white-space: nowrap;
    }

    .bad {
      color: var(--failed);
    }
  `,
];
