/** The drawings on the two large tiles: a cable, a board, and the buttons that put it into its bootloader. */
import type { TemplateResult } from 'lit';
import { html, svg } from 'lit';

function drawing(shape: TemplateResult): TemplateResult {
  return html`<svg
    class="drawing"
    viewBox="0 0 168 104"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${shape}
  </svg>`;
}

/** The plug of a USB cable that comes in from the left, as high as `y`. */
const cable = (y: number) => svg`
  <path class="soft" d="M0 ${y + 24}C14 ${y + 24} 10 ${y} 26 ${y}" />
  <rect x="26" y="${y - 7}" width="16" height="14" rx="2" class="filled" />
  <rect x="42" y="${y - 5}" width="8" height="10" rx="1" />`;

/** A button from above, with its name beside it. */
const button = (x: number, y: number, name: string, pressed: boolean) => svg`
  <rect x="${x}" y="${y}" width="13" height="13" rx="2" />
  <circle cx="${x + 6.5}" cy="${y + 6.5}" r="3.2" class="${pressed ? 'pressed' : ''}" />
  <text x="${x + 18}" y="${y + 10.5}">${name}</text>`;

/** An ESP32 development board: a module with its antenna, and the buttons BOOT and RESET. */
export const espBoard = drawing(svg`
  ${cable(52)}
  <rect x="50" y="10" width="112" height="84" rx="5" class="board" />
  <rect x="114" y="22" width="40" height="60" rx="2" class="filled" />
  <path d="M119 28v9h6v-9h6v9h6v-9h6v9h6" class="antenna" />
  <rect x="121" y="46" width="26" height="26" rx="2" class="chip" />
  ${button(59, 22, 'BOOT', true)} ${button(59, 69, 'RST', false)}`);

/** A small board with a microcontroller: the buttons SETUP and RESET, and the light that tells the mode. */
export const dfuBoard = drawing(svg`
  ${cable(52)}
  <rect x="50" y="20" width="112" height="64" rx="5" class="board" />
  <path d="M62 26h94M62 78h94" class="pins" />
  <rect x="120" y="38" width="28" height="28" rx="2" class="chip filled" />
  <circle cx="108" cy="52" r="4" class="light" />
  ${button(57, 33, 'SETUP', true)} ${button(57, 58, 'RESET', false)}`);
