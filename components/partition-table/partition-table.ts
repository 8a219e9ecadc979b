import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import type { Content } from '../../src/flash/family.ts';
import { hex } from '../../src/flash/finding.ts';
import type { Layout, Partition } from '../../src/flash/layout.ts';
import { NO_LAYOUT } from '../../src/flash/layout.ts';
import type { Range } from '../../src/flash/map.ts';
import { isSameRange } from '../../src/flash/map.ts';
import type { Plan } from '../../src/flash/plan.ts';
import type { UnitStates } from '../../src/session/state.ts';
import type { Highlight } from '../shared/events.ts';
import { BACKS_UP } from '../shared/save.ts';
import { isHighlighted, sendIntent, sendPoint } from '../shared/events.ts';
import { whyNoBackup } from '../../src/session/backup-scope.ts';
import { kindOf } from '../flash-strip/flash-strip.parts.ts';
import { foundIn, mapStateOf } from '../flash-map/flash-map.words.ts';
import { styles } from './partition-table.styles.ts';
import { base } from '../shared/base.ts';
import { bytes } from '../shared/format.ts';

/**
 * The other view of the flash map: its partitions as a table; on a narrow screen each row becomes a card. Rows are highlighted together with the map.
 *
 * @property layout, contents – what is shown
 * @property plan, units – what the plan does with each partition
 * @property highlight – the highlighted range or ranges
 * @property stale – whether `contents` are from before a write that is under way
 * @property selected – the partition whose details are open
 * @property now – the layout that is on the board now: what can be backed up; null if backups are not offered
 * @property hold – why the board cannot be read at the moment; empty if it can
 * @event partition-select – the name of a partition was clicked
 * @event sectorwise-intent – `back-up`
 * @event sectorwise-point – the row pointed at, as a range; null when it is left
 */
@customElement('partition-table')
export class PartitionTable extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) layout: Layout = NO_LAYOUT;
  @property({ attribute: false }) contents: readonly Content[] = [];
  @property({ attribute: false }) plan: Plan | null = null;
  @property({ attribute: false }) units: UnitStates | null = null;
  @property({ attribute: false }) highlight: Highlight = null;
  @property({ attribute: false }) selected: Range | null = null;
  @property({ type: Boolean }) stale = false;
  @property({ attribute: false }) now: Layout | null = null;
  @property() hold = '';

  /** Moves the focus to the name of the partition with this range. */
  focusRow(range: Range): void {
    const row = this.layout.partitions.findIndex((partition) => isSameRange(partition, range));
    this.shadowRoot?.querySelectorAll<HTMLElement>('tbody .name')[row]?.focus();
  }

  // Roles are explicit because `display: block`, which turns rows into cards, removes a table's own roles.
  protected override render(): TemplateResult {
    return html`
      <table role="table" aria-label="Partitions">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">Name</th>
            <th role="columnheader" scope="col">Type</th>
            <th role="columnheader" scope="col" class="number">Address</th>
            <th role="columnheader" scope="col" class="number">Size</th>
            <th role="columnheader" scope="col">${this.stale ? 'Found before' : 'Found there'}</th>
            ${this.now === null ? nothing : html`<th role="columnheader" scope="col"><span class="hidden">Backup</span></th>`}
          </tr>
        </thead>
        <tbody role="rowgroup" @pointerleave=${() => sendPoint(this, null)}>
          ${this.layout.partitions.map((partition) => this.renderRow(partition))}
        </tbody>
      </table>
      ${this.now === null || this.hold === '' ? nothing : html`<p class="small quiet">${this.hold}</p>`}
    `;
  }

  private renderRow(partition: Partition): TemplateResult {
    const lit = isHighlighted(this.highlight, partition);
    const state = mapStateOf(partition, this.plan, this.units);
    const open = this.selected !== null && isSameRange(this.selected, partition);
    return html`<tr
      role="row"
      class=${classMap({ lit: lit || open })}
      @pointerenter=${() => sendPoint(this, partition)}
    >
      <th role="rowheader" scope="row" class=${kindOf(partition)}>
        <button
          type="button"
          class="name"
          aria-expanded=${open ? 'true' : 'false'}
          @click=${() => this.dispatchEvent(new CustomEvent('partition-select', { detail: partition, bubbles: true }))}
        >
          <i class="fill"></i>${partition.name}
        </button>
      </th>
      <td role="cell" class="type"><span>${partition.type}</span></td>
      <td role="cell" class="number">${hex(partition.address)}</td>
      <td role="cell" class="number">${bytes(partition.size)}</td>
      <td role="cell" class="found">
        ${foundIn(partition, this.contents)}
        ${state === null ? nothing : html`<span class="state ${state.state}">${state.says}</span>`}
      </td>
      ${this.now === null ? nothing : this.renderKeep(partition, this.now)}
    </tr>`;
  }

  private renderKeep({ name, region, address, size }: Partition, layout: Layout): TemplateResult {
    const range = { region, address, size };
    const never = whyNoBackup({ layout }, range);
    // Two rows can have one name; then the address tells their buttons apart.
    const again = this.layout.partitions.filter((other) => other.name === name).length > 1;
    const why = never ?? this.hold;
    return html`<td role="cell" class="keep">
      <button
        type="button"
        ?disabled=${why !== ''}
        title=${why === '' ? BACKS_UP : why}
        @click=${() => sendIntent(this, { do: 'back-up', range })}
      >
        Back up<span class="hidden"> ${name}${again ? ` at ${hex(address)}` : ''}</span>
      </button>
      ${never === null ? nothing : html`<span class="why small">${never}</span>`}
    </td>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'partition-table': PartitionTable;
  }
}
