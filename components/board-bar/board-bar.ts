import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Inspection } from '../../src/flash/family.ts';
import { bytes } from '../../src/flash/finding.ts';
import { regionSize } from '../../src/flash/map.ts';
import type { SessionState } from '../../src/session/state.ts';
import { DISCONNECTED, isBusy } from '../../src/session/state.ts';
import { sendIntent } from '../shared/events.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/tokens.ts';
import { logo } from '../shared/logo.ts';
import { styles } from './board-bar.styles.ts';

/**
 * The bar that stays at the top: which board is connected, what it starts now, and how to leave it.
 *
 * @property state – the session's state
 * @property virtual – whether it is a virtual board, whose controls then say so
 * @event sectorwise-intent – `disconnect`, or `reconnect` after the connection was lost
 * @slot bench – controls of a virtual board, such as pulling its cable
 */
@customElement('board-bar')
export class BoardBar extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) state: SessionState = DISCONNECTED;
  @property({ type: Boolean }) virtual = false;

  protected override render(): TemplateResult {
    const { state } = this;
    return html`<header>
      <h1 class=${state.kind === 'connected' ? '' : 'alone'}>${logo}<span class="name">Sectorwise</span></h1>
      ${state.kind === 'connected' ? this.renderBoard(state.board) : nothing}
      <div class="end">
        <slot name="bench"></slot>
        ${this.renderAction()}
      </div>
      <a href="help.html" target="_blank" rel="noopener">Help<span class="hidden"> (opens in a new tab)</span></a>
    </header>`;
  }

  private renderBoard({ identity, layout, boot }: Inspection): TemplateResult {
    const { regions } = layout.map;
    const main = regions.reduce((sum, region) => Math.max(sum, regionSize(region)), 0);
    const next = boot?.partition?.name ?? null;
    return html`<dl>
      <div class="chip">
        <dt class="hidden">Chip</dt>
        <dd>${identity.chip}</dd>
        ${identity.revision === '' ? nothing : html`<dd class="exact revision">${identity.revision}</dd>`}
      </div>
      <div>
        <dt class="hidden">Flash</dt>
        <dd>${bytes(main)}</dd>
      </div>
      <div>
        <dt class="hidden">${identity.key === null ? 'Identity' : 'MAC'}</dt>
        <dd class="exact">${identity.key?.value ?? 'no unique ID'}</dd>
      </div>
      ${
        this.virtual
          ? nothing
          : html`<div class="kind">
              <dt class="hidden">Kind</dt>
              <dd>Real board</dd>
            </div>`
      }
      ${
        next === null
          ? nothing
          : html`<div class="starts">
              <dt class="hidden">Next start</dt>
              <dd>${icons.bolt} Starts <b>${next}</b></dd>
            </div>`
      }
    </dl>`;
  }

  private renderAction(): TemplateResult | typeof nothing {
    const { state } = this;
    if (state.kind === 'connected') {
      const busy = isBusy(state);
      return html`<wa-button
        appearance="outlined"
        size="s"
        ?disabled=${busy}
        title=${busy ? 'Stop the job first, or wait until it has ended.' : ''}
        @click=${() => sendIntent(this, { do: 'disconnect' })}
        >Disconnect</wa-button
      >`;
    }
    return state.kind === 'disconnected' && state.failure !== null
      ? html`<wa-button appearance="outlined" size="s" @click=${() => sendIntent(this, { do: 'reconnect' })}
          >${icons.again} Connect again</wa-button
        >`
      : nothing;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'board-bar': BoardBar;
  }
}
