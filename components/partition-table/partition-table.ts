import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import type { Content } from '../../src/flash/family.ts';
import { bytes, hex } from '../../src/flash/finding.ts';
import type { Layout, Partition } from '../../src/flash/layout.ts';
import type { Plan } from '../../src/flash/plan.ts';
import type { UnitStates } from '../../src/session/state.ts';
import type { Highlight } from '../shared/events.ts';
import { isLit, sendIntent, sendPoint } from '../shared/events.ts';
import { fateOf, foundIn } from '../flash-map/flash-map.words.ts';
import { styles } from './partition-table.styles.ts';
import { base } from '../shared/tokens.ts';

/**
 * The live partitions as a table; on a narrow screen each row becomes a card. Rows are highlighted together with the map.
 *
 * @property layout, contents – what is shown
 * @property plan, units – what the plan does with each partition
 * @property highlight – the highlighted range or ranges
 * @property stale – whether `contents` are from before a write that is under way
 * @property keepable – whether a partition can be backed up
 * @property locked – whether it cannot be read now
 * @event sectorwise-intent – `back-up`
 * @event sectorwise-point – the row pointed at, as a range; null when it is left
 */
@customElement('partition-table')
export class PartitionTable extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) layout: Layout = { map: { regions: [] }, partitions: [], guards: [], ciphered: [] };
  @property({ attribute: false }) contents: readonly Content[] = [];
  @property({ attribute: false }) plan: Plan | null = null;
  @property({ attribute: false }) units: UnitStates | null = null;
  @property({ attribute: false }) highlight: Highlight = null;
  @property({ type: Boolean }) stale = false;
  @property({ type: Boolean }) keepable = false;
  @property({ type: Boolean }) locked = false;

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
            ${this.keepable ? html`<th role="columnheader" scope="col"><span class="hidden">Backup</span></th>` : nothing}
          </tr>
        </thead>
        <tbody role="rowgroup" @pointerleave=${() => sendPoint(this, null)}>
          ${this.layout.partitions.map((partition) => this.renderRow(partition))}
        </tbody>
      </table>
    `;
  }

  private renderRow(partition: Partition): TemplateResult {
    const lit = isLit(this.highlight, partition);
    const fate = fateOf(partition, this.plan, this.units);
    return html`<tr role="row" class=${classMap({ lit })} @pointerenter=${() => sendPoint(this, partition)}>
      <th role="rowheader" scope="row">${partition.name}</th>
      <td role="cell" class="type"><span>${partition.type}</span></td>
      <td role="cell" class="number">${hex(partition.address)}</td>
      <td role="cell" class="number">${bytes(partition.size)}</td>
      <td role="cell" class="found">
        ${foundIn(partition, this.contents)}
        ${fate === null ? nothing : html`<span class="fate ${fate.fate}">${fate.says}</span>`}
      </td>
      ${this.keepable ? this.renderKeep(partition) : nothing}
    </tr>`;
  }

  private renderKeep({ name, region }: Partition): TemplateResult {
    const readable = this.layout.map.regions.some(({ id, access }) => id === region && access.read);
    return html`<td role="cell" class="keep">
      ${
        readable
          ? html`<button
              type="button"
              ?disabled=${this.locked}
              title="Stores the content in this browser; nothing is written"
              @click=${() => sendIntent(this, { do: 'back-up', partition: name })}
            >
              Back up<span class="hidden"> ${name}</span>
            </button>`
          : nothing
      }
    </td>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'partition-table': PartitionTable;
  }
}
