import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import type { Refusal } from '../../src/flash/finding.ts';
import type { KeyView } from '../../src/backups/make-bundles.ts';
import type { Layout } from '../../src/flash/layout.ts';
import { LARGEST_FLASH } from '../../src/flash/map.ts';
import type { Plan } from '../../src/flash/plan.ts';
import type { AsideEnd } from '../../src/session/aside.ts';
import type { EditsView } from '../../src/session/contents/chosen-edits.ts';
import type { PickedFile } from '../../src/session/intents.ts';
import type { ContainerView, FileView } from '../../src/session/state.ts';
import { entriesOf, filesBelow, MOST_FILES, pickedFile } from '../shared/dropped-files.ts';
import { sendIntent } from '../shared/events.ts';
import { askForBundle, renderAside, renderContainer, renderEdits, renderFile } from './file-drop.list.ts';
import { styles } from './file-drop.styles.ts';
import { findingStyles } from '../shared/finding.ts';
import { bytes, roughly } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { loadLate } from '../shared/load-late.ts';
import { fields } from '../shared/fields.ts';
import { base } from '../shared/base.ts';

/** A file of our own to try a board with; `make` builds it. */
export interface SampleFile {
  readonly name: string;
  readonly make: () => Promise<File>;
}

/**
 * Accepts files and folders, shows what each is and what is wrong with it, and asks where it is to go.
 *
 * @property files – the files so far, including parts of containers
 * @property containers – the dropped containers
 * @property layout – names the places in findings
 * @property refusals – why something cannot be written; those at a file are shown there
 * @property samples – files to try this board with, offered where there are none yet
 * @property again – what was chosen before, by name; offered where there are no files, null if there is nothing
 * @property keys – the keys by which a recovery bundle says who signed it
 * @property edits – what is to be changed of what partitions hold, which is planned with the files
 * @property plan – the plan for all of that, which says what is on the board already; null while there is none
 * @property aside – whether something else is planned: they are only named then
 * @property end – what becomes of them once that is carried out; null where that is not known yet
 * @property locked – whether the board is being written: then nothing can be changed
 * @property slim – compact, where dropping is not the main task
 * @property primary – whether choosing a file is the next step
 * @event sectorwise-intent – `add-files`, `use-again`, `remove-file`, `use`, `place` or `withdraw-edits`
 * @event sectorwise-bundle – the files, of which a recovery bundle is to be made
 * @event sectorwise-look – the file, or the partition with edits, to look into
 * @event sectorwise-point – the place of the choice pointed at
 */
@customElement('file-drop')
export class FileDrop extends LitElement {
  static override styles = [base, fields, findingStyles, styles];

  @property({ attribute: false }) files: readonly FileView[] = [];
  @property({ attribute: false }) containers: readonly ContainerView[] = [];
  @property({ attribute: false }) layout: Layout | null = null;
  @property({ attribute: false }) refusals: readonly Refusal[] = [];
  @property({ attribute: false }) samples: readonly SampleFile[] = [];
  @property({ attribute: false }) again: string | null = null;
  @property({ attribute: false }) keys: readonly KeyView[] = [];
  @property({ attribute: false }) edits: readonly EditsView[] = [];
  @property({ attribute: false }) plan: Plan | null = null;
  @property({ type: Boolean }) aside = false;
  @property({ attribute: false }) end: AsideEnd | null = null;
  @property({ type: Boolean }) locked = false;
  @property({ type: Boolean }) primary = false;
  @property({ type: Boolean }) slim = false;

  @state() private over = false;
  /** Whether a repair led here: the zone is marked until the focus moves on. */
  @state() private asked = false;
  @state() private turnedAway: readonly string[] = [];

  /** Whether what is chosen next takes the place of what is here. */
  #replaces = false;

  @query('input.files') private filesInput!: HTMLInputElement;
  @query('input.folder') private folderInput!: HTMLInputElement;

