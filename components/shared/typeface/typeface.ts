/** The typeface that ships with the app, as a style sheet: Inter, see docs/decisions/0016-typeface.md. */
import { css, unsafeCSS } from 'lit';

/** Its address: Vite puts the file beside the scripts. */
export const FILE = new URL('./inter.woff2', import.meta.url).href;

/** The name under which the style sheets ask for it. */
export const TYPEFACE = 'Sectorwise Inter';

/** Its `@font-face` rule: weights 400 to 700, and an optical size that follows the size of the text. */
export const typeface = css`
  @font-face {
    font-family: '${unsafeCSS(TYPEFACE)}';
    src: url('${unsafeCSS(FILE)}') format('woff2');
    font-weight: 400 700;
    font-style: normal;
    font-display: swap;
  }
`;
