import { css } from 'lit';
import { rows } from '../shared/rows.ts';

/** Styles of `<image-maker>`. */
export const styles = [
  rows,
  css`
    :host {
      display: block;
    }

    label {
      display: flex;
      gap: var(--gap-s);
      align-items: center;
      font-size: var(--text-label);
    }

    select {
      width: auto;
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
      min-height: max(2rem, var(--target));
      overflow-wrap: anywhere;
    }

    .bad {
      color: var(--failed);
    }
  `,
];
