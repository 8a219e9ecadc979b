/** Small drawings for the symptoms of a board that does not talk, in the colours of the page. */
import type { TemplateResult } from 'lit';
import { html, nothing, svg } from 'lit';

/** The name of a drawing. */
export type DrawingName = 'cable' | 'espButtons' | 'dfuButtons' | 'busy' | 'brownOut';

function drawing(says: string, shape: TemplateResult, height = 96): TemplateResult {
  return html`<svg class="drawing" viewBox="0 0 320 ${height}" role="img" aria-label=${says}>${shape}</svg>`;
}

/** The two buttons of a board, and what is done with them in three moments, left to right. */
export interface ButtonRow {
  /** Which boards have them; empty where the text says it. */
  readonly boards: string;
  readonly held: string;
  readonly reset: string;
  readonly moments: readonly { readonly says: string; readonly down: readonly string[] }[];
}

function buttonRow(boards: string, held: string, reset: string, release = 'let go'): ButtonRow {
  const moments = [
    { says: `hold ${held}`, down: [held] },
    { says: `press ${reset}`, down: [held, reset] },
    { says: release, down: [] },
  ];
  return { boards, held, reset, moments };
}

/** The buttons by drawing, under the names that the text beside it has. */
export const BUTTONS: Readonly<Record<'espButtons' | 'dfuButtons', readonly ButtonRow[]>> = {
  espButtons: [buttonRow('', 'BOOT', 'RST')],
  dfuButtons: [
    buttonRow('Photon, P1', 'SETUP', 'RESET', 'yellow: let go'),
    buttonRow('Electron', 'MODE', 'RESET', 'yellow: let go'),
    buttonRow('STM32', 'BOOT0', 'RESET'),
  ],
};

const [ROW_HEIGHT, HEADING, MOMENT_WIDTH] = [68, 18, 110] as const;

/** A row of moments; each shows which of the buttons are down. */
const rowAt = (top: number, { boards, held, reset, moments }: ButtonRow) => svg`
  ${boards === '' ? nothing : svg`<text class="small" x="0" y="${top + 12}">${boards}</text>`}
  ${moments.map(({ says, down }, at) => {
    const [x, y] = [at * MOMENT_WIDTH, top + (boards === '' ? 0 : HEADING)];
    return svg`${[held, reset].map((name, i) => {
      const left = x + 6 + i * 46;
      const isDown = down.includes(name);
      return svg`<rect x="${left}" y="${y + 2}" width="26" height="26" rx="4" class="line" />
        <circle cx="${left + 13}" cy="${y + 15}" r="${isDown ? 9 : 7}" class="${isDown ? 'down' : 'line'}" />
        <text class="small" x="${left + 13}" y="${y + 41}" text-anchor="middle">${name}</text>`;
    })}
    <text x="${x}" y="${y + 58}">${says}</text>`;
  })}`;

function buttons(says: string, rows: readonly ButtonRow[]): TemplateResult {
  const height = rows.map(({ boards }) => ROW_HEIGHT + (boards === '' ? 0 : HEADING));
  const tops = rows.map((_, i) => height.slice(0, i).reduce((sum, each) => sum + each, 0));
  return drawing(
    says,
    svg`${rows.map((row, i) => rowAt(tops[i] ?? 0, row))}`,
    height.reduce((sum, each) => sum + each, 0),
  );
}

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
  espButtons: buttons('Hold BOOT, press and release RST, then release BOOT', BUTTONS.espButtons),
  dfuButtons: buttons(
    'Hold SETUP, MODE or BOOT0, press and release RESET, then release the first button',
    BUTTONS.dfuButtons,
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
