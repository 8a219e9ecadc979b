import '@awesome.me/webawesome/dist/components/button/button.js';
import type { PropertyValues, TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { capital } from '../../src/flash/english.ts';
import type { Inspection } from '../../src/flash/family.ts';
import type { LibraryItem, LibraryView } from '../../src/backups/library-view.ts';
import { EMPTY_LIBRARY } from '../../src/backups/library-view.ts';
import type { Acting, AskedOf } from './backup-library.actions.ts';
import { renderActions, renderDeleting, TO_THIS, WAIT } from './backup-library.actions.ts';
import { renderAgain, renderState, renderUsage } from './backup-library.parts.ts';
import { isImported, renderImported, SavedBackup } from './backup-library.notes.ts';
import { styles } from './backup-library.styles.ts';
import type { BoardGroup } from './backup-library.words.ts';
import {
  fits,
  groupsOf,
  isOfEqualBoard,
  layoutWords,
  libraryInBrief,
  missingOf,
  moreWords,
  neededBy,
  reasonOf,
  sizeWords,
  titleOf,
} from './backup-library.words.ts';
import { sendIntent, sendLibraryIntent } from '../shared/events.ts';
import { clock, count, dayAndTime } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import '../backup-maker/backup-maker.ts';
import '../passphrase-dialog/passphrase-dialog.ts';
import '../signing-keys/signing-keys.ts';
import { savedNoteOf } from '../shared/saved-note.ts';
import { base } from '../shared/base.ts';

/** More backups of one board than this are shown only on request. */
const SHOWN = 8;

/** In ms: how often it is looked whether another day has begun. */
const MINUTE = 60_000;

/**
 * The backups that this browser keeps, by board, and the actions for each. It is a single line if none of them is useful for
 * the connected board.
 *
 * @property library – the backups and their storage use
 * @property board – the connected board, if there is one
 * @property hold – why nothing can be restored to the board at the moment; empty if something can
 * @property again – the name of what makes the board ready for that again; empty if that is not what it waits for
 * @property view – whether it is a view with its name above it: then it is not folded
 * @property now – the time that ages are relative to, in ms since 1970
 * @event sectorwise-library – an intent for a backup
 * @event sectorwise-intent – `restore`, `reconnect`
 * @event sectorwise-look – the partition of a backup to look into
 * @event sectorwise-bundle – the backup, of which a recovery bundle is to be made
 */
@customElement('backup-library')
export class BackupLibraryElement extends LitElement {
  static override styles = [base, styles];

  @property({ attribute: false }) library: LibraryView = EMPTY_LIBRARY;
  @property({ attribute: false }) board: Inspection | null = null;
  @property() hold = '';
  @property() again = '';
  @property({ type: Boolean }) view = false;
  @property({ attribute: false }) now: number | null = null;

  /** Whether the person has unfolded or folded it; null if neither. */
  @state() private unfolded: boolean | null = null;
  @state() private deleting: string | null = null;
  @state() private asked: AskedOf | null = null;
  @state() private full: readonly string[] = [];
  @state() private over = false;

  @query('input[type=file]') private file!: HTMLInputElement;
  @query('.state') private status!: HTMLElement | null;

  #savedBackup = new SavedBackup(this);
  #saved = savedNoteOf(this);
  #focused: Element | null = null;
  #ageing: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    // What was made today is of yesterday once the page has stood still over night.
    this.#ageing = setInterval(() => this.requestUpdate(), MINUTE);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#ageing);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // A new failure is shown even if the library was folded before.
    if (changed.has('library') && this.library.failure !== null && this.unfolded === false) this.unfolded = null;
    if (changed.has('library')) this.#focused = this.shadowRoot?.activeElement ?? null;
  }

  protected override updated(): void {
    const before = this.#focused;
    this.#focused = null;
    // The focused element may be gone with its backup: the focus then goes to the library, not to the page.
    if (before !== null && !before.isConnected) this.status?.focus();
  }

  protected override render(): TemplateResult {
    const { library, board } = this;
    const groups = groupsOf(library.items, board);
    const restorable = library.items.some((item) => fits(item, board) !== 'none');
    const ofUse = restorable || groups.some(({ own }) => own);
    const pressing = library.failure !== null || library.unread !== null || library.busy !== null;
    const open = this.unfolded ?? (ofUse || pressing);
    const brief = this.inBrief;
    const maker =
      this.view && board !== null ? html`<backup-maker .board=${board} .hold=${this.hold}></backup-maker>` : nothing;
    const body = html`<div
      class="body ${this.over ? 'over' : ''}"
      @dragover=${(event: DragEvent) => {
        event.preventDefault();
        this.over = true;
      }}
      @dragleave=${() => (this.over = false)}
      @drop=${(event: DragEvent) => {
        event.preventDefault();
        this.over = false;
        this.take(event.dataTransfer?.files ?? null);
      }}
    >
      ${renderState(library)}
      ${this.hold === '' || !restorable || maker !== nothing ? nothing : html`<p class="small quiet">Nothing can be restored yet. ${this.hold}</p>`}
      ${
        library.items.length === 0 && library.unread === null
          ? html`<p class="quiet">
              Flash content that a job overwrites is backed up here first.
              ${board === null ? 'Connect a board to back up a partition or the whole flash yourself. ' : ''}A backup
              can also be imported from a file.
            </p>`
          : groups.map((group) => this.renderGroup(group))
      }
      ${this.renderBelow()}
    </div>`;
    const all = library.items.length === 0 ? `Backups: ${brief}` : brief;
    const shown = this.view
      ? html`${maker} ${groups.some(({ own }) => own) ? nothing : html`<p class="brief"><b>${all}</b></p>`} ${body}`
      : // A native `<details>`: a screen reader cannot tell two `wa-details` with rich summaries apart.
        html`<details class="library" ?open=${open}>
          <summary
            @click=${(event: Event) => {
              event.preventDefault();
              this.unfolded = !open;
            }}
          >
            ${icons.fold}<b>Backups</b> <span class="quiet">${brief}</span>
          </summary>
          ${body}
        </details>`;
    return html`${shown}
      <passphrase-dialog
        .ask=${this.asked}
        @passphrase-given=${({ detail }: CustomEvent<string | null>) => this.answer(detail)}
        @passphrase-refused=${() => (this.asked = null)}
      ></passphrase-dialog>`;
  }

  private get inBrief(): string {
    const { library, board } = this;
    return `${libraryInBrief(library, board)}${library.storage?.kind === 'tab' ? ', lost when this tab closes' : ''}`;
  }

  private take(files: FileList | null): void {
    if (this.library.busy === null)
      for (const file of files ?? []) sendLibraryIntent(this, { do: 'import-backup', file });
  }

  private answer(passphrase: string | null): void {
    const { asked } = this;
    this.asked = null;
    if (asked === null) return;
    const { id } = asked;
    if (asked.for === 'export') sendLibraryIntent(this, { do: 'export-backup', id, passphrase });
    else if (passphrase !== null)
      sendLibraryIntent(this, { do: asked.for === 'encrypt' ? 'encrypt-backup' : 'open-backup', id, passphrase });
  }

  private renderGroup({ board, own, items }: BoardGroup): TemplateResult {
    const isLedTo = items.some((item) => isImported(item, this.library));
    const all = isLedTo || this.full.includes(board) || items.length <= SHOWN + 1;
    const isRestorable = items.some((item) => fits(item, this.board) === 'same');
    const isOfOther = !own && isOfEqualBoard(items, this.board);
    const list = html`${
        isOfOther
          ? html`<p class="small">To write one of these to the connected board, press “${TO_THIS}” under “More”.</p>`
          : nothing
      }
      ${this.again === '' || !isRestorable ? nothing : renderAgain(this.again, () => sendIntent(this, { do: 'reconnect' }))}
      <ul class="items" aria-label=${`Backups of ${board}`}>
        ${items.slice(0, all ? undefined : SHOWN).map((item) => this.renderItem(item, isOfOther))}
      </ul>
      ${
        all
          ? nothing
          : html`<wa-button size="s" appearance="plain" @click=${() => (this.full = [...this.full, board])}
              >${moreWords(items.slice(SHOWN), this.now ?? Date.now())}</wa-button
            >`
      }`;
    if (own) {
      const known = this.board?.identity.key !== null;
      return html`<section class="group" aria-labelledby="own">
        <div class="head">
          <h3 id="own">
            ${icons.chip}${known ? 'The connected board' : 'Boards like the connected one'}
            <span class="exact">${board}</span>
          </h3>
          ${this.view ? html`<p class="brief small quiet">${this.inBrief}</p>` : nothing}
        </div>
        ${list}
      </section>`;
    }
    const open = isLedTo || this.board === null || items.some((item) => fits(item, this.board) === 'equal');
    return html`<details class="group" ?open=${open}>
      <summary>
        ${icons.fold}<span
          >${isOfOther ? html`<b>Another board</b> <span class="exact">${board}</span>` : html`<b>${board}</b>`}
          <span class="quiet">${count(items.length, 'backup')}</span></span
        >
      </summary>
      ${list}
    </details>`;
  }

  /** `isOfOther` is whether it is said of the whole group that it is of another board. */
  private renderItem(item: LibraryItem, isOfOther: boolean): TemplateResult {
    const { id, name, fits: open, made, kind } = item;
    const encrypted = open === null;
    const missing = missingOf(item);
    const fit = fits(item, this.board);
    const needed = neededBy(item);
    const ofLayout = layoutWords(item, this.board);
    const title = this.titleOf(item);
    // A click on its words must not take the focus where nothing led to it.
    const target = isImported(item, this.library) ? -1 : nothing;
    return html`<li class="item" aria-label=${title} tabindex=${target} data-does=${`Show ${id}`}>
      <span class="sign" aria-hidden="true"
        >${encrypted ? icons.lock : kind === 'device' ? icons.chip : icons.box}</span
      >
      <div class="about">
        <p><b>${name}</b></p>
        <p class="small">
          <time datetime=${new Date(made).toISOString()} title=${clock(made)}
            >${capital(dayAndTime(made, this.now ?? Date.now()))}</time
          ><span class="quiet">, ${reasonOf(item)}. <span class="size">Holds ${sizeWords(item)}.</span></span>
        </p>
        ${ofLayout === null ? nothing : html`<p class="small">${ofLayout}</p>`}
        ${
          encrypted
            ? html`<p class="small"><b>Encrypted.</b> Decrypt it with its passphrase before you restore it.</p>`
            : nothing
        }
        ${
          fit === 'equal' && !isOfOther
            ? html`<p class="small">
                <b>From another board:</b> to write it to this one, press “${TO_THIS}” under “More”.
              </p>`
            : nothing
        }
        ${needed === null ? nothing : html`<p class="small">${needed}</p>`}
        ${missing === '' ? nothing : html`<p class="small missing">${icons.warning} ${missing}</p>`}
        ${this.#savedBackup.id === id ? this.#saved.render('save-bytes', 'export-backup') : nothing}
      </div>
      ${this.deleting === id ? renderDeleting(item, this.acting) : renderActions(item, fit, this.acting)}
    </li>`;
  }

  private titleOf(item: LibraryItem): string {
    return titleOf(item, this.now ?? Date.now());
  }

  /** What the actions of a backup need of the library, and what they do to it. */
  private get acting(): Acting {
    return {
      sender: this,
      now: this.now ?? Date.now(),
      hold: this.hold,
      isBusy: this.library.busy !== null,
      ask: (asked) => (this.asked = asked),
      askToDelete: (id) => void this.askToDelete(id),
      keep: (id) => void this.keep(id),
      onDelete: () => {
        this.deleting = null;
        this.status?.focus();
      },
    };
  }

  private async askToDelete(id: string): Promise<void> {
    this.deleting = id;
    await this.focusOn('Keep');
  }

  private async keep(id: string): Promise<void> {
    this.deleting = null;
    await this.focusOn(`More ${id}`);
  }

  private async focusOn(does: string): Promise<void> {
    await this.updateComplete;
    const found = [...this.renderRoot.querySelectorAll<HTMLElement>('[data-does]')].find(
      ({ dataset }) => dataset['does'] === does,
    );
    if (found !== undefined && 'updateComplete' in found) await found.updateComplete;
    const group = found?.closest<HTMLDetailsElement>('details.group');
    if (group) group.open = true;
    found?.focus();
  }

  private renderBelow(): TemplateResult {
    const { usage, busy } = this.library;
    return html`<div class="below">
      <div class="row">
        <input
          type="file"
          hidden
          aria-label="Backup file to import"
          @change=${() => {
            this.take(this.file.files);
            // Allows the same file to be chosen again.
            this.file.value = '';
          }}
        />
        <wa-button
          size="s"
          appearance="outlined"
          ?disabled=${busy !== null}
          title=${busy === null ? '' : WAIT}
          @click=${() => this.file.click()}
          >${icons.open} Import backup</wa-button
        >
        <span class="quiet small"
          >${busy !== null ? WAIT : this.over ? 'Drop to import' : 'or drop the file here'}</span
        >
      </div>
      ${renderImported(this.library, this.now ?? Date.now(), ({ id }) => void this.focusOn(`Show ${id}`))}
      <signing-keys .keys=${this.library.keys} .hold=${busy === null ? '' : WAIT}></signing-keys>
      ${renderUsage(usage, this.library.storage)}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'backup-library': BackupLibraryElement;
  }
}
