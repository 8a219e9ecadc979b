import { css } from 'lit';

/** Styles of `<boot-log>`. */
export const styles = css`
  :host {
    padding-block: var(--gap-m);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--sunken);
  }

  /*
   * As high as whole lines: scrolled to the end, the first that is seen is not cut. With more of them its end, which says what
   * started, would be under the bar at the foot of a page 720 pixels high.
   */
  pre {
    position: relative;
    max-height: calc(11 * 1.5em);
    overflow: auto;
    scroll-margin-block: var(--above) var(--below);
    padding-inline: var(--gap-m);
    font-size: var(--text-caption);
    line-height: 1.5;
    white-space: pre-wrap;
  }

  mark {
    /* No colour behind it: the board's own are readable on the ground of the log only. */
    background: none;
    text-decoration: underline 2px;
    text-underline-offset: 3px;
    color: inherit;
    font-weight: 600;
  }

  :host([live]) pre {
    max-height: calc(13 * 1.5em);
    min-height: calc(5 * 1.5em);
  }

  /* Each has a contrast of 4.5:1 on the sunken background. A terminal's black and white are the page's own text colour. */
  pre {
    --red: light-dark(#b3261e, #ff867d);
    --green: light-dark(#0d7346, #4ed28b);
    --yellow: light-dark(#8f5400, #f2b350);
    --blue: light-dark(#2a5db0, #86b4f7);
    --magenta: light-dark(#8a2f8f, #e49bec);
    --cyan: light-dark(#0a6577, #5fcadb);
  }

  @media (prefers-contrast: more) {
    pre {
      --red: light-dark(#8b0000, #ffb1ab);
      --green: light-dark(#00502d, #86eab2);
      --yellow: light-dark(#613900, #ffcf82);
      --blue: light-dark(#003c91, #b3d1ff);
      --magenta: light-dark(#5f0064, #f3c2f8);
      --cyan: light-dark(#00414e, #a5e6f1);
    }
  }

  /* ESP-IDF's letter before each line has the same meaning as its colour; red text stands out without colour too. */
  .red {
    color: var(--red);
    font-weight: 600;
  }

  .green {
    color: var(--green);
  }

  .yellow {
    color: var(--yellow);
  }

  .blue {
    color: var(--blue);
  }

  .magenta {
    color: var(--magenta);
  }

  .cyan {
    color: var(--cyan);
  }

  .bold {
    font-weight: 600;
  }

  @media (forced-colors: active) {
    span {
      color: CanvasText;
    }
  }
`;
