import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import type WaCheckbox from '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { bytes } from '../../src/flash/finding.ts';
import type { Choice } from '../../src/flash/family.ts';
import type { Layout } from '../../src/flash/layout.ts';
import { LARGEST_FLASH } from '../../src/flash/map.ts';
import type { ContainerView, FileView, PickedFile } from '../../src/session/state.ts';
import { entriesOf, filesBelow, MOST_FILES, pickedFile } from '../shared/dropped-files.ts';
import { sendIntent } from '../shared/events.ts';
import { renderBuilds, renderPlaces } from './file-drop.places.ts';
import { styles } from './file-drop.styles.ts';
import { findingStyles, renderFindings } from '../shared/finding.ts';
import { addresses, count, roughly } from '../shared/format.ts';
import { renderHelp } from '../help-link/help-link.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/tokens.ts';

/**
 * Accepts files and folders, shows what each is and contains, and asks where it is to go.
 *
 * @property files – the files so far, including parts of containers
 * @property containers – the dropped containers
 * @property layout – names the places in findings
 * @property locked – whether the board is being written: then nothing can be changed
 * @property slim – compact, where dropping is not the main task
 * @property primary – whether choosing a file is the next step
 * @event sectorwise-intent – `add-files`, `remove-file`, `use` or `place`
 * @event sectorwise-point – the place of the choice pointed at
 */
@customElement('file-drop')
export class FileDrop extends LitElement {
  static override styles = [base, findingStyles, styles];

  @property({ attribute: false }) files: readonly FileView[] = [];
  @property({ attribute: false }) containers: readonly ContainerView[] = [];
  @property({ attribute: false }) layout: Layout | null = null;
  @property({ type: Boolean }) locked = false;
  @property({ type: Boolean }) primary = false;
  @property({ type: Boolean }) slim = false;

  @state() private over = false;
  @state() private refusals: readonly string[] = [];

  @query('input.files') private filesInput!: HTMLInputElement;
  @query('input.folder') private folderInput!: HTMLInputElement;

  /** Passes on files that were chosen together. Large files are refused here only outside folders: the importer may skip them. */
  private take(files: readonly PickedFile[]): void {
    const whole = files.filter(({ path, blob }) => path.includes('/') || blob.size <= LARGEST_FLASH);
    this.refusals = files
      .filter((file) => !whole.includes(file))
      .map(
        ({ path, blob }) =>
          `${path} was not added: it is ${roughly(blob.size)}, and no flash is larger than ${bytes(LARGEST_FLASH)}.`,
      );
    if (whole.length > 0) sendIntent(this, { do: 'add-files', files: whole });
  }

  private async onDrop(event: DragEvent): Promise<void> {
    event.preventDefault();
    this.over = false;
    if (this.locked || event.dataTransfer === null) return;
    this.refusals = [];
    const entries = entriesOf(event.dataTransfer);
    try {
      const dropped = await filesBelow(entries);
      if (dropped.kind === 'files') this.take(dropped.files);
      else this.refuseMany(dropped.name);
    } catch {
      this.refusals = [`${entries[0]?.name ?? 'It'} could not be read. Drop it again, or use the button to choose it.`];
    }
  }

  private refuseMany(name: string): void {
    const most = MOST_FILES.toLocaleString('en');
    this.refusals = [`${name} contains more than ${most} files. Choose the build folder inside it.`];
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
        <wa-button
          variant=${this.primary ? 'brand' : 'neutral'}
          appearance=${this.primary ? 'accent' : 'outlined'}
          size=${small ? 's' : 'm'}
          ?disabled=${this.locked}
          @click=${() => this.filesInput.click()}
        >
          ${icons.file} ${small ? 'Choose another file' : 'Choose a file'}
        </wa-button>
        <wa-button
          appearance="outlined"
          size=${small ? 's' : 'm'}
          ?disabled=${this.locked}
          @click=${() => this.folderInput.click()}
        >
          ${icons.folder} Choose a folder
        </wa-button>
        <span class="quiet">${this.over ? 'Drop to add' : 'or drop it here'}</span>
        ${
          small
            ? nothing
            : html`<p class="kinds quiet small">
                An app, a merged image, a build folder or a ZIP archive: its content is listed before anything is
                written.
              </p>`
        }
      </div>
      <div role="status">
        ${this.refusals.map((says) => html`<p class="refused">${icons.problem}<span>${says}</span></p>`)}
      </div>
    `;
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
    return html`<article class="file" aria-label=${file.name}>
      <header>
        <h3>${icons.file}<span>${file.name}</span></h3>
        <span class="exact">${roughly(file.size)}</span>
        ${this.renderRemove(file.id, file.name)}
      </header>
      <p>${file.recognised.says}</p>
      ${renderFindings(file.recognised.findings, this.layout)} ${renderPlaces(this, file, this.locked)}
    </article>`;
  }

  private renderContainer(container: ContainerView): TemplateResult {
    const { id, name, kind, says, left, findings, failure } = container;
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
      ${renderFindings(findings, this.layout)} ${renderBuilds(this, container, this.locked)}
      ${
        parts.length === 0
          ? failure === null && container.builds === undefined
            ? html`<p class="none">
                ${icons.problem}<span>It contains nothing that can be written to this board${reasonOf(left)}.</span>
              </p>`
            : nothing
          : html`<ul class="parts" aria-label=${`Content of ${name}`}>
              ${parts.map((part) => this.renderPart(part))}
            </ul>`
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

  private renderPart(file: FileView): TemplateResult {
    const { recognised, choices, chosen, used } = file;
    const choice = chosen === null ? undefined : choices[chosen];
    const pressing = recognised.findings.filter((finding) => finding.verdict !== 'good');
    return html`<li class=${classMap({ part: true, out: !used })}>
      <wa-checkbox
        size="s"
        .checked=${used}
        ?disabled=${this.locked}
        @change=${(event: Event & { readonly currentTarget: WaCheckbox }) =>
          sendIntent(this, { do: 'use', id: file.id, yes: event.currentTarget.checked })}
      >
        <b>${file.name}</b> <span class="exact">${roughly(file.size)}</span>
      </wa-checkbox>
      <div class="about">
        <p class="small">
          ${recognised.says}
          ${
            used
              ? choice === undefined
                ? nothing
                : html`Goes to <b>${choice.name}</b> <span class="exact">${addresses(choice)}</span>${reason(choice)}.`
              : html`<b>Excluded: it will not be written.</b>`
          }
        </p>
        ${renderFindings(pressing, this.layout)}
        ${
          !used
            ? nothing
            : choice === undefined
              ? renderPlaces(this, file, this.locked)
              : html`<wa-details appearance="plain" summary="Choose another place">
                  ${renderPlaces(this, file, this.locked)}
                </wa-details>`
        }
      </div>
    </li>`;
  }
}

/** Why nothing of a container is used, where one reason says it all; else empty: the list gives each. */
function reasonOf(left: ContainerView['left']): string {
  const [reason, ...others] = new Set(left.map(({ why }) => why));
  return reason === undefined || others.length > 0 ? '' : `: ${reason}`;
}

/** What speaks for or against a place, as the end of a sentence. */
function reason({ why }: Choice): string {
  return why === '' ? '' : `: ${why.replace(/\.$/, '')}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'file-drop': FileDrop;
  }
}
