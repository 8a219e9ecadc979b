/** What came of the last work on a backup: where it was saved is said beside that backup, what was imported beside the button. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { list } from '../../src/flash/english.ts';
import type { LibraryView } from '../../src/backups/library-view.ts';
import { titleOf } from './backup-library.words.ts';

type Host = ReactiveControllerHost & HTMLElement & { readonly library: LibraryView };

/** Follows what the list of backups asks for, and which backups are new once files were imported. */
export class BackupNotes implements ReactiveController {
  /** The backup that was saved or exported last; null if something else was asked for since. */
  savedOf: string | null = null;
  /** What was imported last, as a sentence; empty if something else was asked for since. */
  imported = '';

  /** How many files are still to be imported, and the backups before the first of them. */
  #importing: { readonly left: number; readonly before: ReadonlySet<string> } | null = null;
  #wasBusy = false;

  constructor(private readonly host: Host) {
    host.addController(this);
  }

  hostConnected(): void {
    this.host.addEventListener('sectorwise-library', this.#onIntent);
  }

  hostDisconnected(): void {
    this.host.removeEventListener('sectorwise-library', this.#onIntent);
  }

  hostUpdate(): void {
    const { busy, items } = this.host.library;
    const ended = this.#wasBusy && busy === null;
    this.#wasBusy = busy !== null;
    if (!ended || this.#importing === null) return;
    const { left, before } = this.#importing;
    const added = items.filter(({ id }) => !before.has(id)).map((item) => titleOf(item, Date.now()));
    this.imported = added.length === 0 ? '' : `Imported: ${list(added)}.`;
    this.#importing = left === 1 ? null : { left: left - 1, before };
  }

  readonly #onIntent = ({ detail }: HTMLElementEventMap['sectorwise-library']): void => {
    const isSaved = detail.do === 'export-backup' || detail.do === 'save-bytes';
    this.savedOf = isSaved ? detail.id : null;
    this.imported = '';
    if (detail.do !== 'import-backup') return this.host.requestUpdate();
    const before = this.#importing?.before ?? new Set(this.host.library.items.map(({ id }) => id));
    this.#importing = { left: (this.#importing?.left ?? 0) + 1, before };
    this.host.requestUpdate();
  };
}
