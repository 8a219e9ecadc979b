import type { TemplateResult } from 'lit';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { Inspection, SavedFile } from '../src/flash/family.ts';
import { sendIntent } from './events.ts';
import { roughly } from './format.ts';
import { save } from './save.ts';
import { base } from './tokens.ts';

/**
 * What can be done with what is on a board, without writing to it: read its apps whole, save its partition table.
 *
 * @property board – what was read from it
 * @property locked – whether work is under way, or the board is gone: then it cannot be read
 * @event sectorwise-intent – `examine`
 */
@customElement('board-tools')
export class BoardTools extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--gap-s) var(--gap-m);
        margin-block-start: var(--gap-m);
      }
    `,
  ];

  @property({ attribute: false }) board: Inspection | null = null;
  @property({ type: Boolean }) locked = false;

  protected override render(): TemplateResult | typeof nothing {
    if (this.board === null) return nothing;
    const { examinable, saves } = this.board;
    return html`
      ${
        examinable === null
          ? nothing
          : html`<wa-button
              size="s"
              appearance="outlined"
              ?disabled=${this.locked}
              title=${`Reads up to ${roughly(examinable)}; nothing is written`}
              @click=${() => sendIntent(this, { do: 'examine' })}
            >
              Read the apps whole and check them
            </wa-button>`
      }
      ${saves.map(
        (file) =>
          html`<wa-button size="s" appearance="outlined" @click=${() => this.keep(file)}>
            Save: ${file.label}
          </wa-button>`,
      )}
    `;
  }

  private keep({ name, data }: SavedFile): void {
    save(name, data, typeof data === 'string' ? 'text/csv' : 'application/octet-stream');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'board-tools': BoardTools;
  }
}
