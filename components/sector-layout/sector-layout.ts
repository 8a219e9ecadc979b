import type { TemplateResult } from 'lit';
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { AppLayoutOffer } from '../../src/flash/family.ts';
import { bytes, hex } from '../../src/flash/finding.ts';
import type { Layout } from '../../src/flash/layout.ts';
import { partitionsTouching } from '../../src/flash/layout.ts';
import type { EraseUnit, Region } from '../../src/flash/map.ts';
import { overlaps, regionEnd, unitsOf } from '../../src/flash/map.ts';
import '../app-rooms/app-rooms.ts';
import { base, hidden } from '../shared/tokens.ts';

/**
 * The layout of a board whose sectors have fixed roles: each way in which an application can grow as a drawing, what it costs, the
 * sectors with their roles, and who forbids the ways that the board does not have.
 *
 * @property layout – the board's layout
 * @property rooms – the ways to lay out an application; nothing is shown without any
 */
@customElement('sector-layout')
export class SectorLayout extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-l);
      }

      figure {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--gap-xs);
        margin: 0;
      }

      figure + figure {
        margin-block-start: var(--gap-m);
      }

      .strip {
        display: flex;
        gap: 2px;
      }

      .strip span {
        flex: 1 1 0;
        min-width: 0;
        padding: 0.3rem 0.2rem;
        overflow: hidden;
        border: 1px solid var(--line-strong);
        border-radius: 3px;
        font-size: var(--text-label);
        text-align: center;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .strip .used {
        border: 2px solid var(--verified);
        font-weight: 600;
      }

      h3 {
        margin-block-end: var(--gap-s);
      }

      .tight {
        white-space: nowrap;
      }

      .scroll {
        overflow-x: auto;
      }

      table {
        width: 100%;
        border-collapse: collapse;
        font-size: var(--text-label);
      }

      th,
      td {
        padding: 0.25rem var(--gap-m) 0.25rem 0;
        border-top: 1px solid var(--line);
        text-align: start;
        vertical-align: baseline;
      }

      @media (width < 600px) {
        .strip span {
          padding-inline: 0;
          border-width: 1px;
          font-size: 0.625rem;
          white-space: normal;
          overflow-wrap: anywhere;
        }

        table,
        tbody {
          display: block;
        }

        tr {
          display: flex;
          flex-wrap: wrap;
          gap: 0 var(--gap-m);
          padding-block: var(--gap-xs);
          border-top: 1px solid var(--line);
        }

        tr:first-child {
          ${hidden}
        }

        th,
        td {
          padding: 0;
          border: 0;
        }

        td.wide {
          flex-basis: 100%;
        }

        td:empty {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) layout: Layout = { map: { regions: [] }, partitions: [], guards: [], ciphered: [] };
  @property({ attribute: false }) rooms: readonly AppLayoutOffer[] = [];

  protected override render(): TemplateResult | typeof nothing {
    const usable = this.rooms.filter(({ ranges }) => ranges.length > 0);
    const first = usable[0]?.ranges[0];
    if (first === undefined) return nothing;
    const units = memoryOf(this.layout.map.regions, first.region).flatMap(unitsOf);
    const forbidden = this.rooms.filter(({ forbiddenBy }) => forbiddenBy !== undefined);
    return html`<section aria-labelledby="ways">
        <h3 id="ways">How an application can grow</h3>
        ${usable.map((way) => this.renderRoom(way, units))}
      </section>
      <app-rooms open .rooms=${usable}></app-rooms>
      <section class="scroll" tabindex="0" aria-labelledby="sectors">
        <h3 id="sectors">Sectors and their roles</h3>
        ${this.renderSectors(units)}
      </section>
      ${
        forbidden.length === 0
          ? nothing
          : html`<section class="scroll" tabindex="0" aria-labelledby="forbidden">
              <h3 id="forbidden">Who forbids what</h3>
              <table role="table" aria-labelledby="forbidden">
                <tr role="row">
                  <th role="columnheader" scope="col">What is asked for</th>
                  <th role="columnheader" scope="col">Forbidden by</th>
                  <th role="columnheader" scope="col">Why</th>
                </tr>
                ${forbidden.map(
                  ({ name, forbiddenBy, why }) =>
                    html`<tr role="row">
                      <th role="rowheader" scope="row">${name}</th>
                      <td role="cell"><b>${forbiddenBy}</b></td>
                      <td role="cell" class="wide">${why}</td>
                    </tr>`,
                )}
              </table>
            </section>`
      }`;
  }

  private nameOf(unit: EraseUnit): string {
    return partitionsTouching(this.layout, unit)
      .map(({ name }) => name)
      .join(', ');
  }

  /** The sectors from the first one that any way may use on: those below are nobody's to give. */
  private renderRoom({ name, ranges }: AppLayoutOffer, units: readonly EraseUnit[]): TemplateResult {
    const open = units.filter((unit) => !this.layout.guards.some((guard) => overlaps(guard, unit)));
    const isUsed = (unit: EraseUnit) => ranges.some((range) => overlaps(range, unit));
    const used = open.filter(isUsed).map((unit) => `${this.nameOf(unit)} (${hex(unit.address)})`);
    return html`<figure>
      <div class="strip" role="img" aria-label="${name}: it uses ${used.join(', ')}.">
        ${open.map((unit) => html`<span class=${isUsed(unit) ? 'used' : ''}>${this.nameOf(unit)}</span>`)}
      </div>
      <figcaption class="small">${name}</figcaption>
    </figure>`;
  }

  private renderSectors(units: readonly EraseUnit[]): TemplateResult {
    return html`<table role="table" aria-labelledby="sectors">
      <tr role="row">
        <th role="columnheader" scope="col">Address</th>
        <th role="columnheader" scope="col">Size</th>
        <th role="columnheader" scope="col">Name</th>
        <th role="columnheader" scope="col">Role</th>
        <th role="columnheader" scope="col">Ways that use it</th>
      </tr>
      ${units.map((unit) => {
        const own = partitionsTouching(this.layout, unit);
        const guard = this.layout.guards.find((each) => overlaps(each, unit));
        const usable = this.rooms.filter(({ ranges }) => ranges.some((range) => overlaps(range, unit)));
        return html`<tr role="row">
          <th role="rowheader" scope="row" class="exact tight">${hex(unit.address)}</th>
          <td role="cell" class="tight">${bytes(unit.size)}</td>
          <td role="cell">${own.map(({ name }) => name).join(', ')}</td>
          <td role="cell" class="wide">
            ${own.map(({ type }) => type).join(', ')}${guard === undefined ? nothing : ' (never written)'}
          </td>
          <td role="cell" class="wide quiet">${usable.map(({ name }) => name).join('; ')}</td>
        </tr>`;
      })}
    </table>`;
  }
}

/** The regions of one memory, by address: rights divide it, but one begins where the other ends. */
function memoryOf(regions: readonly Region[], id: string): Region[] {
  const sorted = regions.toSorted((a, b) => a.start - b.start);
  const own = sorted.find((region) => region.id === id);
  if (own === undefined) return [];
  const chain = [own];
  for (const region of sorted) if (region.start === regionEnd(chain.at(-1) ?? own)) chain.push(region);
  for (const region of sorted.toReversed()) if (regionEnd(region) === chain[0]?.start) chain.unshift(region);
  return chain;
}

declare global {
  interface HTMLElementTagNameMap {
    'sector-layout': SectorLayout;
  }
}
