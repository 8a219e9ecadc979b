import '@awesome.me/webawesome/dist/components/button/button.js';
import type { PropertyValues, TemplateResult } from 'lit';
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { foundWords } from '../../src/flash/describe.ts';
import type { Content, Inspection } from '../../src/flash/family.ts';
import type { Layout, Partition } from '../../src/flash/layout.ts';
import { NO_LAYOUT } from '../../src/flash/layout.ts';
import type { Range } from '../../src/flash/map.ts';
import { isSameRange, overlaps, regionOf, unitsTouching, bare } from '../../src/flash/map.ts';
import { whyNoBackup, whyNoBytes, whyNoErase, whyNoWrite } from '../../src/session/backup-scope.ts';
import type { PageIntent } from '../../src/session/intents.ts';
import type { Work } from '../../src/session/state.ts';
import { mapStateOf } from '../flash-map/flash-map.words.ts';
import { kindOf } from '../flash-strip/flash-strip.parts.ts';
import { fateLines } from '../../src/session/words/plan.ts';
import '../boot-entries/boot-entries.ts';
import { pickedFile } from '../shared/dropped-files.ts';
import { sendIntent, sendLook } from '../shared/events.ts';
import { findingStyles, renderFindings } from '../shared/finding.ts';
import { bytes, count, span } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { BACKS_UP, aboutSavingBytes, allOf } from '../shared/save.ts';
import { SavedNote } from '../shared/saved-note.ts';
import { base } from '../shared/base.ts';
import { styles } from './partition-inspector.styles.ts';

/** Something that can be done with a partition: what it does, and why it cannot be done now. */
interface Deed {
  readonly name: string;
  readonly does: string;
  readonly icon: TemplateResult;
  readonly act: () => unknown;
  readonly why: string;
  readonly danger?: true;
}

/**
 * One partition in full: what it is, what was found in it, what becomes of it in the current plan, and what can be done with it.
 * Part of `<flash-map>`, which loads it when a partition is opened.
 *
 * @property partition – the partition, now or as it will be
 * @property layout – the layout that is shown, which names places
 * @property contents – what was found where
 * @property board – what was read from the board; null if nothing can be done with it
 * @property work – the session's work, which has what becomes of the partition
 * @property stale – whether `contents` are from before a write that is under way
 * @property hold – why the board can be neither read nor written at the moment; empty if it can
 * @event sectorwise-intent – `back-up`, `save-bytes`, `erase`, `choose-start`, or `add-files` for this place
 * @event sectorwise-look – the partition to look into
 * @event inspector-close – the person closed it
 */
@customElement('partition-inspector')
export class PartitionInspector extends LitElement {
  static override styles = [base, findingStyles, ...styles];

  @property({ attribute: false }) partition: Partition | null = null;
  @property({ attribute: false }) layout: Layout = NO_LAYOUT;
  @property({ attribute: false }) contents: readonly Content[] = [];
  @property({ attribute: false }) board: Inspection | null = null;
  @property({ attribute: false }) work: Work | null = null;
  @property({ type: Boolean }) stale = false;
  @property() hold = '';

