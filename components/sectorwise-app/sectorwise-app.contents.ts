/** The view of contents, of the connected board and of backups: loaded when it opens. */
import type { LitElement, TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { Inspection } from '../../src/flash/family.ts';
import type { Partition } from '../../src/flash/layout.ts';
import type { LibraryItem, LibraryView } from '../../src/backups/library-view.ts';
import type { ContentsPlace, ContentsTools } from '../../src/flash/partition-contents.ts';
import { placeOfFile } from '../../src/flash/partition-contents.ts';
import type { ContentsView } from '../../src/session/contents/contents-viewer.ts';
import type { FileView, SessionState } from '../../src/session/state.ts';
import { bare } from '../../src/flash/map.ts';
import type { Drafts } from '../contents-view/contents-view.places.ts';
import { loadLate } from '../shared/load-late.ts';
import type { At, ContentsName } from '../shared/views.ts';
import { contentsFragment, contentsIn, isAt } from '../shared/views.ts';
import { holdOf, isWriting } from './sectorwise-app.work.ts';

/** How many changes of contents are chosen. */
export function editCount({ edits = [] }: Extract<SessionState, { kind: 'connected' }>): number {
  return edits.reduce((sum, each) => sum + each.edits.length, 0);
}

/** Loads what the view works out for the board's formats; null where there is nothing. */
export type ToolsLoader = (() => Promise<ContentsTools>) | null;

/** What is there beside the board: the backups, what is opened of one, and what loads the tools. */
export interface ContentsViewParts {
  readonly library: LibraryView;
  readonly looked: ContentsView | null;
  readonly contentsTools: ToolsLoader;
}

const NONE: Drafts = new Map();

/** What is looked into and typed there; it outlives the view and the connection. */
export class ContentsPanel {
  #isAsked = false;
  #tools: ContentsTools | null = null;
  #named: ContentsName | null = null;
  /** What is being typed of settings, and the board that it is typed for. */
  #typed: { readonly of: string; readonly drafts: Drafts } = { of: '', drafts: NONE };

  constructor(private readonly host: LitElement) {}

  /** Takes over what a fragment names, if it names anything. */
  follow(fragment: string): void {
    const named = contentsIn(fragment);
    if (named === null) return;
    this.#named = named;
    this.host.requestUpdate();
  }

  /**
   * Where the partition of the board begins that is looked into; null if none was chosen. The map and this view have one choice: both
   * offer to save what is chosen.
   */
  get at(): At | null {
    const named = this.#named;
    return named !== null && 'at' in named && !('backup' in named) ? named.at : null;
  }

  /**
   * Takes over what was chosen on the map, unless only a planned layout has it; what is looked into of a backup or a file stays while it
   * is `shown`.
   */
  choose(partition: Partition, { layout }: Pick<Inspection, 'layout'>, shown: boolean): void {
    if (shown && this.#named !== null && this.at === null) return;
    if (!layout.partitions.some((own) => isAt(own, partition))) return;
    this.#named = { at: bare(partition) };
    if (shown) location.hash = contentsFragment(bare(partition));
    this.host.requestUpdate();
  }

  /** Forgets what was being typed: an image that is opened may have the name of another one. */
  imageOpened(): void {
    this.#typed = { of: '', drafts: NONE };
    this.host.requestUpdate();
  }

  /** Goes to what is to be looked into; without a board that is above the backups, and gets the focus. */
  async look(place: ContentsPlace): Promise<void> {
    location.hash = contentsFragment(place);
    this.follow(location.hash);
    await this.host.updateComplete;
    this.host.shadowRoot?.querySelector<HTMLElement>('#looked')?.focus();
  }

  private close(): void {
    this.#named = null;
    location.hash = '';
    this.host.requestUpdate();
  }

  /** The backup that is looked into; null if none is. */
  private backupIn({ items }: LibraryView): LibraryItem | null {
    const named = this.#named;
    if (named === null || !('backup' in named)) return null;
    return items.find(({ id }) => id === named.backup) ?? null;
  }

  /** The backup that is looked into without a board; nothing if none is. */
  renderApart({ library, looked, contentsTools }: ContentsViewParts): TemplateResult | typeof nothing {
    const backup = this.backupIn(library);
    const place = this.placeIn(backup, []);
    if (backup === null || place === null) return nothing;
    if (!this.#isAsked) void this.#load(contentsTools);
    return html`<section class="look" aria-labelledby="looked">
      <h3 id="looked" tabindex="-1">In the backup “${backup.name}”</h3>
      ${this.#isAsked ? html`<contents-view .looked=${looked} .backup=${backup} .place=${place}></contents-view>` : nothing}
      <div><wa-button size="s" appearance="outlined" @click=${() => this.close()}>Close the backup</wa-button></div>
    </section>`;
  }

  /** The file, or the partition of a backup, that is named; null if that is a partition of the board, or gone. */
  private placeIn(backup: LibraryItem | null, files: readonly FileView[]): ContentsPlace | null {
    const named = this.#named;
    if (named === null) return null;
    if ('file' in named) {
      const file = files.find(({ id }) => id === named.file);
      return file === undefined ? null : placeOfFile(file.id, file.size);
    }
    const own = backup?.fits?.layout.partitions.find((each) => isAt(each, named.at));
    if (backup === null || own === undefined) return null;
    return { ...bare(own), within: { in: 'backup', id: backup.id } };
  }

  /** The panel's content; nothing before it is shown for the first time. `plan` shows the plan of what is edited, where there is one. */
  render(
    state: Extract<SessionState, { kind: 'connected' }>,
    isShown: boolean,
    plan: TemplateResult | typeof nothing,
    { library, looked, contentsTools }: ContentsViewParts,
  ): TemplateResult | typeof nothing {
    if (isShown && !this.#isAsked) void this.#load(contentsTools);
    if (!this.#isAsked) return nothing;
    const { board, work, contents = null, edits, files } = state;
    const backup = this.backupIn(library);
    const of = JSON.stringify([board.identity.chip, board.identity.key, board.identity.file?.name]);
    // Nothing is read for a view that nobody sees.
    const hold = isShown ? holdOf(work) : 'Open the view Contents first.';
    return html`<contents-view
        .board=${board}
        .contents=${contents}
        .tools=${this.#tools}
        .edits=${edits ?? []}
        .files=${files}
        .looked=${looked}
        .backup=${backup}
        .place=${this.placeIn(backup, files)}
        .at=${this.at}
        .work=${work}
        .drafts=${this.#typed.of === of ? this.#typed.drafts : NONE}
        .hold=${hold}
        @drafts-change=${({ detail }: CustomEvent<Drafts>) => (this.#typed = { of, drafts: detail })}
        ?inert=${isWriting(work)}
      ></contents-view>
      ${isShown ? plan : nothing}`;
  }

  async #load(tools: ToolsLoader): Promise<void> {
    this.#isAsked = true;
    const parts = Promise.all([tools?.() ?? null, import('../contents-view/contents-view.ts')]).then(
      ([own]) => (this.#tools = own),
    );
    // What did not arrive is asked for again when the view opens the next time.
    this.#isAsked = await loadLate(this.host, 'The view of contents', parts);
    this.host.requestUpdate();
  }
}
