/** Says beside a button that saves bytes which file came of it: the board may have been read for it for minutes. */
import type { LitElement, ReactiveController, TemplateResult } from 'lit';
import { html } from 'lit';

/** Tells the page's elements that a file was handed to the browser. */
export function tellSaved(name: string): void {
  dispatchEvent(new CustomEvent('sectorwise-saved', { detail: name }));
}

/** The note of one element: it follows what that element asks to save, and nothing that others do. */
export class SavedNote implements ReactiveController {
  #isAsked = false;
  #name = '';

  constructor(private readonly host: LitElement) {
    host.addController(this);
  }

  hostConnected(): void {
    this.host.addEventListener('sectorwise-intent', this.#onIntent);
    addEventListener('sectorwise-saved', this.#onSaved);
  }

  hostDisconnected(): void {
    this.host.removeEventListener('sectorwise-intent', this.#onIntent);
    removeEventListener('sectorwise-saved', this.#onSaved);
  }

  /** The note, which is read out when it appears; empty before something was saved. */
  render(): TemplateResult {
    const says = this.#name === '' ? '' : `The browser saves it as ${this.#name}.`;
    // Out of the flow while it is empty, but there: only what is there is read out when it changes.
    return html`<p role="status" class=${says === '' ? 'hidden' : 'small'}>${says}</p>`;
  }

  readonly #onIntent = (event: HTMLElementEventMap['sectorwise-intent']): void => {
    // Parts of the host have notes of their own.
    if (event.composedPath()[0] !== this.host) return;
    this.#isAsked = event.detail.do === 'save-bytes';
    this.#name = '';
    this.host.requestUpdate();
  };

  readonly #onSaved = ({ detail }: CustomEvent<string>): void => {
    if (!this.#isAsked) return;
    this.#isAsked = false;
    this.#name = detail;
    this.host.requestUpdate();
  };
}

declare global {
  interface WindowEventMap {
    'sectorwise-saved': CustomEvent<string>;
  }
}
