import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { ContentEdit, ContentsPlace, FileTree } from '../../src/flash/partition-contents.ts';
import type { ContentsView } from '../../src/session/contents/contents-viewer.ts';
import { entriesOf, filesBelow } from '../shared/dropped-files.ts';
import { sendIntent } from '../shared/events.ts';
import { bytes, clock } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { base } from '../shared/base.ts';
import { renderPreview } from './file-tree.preview.ts';
import { styles } from './file-tree.styles.ts';
import type { OwnEdit } from '../settings-table/settings-table.words.ts';
import type { FileRow } from './file-tree.words.ts';
import { fileRows, nameOf } from './file-tree.words.ts';

/**
 * The files of a file system with what is to become of them, and a preview of one. Files dropped on it are added at the top, or
 * in the folder that they are dropped on.
 *
 * @property tree – the file system as it is on the board
 * @property edits – what is to be changed in this partition
 * @property file – the file to preview; null if none is
 * @property range – the partition
 * @property locked – whether nothing can be changed at the moment
 * @property hold – why nothing can be read at the moment; empty if it can
 * @event sectorwise-intent – `read-file`, `save-files`, `edit-contents`, `withdraw-edits`
 */
@customElement('file-tree')
export class FileTreeElement extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) tree: FileTree | null = null;
  @property({ attribute: false }) edits: readonly OwnEdit[] = [];
  @property({ attribute: false }) file: ContentsView['file'] = null;
  @property({ attribute: false }) range: ContentsPlace | null = null;
  @property({ type: Boolean }) locked = false;
  @property() hold = '';

  /** The entry being renamed, or the folder being made (`from` is empty), with what is typed. */
  @state() private naming: { readonly from: string; readonly to: string } | null = null;
  @state() private over = false;
  @state() private notice = '';
  @query('input[type=file]') private picker!: HTMLInputElement;
  /** The address of the picture being previewed, and the bytes that it is made of. */
  #picture: { readonly of: Uint8Array; readonly url: string } | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.forgetPicture();
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    if (this.#picture !== null && this.#picture.of !== this.file?.data) this.forgetPicture();
    if (changed.has('file') && this.file !== null) this.shadowRoot?.querySelector<HTMLElement>('.preview')?.focus();
    if (changed.has('naming') && this.naming !== null)
      this.shadowRoot?.querySelector<HTMLElement>('form input')?.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { tree, locked } = this;
    if (tree === null) return nothing;
    const rows = fileRows(tree.entries, this.edits);
    const hasFiles = tree.entries.some(({ kind }) => kind === 'file');
    return html`<div
        class=${classMap({ drop: true, over: this.over })}
        @dragover=${(event: DragEvent) => this.drag(event, true)}
        @dragleave=${(event: DragEvent) => this.drag(event, false)}
        @drop=${(event: DragEvent) => void this.drop(event)}
      >
        <table>
          <caption class="hidden">
            Files
          </caption>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col" class="number">Size</th>
              <th scope="col">Changed</th>
              <th scope="col"><span class="hidden">What can be done</span></th>
            </tr>
          </thead>
          <tbody>
            ${rows.map((row) => this.renderRow(row))}
          </tbody>
        </table>
        ${rows.length === 0 ? html`<p class="quiet">There are no files.</p>` : nothing}
        <p class="small quiet">
          ${bytes(tree.usedBytes)} of ${bytes(tree.totalBytes)} used. Drop files here to add them.
        </p>
      </div>
      <div class="row">
        <wa-button size="s" appearance="outlined" ?disabled=${locked} @click=${() => this.picker.click()}
          >${icons.plus} Add files</wa-button
        >
        ${
          tree.format === 'SPIFFS'
            ? nothing
            : html`<wa-button
                size="s"
                appearance="outlined"
                ?disabled=${locked}
                @click=${() => (this.naming = { from: '', to: '/' })}
                >${icons.folder} New folder</wa-button
              >`
        }
        <wa-button
          size="s"
          appearance="outlined"
          ?disabled=${!hasFiles || this.hold !== ''}
          title=${this.hold}
          @click=${() => this.range !== null && sendIntent(this, { do: 'save-files', range: this.range })}
          >${icons.save} Save all as ZIP</wa-button
        >
        <input type="file" multiple hidden aria-label="Files to add" @change=${() => void this.pick()} />
      </div>
      ${this.naming?.from === '' ? this.renderNaming('New folder') : nothing}
      <p role="status" class="small">${this.notice}</p>
      ${this.file === null ? nothing : renderPreview(this.file, (data, type) => this.pictureOf(data, type))}`;
  }

  private renderRow(row: FileRow): TemplateResult {
    const { path, kind, now, edits, gone, depth } = row;
    const state = { changed: edits.length > 0, deleted: gone, folder: kind === 'folder' };
    const can = now !== null && !gone;
    return html`<tr class=${classMap(state)} data-folder=${kind === 'folder' ? path : nothing}>
        <th scope="row" style=${styleMap({ '--depth': String(depth) })}>
          ${kind === 'folder' ? icons.folder : icons.file} <span class="now">${nameOf(path)}</span>
          ${edits.map(({ says }) => html`<span class="to">${says}</span> `)}
        </th>
        <td class="number exact">${now === null || kind === 'folder' ? nothing : bytes(now.size)}</td>
        <td class="exact when">${now?.modified === null || now === null ? nothing : clock(now.modified)}</td>
        <td class="acts">
          ${
            can && kind === 'file'
              ? html`${this.act('Preview', path, () => this.read(path, false), this.hold !== '')}
                ${this.act('Save', path, () => this.read(path, true), this.hold !== '')}`
              : nothing
          }
          ${
            can && edits.length === 0
              ? html`${this.act('Rename', path, () => (this.naming = { from: path, to: path }), this.locked)}
                ${this.act('Delete', path, () => this.edit({ edit: 'delete-file', path }), this.locked)}`
              : edits.map(({ id }) =>
                  this.act(
                    'Withdraw',
                    path,
                    () => sendIntent(this, { do: 'withdraw-edits', range: this.range, id }),
                    this.locked,
                  ),
                )
          }
        </td>
      </tr>
      ${
        this.naming?.from === path
          ? html`<tr>
              <td colspan="4">${this.renderNaming(`Rename ${path}`)}</td>
            </tr>`
          : nothing
      }`;
  }

  private act(name: string, path: string, click: () => void, off: boolean): TemplateResult {
    return html`<button type="button" class="link" aria-label="${name} ${path}" ?disabled=${off} @click=${click}>
      ${name}
    </button>`;
  }

  private renderNaming(label: string): TemplateResult {
    return html`<form
      aria-label=${label}
      @submit=${(event: Event) => this.name(event)}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === 'Escape') this.naming = null;
      }}
    >
      <label class="wide"
        >${this.naming?.from === '' ? 'Path of the new folder' : 'New path'}<input
          .value=${this.naming?.to ?? ''}
          required
          autocomplete="off"
          spellcheck="false"
          @input=${({ target }: Event) => {
            if (target instanceof HTMLInputElement && this.naming !== null)
              this.naming = { ...this.naming, to: target.value };
          }}
      /></label>
      <div class="row">
        <wa-button size="s" type="submit" appearance="accent" ?disabled=${this.locked}
          >${label.split(' ')[0]}</wa-button
        >
        <wa-button size="s" appearance="outlined" @click=${() => (this.naming = null)}>Cancel</wa-button>
      </div>
    </form>`;
  }

  private name(event: Event): void {
    event.preventDefault();
    const { naming } = this;
    if (naming === null) return;
    // Whoever types a name alone means the top folder, where paths begin with a slash as those that are listed do.
    const to = naming.to === '' || naming.to.startsWith('/') || !isRooted(naming.from) ? naming.to : `/${naming.to}`;
    if (to === '' || to === naming.from) return;
    if (naming.from === '') this.edit({ edit: 'make-folder', path: to });
    else this.edit({ edit: 'rename-file', path: naming.from, to });
    this.naming = null;
  }

  private drag(event: DragEvent, over: boolean): void {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    this.over = over && !this.locked;
  }

  private async drop(event: DragEvent): Promise<void> {
    event.preventDefault();
    // The page must not take them for files to flash.
    event.stopPropagation();
    this.over = false;
    if (event.dataTransfer === null || this.locked) return;
    const row = event.target instanceof Element ? event.target.closest('tr[data-folder]') : null;
    const folder = row?.getAttribute('data-folder') ?? '';
    const dropped = await filesBelow(entriesOf(event.dataTransfer));
    if (dropped.kind === 'too-many') this.notice = `${dropped.name} holds too many files.`;
    else await this.add(dropped.files.map(({ path, blob }) => ({ path: `${folder}/${path}`, blob })));
  }

  private async pick(): Promise<void> {
    const files = [...(this.picker.files ?? [])].map((file) => ({ path: `/${file.name}`, blob: file }));
    // The same file may be chosen again.
    this.picker.value = '';
    await this.add(files);
  }

  private async add(files: readonly { readonly path: string; readonly blob: Blob }[]): Promise<void> {
    const edits: ContentEdit[] = [];
    for (const { path, blob } of files) {
      try {
        const data = new Uint8Array(await blob.arrayBuffer());
        const modified = blob instanceof File ? blob.lastModified : null;
        edits.push({ edit: 'write-file', path, data, modified });
      } catch {
        this.notice = `${nameOf(path)} can no longer be read.`;
      }
    }
    if (edits.length > 0) this.edit(...edits);
  }

  private edit(...edits: ContentEdit[]): void {
    if (this.range !== null) sendIntent(this, { do: 'edit-contents', range: this.range, edits });
  }

  private read(path: string, save: boolean): void {
    if (this.range !== null) sendIntent(this, { do: 'read-file', range: this.range, path, save });
  }

  private pictureOf(data: Uint8Array, type: string): string {
    if (this.#picture?.of === data) return this.#picture.url;
    this.forgetPicture();
    this.#picture = { of: data, url: URL.createObjectURL(new Blob([new Uint8Array(data)], { type })) };
    return this.#picture.url;
  }

  private forgetPicture(): void {
    if (this.#picture !== null) URL.revokeObjectURL(this.#picture.url);
    this.#picture = null;
  }
}

/** Whether a path begins as those of folders do; SPIFFS has names that do not. */
function isRooted(path: string): boolean {
  return path === '' || path.startsWith('/');
}

declare global {
  interface HTMLElementTagNameMap {
    'file-tree': FileTreeElement;
  }
}
