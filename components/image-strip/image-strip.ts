import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Identity } from '../../src/flash/target.ts';
import type { ImageChanges } from '../../src/session/state.ts';
import { sendIntent } from '../shared/events.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/base.ts';
import { count, roughly } from '../shared/format.ts';

const ONE_PARTITION =
  'It is one partition: change its content in the view Contents. Nothing says which board it is from.';

/** `156 erase units (624 KiB) are changed and not saved.` */
function changesWords({ units, bytes, saved }: ImageChanges): string {
  if (units === 0)
    return saved ? 'Nothing in it is changed.' : 'It equals the file again, but not the copy that was saved last.';
  const what = `${count(units, 'erase unit')} (${roughly(bytes)}) ${units === 1 ? 'is' : 'are'} changed`;
  return saved ? `${what}, and saved.` : `${what}, and not saved yet.`;
}

/**
 * Says that what is open is a file and no board, how it differs from the file, and saves it.
 *
 * @property file – the file that was opened
 * @property changes – how the flash image differs from it
 * @property hold – why nothing can be saved at the moment; empty if it can
 * @property beside – whether saving is offered elsewhere as the next step
 * @event sectorwise-intent – `save-image`
 */
@customElement('image-strip')
export class ImageStrip extends LitElement {
  static override styles = [
    base,
    css`
      section {
        display: flex;
        flex-wrap: wrap;
        gap: var(--gap-s) var(--gap-m);
        align-items: center;
        padding: var(--gap-s) var(--gap-m);
        border: 1px dashed var(--line-strong);
        border-radius: var(--radius);
      }

      .words {
        flex: 1 1 24rem;
        min-width: 0;
        overflow-wrap: anywhere;
      }

      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: var(--gap-s);
      }

      wa-button svg {
        margin-inline-end: 0.4em;
      }
    `,
  ];

  @property({ attribute: false }) file: NonNullable<Identity['file']> | null = null;
  @property({ attribute: false }) changes: ImageChanges | null = null;
  @property() hold = '';
  @property({ type: Boolean }) beside = false;

  protected override render(): TemplateResult | typeof nothing {
    const { file, changes } = this;
    if (file === null || changes === null) return nothing;
    const isNext = !changes.saved && !this.beside;
    return html`<section aria-label="The file">
      <div class="words small">
        <p><b>${file.name}</b> is a file: no board is connected. ${changesWords(changes)}</p>
        <p class="quiet">
          ${this.hold !== '' ? this.hold : changes.onlyWhole === true ? ONE_PARTITION : 'Where this page says “the board”, it means one with exactly this flash.'}
        </p>
      </div>
      <div class="actions">
        ${this.renderSave('image', 'Save the image', isNext)}
        ${changes.units === 0 || changes.onlyWhole === true ? nothing : this.renderSave('changes', 'Save only the changed pieces', false)}
      </div>
    </section>`;
  }

  private renderSave(what: 'image' | 'changes', label: string, first: boolean): TemplateResult {
    return html`<wa-button
      class="long"
      size="s"
      variant=${first ? 'brand' : 'neutral'}
      appearance=${first ? 'accent' : 'outlined'}
      ?disabled=${this.hold !== ''}
      title=${this.hold}
      @click=${() => sendIntent(this, { do: 'save-image', what })}
      >${icons.save} ${label}</wa-button
    >`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'image-strip': ImageStrip;
  }
}
