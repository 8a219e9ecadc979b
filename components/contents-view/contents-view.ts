import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/details/details.js';
import type { PropertyValues, TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { count } from '../../src/flash/english.ts';
import type { Inspection } from '../../src/flash/family.ts';
import type { Partition } from '../../src/flash/layout.ts';
import type { Range } from '../../src/flash/map.ts';
import { isSameRange } from '../../src/flash/map.ts';
import { bare } from '../../src/flash/neighbours.ts';
import type {
  ContentsTools,
  ExplainedContent,
  PartitionListing,
  SettingsFile,
} from '../../src/flash/partition-contents.ts';
import { plainName } from '../../src/flash/plain-name.ts';
import { isTyped, whyNoBytes, whyNoRead, whyNoWrite } from '../../src/session/backup-scope.ts';
import type { EditsView } from '../../src/session/contents/chosen-edits.ts';
import type { ContentsView } from '../../src/session/contents/partition-viewer.ts';
import type { Work } from '../../src/session/state.ts';
import '../failure-card/failure-card.ts';
import '../file-tree/file-tree.ts';
import '../hex-view/hex-view.ts';
import { PAGE } from '../hex-view/hex-view.words.ts';
import '../image-maker/image-maker.ts';
import '../range-tools/range-tools.ts';
import '../settings-table/settings-table.ts';
import { sendIntent, sendLook } from '../shared/events.ts';
import { findingStyles, renderFindings } from '../shared/finding.ts';
import { icons } from '../shared/icons.ts';
import { saveFile } from '../shared/save.ts';
import { fields } from '../shared/fields.ts';
import { base } from '../shared/tokens.ts';
import { styles } from './contents-view.styles.ts';
import { editsOf, foundIn, nothingOpened, optionText, standing, usualPartition } from './contents-view.words.ts';

/** The value of the choice to type a range. */
const RANGE = 'range';

/**
 * What the partitions of the connected board hold: settings, files, or an explanation, and the bytes of anything. Changes are
 * planned like files; nothing is written before the plan is agreed to.
 *
 * @property board – what was read from the board; null if there is none
 * @property contents – the partition that the session has opened; null if none is
 * @property tools – what is worked out for the board's formats; null until that has arrived
 * @property edits – what is to be changed, by partition
 * @property at – the address of the partition to look into; null for the usual one
 * @property work – the session's work
 * @property hold – why the board can be neither read nor written at the moment; empty if it can
 * @event sectorwise-intent – `open-contents`, `withdraw-edits`, and what the parts send
 * @event sectorwise-look – the partition that was chosen
 */
@customElement('contents-view')
export class ContentsViewElement extends LitElement {
  static override styles = [base, fields, findingStyles, styles];

  @property({ attribute: false }) board: Inspection | null = null;
  @property({ attribute: false }) contents: ContentsView | null = null;
  @property({ attribute: false }) tools: ContentsTools | null = null;
  @property({ attribute: false }) edits: readonly EditsView[] = [];
  @property({ attribute: false }) at: number | null = null;
  @property({ attribute: false }) work: Work = { kind: 'idle' };
  @property() hold = '';

  /** Whether the bytes are shown instead of what they mean. */
  @state() private raw = false;
  /** Whether a range is typed instead of choosing a partition, and the one whose bytes are shown; null before that. */
  @state() private ranges = false;
  @state() private typed: Range | null = null;
  /** What came of the last import; empty if nothing is to be said. */
  @state() private notice = '';
  @query('input[type=file]') private picker!: HTMLInputElement | null;
  /** What was asked for last: a partition that could not be opened is not asked for again by itself. */
  #asked: { readonly board: Inspection; readonly range: Range } | null = null;

  /** The partition that is looked into. */
  private get partition(): Partition | null {
    const { board, at } = this;
    if (board === null) return null;
    const own = board.layout.partitions.find(({ address }) => address === at);
    return own ?? usualPartition(board);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('at')) [this.raw, this.notice, this.ranges] = [false, '', false];
  }

  protected override updated(): void {
    const { board, contents } = this;
    const place = this.ranges ? this.typed : this.partition;
    if (board === null || place === null || this.hold !== '') return;
    if (contents !== null && isSameRange(contents.range, place)) return;
    if (this.#asked?.board === board && isSameRange(this.#asked.range, place)) return;
    this.open(board, place);
  }

  private open(board: Inspection, place: Range): void {
    const range = bare(place);
    this.#asked = { board, range };
    const why = isTyped(board, range) ? whyNoRead(board, range) : whyNoBytes(board, range);
    if (why === null) sendIntent(this, { do: 'open-contents', range });
  }

  protected override render(): TemplateResult | typeof nothing {
    const { board, partition } = this;
    if (board === null) return nothing;
    const says = standing(this.edits, this.work);
    return html`<div class="stack">
      ${this.renderChoice(board, partition)}
      ${
        this.ranges
          ? this.renderRange(board)
          : partition === null
            ? html`<p>${nothingOpened(board)}</p>`
            : this.renderPartition(board, partition)
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

  private renderChoice({ layout, contents }: Inspection, partition: Partition | null): TemplateResult {
    return html`<div class="choice">
      <label for="partition">Partition</label>
      <select id="partition" @change=${(event: Event) => this.choose(event)}>
        ${partition === null ? html`<option value="" selected>Choose one</option>` : nothing}
        ${layout.partitions.map(
          (each, i) =>
            html`<option value=${i} .selected=${each === partition && !this.ranges}>
              ${optionText(each, contents)}${editsOf(this.edits, each).length > 0 ? ', changes' : ''}
            </option>`,
        )}
        <option value=${RANGE} .selected=${this.ranges}>Any range …</option>
      </select>
      ${
        partition === null || this.ranges
          ? nothing
          : html`<wa-button
              size="s"
              appearance="outlined"
              aria-pressed=${this.raw ? 'true' : 'false'}
              @click=${() => (this.raw = !this.raw)}
              >${this.raw ? 'Show what it holds' : 'Show its bytes'}</wa-button
            >`
      }
    </div>`;
  }

  private choose({ target }: Event): void {
    this.ranges = target instanceof HTMLSelectElement && target.value === RANGE;
    if (this.ranges) return;
    const chosen =
      target instanceof HTMLSelectElement ? this.board?.layout.partitions[Number(target.value)] : undefined;
    if (chosen !== undefined) sendLook(this, bare(chosen));
  }

  /** A range that is typed, and the bytes of the last one that was to be shown. */
  private renderRange(board: Inspection): TemplateResult {
    const { contents, typed, hold } = this;
    const isOpen = contents !== null && typed !== null && isSameRange(contents.range, typed);
    return html`<range-tools
        .board=${board}
        .hold=${hold}
        @range-chosen=${({ detail }: CustomEvent<Range>) => this.showRange(board, detail)}
      ></range-tools>
      ${
        isOpen
          ? html`<hex-view .range=${typed} .bytes=${contents.bytes} .found=${contents.found} .hold=${hold}></hex-view>`
          : nothing
      }`;
  }

  private showRange(board: Inspection, range: Range): void {
    this.typed = range;
    this.#asked = { board, range };
    sendIntent(this, { do: 'read-bytes', range, offset: 0, size: PAGE });
  }

  private renderPartition(board: Inspection, partition: Partition): TemplateResult {
    const { contents } = this;
    const why = whyNoBytes(board, bare(partition));
    if (why !== null) return html`<p class="why">${icons.lock} <b>It cannot be looked into.</b> ${why}</p>`;
    if (contents === null || !isSameRange(contents.range, partition))
      return this.hold === '' && this.#asked?.board === board
        ? html`<div>
            <wa-button appearance="outlined" @click=${() => this.open(board, partition)}>Look inside</wa-button>
          </div>`
        : html`<p role="status">${this.hold === '' ? 'Opening the partition.' : this.hold}</p>`;
    const { listing, problem } = contents;
    return html`${problem === null ? nothing : html`<failure-card .failure=${problem}></failure-card>`}
    ${
      this.raw || listing === null || listing.kind === 'unknown'
        ? html`${
              this.raw || listing === null ? nothing : html`<p>${foundIn(board, partition)} These are its bytes.</p>`
            }<hex-view
              .range=${contents.range}
              .bytes=${contents.bytes}
              .found=${contents.found}
              .hold=${this.hold}
            ></hex-view>`
        : this.renderListing(listing, contents, board)
    }
    ${this.raw ? nothing : this.renderMaking(board, partition)}`;
  }

  /** How the content is made anew, for partitions with settings or files. */
  private renderMaking(board: Inspection, partition: Partition): TemplateResult | typeof nothing {
    const { tools } = this;
    if (tools === null || tools.formatsFor(partition.type).length === 0) return nothing;
    const locked = this.hold !== '' || whyNoWrite(board, bare(partition)) !== null;
    return html`<wa-details appearance="plain" summary="Make it anew">
      <image-maker .partition=${partition} .tools=${tools} ?locked=${locked}></image-maker>
    </wa-details>`;
  }

  /** What can be done with all settings, or all files, at once. */
  private renderTools(listing: PartitionListing, range: Range, locked: boolean): TemplateResult | typeof nothing {
    if (listing.kind !== 'settings' && listing.kind !== 'files') return nothing;
    const save = (as: SettingsFile) => () => sendIntent(this, { do: 'save-settings', range, as });
    const tool = (name: string, click: () => void, off: boolean) =>
      html`<wa-button size="s" appearance="outlined" ?disabled=${off} title=${this.hold} @click=${click}
        >${name}</wa-button
      >`;
    const compact = () => sendIntent(this, { do: 'edit-contents', range, edits: [{ edit: 'compact' }] });
    return html`<div class="row">
        ${
          listing.kind === 'files'
            ? nothing
            : html`${tool('Save as CSV', save('csv'), this.hold !== '')}
                ${tool('Save as JSON', save('json'), this.hold !== '')}
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
      <p role="status" class="small">${this.notice}</p>`;
  }

  private async import(range: Range): Promise<void> {
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

  private renderListing(
    listing: Exclude<PartitionListing, { kind: 'unknown' }>,
    contents: ContentsView,
    board: Inspection,
  ): TemplateResult {
    const { range, file } = contents;
    const edits = editsOf(this.edits, range);
    const noWrite = whyNoWrite(board, range);
    const locked = this.hold !== '' || noWrite !== null;
    return html`<p>
        <b>${listing.format}</b>
        <span class="exact">${listing.kind === 'explained' ? listing.says : listing.details}</span>
      </p>
      ${noWrite === null || listing.kind === 'explained' ? nothing : html`<p class="small">${noWrite}</p>`}
      ${renderFindings(listing.findings, board.layout)}
      ${
        listing.kind === 'settings'
          ? html`<settings-table
              .settings=${listing}
              .edits=${edits}
              .range=${range}
              ?locked=${locked}
            ></settings-table>`
          : listing.kind === 'files'
            ? html`<file-tree
                .tree=${listing}
                .edits=${edits}
                .file=${file}
                .range=${range}
                ?locked=${locked}
                .hold=${this.hold}
              ></file-tree>`
            : renderExplained(listing)
      }
      ${contents.notice === '' ? nothing : html`<p role="status" class="small">${contents.notice}</p>`}
      ${this.renderTools(listing, range, locked)}`;
  }
}

function renderExplained({ facts, saves }: ExplainedContent): TemplateResult {
  return html`<dl>
      ${facts.map(
        ({ name, value }) =>
          html`<dt>${name}</dt>
            <dd class="exact">${value}</dd>`,
      )}
    </dl>
    <div class="row" ?hidden=${saves.length === 0}>
      ${saves.map(
        (file) =>
          html`<wa-button size="s" appearance="outlined" @click=${() => saveFile(file)}
            >${icons.save} Save ${file.label}</wa-button
          >`,
      )}
    </div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'contents-view': ContentsViewElement;
  }
}
