/** Says beside a button that saves bytes which file came of it: the board may have been read for it for minutes. */
import type { LitElement, ReactiveController, TemplateResult } from 'lit';
import { html } from 'lit';

/** Tells the page's elements that a file was handed to the browser. */
export function tellSaved(name: string): void {
  dispatchEvent(new CustomEvent('sectorwise-saved', { detail: name }));
}

/** What is saved as a file by the worker, which reads or makes it first. */
const SAVES: readonly string[] = ['save-bytes', 'save-settings', 'save-files', 'export-backup'];

/** What else hands a file to the browser, which no note is about. */
const MAKES: readonly string[] = ['save-image', 'make-bundle'];

type Asked = HTMLElementEventMap['sectorwise-intent'] | HTMLElementEventMap['sectorwise-library'];

/** The kind of file that is asked for; null if none is. */
function savedBy({ detail }: Asked): string | null {
  if (detail.do === 'read-file') return detail.save ? detail.do : null;
  return SAVES.includes(detail.do) ? detail.do : null;
}

/**
 * The note of one element: it follows what that element asks to save, and nothing that others do. Once something else is to be saved,
 * it waits no more: what it was asked for may have failed, and the next file is of the other. With `parts`, it follows what the
 * parts of the element ask for too, until something else is looked into.
 */
export class SavedNote implements ReactiveController {
  /** What was asked for last; null once that was saved. */
  #asked: string | null = null;
  #saved: { readonly kind: string; readonly name: string } | null = null;

  constructor(
    private readonly host: LitElement,
    private readonly parts = false,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.host.addEventListener('sectorwise-intent', this.#onIntent);
    this.host.addEventListener('sectorwise-library', this.#onIntent);
    this.host.addEventListener('sectorwise-look', this.#onLook);
    addEventListener('sectorwise-intent', this.#onOthers);
    addEventListener('sectorwise-library', this.#onOthers);
    addEventListener('sectorwise-saved', this.#onSaved);
  }

  hostDisconnected(): void {
    this.host.removeEventListener('sectorwise-intent', this.#onIntent);
    this.host.removeEventListener('sectorwise-library', this.#onIntent);
    this.host.removeEventListener('sectorwise-look', this.#onLook);
    removeEventListener('sectorwise-intent', this.#onOthers);
    removeEventListener('sectorwise-library', this.#onOthers);
    removeEventListener('sectorwise-saved', this.#onSaved);
  }

  /** The note, which is read out when it appears; empty before something was saved, or something else than these `kinds`. */
  render(...kinds: readonly string[]): TemplateResult {
    const saved = this.#saved;
    const says =
      saved === null || (kinds.length > 0 && !kinds.includes(saved.kind))
        ? ''
        : `The browser saves it as ${saved.name}.`;
    // Out of the flow while it is empty, but there: only what is there is read out when it changes.
    return html`<p role="status" class=${says === '' ? 'hidden' : 'small'}>${says}</p>`;
  }

  readonly #onIntent = (event: Asked): void => {
    if (!this.#isOwn(event)) return;
    const kind = savedBy(event);
    // While what they show is read, a view sends intents by itself.
    if (this.parts && kind === null) return;
    this.#set(kind, null);
  };

  readonly #onOthers = (event: Asked): void => {
    const makesFile = savedBy(event) !== null || MAKES.includes(event.detail.do);
    if (makesFile && !this.#isOwn(event)) this.#asked = null;
  };

  /** Whether an event is of what this note is about: parts of other hosts have notes of their own. */
  #isOwn(event: Event): boolean {
    const path = event.composedPath();
    return this.parts ? path.includes(this.host) : path[0] === this.host;
  }

  readonly #onLook = (): void => this.#set(null, null);

  readonly #onSaved = ({ detail: name }: CustomEvent<string>): void => {
    if (this.#asked !== null) this.#set(null, { kind: this.#asked, name });
  };

  #set(asked: string | null, saved: { readonly kind: string; readonly name: string } | null): void {
    [this.#asked, this.#saved] = [asked, saved];
    this.host.requestUpdate();
  }
}

const notes = new WeakMap<LitElement, SavedNote>();

/** The note of an element and of its parts, for the pieces of its template that stand in files of their own. */
export function savedNoteOf(host: LitElement): SavedNote {
  const note = notes.get(host) ?? new SavedNote(host, true);
  notes.set(host, note);
  return note;
}

declare global {
  interface WindowEventMap {
    'sectorwise-intent': HTMLElementEventMap['sectorwise-intent'];
    'sectorwise-library': HTMLElementEventMap['sectorwise-library'];
    'sectorwise-saved': CustomEvent<string>;
  }
}
