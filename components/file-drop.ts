import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import '@awesome.me/webawesome/dist/components/radio/radio.js';
import type WaRadioGroup from '@awesome.me/webawesome/dist/components/radio-group/radio-group.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { bytes, hex } from '../src/flash/finding.ts';
import type { Layout } from '../src/flash/layout.ts';
import type { FileView } from '../src/session/state.ts';
import { sendIntent, sendPoint } from './events.ts';
import { styles } from './file-drop.styles.ts';
import { findingStyles, renderFindings } from './finding.ts';
import { roughly } from './format.ts';
import { icons } from './icons.ts';
import { base } from './tokens.ts';

/** The largest file that is read, in bytes: no board has a larger flash, and the page would run out of memory. */
export const LARGEST = 64 << 20;

/**
 * Takes files, says what each is, and asks where it is to go.
 *
 * @property files – the files so far
 * @property layout – names the places in findings
 * @property locked – whether the board is being written: then nothing can be changed
 * @property slim – small, for where it is not the matter at hand
 * @property primary – whether choosing a file is the next step
 * @event sectorwise-intent – `add-file`, `remove-file` or `place`
 * @event sectorwise-point – the place of a choice that is pointed at
 */
@customElement('file-drop')
export class FileDrop extends LitElement {
  static override styles = [base, findingStyles, styles];

  @property({ attribute: false }) files: readonly FileView[] = [];
  @property({ attribute: false }) layout: Layout | null = null;
  @property({ type: Boolean }) locked = false;
  @property({ type: Boolean }) primary = false;
  @property({ type: Boolean }) slim = false;

  @state() private over = false;
  @state() private refusals: readonly string[] = [];

  @query('input') private input!: HTMLInputElement;

  private async take(files: Iterable<File>): Promise<void> {
    this.refusals = [];
    for (const file of files) {
      if (file.size > LARGEST) {
        this.refuse(
          `${file.name} was not read: it has ${roughly(file.size)}, and no flash holds more than ${bytes(LARGEST)}.`,
        );
        continue;
      }
      try {
        sendIntent(this, { do: 'add-file', name: file.name, data: new Uint8Array(await file.arrayBuffer()) });
      } catch {
        this.refuse(`${file.name} could not be read. If it is a folder, choose the file inside it.`);
      }
    }
  }

  private refuse(says: string): void {
    this.refusals = [...this.refusals, says];
  }

  private onDrop(event: DragEvent): void {
    event.preventDefault();
    this.over = false;
    if (!this.locked) void this.take(event.dataTransfer?.files ?? []);
  }

  private onDrag(event: DragEvent): void {
    if (this.locked) return;
    event.preventDefault();
    this.over = true;
  }

  private onChosen(): void {
    const files = [...(this.input.files ?? [])];
    // So that the same file can be chosen again after it was built again.
    this.input.value = '';
    void this.take(files);
  }

  protected override render(): TemplateResult {
    return html`
      ${this.files.map((file) => this.renderFile(file))}
      <div
        class=${classMap({ zone: true, over: this.over, slim: this.slim || this.files.length > 0 })}
        @dragover=${this.onDrag}
        @dragleave=${() => (this.over = false)}
        @drop=${this.onDrop}
      >
        <input type="file" multiple hidden aria-label="Files to flash" @change=${this.onChosen} />
        <wa-button
          variant=${this.primary ? 'brand' : 'neutral'}
          appearance=${this.primary ? 'accent' : 'outlined'}
          size=${this.slim || this.files.length > 0 ? 's' : 'm'}
          ?disabled=${this.locked}
          @click=${() => this.input.click()}
        >
          ${icons.file} ${this.slim || this.files.length > 0 ? 'Choose another file' : 'Choose a file'}
        </wa-button>
        <span class="quiet">${this.over ? 'Let go to add it' : 'or drop it here'}</span>
      </div>
      <div role="status">
        ${this.refusals.map((says) => html`<p class="refused">${icons.problem}<span>${says}</span></p>`)}
      </div>
    `;
  }

  private renderFile(file: FileView): TemplateResult {
    return html`<article class="file" aria-label=${file.name}>
      <header>
        <h3>${icons.file}<span>${file.name}</span></h3>
        <span class="exact">${roughly(file.size)}</span>
        <wa-button
          size="s"
          appearance="plain"
          title="Remove"
          ?disabled=${this.locked}
          @click=${() => sendIntent(this, { do: 'remove-file', id: file.id })}
          >${icons.cross}<span class="hidden">Remove ${file.name}</span></wa-button
        >
      </header>
      <p>${file.recognised.says}</p>
      ${renderFindings(file.recognised.findings, this.layout)} ${this.renderPlaces(file)}
    </article>`;
  }

  private renderPlaces(file: FileView): TemplateResult {
    const choices = file.choices.map((choice, index) => ({ choice, index }));
    const fitting = choices.filter(({ choice }) => choice.fits);
    const others = choices.filter(({ choice }) => !choice.fits);
    return html`
      ${
        fitting.length === 0
          ? html`<p class="none">${icons.problem}<span>There is no place for it on this board.</span></p>`
          : html`<wa-radio-group
              size="s"
              label="Where it goes"
              .value=${file.chosen === null ? null : String(file.chosen)}
              ?disabled=${this.locked}
              @change=${(event: Event & { readonly currentTarget: WaRadioGroup }) =>
                this.onPlace(file, event.currentTarget.value)}
            >
              ${fitting.map(
                ({ choice, index }) =>
                  html`<wa-radio
                    value=${String(index)}
                    ?disabled=${this.locked}
                    @pointerenter=${() => sendPoint(this, choice)}
                    @pointerleave=${() => sendPoint(this, null)}
                  >
                    <b>${choice.name}</b> <span class="exact">${hex(choice.address)}, ${bytes(choice.size)}</span>
                    <span class="why">${choice.why}</span>
                  </wa-radio>`,
              )}
            </wa-radio-group>`
      }
      ${
        others.length === 0
          ? nothing
          : html`<wa-details appearance="plain" summary=${`Where it does not fit (${others.length})`}>
              <ul class="others">
                ${others.map(
                  ({ choice }) => html`<li><b>${choice.name}</b> <span class="quiet">${choice.why}</span></li>`,
                )}
              </ul>
            </wa-details>`
      }
    `;
  }

  private onPlace(file: FileView, value: string | number | null): void {
    const index = Number(value ?? Number.NaN);
    const choice = file.choices[index];
    if (choice?.fits === true && index !== file.chosen)
      sendIntent(this, { do: 'place', id: file.id, choice: choice.id });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'file-drop': FileDrop;
  }
}