  #saved = new SavedNote(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('partition') ?? null;
    if (before !== null && (this.partition === null || !isSameRange(before, this.partition))) this.#saved.forget();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { partition, board } = this;
    if (partition === null) return nothing;
    const { name, type } = partition;
    const starts = board?.boot?.partition;
    const isStarted =
      starts !== undefined &&
      starts !== null &&
      starts.region === partition.region &&
      starts.address === partition.address;
    return html`<section aria-labelledby="name">
      <header class=${kindOf(partition)}>
        <i class="fill"></i>
        <h4 id="name">${name}</h4>
        <span class="quiet"
          >${type}${isStarted ? html`, <b>started ${this.board?.identity.file === undefined ? 'by the board' : 'next'}</b>` : nothing}</span
        >
        <button
          type="button"
          class="close"
          title="Close (Escape)"
          @click=${() => this.dispatchEvent(new CustomEvent('inspector-close'))}
        >
          ${icons.cross}<span class="hidden">Close ${name}</span>
        </button>
      </header>
      <div class="columns">${this.renderPlace(partition)} ${this.renderFound(partition)}</div>
      ${this.renderEntries(partition)} ${board === null ? nothing : this.renderDeeds(partition, board)}
    </section>`;
  }

  private renderPlace(partition: Partition): TemplateResult {
    const { layout } = this;
    const units = unitsTouching(regionOf(layout.map, partition.region), partition.address, partition.size).length;
    const guard = layout.guards.find((each) => overlaps(each, partition));
    const isCiphered = layout.ciphered.some((each) => overlaps(each, partition));
    return html`<div>
      <dl>
        <dt>Address</dt>
        <dd class="exact">${span(partition)}</dd>
        <dt>Size</dt>
        <dd>${bytes(partition.size)} in ${count(units, 'erase unit')}</dd>
        ${
          isCiphered
            ? html`<dt>Encryption</dt>
                <dd>The board encrypts it: reading gives ciphertext.</dd>`
            : nothing
        }
        ${
          guard === undefined
            ? nothing
            : html`<dt>Protected</dt>
                <dd>Not written: ${guard.reason}</dd>`
        }
        ${this.renderFate(partition)}
      </dl>
    </div>`;
  }

  /** What becomes of it, in the plan's own words; once the plan is carried out, how far that is. */
  private renderFate(partition: Partition): TemplateResult | typeof nothing {
    const { work } = this;
    if (work === null || !('plan' in work)) return nothing;
    const state = mapStateOf(partition, work.plan, 'units' in work ? work.units : null);
    const line =
      work.kind === 'planned'
        ? fateLines(work.plan, work.fates, work.purpose.kind).find(({ range }) => isSameRange(range, partition))
        : undefined;
    const says = line?.says ?? state?.says;
    if (says === undefined) return nothing;
    return html`<dt>${work.kind === 'planned' ? 'In this plan' : 'In this job'}</dt>
      <dd class="fate ${state?.state ?? ''}">
        <b>${says}</b>${line === undefined ? nothing : html` <span class="exact">${line.exact}</span>`}
      </dd>`;
  }

  private renderFound(partition: Partition): TemplateResult {
    const own = this.contents.filter((content) => overlaps(content, partition));
    const findings = (this.board?.findings ?? []).filter(
      ({ place }) => place.in === 'flash' && overlaps(place.range, partition),
    );
    return html`<div>
      <h5>${this.stale ? 'Found before this job' : 'Found there'}</h5>
      <ul class="found">
        ${
          own.length === 0
            ? html`<li class="quiet">Its content is not known.</li>`
            : own.map(
                (content) =>
                  html`<li>
                    ${foundWords(content)} <span class="exact">${own.length > 1 ? span(content) : nothing}</span>
                  </li>`,
              )
        }
      </ul>
      ${renderFindings(findings, this.layout)}
    </div>`;
  }

  /** Of the partition that selects what starts: its entries. */
  private renderEntries(partition: Partition): TemplateResult | typeof nothing {
    const selection = this.board?.selection;
    return selection !== undefined && isSameRange(selection.place, partition)
      ? html`<p class="small">${selection.why}</p>
          <boot-entries unsaid .selection=${selection} .hold=${this.hold}></boot-entries>`
      : nothing;
  }

  private renderDeeds(partition: Partition, board: Inspection): TemplateResult {
    const range = bare(partition);
    const isImage = board.identity.file !== undefined;
    const read = whyNoBackup(board, range) ?? this.hold;
    const send = (intent: PageIntent) => () => sendIntent(this, intent);
    const starts = (board.selection?.offers ?? []).filter(
      ({ at, choice }) => choice.do === 'start' && isSameRange(at, range),
    );
    const deeds: readonly Deed[] = [
      ...starts.map(({ does, choice, startsAlready }): Deed => ({
        name: startsAlready === true ? 'Select this app' : 'Start this app',
        does,
        icon: icons.bolt,
        act: send({ do: 'choose-start', choice }),
        why: this.hold,
      })),
      {
        name: 'Look inside',
        does: 'Shows its settings, its files or its bytes in the view Contents. Nothing is written.',
        icon: icons.look,
        act: () => sendLook(this, range),
        why: whyNoBytes(board, range) ?? this.hold,
      },
      ...(isImage
        ? []
        : [
            {
              name: 'Back up',
              does: BACKS_UP,
              icon: icons.shield,
              act: send({ do: 'back-up', range }),
              why: read,
            },
          ]),
      {
        name: 'Save as .bin',
        does: aboutSavingBytes(isImage, range),
        icon: icons.save,
        act: send({ do: 'save-bytes', range }),
        why: whyNoBytes(board, range) ?? this.hold,
      },
      {
        name: 'Write a file here',
        does: 'Opens the file chooser. If the file fits here, this place is chosen for it; you see the plan first.',
        icon: icons.file,
        act: () => this.shadowRoot?.querySelector<HTMLInputElement>('input[type=file]')?.click(),
        why: whyNoWrite(board, range) ?? this.hold,
      },
      {
        name: 'Erase',
        does: `Plans to erase ${partition.name}: you see what that means before anything is erased.`,
        icon: icons.cross,
        act: send({ do: 'erase', range }),
        why: whyNoErase(board, range) ?? this.hold,
        danger: true,
      },
    ];
    const blocked = deeds.filter(({ why }) => why !== '');
    return html`<div class="acts">
      <ul class="deeds" aria-label="What can be done with ${partition.name}">
        ${deeds.map((deed, i) => this.renderDeed(deed, `deed-${i}`))}
      </ul>
      ${this.#saved.render()}
      <div class="small quiet">
        ${
          blocked.length === 0
            ? html`<p>
                “Save as .bin” ${isImage ? '' : 'reads, verifies and '}saves
                ${allOf(range)}${isImage ? '' : '; no backup is kept'}. Writing and erasing show their plan first.
              </p>`
            : [...new Set(blocked.map(({ why }) => why))].map((why) => {
                const names = blocked.filter((deed) => deed.why === why).map(({ name }) => name);
                return html`<p>
                  ${names.length === deeds.length ? nothing : html`<b>${names.join(', ')}:</b>`} ${why}
                </p>`;
              })
        }
      </div>
      <input type="file" hidden @change=${(event: Event) => this.add(event, range)} />
    </div>`;
  }

  private add({ target }: Event, at: Range): void {
    if (!(target instanceof HTMLInputElement)) return;
    const files = [...(target.files ?? [])].map(pickedFile);
    if (files.length > 0) sendIntent(this, { do: 'add-files', files, at });
    // The same file may be chosen again.
    target.value = '';
  }

  private renderDeed({ name, does, icon, act, why, danger }: Deed, id: string): TemplateResult {
    return html`<li>
      <wa-button
        size="s"
        appearance="outlined"
        variant=${danger === true ? 'danger' : 'neutral'}
        aria-describedby=${id}
        title=${why === '' ? does : why}
        ?disabled=${why !== ''}
        @click=${act}
        >${icon} ${name}</wa-button
      >
      <span id=${id} class="hidden">${why === '' ? does : why}</span>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'partition-inspector': PartitionInspector;
  }
}
