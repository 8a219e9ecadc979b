/**
 * Design tokens: one type scale, one spacing scale, and colours with one meaning each. They are set once on the document's
 * root, from where every element inherits them; Web Awesome's controls use the same values.
 */
import { css } from 'lit';
import { controls } from './tokens.controls.ts';
import { typeface } from './typeface/typeface.ts';

const tokens = css`
  :root {
    color-scheme: light dark;

    --sans:
      'Sectorwise Inter', system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif;
    --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace;

    /* 12, 14, 16, 20, 24, 28 and 32 px, named by what they are for. */
    --text-caption: 0.75rem;
    --text-label: 0.875rem;
    --text-body: 1rem;
    --text-heading: 1.25rem;
    --text-summary: 1.5rem;
    --text-verdict: 1.75rem;
    --text-title: 2rem;

    /* The smallest size of what is pressed or chosen. */
    --target: 0px;

    /* Room that the bars at the top and the bottom take from what is scrolled into view; none inside the bars themselves. */
    --above: 4.5rem;
    --below: 8rem;

    --gap-xs: 0.25rem;
    --gap-s: 0.5rem;
    --gap-m: 0.75rem;
    --gap-l: 1.25rem;
    --gap-xl: 2rem;
    --gap-2xl: 3.25rem;
    --radius: 6px;
    --radius-l: 10px;

    --page: light-dark(#eff2f0, #0a0d0c);
    --surface: light-dark(#fff, #181f1c);
    --sunken: light-dark(#f5f7f5, #111614);
    --raised: light-dark(#e6eae7, #28322e);
    --line: light-dark(#d0d7d2, #34403b);
    --line-strong: light-dark(#7f8a84, #75847c);
    --shadow: 0 1px 2px light-dark(#12181514, #0006);
    --ink: light-dark(#121815, #eaf0ec);
    --quiet: light-dark(#4c5852, #9fada6);

    /* The meanings. None is used alone: a word or a pattern goes with each. */
    --kept: light-dark(#2a5db0, #86b4f7);
    --changes: light-dark(#8f5400, #f2b350);
    /* Areas may be lighter than text: 3:1 against the page is enough for them. */
    --changes-area: light-dark(#c67a00, #f2b350);
    --blank: light-dark(#626d67, #8c9892);
    --verified: light-dark(#0d7346, #4ed28b);
    --failed: light-dark(#b3261e, #ff867d);
    --tint: 11%;

    --focus: light-dark(#121815, #fff);
  }

  @media (prefers-contrast: more) {
    :root {
      --page: light-dark(#fff, #000);
      --surface: light-dark(#fff, #000);
      --sunken: light-dark(#fff, #000);
      --raised: light-dark(#fff, #000);
      --shadow: none;
      --line: light-dark(#4c5852, #9fada6);
      --line-strong: light-dark(#000, #fff);
      --ink: light-dark(#000, #fff);
      --quiet: light-dark(#1f2723, #dbe3de);
      --kept: light-dark(#003c91, #b3d1ff);
      --changes: light-dark(#613900, #ffcf82);
      --changes-area: light-dark(#613900, #ffcf82);
      --blank: light-dark(#37413c, #c3ccc7);
      --verified: light-dark(#00502d, #86eab2);
      --failed: light-dark(#8b0000, #ffb1ab);
      --tint: 0%;
    }
  }

  @media (forced-colors: active) {
    :root {
      --page: Canvas;
      --surface: Canvas;
      --sunken: Canvas;
      --raised: Canvas;
      --line: CanvasText;
      --line-strong: CanvasText;
      --ink: CanvasText;
      --quiet: CanvasText;
      --kept: CanvasText;
      --changes: Highlight;
      --changes-area: Highlight;
      --blank: GrayText;
      --verified: CanvasText;
      --failed: LinkText;
      --focus: Highlight;
      --tint: 0%;
      --shadow: none;
    }
  }

  @media (width < 960px) {
    :root {
      --above: 5.5rem;
    }
  }

  @media (width < 720px) {
    :root {
      --above: 7.25rem;
      --below: 12rem;
    }
  }

  /* The controls of a virtual board scroll away there. */
  @media (max-width: 480px) {
    :root {
      --above: 4.25rem;
    }
  }

  /* WCAG 2.2, 2.5.5: 44 px for a finger. */
  @media (pointer: coarse) {
    :root {
      --target: 44px;
    }
  }

  html {
    background: var(--page);
    color: var(--ink);
    font: 400 var(--text-body) / 1.5 var(--sans);
    -webkit-text-size-adjust: 100%;
    text-size-adjust: 100%;
  }

  body {
    margin: 0;
  }

  @page {
    margin: 12mm;
  }

  @media print {
    :root {
      color-scheme: light;
      --shadow: none;
    }

    html {
      background: none;
    }
  }
`;

// Once on the document, not in each shadow root, so that an ancestor may still override a token for its part.
const sheets = [typeface.styleSheet, tokens.styleSheet, controls.styleSheet].filter((sheet) => sheet !== undefined);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, ...sheets];
