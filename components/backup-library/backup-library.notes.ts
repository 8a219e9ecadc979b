/** What came of the last work on a backup: where it was saved is said beside that backup, what was imported beside the button. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { ReactiveController, ReactiveControllerHost, TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import { list } from '../../src/flash/english.ts';
import type { Imported, LibraryItem, LibraryView } from '../../src/backups/library-view.ts';
import { titleOf } from './backup-library.words.ts';

/** Follows which backup was saved last. */
export class SavedBackup implements ReactiveController {
  /** The backup that was saved or exported last; null if something else was asked for since. */
  id: string | null = null;

  constructor(private readonly host: ReactiveControllerHost & HTMLElement) {
    host.addController(this);
  }

  hostConnected(): void {
    this.host.addEventListener('sectorwise-library', this.#onIntent);
  }

  hostDisconnected(): void {
    this.host.removeEventListener('sectorwise-library', this.#onIntent);
  }

  readonly #onIntent = ({ detail }: HTMLElementEventMap['sectorwise-library']): void => {
    const isSaved = detail.do === 'export-backup' || detail.do === 'save-bytes';
    this.id = isSaved ? detail.id : null;
    this.host.requestUpdate();
  };
}

/** What came of the files that were imported last, as sentences about backups by their titles. */
const CAME_OF: Readonly<Record<Imported['was'], (titles: readonly string[]) => string>> = {
  new: (titles) => `Imported: ${list(titles)}.`,
  there: (titles) => `Already here: ${list(titles)}.`,
  added: (titles) => `Already here; missing bytes were added: ${list(titles)}.`,
};

/** Of several files of one backup, what came of the first of these is said: what changed, before what did not. */
const BY_CHANGE = ['new', 'added', 'there'] as const;

/** The backups of the files that were imported last, each once, with what came of it. */
function importedIn({
  imported,
  items,
}: LibraryView): readonly { readonly item: LibraryItem; readonly was: Imported['was'] }[] {
  return items.flatMap((item) => {
    const own = imported.filter(({ id }) => id === item.id);
    const was = BY_CHANGE.find((each) => own.some((file) => file.was === each));
    return was === undefined ? [] : [{ item, was }];
  });
}

/** Whether a backup is one of the files that were imported last. */
export function isImported({ id }: LibraryItem, { imported }: LibraryView): boolean {
  return imported.some((each) => each.id === id);
}

/** What came of the files that were imported last, with a button for each backup that leads to it. */
export function renderImported(library: LibraryView, now: number, show: (item: LibraryItem) => void): TemplateResult {
  const all = importedIn(library);
  const title = (item: LibraryItem) => titleOf(item, now);
  const says = BY_CHANGE.flatMap((was) => {
    const titles = all.filter((each) => each.was === was).map(({ item }) => title(item));
    return titles.length === 0 ? [] : [CAME_OF[was](titles)];
  });
  return html`<div class=${all.length === 0 ? 'hidden' : 'row small'}>
    <p role="status">${says.join(' ')}</p>
    ${
      all.length === 0
        ? nothing
        : all.map(
            ({ item }) =>
              html`<wa-button size="s" appearance="outlined" @click=${() => show(item)}
                >${all.length === 1 ? 'Show it' : `Show ${item.name}`}<span class="hidden"
                  >: ${title(item)}</span
                ></wa-button
              >`,
          )
    }
  </div>`;
}
