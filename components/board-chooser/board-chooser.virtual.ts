/** The virtual boards on the start page: a few in one row, all others in groups below it. */
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import { icons } from '../shared/icons.ts';

/** An available virtual board. */
export interface BoardOffer {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  /** What it demonstrates; a board without a group is listed with the sound ones. */
  readonly group?: BoardGroup;
  /** Whether it stands in the first row; without any such board, the first ones do. */
  readonly featured?: boolean;
  /** Whether its flash is no longer as it was made: this browser keeps it. */
  readonly changed?: boolean;
}

/** The groups of virtual boards. */
export type BoardGroup = 'sound' | 'other-chip' | 'dfu' | 'protected' | 'unsound';

/** The groups in the drawer. */
const GROUPS: readonly (readonly [group: BoardGroup, name: string])[] = [
  ['unsound', 'Damaged'],
  ['sound', 'Working'],
  ['other-chip', 'Other chips'],
  ['dfu', 'Over USB, in DFU mode'],
  ['protected', 'Protected'],
];
/** How many boards the first row has. */
const IN_ROW = 4;

/** How the virtual boards are shown: whether one can be chosen now, which is the next step, and the drawer. */
export interface VirtualOptions {
  readonly busy: boolean;
  /** Whether the first one is the next step, because no real board can be reached. */
  readonly prominent: boolean;
  readonly open: boolean;
  readonly onToggle: (open: boolean) => void;
  readonly onOpen: (id: string) => void;
}

/** The virtual boards. */
export function renderVirtual(boards: readonly BoardOffer[], options: VirtualOptions): TemplateResult {
  const featured = boards.filter((board) => board.featured === true);
  const row = featured.length > 0 ? featured : boards.slice(0, IN_ROW);
  const others = boards.filter((board) => !row.includes(board));
  return html`<section class="virtual" aria-labelledby="virtual">
    <div class="heading">
      <h3 id="virtual">${options.prominent ? 'Open a virtual board' : 'No board? Try a virtual one'}</h3>
      <p class="quiet small">
        Simulated here, and kept in this browser. <b>Raft</b> is an open firmware framework for the ESP32,
        <b>OTA</b> slots take updates in turn, <b>DFU</b> is USB’s own way to update.
      </p>
    </div>
    <ul class="offers" aria-labelledby="virtual">
      ${row.map((board, i) => renderOffer(board, options, options.prominent && i === 0))}
    </ul>
    ${others.length === 0 ? nothing : renderDrawer(others, options)}
  </section>`;
}

function renderDrawer(others: readonly BoardOffer[], options: VirtualOptions): TemplateResult {
  const changed = others.filter((board) => board.changed === true).length;
  return html`<details
    class="drawer"
    ?open=${options.open}
    @toggle=${(event: Event & { readonly currentTarget: HTMLDetailsElement }) =>
      options.onToggle(event.currentTarget.open)}
  >
    <summary>
      ${icons.fold}<b>More virtual boards</b>
      <span class="quiet">${others.length}${changed === 0 ? '' : `, ${changed} of them changed`}</span>
    </summary>
    <div class="groups">
      ${GROUPS.map(([group, name]) => {
        const own = others.filter((board) => (board.group ?? 'sound') === group);
        return own.length === 0
          ? nothing
          : html`<section style="--cards: ${own.length}">
              <h4 id=${group}>${name}</h4>
              <ul class="offers" aria-labelledby=${group}>
                ${own.map((board) => renderOffer(board, options, false))}
              </ul>
            </section>`;
      })}
    </div>
  </details>`;
}

/** The card of a virtual board; `next` if to open it is the next step. */
export function renderOffer(
  { id, name, summary, changed }: BoardOffer,
  { busy, onOpen }: Pick<VirtualOptions, 'busy' | 'onOpen'>,
  next: boolean,
): TemplateResult {
  // The button's own area covers the card: its name stays short for those who hear it.
  return html`<li class="offer ${next ? 'next' : ''}">
    <button type="button" aria-describedby=${`about-${id}`} ?disabled=${busy} @click=${() => onOpen(id)}>
      ${icons.chip}<span class="hidden">Open </span>${name}
    </button>
    <p id=${`about-${id}`} class="small quiet">
      ${changed === true ? html`<span class="badge">Changed</span> Originally: ` : nothing}${summary}
    </p>
  </li>`;
}
