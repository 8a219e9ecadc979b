import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { count } from '../../src/flash/english.ts';
import type { Partition } from '../../src/flash/layout.ts';
import { bare } from '../../src/flash/map.ts';
import type { ContentEdit, ContentsTools } from '../../src/flash/partition-contents.ts';
import type { PickedFile } from '../../src/session/intents.ts';
import { entriesOf, filesBelow, pickedFile } from '../shared/dropped-files.ts';
import { sendIntent } from '../shared/events.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/base.ts';
import { styles } from './image-maker.styles.ts';
import type { FolderFile } from './image-maker.words.ts';
import { filesOf, folderCost } from './image-maker.words.ts';
import { bytes } from '../shared/format.ts';

/**
 * Recreates a partition's content: empty, or from a folder. What is too large is said before anything is built, the largest files
 * first, and each can be left out.
 *
 * @property partition – the partition
 * @property tools – what the formats cost; null until that has arrived
 * @property locked – whether nothing can be changed at the moment
 * @event sectorwise-intent – `edit-contents`
 */
@customElement('image-maker')
export class ImageMaker extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) partition: Partition | null = null;
  @property({ attribute: false }) tools: ContentsTools | null = null;
  @property({ type: Boolean }) locked = false;

  @state() private format = '';
  @state() private folder: readonly FolderFile[] = [];
  /** The paths that are left out. */
  @state() private left: ReadonlySet<string> = new Set();
  @state() private notice = '';
  @query('input[type=file]') private picker!: HTMLInputElement;

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('partition')) [this.format, this.folder, this.left, this.notice] = ['', [], new Set(), ''];
  }

  protected override render(): TemplateResult | typeof nothing {
    const { partition, tools, locked } = this;
    const formats = partition === null ? [] : (tools?.formatsFor(partition.type) ?? []);
    const [first] = formats;
    if (partition === null || tools === null || first === undefined) return nothing;
    const format = formats.find(({ id }) => id === this.format) ?? first;
    const hasFiles = tools.costOf(format.id, [], partition.size) !== null;
    return html`<div
      class="stack"
      @dragover=${(event: DragEvent) => event.preventDefault()}
      @drop=${(event: DragEvent) => void this.drop(event)}
    >
      <div class="row">
        <label
          >Format<select
            @change=${({ target }: Event) => target instanceof HTMLSelectElement && (this.format = target.value)}
          >
            ${formats.map(({ id, name }) => html`<option value=${id} .selected=${id === format.id}>${name}</option>`)}
          </select></label
        >
        <wa-button
          size="s"
          appearance="outlined"
          ?disabled=${locked}
          @click=${() => this.send(partition, [{ edit: 'make', format: format.id }])}
          >Make it empty</wa-button
        >
        ${
          hasFiles
            ? html`<wa-button size="s" appearance="outlined" ?disabled=${locked} @click=${() => this.picker.click()}
                  >${icons.folder} Make it from a folder</wa-button
                ><input
                  type="file"
                  webkitdirectory
                  hidden
                  aria-label="Folder for the file system"
                  @change=${() => this.pick()}
                />`
            : nothing
        }
      </div>
      ${hasFiles ? html`<p class="small quiet">A folder can also be dropped here.</p>` : nothing}
      <p role="status" class="small">${this.notice}</p>
      ${this.folder.length === 0 || !hasFiles ? nothing : this.renderFolder(partition, tools, format.id)}
    </div>`;
  }

  private renderFolder(partition: Partition, tools: ContentsTools, format: string): TemplateResult {
    const taken = this.folder.filter(({ path }) => !this.left.has(path));
    const { fits, says } = folderCost(tools, format, taken, partition.size);
    const largestFirst = this.folder.toSorted((a, b) => b.size - a.size);
    return html`<p role="status" class=${fits ? '' : 'bad'}>${fits ? nothing : icons.problem} <b>${says}</b></p>
      <ul class="files" aria-label="Files of the folder, the largest first">
        ${largestFirst.map(
          ({ path, size }) =>
            html`<li>
              <label
                ><input
                  type="checkbox"
                  .checked=${!this.left.has(path)}
                  @change=${({ target }: Event) => target instanceof HTMLInputElement && this.take(path, target.checked)}
                />
                <span>${path}</span></label
              >
              <span class="exact">${bytes(size)}</span>
            </li>`,
        )}
      </ul>
      <div class="row">
        <wa-button
          size="s"
          appearance="accent"
          ?disabled=${this.locked || !fits || taken.length === 0}
          title=${fits ? '' : says}
          @click=${() => void this.make(partition, format, taken)}
          >Plan it with ${count(taken.length, 'file')}</wa-button
        >
        <wa-button size="s" appearance="outlined" @click=${() => (this.folder = [])}>Cancel</wa-button>
      </div>`;
  }

  private take(path: string, yes: boolean): void {
    this.left = new Set(yes ? [...this.left].filter((each) => each !== path) : [...this.left, path]);
  }

  private pick(): void {
    this.open([...(this.picker.files ?? [])].map(pickedFile));
    // The same folder may be chosen again.
    this.picker.value = '';
  }

  private async drop(event: DragEvent): Promise<void> {
    event.preventDefault();
    // The page must not take them for files to flash.
    event.stopPropagation();
    if (event.dataTransfer === null || this.locked) return;
    const dropped = await filesBelow(entriesOf(event.dataTransfer));
    if (dropped.kind === 'too-many') this.notice = `${dropped.name} holds too many files.`;
    else this.open(dropped.files);
  }

  private open(picked: readonly PickedFile[]): void {
    [this.folder, this.left] = [filesOf(picked), new Set()];
    this.notice = picked.length === 0 ? 'The folder holds no files.' : '';
  }

  private async make(partition: Partition, format: string, files: readonly FolderFile[]): Promise<void> {
    const edits: ContentEdit[] = [{ edit: 'make', format }];
    for (const { path, blob } of files) {
      try {
        const data = new Uint8Array(await blob.arrayBuffer());
        edits.push({ edit: 'write-file', path, data, modified: blob instanceof File ? blob.lastModified : null });
      } catch {
        this.notice = `${path} can no longer be read: choose the folder again.`;
        return;
      }
    }
    this.folder = [];
    this.send(partition, edits);
  }

  /** What was chosen for this partition before is given up with its content. */
  private send(partition: Partition, edits: readonly ContentEdit[]): void {
    const range = bare(partition);
    sendIntent(this, { do: 'withdraw-edits', range, id: null });
    sendIntent(this, { do: 'edit-contents', range, edits });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'image-maker': ImageMaker;
  }
}
