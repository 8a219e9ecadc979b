import '@awesome.me/webawesome/dist/components/button/button.js';
import type { PropertyValues, TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { ImageAsked } from '../shared/events.ts';
import { sendImage } from '../shared/events.ts';
import { fields } from '../shared/fields.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/base.ts';
import { styles } from './image-opener.styles.ts';

/**
 * Opens a file as a flash image, by a button or dropped, and asks here which chip or board it is of where the file does not say.
 *
 * @property question – what is asked about the file that was opened last; null if nothing is
 * @property busy – whether a board is being connected or a file opened: then nothing can be chosen
 * @event sectorwise-image – the file, and the answer to its question
 */
@customElement('image-opener')
export class ImageOpener extends LitElement {
  static override styles = [base, fields, styles];

  @property({ attribute: false }) question: ImageAsked | null = null;
  @property({ type: Boolean }) busy = false;

  @state() private over = false;
  @state() private turnedAway = '';
  /** The number of the chosen option of the question. */
  @state() private answer = 0;

  @query('input') private input!: HTMLInputElement;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('question')) this.answer = 0;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('question') && this.question !== null) this.shadowRoot?.querySelector('select')?.focus();
  }

  /** Opens one file of those that were dropped or chosen. */
  take(files: readonly File[]): void {
    const [file, ...more] = files;
    this.turnedAway = more.length > 0 ? `${files.length} files were dropped. Open one flash image at a time.` : '';
    if (file === undefined || more.length > 0 || this.busy) return;
    sendImage(this, { file, choice: {} });
  }

  private onDrop(event: DragEvent): void {
    event.preventDefault();
    // The page around this element takes files, too.
    event.stopPropagation();
    this.over = false;
    this.take([...(event.dataTransfer?.files ?? [])]);
  }

  private onChosen(): void {
    const files = [...(this.input.files ?? [])];
    // Allows the same file to be chosen again.
    this.input.value = '';
    this.take(files);
  }

  private onAnswer(): void {
    const option = this.question?.question.options[this.answer];
    if (this.question !== null && option !== undefined)
      sendImage(this, { file: this.question.file, choice: option.choice });
  }

  protected override render(): TemplateResult {
    return html`<section
      class=${this.over ? 'over' : ''}
      aria-labelledby="image"
      @dragover=${(event: DragEvent) => {
        event.preventDefault();
        this.over = !this.busy;
      }}
      @dragleave=${() => (this.over = false)}
      @drop=${this.onDrop}
    >
      <div class="words">
        <h3 id="image">${icons.file}A flash image in a file</h3>
        <p class="small quiet">
          A dump of a whole flash, a merged image, a backup, or the image of one partition (NVS, LittleFS, SPIFFS, FAT):
          see what is in it, change it, and save it again. No board is needed. Drop the file here, or choose it.
        </p>
        ${this.turnedAway === '' ? nothing : html`<p class="small" role="alert">${this.turnedAway}</p>`}
      </div>
      <wa-button appearance="outlined" ?disabled=${this.busy} @click=${() => this.input.click()}
        >${icons.open} Open a flash image</wa-button
      >
      <input type="file" hidden aria-label="Flash image" @change=${this.onChosen} />
      ${this.question === null ? nothing : this.renderQuestion(this.question)}
    </section>`;
  }

  private renderQuestion({ file, question: { asks, says, options } }: ImageAsked): TemplateResult {
    return html`<form
      class="question"
      @submit=${(event: Event) => {
        event.preventDefault();
        this.onAnswer();
      }}
    >
      <p><b>${file.name}</b>: ${says}</p>
      <label>
        <span>Which ${asks} is it of?</span>
        <select @change=${(event: Event) => this.choose(event)}>
          ${options.map(({ name }, i) => html`<option value=${i} ?selected=${i === this.answer}>${name}</option>`)}
        </select>
      </label>
      <wa-button variant="brand" ?disabled=${this.busy} @click=${() => this.onAnswer()}>Open it</wa-button>
    </form>`;
  }

  private choose({ target }: Event): void {
    if (target instanceof HTMLSelectElement) this.answer = target.selectedIndex;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'image-opener': ImageOpener;
  }
}
