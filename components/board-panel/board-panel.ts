import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Inspection } from '../../src/flash/family.ts';
import { bytes } from '../../src/flash/finding.ts';
import { regionSize } from '../../src/flash/map.ts';
import { styles } from './board-panel.styles.ts';
import { findingStyles, renderFindings } from '../shared/finding.ts';
import { count } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/tokens.ts';

/**
 * The connected board: chip, revision, MAC, flash, what it starts next and why, and the findings about it.
 *
 * @property board – what was read from it
 * @property unfinished – whether a write to it was interrupted, so that it may not stay as it is told here
 */
@customElement('board-panel')
export class BoardPanel extends LitElement {
  static override styles = [base, findingStyles, styles];

  @property({ attribute: false }) board: Inspection | null = null;
  @property({ type: Boolean }) unfinished = false;

  private renderProtections({ protections }: Inspection): TemplateResult | typeof nothing {
    const none = html`<span><b>No protection:</b> the whole flash can be read and written.</span>`;
    // A family without protections has not said that there is none.
    if (protections.length === 0) return nothing;
    const list = html`<dl>
      ${protections.map(
        ({ name, state, says, verdict }) =>
          html`<div class=${verdict}>
            <dt>${icons[verdict]}${name}</dt>
            <dd><b>${state}</b> <span>${says}</span></dd>
          </div>`,
      )}
    </dl>`;
    // If nothing is protected, one line says so; the details are folded away.
    return protections.every(({ verdict }) => verdict === 'good')
      ? html`<wa-details class="protections" appearance="plain">
          <span slot="summary" class="open">${icons.shield}${none}</span>${list}
        </wa-details>`
      : html`<section class="protections box" aria-labelledby="protection">
          <h3 id="protection">${icons.shield}Protection</h3>
          ${list}
        </section>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.board === null) return nothing;
    const { identity, layout, findings, boot } = this.board;
    const sizes = layout.map.regions.map((region) => `${bytes(regionSize(region))} ${region.name}`).join(', ');
    const pressing = findings.filter((finding) => finding.verdict === 'problem' || finding.verdict === 'warning');
    const calm = findings.filter((finding) => !pressing.includes(finding));
    const good = calm.filter((finding) => finding.verdict === 'good').length;
    const next = boot?.partition?.name ?? null;
    const unsure = next === null || this.unfinished;
    const summary = [
      ...(good > 0 ? [`${count(good, 'check')} passed`] : []),
      ...(calm.length > good ? [count(calm.length - good, 'note')] : []),
    ].join(', ');
    return html`
      <dl class="identity">
        <div class="chip">
          <dt>Chip</dt>
          <dd>
            ${identity.chip}
            ${identity.revision === '' ? nothing : html`<span class="exact">revision ${identity.revision}</span>`}
          </dd>
        </div>
        <div>
          <dt>Flash</dt>
          <dd>${sizes}</dd>
        </div>
        <div>
          <dt>${identity.key === null ? 'Identity' : 'MAC'}</dt>
          <dd class="exact">${identity.key?.value ?? 'none: this chip has no unique ID'}</dd>
        </div>
        ${identity.facts.map(
          (fact) =>
            html`<div>
              <dt>${fact.name}</dt>
              <dd>${fact.value}</dd>
            </div>`,
        )}
      </dl>
      ${this.renderProtections(this.board)} ${renderFindings(pressing, layout)}
      <div class="below">
        ${
          boot === null
            ? html`<p class="boot">${icons.note}<span>It is unknown what starts next.</span></p>`
            : html`<p class="boot ${unsure ? 'unsure' : ''}">
                ${unsure ? icons.warning : icons.bolt}
                <span
                  ><b>${next === null ? 'No bootable app found.' : html`Starts <code>${next}</code> next.`}</b>
                  ${boot.says} ${this.unfinished ? html`<b>A write to it is unfinished.</b>` : nothing}</span
                >
              </p>`
        }
        ${
          calm.length === 0
            ? nothing
            : html`<wa-details appearance="plain" summary=${summary}>${renderFindings(calm, layout)}</wa-details>`
        }
      </div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'board-panel': BoardPanel;
  }
}
