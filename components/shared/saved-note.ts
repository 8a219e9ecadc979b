/** Says beside a button that saves bytes which file came of it: the board may have been read for it for minutes. */
import type { LitElement, ReactiveController, TemplateResult } from 'lit';
import { html } from 'lit';
import type { LibraryIntent } from '../../src/backups/library-view.ts';
import type { PageIntent } from '../../src/session/intents.ts';

/** Tells the page's elements that a file was handed to the browser, and by its ticket which intent asked for it, if one did. */
export function tellSaved(name: string, ticket: number | undefined): void {
  dispatchEvent(new CustomEvent('sectorwise-saved', { detail: { name, ticket } }));
}

/** What is saved as a file by the worker, which reads or makes it first. */
const SAVES: readonly string[] = ['save-bytes', 'save-settings', 'save-files', 'export-backup'];

type Intent = PageIntent | LibraryIntent;

const tickets = new WeakMap<Intent, number>();
let issued = 0;

/** The ticket of an intent, by which its file is known: each intent has its own, however often it is sent. */
export function ticketOf(intent: Intent): number {
  const ticket = tickets.get(intent) ?? ++issued;
  tickets.set(intent, ticket);
  return ticket;
}

/** An intent as it goes to the worker: with its ticket if it asks for a file that a note is about. */
export function withTicket<I extends Intent>(intent: I): I {
  return savedBy(intent) === null ? intent : { ...intent, ticket: ticketOf(intent) };
}

/** The kind of file that is asked for; null if none is. */
function savedBy(intent: Intent): string | null {
  if (intent.do === 'read-file') return intent.save ? intent.do : null;
  return SAVES.includes(intent.do) ? intent.do : null;
}

type Asked = HTMLElementEventMap['sectorwise-intent'] | HTMLElementEventMap['sectorwise-library'];

/**
 * The note of one element: it follows what that element asked to save last, and nothing that others do. With `parts`, it follows what
 * the parts of the element ask for too, until something else is looked into.
 */
export class SavedNote implements ReactiveController {
  /** What was asked for last; null once that was saved. */
  #asked: { readonly kind: string; readonly ticket: number } | null = null;
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
    addEventListener('sectorwise-saved', this.#onSaved);
  }

  hostDisconnected(): void {
    this.host.removeEventListener('sectorwise-intent', this.#onIntent);
    this.host.removeEventListener('sectorwise-library', this.#onIntent);
    this.host.removeEventListener('sectorwise-look', this.#onLook);
    removeEventListener('sectorwise-saved', this.#onSaved);
  }

  /** Whether it says which file was saved. */
  get isSaid(): boolean {
    return this.#saved !== null;
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

  /** Says nothing any more, where the element is about something else now. */
  forget(): void {
    this.#set(null, null);
  }

  readonly #onIntent = (event: Asked): void => {
    if (!this.#isOwn(event)) return;
    const kind = savedBy(event.detail);
    // While what they show is read, a view sends intents by itself.
    if (this.parts && kind === null) return;
    this.#set(kind === null ? null : { kind, ticket: ticketOf(event.detail) }, null);
  };

  /** Whether an event is of what this note is about: parts of other hosts have notes of their own. */
  #isOwn(event: Event): boolean {
    const path = event.composedPath();
    return this.parts ? path.includes(this.host) : path[0] === this.host;
  }

  readonly #onLook = (): void => this.forget();

  readonly #onSaved = ({ detail: { name, ticket } }: WindowEventMap['sectorwise-saved']): void => {
    const asked = this.#asked;
    if (asked !== null && asked.ticket === ticket) this.#set(null, { kind: asked.kind, name });
  };

  #set(
    asked: { readonly kind: string; readonly ticket: number } | null,
    saved: { readonly kind: string; readonly name: string } | null,
  ): void {
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
    'sectorwise-saved': CustomEvent<{ readonly name: string; readonly ticket: number | undefined }>;
  }
}
