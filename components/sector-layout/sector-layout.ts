import type { TemplateResult } from 'lit';
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { AppLayoutOffer } from '../../src/flash/family.ts';
import { hex } from '../../src/flash/finding.ts';
import type { Layout } from '../../src/flash/layout.ts';
import { NO_LAYOUT, partitionsTouching } from '../../src/flash/layout.ts';
import type { EraseUnit } from '../../src/flash/map.ts';
import { memoryOf, overlaps, unitsOf } from '../../src/flash/map.ts';
import '../app-layouts/app-layouts.ts';
import { kinds } from '../flash-map/flash-map.kinds.ts';
import { rows, stacked } from '../shared/rows.ts';
import { base } from '../shared/base.ts';
import { bytes } from '../shared/format.ts';

/** Sectors beside each other that are drawn as one. */
interface Run {
  readonly name: string;
  readonly isUsed: boolean;
  readonly sectors: number;
}

/**
 * The layout of a board whose sectors have fixed roles: each way in which an application can grow as a drawing, what it costs, the
 * sectors with their roles, and who forbids the ways that the board does not have.
 *
 * @property layout – the board's layout
 * @property offers – the ways to lay out an application; nothing is shown without any
 */
@customElement('sector-layout')
export class SectorLayout extends LitElement {
  static override styles = [
    base,
    kinds,
    rows,
    css`
      :host {
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
        flex: var(--sectors, 1) 1 0;
        min-width: 0;
        padding: 0.3rem 0.2rem;
        overflow: hidden;
        border: 1px solid var(--line-strong);
        border-radius: 3px;
        color: var(--quiet);
        font-size: var(--text-label);
        text-align: center;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      /* In the colour of apps on the map. */
      .strip .used {
        border: 2px solid var(--kind);
        background: color-mix(in oklab, var(--kind) 12%, var(--surface));
        color: var(--ink);
        font-weight: 600;
      }

      h3 {
        margin-block-end: var(--gap-s);
      }

      .tight {
        white-space: nowrap;
      }

      @container (width < 600px) {
        .strip span {
          padding-inline: 0;
          font-size: 0.6875rem;
          white-space: normal;
          overflow-wrap: anywhere;
        }
      }
    `,
    stacked(600),
  ];

  @property({ attribute: false }) layout: Layout = NO_LAYOUT;
  @property({ attribute: false }) offers: readonly AppLayoutOffer[] = [];

  protected override render(): TemplateResult | typeof nothing {
    const usable = this.offers.filter(({ ranges }) => ranges.length > 0);
    const first = usable[0]?.ranges[0];
    if (first === undefined) return nothing;
    const units = memoryOf(this.layout.map.regions, first.region).flatMap(unitsOf);
    const forbidden = this.offers.filter(({ forbiddenBy }) => forbiddenBy !== undefined);
    return html`<section aria-labelledby="ways">
        <h3 id="ways">How an application can grow</h3>
        ${usable.map((way) => this.renderRoom(way, units))}
      </section>
      <app-layouts open .offers=${usable}></app-layouts>
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
                <thead role="rowgroup">
                  <tr role="row">
                    <th role="columnheader" scope="col">What is asked for</th>
                    <th role="columnheader" scope="col">Forbidden by</th>
                    <th role="columnheader" scope="col">Why</th>
                  </tr>
                </thead>
                <tbody role="rowgroup">
                  ${forbidden.map(
                    ({ name, forbiddenBy, why }) =>
                      html`<tr role="row">
                        <th role="rowheader" scope="row" class="wide">${name}</th>
                        <td role="cell" class="quiet tight">${forbiddenBy}</td>
                        <td role="cell" class="wide">${why}</td>
                      </tr>`,
                  )}
                </tbody>
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
    const runs = this.runsOf(open, isUsed);
    const used = open.filter(isUsed).map((unit) => `${this.nameOf(unit)} (${hex(unit.address)})`);
    return html`<figure>
      <div class="strip" role="img" aria-label="${name}: it uses ${used.join(', ')}.">
        ${runs.map(
          ({ name, isUsed, sectors }) =>
            html`<span class=${isUsed ? 'app used' : ''} style=${styleMap({ '--sectors': String(sectors) })}
              >${name}</span
            >`,
        )}
      </div>
      <figcaption class="small">${name}</figcaption>
    </figure>`;
  }

  /** Sectors of one name beside each other, which are drawn as one, as wide as all of them. */
  private runsOf(units: readonly EraseUnit[], isUsed: (unit: EraseUnit) => boolean): readonly Run[] {
    const runs: Run[] = [];
    for (const unit of units) {
      const [last, next] = [runs.at(-1), { name: this.nameOf(unit), isUsed: isUsed(unit), sectors: 1 }];
      if (last !== undefined && last.name === next.name && last.isUsed === next.isUsed)
        runs[runs.length - 1] = { ...last, sectors: last.sectors + 1 };
      else runs.push(next);
    }
    return runs;
  }

  private renderSectors(units: readonly EraseUnit[]): TemplateResult {
    return html`<table role="table" aria-labelledby="sectors">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Address</th>
          <th role="columnheader" scope="col">Size</th>
          <th role="columnheader" scope="col">Name</th>
          <th role="columnheader" scope="col">Role</th>
          <th role="columnheader" scope="col">Ways that use it</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${units.map((unit) => this.renderSector(unit))}
      </tbody>
    </table>`;
  }

  private renderSector(unit: EraseUnit): TemplateResult {
    const own = partitionsTouching(this.layout, unit);
    const guard = this.layout.guards.find((each) => overlaps(each, unit));
    const usable = this.offers.filter(({ ranges }) => ranges.some((range) => overlaps(range, unit)));
    const role = `${own.map(({ type }) => type).join(', ')}${guard === undefined ? '' : ' (never written)'}`;
    return html`<tr role="row">
      <th role="rowheader" scope="row" class="exact tight">${hex(unit.address)}</th>
      <td role="cell" class="exact tight">${bytes(unit.size)}</td>
      <td role="cell" class="tight"><b>${own.map(({ name }) => name).join(', ')}</b></td>
      <td role="cell" class="wide">${role}</td>
      <td role="cell" class="wide quiet">${usable.map(({ name }) => name).join('; ')}</td>
    </tr>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sector-layout': SectorLayout;
  }
}
