import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import type WaCheckbox from '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import type { Refusal } from '../../src/flash/finding.ts';
import type { KeyView } from '../../src/backups/bundle-desk.ts';
import { bytes } from '../../src/flash/finding.ts';
import type { Layout } from '../../src/flash/layout.ts';
import { placeOfFile } from '../../src/flash/partition-contents.ts';
import { LARGEST_FLASH } from '../../src/flash/map.ts';
import type { ContainerView, FileView, PickedFile } from '../../src/session/state.ts';
import { entriesOf, filesBelow, MOST_FILES, pickedFile } from '../shared/dropped-files.ts';
import { sendIntent, sendLook } from '../shared/events.ts';
import { askForBundle, findingsBeside, renderBundle } from './file-drop.bundle.ts';
import { placeOf, renderBuilds, renderOtherPlaces, renderPlace } from './file-drop.places.ts';
import { styles } from './file-drop.styles.ts';
import { calmWords, findingStyles, isPressing, renderFindings, renderRefusal } from '../shared/finding.ts';
import { count, roughly } from '../shared/format.ts';
import { renderHelp } from '../help-link/help-link.ts';
import { icons } from '../shared/icons.ts';
import { fields } from '../shared/fields.ts';
import { base } from '../shared/tokens.ts';

/** A file of our own to try a board with; `make` builds it. */
export interface Sample {
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
 * @property keys – the keys by which a recovery bundle says who signed it
 * @property locked – whether the board is being written: then nothing can be changed
 * @property slim – compact, where dropping is not the main task
 * @property primary – whether choosing a file is the next step
 * @event sectorwise-intent – `add-files`, `remove-file`, `use` or `place`
 * @event sectorwise-bundle – the files, of which a recovery bundle is to be made
 * @event sectorwise-look – the file to look into
 * @event sectorwise-point – the place of the choice pointed at
 */
@customElement('file-drop')
export class FileDrop extends LitElement {
  static override styles = [base, fields, findingStyles, styles];

  @property({ attribute: false }) files: readonly FileView[] = [];
  @property({ attribute: false }) containers: readonly ContainerView[] = [];
  @property({ attribute: false }) layout: Layout | null = null;
  @property({ attribute: false }) refusals: readonly Refusal[] = [];
  @property({ attribute: false }) samples: readonly Sample[] = [];
  @property({ attribute: false }) keys: readonly KeyView[] = [];
  @property({ type: Boolean }) locked = false;
  @property({ type: Boolean }) primary = false;
  @property({ type: Boolean }) slim = false;

  @state() private over = false;
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
    const small = this.slim || this.files.length + this.containers.length > 0;
    const plain = this.files.filter((file) => file.container === null);
    return html`
      ${this.containers.map((container) => this.renderContainer(container))}
      ${plain.map((file) => this.renderFile(file))}
      <div
        class=${classMap({ zone: true, over: this.over, slim: small })}
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
      >`;
  }

  /** With files here, to add is not to replace. */
  private renderMoreButtons(): TemplateResult {
    const button = (label: string, icon: TemplateResult, act: () => void) =>
      html`<wa-button size="s" appearance="outlined" ?disabled=${this.locked} @click=${act}
        >${icon} ${label}</wa-button
      >`;
    const some = this.files.length + this.containers.length > 0;
    return html`${button('Add a file', icons.plus, () => this.open(this.filesInput))}
    ${button('Add a folder', icons.folder, () => this.open(this.folderInput))}
    ${some ? button('Replace', icons.again, () => this.open(this.filesInput, true)) : nothing}
    ${this.files.some(({ used, chosen }) => used && chosen !== null) ? button('Make a bundle of these', icons.box, () => askForBundle(this, this.files, this.containers)) : nothing}`;
  }

  private renderKinds(): TemplateResult {
    return html`<p class="kinds quiet small">
      An app, a merged image, a build folder or a ZIP archive: its content is listed before anything is written.
      ${this.samples.map(
        ({ name, make }) =>
          html`<button type="button" class="sample" ?disabled=${this.locked} @click=${() => this.takeSample(make)}>
            Try with ${name}
          </button>`,
      )}
    </p>`;
  }

  private async takeSample(make: Sample['make']): Promise<void> {
    this.take([pickedFile(await make())]);
  }

  private renderRemove(id: number, name: string): TemplateResult {
    return html`<wa-button
      size="s"
      appearance="plain"
      title="Remove"
      ?disabled=${this.locked}
      @click=${() => sendIntent(this, { do: 'remove-file', id })}
      >${icons.cross}<span class="hidden">Remove ${name}</span></wa-button
    >`;
  }

  private renderFile(file: FileView): TemplateResult {
    const own = this.refusalsOf(file);
    return html`<article class="file" aria-label=${file.name}>
      <header>
        <h3>${icons.file}<span>${file.name}</span></h3>
        <span class="exact">${roughly(file.size)}</span>
        ${this.renderRemove(file.id, file.name)}
      </header>
      ${renderPlace(this, file, this.locked)}
      <p class="small">${file.recognised.says} ${renderWhy(file)}</p>
      ${this.renderLook(file)} ${this.renderProblems(file, own)} ${renderOtherPlaces(this, file, this.locked)}
    </article>`;
  }

  /** What is changed of a file, and the way into it. */
  private renderLook({ id, name, size, recognised, changes = [] }: FileView): TemplateResult | typeof nothing {
    if (recognised.opens !== true) return nothing;
    return html`<div class="look">
      ${changes.length === 0 ? nothing : html`<p class="small"><b>Changed before it is written:</b> ${changes.join(', ')}.</p>`}
      <wa-button size="s" appearance="plain" @click=${() => sendLook(this, placeOfFile(id, size))}
        >Look inside<span class="hidden"> ${name}</span></wa-button
      >
    </div>`;
  }

