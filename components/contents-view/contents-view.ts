import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import type { PropertyValues, TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { count } from '../../src/flash/english.ts';
import type { Inspection } from '../../src/flash/family.ts';
import type { Partition } from '../../src/flash/layout.ts';
import type { Range } from '../../src/flash/map.ts';
import { bare } from '../../src/flash/map.ts';
import type {
  ContentsPlace,
  ContentsTools,
  PartitionListing,
  SettingsFile,
} from '../../src/flash/partition-contents.ts';
import { isSamePlace } from '../../src/flash/partition-contents.ts';
import type { LibraryItem } from '../../src/backups/library-view.ts';
import { plainName } from '../../src/flash/names.ts';
import { whyNoWrite } from '../../src/session/backup-scope.ts';
import type { EditsView } from '../../src/session/contents/chosen-edits.ts';
import type { ContentsView } from '../../src/session/contents/contents-viewer.ts';
import type { FileView, Work } from '../../src/session/state.ts';
import '../failure-card/failure-card.ts';
import '../file-tree/file-tree.ts';
import '../hex-view/hex-view.ts';
import { PAGE } from '../hex-view/hex-view.words.ts';
import '../image-maker/image-maker.ts';
import '../range-tools/range-tools.ts';
import '../settings-table/settings-table.ts';
import type { Draft } from '../settings-table/settings-table.words.ts';
import { sendIntent, sendLook } from '../shared/events.ts';
import { findingStyles, renderFindings } from '../shared/finding.ts';
import { icons } from '../shared/icons.ts';
import { fields } from '../shared/fields.ts';
import { base } from '../shared/base.ts';
import type { Drafts } from './contents-view.places.ts';
import { draftKey, offeredOf, whyFixed, whyNotOpen, withDraft } from './contents-view.places.ts';
import { renderExplained, renderFound, renderPlaces, renderSaveBytes, renderSaved } from './contents-view.parts.ts';
import { styles } from './contents-view.styles.ts';
import type { At } from '../shared/views.ts';
import { isAt } from '../shared/views.ts';
import { editsOf, foundIn, nothingOpened, editsStatus, readWords, usualPartition } from './contents-view.words.ts';

/** Why there are none to show, of what was opened before; what is to be done about it stands with when that was read. */
const NO_BYTES = 'Its bytes were not read, and the board cannot be read now.';

/** The kinds of work in which the board is written or was restarted. */
const JOB: readonly Work['kind'][] = ['flashing', 'starting', 'ended'];

/**
 * What the partitions of the connected board hold, a dropped file, or a partition of a backup: settings, files, or an explanation, and
 * the bytes of anything. Changes of the board and of files are planned; nothing is written before the plan is agreed to.
 *
 * @property board – what was read from the board; null if there is none
 * @property contents – what the session has opened; null if nothing is
 * @property looked – what is opened of the backup; null if nothing is
 * @property files – the dropped files
 * @property backup – the backup that is looked into; null if none is
 * @property place – the file, or the partition of the backup, to look into; null for a partition of the board
 * @property tools – what is worked out for the board's formats; null until that has arrived
 * @property edits – what is to be changed, by partition
 * @property at – where the partition to look into begins; null for the usual one
 * @property work – the session's work
 * @property drafts – what is being typed of settings, by what holds them: it stays while something else is shown
 * @property hold – why the board can be neither read nor written at the moment; empty if it can
 * @event sectorwise-intent – `open-contents`, `save-bytes`, `withdraw-edits`, and what the parts send
 * @event sectorwise-library – `save-bytes` of a backup
 * @event drafts-change – the next drafts: who keeps them can show them again when the board was read again
 * @event sectorwise-look – the partition that was chosen
 */
@customElement('contents-view')
export class ContentsViewElement extends LitElement {
  static override styles = [base, fields, findingStyles, styles];

  @property({ attribute: false }) board: Inspection | null = null;
  @property({ attribute: false }) contents: ContentsView | null = null;
  @property({ attribute: false }) looked: ContentsView | null = null;
  @property({ attribute: false }) files: readonly FileView[] = [];
  @property({ attribute: false }) backup: LibraryItem | null = null;
  @property({ attribute: false }) place: ContentsPlace | null = null;
  @property({ attribute: false }) tools: ContentsTools | null = null;
  @property({ attribute: false }) edits: readonly EditsView[] = [];
  @property({ attribute: false }) at: At | null = null;
  @property({ attribute: false }) work: Work = { kind: 'idle' };
  @property({ attribute: false }) drafts: Drafts = new Map();
  @property() hold = '';

  /** Whether the bytes are shown instead of what they mean. */
  @state() private raw = false;
  /** Whether a range is typed instead of choosing a partition, and the one whose bytes are shown; null before that. */
  @state() private ranges = false;
  @state() private typed: Range | null = null;
  /** What came of the last import; empty if nothing is to be said. */
  @state() private notice = '';
  @query('input[type=file]') private picker!: HTMLInputElement | null;
  /** What was opened before a job, with the changes that were chosen: the job may write them. */
  #before: { readonly contents: ContentsView; readonly edits: readonly EditsView[] } | null = null;
  /** What was asked for last: a partition that could not be opened is not asked for again by itself. */
  #asked: { readonly of: object | null; readonly place: ContentsPlace } | null = null;

  /** The partition of the board that is looked into. */
  private get partition(): Partition | null {
    const { board, at } = this;
    if (board === null || this.place !== null) return null;
    return board.layout.partitions.find((each) => isAt(each, at)) ?? usualPartition(board);
  }

  /** What is looked into. */
  private get current(): ContentsPlace | null {
    const { partition } = this;
    return this.ranges ? this.typed : (this.place ?? (partition === null ? null : bare(partition)));
  }

  /** Whether it is in the backup, for which no board is needed. */
  private get isStored(): boolean {
    return this.place?.within?.in === 'backup';
  }

  /** What was read before the job, while the board is written or runs; null if there is nothing, or the board can be read. */
  private get earlier(): { readonly contents: ContentsView; readonly edits: readonly EditsView[] } | null {
    return this.isStored || this.contents !== null || this.hold === '' ? null : this.#before;
  }

  /** What is opened of it; null before that. */
  private get opened(): ContentsView | null {
    const [{ current, earlier }, opened] = [this, this.isStored ? this.looked : this.contents];
    const shown = opened ?? earlier?.contents ?? null;
    return shown !== null && current !== null && isSamePlace(shown.range, current) ? shown : null;
  }

  /** Why nothing can be asked for; empty if it can. */
  private get wait(): string {
    return this.isStored ? '' : this.hold;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { contents, edits } = this;
    if (!JOB.includes(this.work.kind)) this.#before = contents === null ? null : { contents, edits };
    if (changed.has('at') || changed.has('place')) [this.raw, this.notice, this.ranges] = [false, '', false];
  }

  protected override updated(): void {
    const { current } = this;
    if (current === null || this.wait !== '' || this.opened !== null || this.wasAsked(current)) return;
    this.open(current);
  }

  /** What was asked for is asked for again once the board was read again. */
  private wasAsked(place: ContentsPlace): boolean {
    const of = this.isStored ? null : this.board;
    return this.#asked?.of === of && isSamePlace(this.#asked.place, place);
  }

  private open(place: ContentsPlace): void {
    this.#asked = { of: this.isStored ? null : this.board, place };
    if (this.whyNot(place) === null) sendIntent(this, { do: 'open-contents', range: place });
  }

  /** Why it cannot be looked into at all; null if it can. */
  private whyNot(place: ContentsPlace): string | null {
    return this.board === null ? null : whyNotOpen(this.board, place);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { board, current } = this;
    if (board === null && current === null) return nothing;
    const says = editsStatus(this.edits, this.work);
    return html`<div class="stack">
      ${this.renderChoice()}
      ${
        this.ranges && board !== null
          ? this.renderRange(board)
          : current === null
            ? html`<p>${board === null ? '' : nothingOpened(board)}</p>`
            : this.renderPlace(current)
      }
      <div class="end" ?hidden=${says === ''}>
        <p role="status">${says}</p>
        <wa-button
          size="s"
          appearance="outlined"
          @click=${() => sendIntent(this, { do: 'withdraw-edits', range: null, id: null })}
          >Withdraw all changes</wa-button
        >
      </div>
    </div>`;
  }

  private renderChoice(): TemplateResult {
    const { current, board, files, backup } = this;
    const why = current === null ? null : this.whyNot(current);
    const noBytes = this.whyNoBytes();
    return html`<div class="choice">
      ${renderPlaces(offeredOf(board, files, backup), { current, ranges: this.ranges, edits: this.edits }, board !== null, (place) => this.choose(place))}
      ${
        current === null || this.ranges
          ? nothing
          : html`<div class="row">
              <wa-button
                size="s"
                appearance="outlined"
                aria-pressed=${this.raw ? 'true' : 'false'}
                ?disabled=${why !== null || noBytes !== ''}
                title=${why ?? noBytes}
                @click=${() => (this.raw = !this.raw)}
                >${this.raw ? 'Show what it holds' : 'Show its bytes'}</wa-button
              >
              ${
                current.within?.in === 'file'
                  ? nothing
                  : renderSaveBytes(this, current, board?.identity.file !== undefined, why ?? this.wait)
              }
            </div>`
      }
      ${noBytes === '' || this.opened === null ? nothing : html`<p class="small quiet">${NO_BYTES}</p>`}
    </div>`;
  }

  /** Why its bytes cannot be shown, where none were read and none can be now; empty if they can, or are shown. */
  private whyNoBytes(): string {
    const hasBytes = (this.opened?.bytes ?? null) !== null;
    return this.raw || this.ranges || hasBytes ? '' : this.wait;
  }

  private choose(place: ContentsPlace | null): void {
    this.ranges = place === null;
    if (place !== null) sendLook(this, place);
  }

  /** A range that is typed, and the bytes of the last one that was to be shown. */
  private renderRange(board: Inspection): TemplateResult {
    return html`<range-tools
      .board=${board}
      .opened=${this.opened}
      .hold=${this.hold}
      .when=${this.opened === null ? '' : this.readWhen()}
      @range-chosen=${({ detail }: CustomEvent<Range>) => this.showRange(detail)}
    ></range-tools>`;
  }

  private showRange(range: Range): void {
    this.typed = range;
    this.#asked = { of: this.board, place: range };
    sendIntent(this, { do: 'read-bytes', range, offset: 0, size: PAGE });
  }

  private renderPlace(place: ContentsPlace): TemplateResult {
    const { opened, partition, wait } = this;
    const why = this.whyNot(place);
    if (why !== null) return html`<p class="why">${icons.lock} <b>It cannot be looked into.</b> ${why}</p>`;
    if (opened === null)
      return wait === '' && this.wasAsked(place) && !this.isStored
        ? html`<div>
            <wa-button appearance="outlined" @click=${() => this.open(place)}>Look inside</wa-button>
          </div>`
        : html`<p role="status">${wait === '' ? 'Opening it.' : wait}</p>`;
    const { listing, problem } = opened;
    if (opened.why !== '') return html`<p class="why">${icons.note} <b>It cannot be looked into.</b> ${opened.why}</p>`;
    const found = partition === null || this.board === null ? ['No known format.'] : foundIn(this.board, partition);
    return html`${problem === null ? nothing : html`<failure-card .failure=${problem}></failure-card>`}
    ${
      this.raw || listing === null || listing.kind === 'unknown'
        ? html`${this.raw || listing === null ? nothing : renderFound(found)}<hex-view
              .range=${opened.range}
              .bytes=${opened.bytes}
              .found=${opened.found}
              .hold=${wait}
              .when=${place.within === undefined ? this.readWhen() : ''}
            ></hex-view>`
        : this.renderListing(listing, opened)
    }
    ${this.raw || partition === null || this.board === null ? nothing : this.renderMaking(this.board, partition)}`;
  }

  /** When what is shown of the board was read, where that is not what it holds now; `counts` is of the changes that are chosen for it. */
  private readWhen(counts = { chosen: 0, written: 0 }): string {
    return readWords(this.work, this.earlier !== null, counts, this.wait);
  }

  private keep(view: ContentsView, draft: Draft | null): void {
    this.drafts = withDraft(this.drafts, view, draft);
    this.dispatchEvent(new CustomEvent('drafts-change', { detail: this.drafts }));
  }

  /** How the content is recreated, for partitions with settings or files. */
  private renderMaking(board: Inspection, partition: Partition): TemplateResult | typeof nothing {
    const { tools } = this;
    if (tools === null || tools.formatsFor(partition.type).length === 0) return nothing;
    const locked = this.hold !== '' || whyNoWrite(board, bare(partition)) !== null;
    return html`<wa-details appearance="plain" summary="Recreate it">
      <image-maker .partition=${partition} .tools=${tools} ?locked=${locked}></image-maker>
    </wa-details>`;
  }

  /** What can be done with all settings, or all files, at once. */
  private renderTools(
    listing: PartitionListing,
    range: ContentsPlace,
    locked: boolean,
  ): TemplateResult | typeof nothing {
    if (listing.kind !== 'settings' && listing.kind !== 'files') return nothing;
    const save = (as: SettingsFile) => () => sendIntent(this, { do: 'save-settings', range, as });
    const tool = (name: string, click: () => void, off: boolean) =>
      html`<wa-button size="s" appearance="outlined" ?disabled=${off} title=${this.wait} @click=${click}
        >${name}</wa-button
      >`;
    const compact = () => sendIntent(this, { do: 'edit-contents', range, edits: [{ edit: 'compact' }] });
    return html`<div class="row">
        ${
          listing.kind === 'files'
            ? nothing
            : html`${tool('Save as CSV', save('csv'), this.wait !== '')}
                ${tool('Save as JSON', save('json'), this.wait !== '')}
                ${tool('Import', () => this.picker?.click(), locked)}
                <input
                  type="file"
                  accept=".csv,.json"
                  hidden
                  aria-label="Settings to import"
                  @change=${() => void this.import(range)}
                />`
        }
        ${tool('Compact', compact, locked)}
      </div>
      ${listing.kind === 'settings' && listing.settings.some(({ secret }) => secret) ? html`<p class="small quiet">A saved file holds passwords and keys in plain text.</p>` : nothing}
      <p role="status" class="small">${this.notice}</p>
      ${renderSaved(this)}`;
  }

  private async import(range: ContentsPlace): Promise<void> {
    const [file] = this.picker?.files ?? [];
    if (file === undefined || this.tools === null) return;
    const data = new Uint8Array(await file.arrayBuffer());
    // The same file may be chosen again.
    if (this.picker !== null) this.picker.value = '';
    const read = this.tools.importSettings(file.name, data);
    if ('refused' in read) {
      this.notice = read.refused;
      return;
    }
    this.notice = `${count(read.edits.length, 'setting')} taken from ${plainName(file.name)}.`;
    sendIntent(this, { do: 'edit-contents', range, edits: read.edits });
  }

  private renderListing(listing: Exclude<PartitionListing, { kind: 'unknown' }>, view: ContentsView): TemplateResult {
    const { range, file, notice } = view;
    const { earlier } = this;
    const chosen = editsOf(earlier?.edits ?? this.edits, range);
    const edits = this.work.kind === 'ended' ? editsOf(this.edits, range) : chosen;
    const counts = { chosen: edits.length, written: chosen.length - edits.length };
    const fixed = whyFixed(this.board, range);
    const locked = this.wait !== '' || fixed !== null;
    const said = range.within === undefined ? this.readWhen(counts) : '';
    return html`${
      listing.kind === 'explained'
        ? html`<p>${listing.says}</p>`
        : html`<p><b>${listing.format}</b> <span class="exact">${listing.details}</span></p>`
    }
    ${said === '' ? nothing : html`<p role="status">${said}</p>`}
    ${fixed === null || (listing.kind === 'explained' && range.within === undefined) ? nothing : html`<p class="small">${fixed}</p>`}
    ${range.within?.in === 'file' && listing.kind !== 'explained' ? html`<p class="small">Changes apply to what is written to the flash. The file on your disk stays as it is.</p>` : nothing}
    ${renderFindings(listing.findings, this.board?.layout ?? null, this.hold)}
    ${
      listing.kind === 'settings'
        ? html`<settings-table
            .settings=${listing}
            .edits=${edits}
            .range=${range}
            ?locked=${locked}
            .draft=${this.drafts.get(draftKey(view)) ?? null}
            @draft-change=${({ detail }: CustomEvent<Draft | null>) => this.keep(view, detail)}
          ></settings-table>`
        : listing.kind === 'files'
          ? html`<file-tree
              .tree=${listing}
              .edits=${edits}
              .file=${file}
              .range=${range}
              ?locked=${locked}
              .hold=${this.wait}
            ></file-tree>`
          : renderExplained(listing)
    }
    ${notice === '' ? nothing : html`<p role="status" class="small">${notice}</p>`}
    ${this.renderTools(listing, range, locked)}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'contents-view': ContentsViewElement;
  }
  interface HTMLElementEventMap {
    'drafts-change': CustomEvent<Drafts>;
  }
}
