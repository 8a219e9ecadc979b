/** The bar of work under way: the platform's own element, which tells a screen reader no percent where there is none. */
import type { TemplateResult } from 'lit';
import { css, html, nothing } from 'lit';

/** A bar by the name `label`; `percent` is 0 to 100, null where the end of the work is not known. */
export function progressBar(label: string, percent: number | null): TemplateResult {
  // Without a value it is indeterminate.
  return html`<progress aria-label=${label} max="100" value=${percent ?? nothing}></progress>`;
}

/** Its look; `--bar` is the colour of what is done, and `--bar-height` its height. */
export const progressStyles = css`
  progress {
    display: block;
    width: 100%;
    height: var(--bar-height, 0.75rem);
    border: 0;
    border-radius: 99px;
    overflow: hidden;
    appearance: none;
    background: var(--raised);
  }

  progress::-webkit-progress-bar {
    background: transparent;
  }

  progress::-webkit-progress-value {
    background: var(--bar, var(--ink));
  }

  progress::-moz-progress-bar {
    background: var(--bar, var(--ink));
  }

  progress:indeterminate {
    background: linear-gradient(var(--bar, var(--ink)) 0 0) -50% 0 / 50% 100% no-repeat var(--raised);
    animation: to-and-fro 2.5s infinite cubic-bezier(0.37, 0, 0.63, 1);
  }

  progress:indeterminate::-moz-progress-bar {
    background: transparent;
  }

  @keyframes to-and-fro {
    from {
      background-position-x: -100%;
    }

    75%,
    to {
      background-position-x: 200%;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    progress:indeterminate {
      background-position-x: 50%;
      animation: none;
    }
  }

  @media (forced-colors: active) {
    progress {
      border: 1px solid CanvasText;
    }
  }
`;
