/** Small drawings for the symptoms of a board that does not talk, in the colours of the page. */
import type { TemplateResult } from 'lit';
import { html, svg } from 'lit';

/** The name of a drawing. */
export type DrawingName = 'cable' | 'espButtons' | 'dfuButtons' | 'busy' | 'brownOut';

function drawing(says: string, shape: TemplateResult): TemplateResult {
  return html`<svg class="drawing" viewBox="0 0 320 96" role="img" aria-label=${says}>${shape}</svg>`;
}

/** One moment: a button that is down or up, and another. */
const moment = (
  x: number,
  n: number,
  first: readonly [string, boolean],
  second: readonly [string, boolean],
  says: string,
) => svg`
  <text class="small" x="${x}" y="16">${n}</text>
  ${[first, second].map(([name, down], i) => {
    const at = x + 12 + i * 44;
    return svg`<rect x="${at}" y="26" width="26" height="26" rx="4" class="line" />
      <circle cx="${at + 13}" cy="39" r="${down ? 9 : 7}" class="${down ? 'down' : 'line'}" />
      <text class="small" x="${at + 13}" y="64" text-anchor="middle">${name}</text>`;
  })}
  <text x="${x + 12}" y="84">${says}</text>`;

/** Wires in a cable; those for data are there or not. */
const wires = (y: number, data: boolean, says: string) => svg`
  <rect x="8" y="${y}" width="22" height="28" rx="3" class="solid" />
  <rect x="150" y="${y}" width="22" height="28" rx="3" class="solid" />
  <path class="line" d="M30 ${y + 5}H150M30 ${y + 23}H150" />
  <path class="${data ? 'mark' : 'gap'}" d="M30 ${y + 11}H150M30 ${y + 17}H150" />
  <text x="184" y="${y + 18}">${says}</text>`;

/** Every drawing. */
export const DRAWINGS: Readonly<Record<DrawingName, TemplateResult>> = {
  cable: drawing(
    'A cable with data wires, and one that has only the two for power',
    svg`${wires(8, true, 'power and data')} ${wires(56, false, 'power only: charges')}`,
  ),
  espButtons: drawing(
    'Hold BOOT, press and release RST, then release BOOT',
    svg`${moment(0, 1, ['BOOT', true], ['RST', false], 'hold BOOT')}
      ${moment(108, 2, ['BOOT', true], ['RST', true], 'press RST')}
      ${moment(216, 3, ['BOOT', true], ['RST', false], 'let go')}`,
  ),
  dfuButtons: drawing(
    'Hold SETUP or BOOT0, press and release RESET, then release the first button',
    svg`${moment(0, 1, ['BOOT0', true], ['RST', false], 'hold it')}
      ${moment(108, 2, ['BOOT0', true], ['RST', true], 'press RESET')}
      ${moment(216, 3, ['BOOT0', false], ['RST', false], 'let go')}`,
  ),
  busy: drawing(
    'A serial monitor holds the port, so the browser does not get it',
    svg`<rect x="8" y="8" width="104" height="32" rx="4" class="line" /><text x="18" y="28">serial monitor</text>
      <rect x="8" y="56" width="104" height="32" rx="4" class="line" /><text x="18" y="76">this page</text>
      <path class="mark" d="M112 24H210" /><path class="gap" d="M112 72H190V54" />
      <rect x="210" y="10" width="100" height="44" rx="4" class="solid" /><text x="228" y="36">the port</text>`,
  ),
  brownOut: drawing(
    'The supply drops below the limit when the radio turns on, and the chip resets',
    svg`<path class="gap" d="M8 58H312" /><text x="8" y="76">limit</text>
      <path class="mark" d="M8 24H120L136 72L152 30H200L216 72L232 30H312" />
      <text x="124" y="92">reset</text><text x="204" y="92">reset</text><text x="244" y="20">supply</text>`,
  ),
};