  private refusalsOf({ name }: FileView): readonly Refusal[] {
    return this.refusals.filter(({ place }) => place.in === 'file' && place.name === name);
  }

  /** What is wrong with a file, once: why it is refused, or else what was found; what is right is counted. */
  private renderProblems({ recognised, name }: FileView, refused: readonly Refusal[]): TemplateResult {
    const pressing = recognised.findings.filter(isPressing);
    const folded = refused.length > 0 ? recognised.findings : recognised.findings.filter((each) => !isPressing(each));
    const words = calmWords(folded) || 'What was found';
    return html`
      ${
        refused.length > 0
          ? html`<div role="alert" class="stack">${refused.map((refusal) => renderRefusal(refusal, this.layout))}</div>`
          : renderFindings(pressing, this.layout)
      }
      ${
        folded.length === 0
          ? nothing
          : html`<wa-details appearance="plain">
              <span slot="summary" class="quiet">${words}<span class="hidden"> of ${name}</span></span>
              ${renderFindings(folded, this.layout)}
            </wa-details>`
      }
    `;
  }

  private renderContainer(container: ContainerView): TemplateResult {
    const { id, name, kind, says, left, failure } = container;
    const parts = this.files.filter((file) => file.container === id);
    return html`<article class="file" aria-label=${name}>
      <header>
        <h3>${icons.box}<span>${name}</span></h3>
        ${kind === null ? nothing : html`<span class="kind">${kind}</span>`} ${this.renderRemove(id, name)}
      </header>
      ${says === '' ? nothing : html`<p>${says}</p>`}
      ${
        failure === null
          ? nothing
          : html`<div role="alert">
              <p class="none">${icons.problem}<span>${failure.says}</span></p>
              <p>${failure.next} ${renderHelp(failure.name, failure.says)}</p>
            </div>`
      }
      ${renderBundle(container, this.keys)} ${renderFindings(findingsBeside(container), this.layout)}
      ${renderBuilds(this, container, this.locked)}
      ${
        parts.length === 0
          ? failure === null && container.builds === undefined
            ? html`<p class="none">
                ${icons.problem}<span>It contains nothing that can be written to this board${reasonOf(left)}.</span>
              </p>`
            : nothing
          : this.renderParts(container, parts)
      }
      ${
        left.length === 0
          ? nothing
          : html`<wa-details
              appearance="plain"
              ?open=${parts.length === 0}
              summary=${`Not used: ${count(left.length, 'file')}`}
            >
              <ul class="others">
                ${left.map((each) => html`<li><b>${each.name}</b> <span class="quiet">${each.why}</span></li>`)}
              </ul>
            </wa-details>`
      }
    </article>`;
  }

  /** The parts of a container; those of a bundle are folded as long as nothing is wrong with them, because its card says it all. */
  private renderParts({ name, bundle }: ContainerView, parts: readonly FileView[]): TemplateResult {
    const list = html`<ul class="parts" aria-label=${`Content of ${name}`}>
      ${parts.map((part) => this.renderPart(part))}
    </ul>`;
    const calm = parts.every(
      (part) => this.refusalsOf(part).length === 0 && !part.recognised.findings.some(isPressing),
    );
    return bundle !== undefined && calm
      ? html`<wa-details appearance="plain" summary=${`${count(parts.length, 'part')} and their places`}
          >${list}</wa-details
        >`
      : list;
  }

  private renderPart(file: FileView): TemplateResult {
    const { recognised, used } = file;
    const refused = this.refusalsOf(file);
    return html`<li class=${classMap({ part: true, out: !used })}>
      <div class="line">
        <wa-checkbox
          size="s"
          .checked=${used}
          ?disabled=${this.locked}
          @change=${(event: Event & { readonly currentTarget: WaCheckbox }) =>
            sendIntent(this, { do: 'use', id: file.id, yes: event.currentTarget.checked })}
        >
          <b>${file.name}</b> <span class="exact">${roughly(file.size)}</span>
        </wa-checkbox>
        ${used ? renderPlace(this, file, this.locked) : nothing}
      </div>
      <div class="about">
        <p class="small">
          ${recognised.says} ${used ? renderWhy(file) : html`<b>Excluded: it will not be written.</b>`}
        </p>
        ${
          refused.length > 0
            ? refused.map((refusal) => renderRefusal(refusal, this.layout))
            : renderFindings(recognised.findings.filter(isPressing), this.layout)
        }
        ${used ? renderOtherPlaces(this, file, this.locked) : nothing}
      </div>
    </li>`;
  }
}

/** Why nothing of a container is used, where one reason says it all; else empty: the list gives each. */
function reasonOf(left: ContainerView['left']): string {
  const [reason, ...others] = new Set(left.map(({ why }) => why));
  return reason === undefined || others.length > 0 ? '' : `: ${reason}`;
}

/** What speaks for or against the place that a file has. */
function renderWhy(file: FileView): TemplateResult | typeof nothing {
  const { why = '', name = '' } = placeOf(file) ?? {};
  if (why === '') return nothing;
  const says = why.replace(/\.$/, '');
  // A partition is called by its exact name, also at the beginning of a sentence.
  const [partition = ''] = name.split(',');
  return html`<span class="why">${partition !== '' && says.startsWith(`${partition} `) ? says : capital(says)}.</span>`;
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

declare global {
  interface HTMLElementTagNameMap {
    'file-drop': FileDrop;
  }
}
