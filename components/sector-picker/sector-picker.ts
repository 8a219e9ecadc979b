import { sizeOf } from '../../src/flash/map.ts';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import type { PropertyValues, TemplateResult } from 'lit';
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Picking, PickUnit } from '../../src/flash/dropped-file.ts';
import { hex } from '../../src/flash/finding.ts';
import { sendIntent, sendPoint } from '../shared/events.ts';
import { base } from '../shared/base.ts';
import { bytes } from '../shared/format.ts';

/**
 * The erase units of a board that a file may use, to be picked one by one. The file is split over them in address order. The
 * selection is in the session: each tick chooses another place.
 *
 * @property picking – the available units, and how many bytes need room
 * @property picked – the ids of the picked units
 * @property file – the id of the file that they are for
 * @property locked – whether nothing can be changed now
 * @event sectorwise-intent – `place`
 * @event sectorwise-point – the unit pointed at or focused; null when it is left
 */
@customElement('sector-picker')
export class SectorPicker extends LitElement {
  static override styles = [
    base,
    css`
      :host,
      ul {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-xs);
      }

      li {
        padding-block: 0.15rem;
      }

      wa-checkbox {
        font-size: var(--text-label);
      }

      .holds {
        display: block;
        color: var(--quiet);
      }
    `,
  ];

  @property({ attribute: false }) picking: Picking | null = null;
  @property({ attribute: false }) picked: readonly string[] = [];
  @property({ type: Number }) file = 0;
  @property({ type: Boolean }) locked = false;

  /** What was picked when the first tick was sent that the session has not shown yet, then the selection of each tick since. */
  #asked: readonly (readonly string[])[] = [];

  /** The selection as the person sees it. A state that was on its way before a tick must not take the tick back. */
  private get shown(): readonly string[] {
    return this.#asked.at(-1) ?? this.picked;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.locked || changed.has('file')) this.#asked = [];
    if (!changed.has('picked')) return;
    const key = this.picked.join();
    const at = this.#asked.findIndex((each) => each.join() === key);
    const rest = at === -1 ? [] : this.#asked.slice(at);
    this.#asked = rest.length > 1 ? rest : [];
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.picking === null) return nothing;
    const { need, units } = this.picking;
    const room = sizeOf(units.filter(({ id }) => this.shown.includes(id)));
    const stands =
      room === 0
        ? `It needs ${bytes(need)}: select its sectors.`
        : room < need
          ? `${bytes(room)} picked; ${bytes(need - room)} more needed.`
          : `${bytes(room)} picked: it fits.`;
    return html`
      <p class="small" role="status">${stands}</p>
      <ul aria-label="Available sectors">
        ${units.map((unit) => this.renderUnit(unit))}
      </ul>
    `;
  }

  private renderUnit(unit: PickUnit): TemplateResult {
    const point = () => sendPoint(this, unit);
    const leave = () => sendPoint(this, null);
    return html`<li @pointerenter=${point} @pointerleave=${leave} @focusin=${point} @focusout=${leave}>
      <wa-checkbox
        size="s"
        .checked=${this.shown.includes(unit.id)}
        ?disabled=${this.locked}
        @change=${() => this.toggle(unit)}
      >
        <b>${unit.name}</b> <span class="exact">${hex(unit.address)}, ${bytes(unit.size)}</span>
        <span class="holds">${unit.holds}</span>
      </wa-checkbox>
    </li>`;
  }

  private toggle({ id }: PickUnit): void {
    if (this.picking === null) return;
    const { prefix, units } = this.picking;
    const now = units.map((unit) => unit.id).filter((each) => this.shown.includes(each) !== (each === id));
    this.#asked = [...(this.#asked.length === 0 ? [this.picked] : this.#asked), now];
    this.requestUpdate();
    sendIntent(this, { do: 'place', id: this.file, choice: `${prefix}${now.join('+')}` });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sector-picker': SectorPicker;
  }
}
