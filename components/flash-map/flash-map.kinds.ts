import { css } from 'lit';

/** Colours and patterns of the kinds of partition, for every element that shows one: `.fill` inside `.system`, `.app` … */
export const kinds = css`
  :host {
    --kind-system: light-dark(#56636d, #9aa8b4);
    --kind-app: light-dark(#5a4fcf, #a9a0ff);
    --kind-data: light-dark(#0b7285, #58c4d8);
    --kind-free: var(--line-strong);
  }

  .system {
    --kind: var(--kind-system);
    --pattern: repeating-linear-gradient(90deg, var(--kind) 0 2px, transparent 2px 5px);
  }

  .app {
    --kind: var(--kind-app);
    --pattern: linear-gradient(var(--kind), var(--kind));
  }

  .data {
    --kind: var(--kind-data);
    --pattern: repeating-linear-gradient(135deg, var(--kind) 0 3px, transparent 3px 6px);
  }

  .free {
    --kind: var(--kind-free);
    --pattern: none;
  }

  .fill {
    background: var(--pattern) color-mix(in oklab, var(--kind) 25%, var(--surface));
    forced-color-adjust: none;
    print-color-adjust: exact;
    -webkit-print-color-adjust: exact;
  }

  .free .fill {
    background: none;
    border: 1px dashed var(--kind);
  }

  @media (prefers-contrast: more) {
    :host {
      --kind-system: light-dark(#2c363d, #d5dde3);
      --kind-app: light-dark(#2d2396, #d2cdff);
      --kind-data: light-dark(#004452, #a5e6f2);
    }
  }

  @media (forced-colors: active) {
    :host {
      --kind-system: CanvasText;
      --kind-app: CanvasText;
      --kind-data: CanvasText;
      --kind-free: CanvasText;
    }

    .fill {
      background: var(--pattern) Canvas;
    }
  }
`;