  /** Passes on files that were chosen together. Large files are refused here only outside folders: the importer may skip them. */
  private take(files: readonly PickedFile[]): void {
    const whole = files.filter(({ path, blob }) => path.includes('/') || blob.size <= LARGEST_FLASH);
    this.turnedAway = files
      .filter((file) => !whole.includes(file))
      .map(
        ({ path, blob }) =>
          `${path} was not added: it is ${roughly(blob.size)}, and no flash is larger than ${bytes(LARGEST_FLASH)}.`,
      );
    if (whole.length === 0) return;
    if (this.#replaces) this.clear();
    this.#replaces = false;
    sendIntent(this, { do: 'add-files', files: whole });
  }

  private clear(): void {
    const plain = this.files.filter(({ container }) => container === null);
    for (const { id } of [...this.containers, ...plain]) sendIntent(this, { do: 'remove-file', id });
  }

  private open(input: HTMLInputElement, replaces = false): void {
    this.#replaces = replaces;
    input.click();
  }

  /** Moves the focus to the first thing that is wrong with a file, or to the button that chooses one. */
  override focus(): void {
    const problem = this.shadowRoot?.querySelector<HTMLElement>('article.card') ?? null;
    const first = problem ?? this.shadowRoot?.querySelector<HTMLElement>('.zone wa-button');
    first?.focus({ preventScroll: true });
    first?.scrollIntoView({ block: problem === null ? 'nearest' : 'center' });
  }

  /** Shows where a file is chosen, for what asks for one: in view, marked, with the focus on its button. */
  ask(): void {
    const zone = this.shadowRoot?.querySelector<HTMLElement>('.zone');
    zone?.querySelector<HTMLElement>('wa-button')?.focus({ preventScroll: true });
    zone?.scrollIntoView({ block: 'center' });
    this.asked = true;
  }

  private async onDrop(event: DragEvent): Promise<void> {
    event.preventDefault();
    this.over = false;
    this.#replaces = false;
    if (this.locked || event.dataTransfer === null) return;
    this.turnedAway = [];
    const entries = entriesOf(event.dataTransfer);
    try {
      const dropped = await filesBelow(entries);
      if (dropped.kind === 'files') this.take(dropped.files);
      else this.refuseMany(dropped.name);
    } catch {
      this.turnedAway = [
        `${entries[0]?.name ?? 'It'} could not be read. Drop it again, or use the button to choose it.`,
      ];
    }
  }

  private refuseMany(name: string): void {
    const most = MOST_FILES.toLocaleString('en');
    this.turnedAway = [`${name} contains more than ${most} files. Choose the build folder inside it.`];
  }

  private onDrag(event: DragEvent): void {
    if (this.locked) return;
    event.preventDefault();
    this.over = true;
  }

  private onChosen(input: HTMLInputElement): void {
    const files = [...(input.files ?? [])].map(pickedFile);
    // Allows the same file to be chosen again after a rebuild.
    input.value = '';
    if (files.length > MOST_FILES) this.refuseMany(files[0]?.path.split('/')[0] ?? 'It');
    else this.take(files);
  }

  protected override render(): TemplateResult {
    const small = this.slim || this.aside || this.files.length + this.containers.length > 0;
    const plain = this.files.filter((file) => file.container === null);
    const edits = this.edits.filter(({ range: { within } }) => within === undefined);
    return html`
      ${
        this.aside
          ? renderAside([...this.containers, ...plain], edits, this.end)
          : html`${this.containers.map((container) => renderContainer(this, container))}
            ${plain.map((file) => renderFile(this, file))} ${edits.map((each) => renderEdits(this, each))}`
      }
      <div
        class=${classMap({ zone: true, over: this.over, asked: this.asked, slim: small })}
        @focusout=${() => (this.asked = false)}
        @dragover=${this.onDrag}
        @dragleave=${() => (this.over = false)}
        @drop=${this.onDrop}
      >
        <input
          class="files"
          type="file"
          multiple
          hidden
          aria-label="Files to flash"
          @change=${() => this.onChosen(this.filesInput)}
        />
        <input
          class="folder"
          type="file"
          webkitdirectory
          hidden
          aria-label="Folder to flash from"
          @change=${() => this.onChosen(this.folderInput)}
        />
        ${small ? this.renderMoreButtons() : this.renderFirstButtons()}
        <span class="quiet">${this.over ? 'Drop to add' : small ? 'or drop it here' : 'or drop them here'}</span>
        ${small ? nothing : this.renderKinds()}
      </div>
      <div role="status">
        ${this.turnedAway.map((says) => html`<p class="refused">${icons.problem}<span>${says}</span></p>`)}
      </div>
    `;
  }

  private renderFirstButtons(): TemplateResult {
    return html`<wa-button
        variant=${this.primary ? 'brand' : 'neutral'}
        appearance=${this.primary ? 'accent' : 'outlined'}
        ?disabled=${this.locked}
        @click=${() => this.open(this.filesInput)}
        >${icons.file} Choose a file</wa-button
      >
      <wa-button appearance="outlined" ?disabled=${this.locked} @click=${() => this.open(this.folderInput)}
        >${icons.folder} Choose a folder</wa-button
      >
      ${
        this.again === null
          ? nothing
          : html`<wa-button
              class="long"
              appearance="outlined"
              ?disabled=${this.locked}
              @click=${() => sendIntent(this, { do: 'use-again' })}
              >${icons.again} Use ${this.again} again</wa-button
            >`
      }`;
  }

  /** With files here, to add is not to replace. */
  private renderMoreButtons(): TemplateResult {
    const button = (label: string, icon: TemplateResult, act: () => void) =>
      html`<wa-button size="s" appearance="outlined" ?disabled=${this.locked} @click=${act}
        >${icon} ${label}</wa-button
      >`;
    const some = !this.aside && this.files.length + this.containers.length > 0;
    return html`${button('Add a file', icons.plus, () => this.open(this.filesInput))}
    ${button('Add a folder', icons.folder, () => this.open(this.folderInput))}
    ${some ? button('Replace', icons.again, () => this.open(this.filesInput, true)) : nothing}
    ${some && this.files.some(({ used, chosen }) => used && chosen !== null) ? button('Make a bundle of these', icons.box, () => askForBundle(this, this.files, this.containers)) : nothing}`;
  }

  private renderKinds(): TemplateResult {
    return html`<p class="kinds quiet small">
      Firmware or data, as files, a build folder or a ZIP archive: the content is listed before anything is written.
      ${(this.again === null || this.samples.length > 1 ? this.samples : []).map(
        (sample) =>
          html`<button type="button" class="sample" ?disabled=${this.locked} @click=${() => this.takeSample(sample)}>
            Try with ${sample.name}
          </button>`,
      )}
    </p>`;
  }

  private async takeSample({ name, make }: SampleFile): Promise<void> {
    const made = make();
    if (await loadLate(this, name, made)) this.take([pickedFile(await made)]);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'file-drop': FileDrop;
  }
}
