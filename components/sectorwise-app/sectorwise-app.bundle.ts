/** The dialog in which a recovery bundle is asked for, wherever on the page that begins. It is loaded when it opens. */
import type { LitElement, TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { KeyView } from '../../src/backups/make-bundles.ts';
import type { BundleAnswer } from '../bundle-maker/bundle-maker.ts';
import type { BundleAsk } from '../bundle-maker/bundle-maker.words.ts';
import { sendIntent, sendLibraryIntent } from '../shared/events.ts';
import { loadLate } from '../shared/load-late.ts';

/** Hears what a bundle is to be made of, asks for the rest, and passes that on as an intent. */
export class BundleDialog {
  #ask: BundleAsk | null = null;
  #isLoaded = false;

  constructor(private readonly host: LitElement) {
    host.addEventListener('sectorwise-bundle', ({ detail }) => void this.#open(detail));
  }

  async #open(ask: BundleAsk): Promise<void> {
    const part = import('../bundle-maker/bundle-maker.ts');
    this.#isLoaded = await loadLate(this.host, 'The dialog for recovery bundles', part);
    if (this.#isLoaded) this.#show(ask);
  }

  #show(ask: BundleAsk | null): void {
    this.#ask = ask;
    this.host.requestUpdate();
  }

  /** The dialog, from when it was first needed on: closed while nothing is asked. */
  render(keys: readonly KeyView[]): TemplateResult | typeof nothing {
    if (!this.#isLoaded) return nothing;
    return html`<bundle-maker
      .ask=${this.#ask}
      .keys=${keys}
      @bundle-requested=${({ detail }: CustomEvent<BundleAnswer>) => this.#answer(detail)}
      @bundle-refused=${() => this.#show(null)}
    ></bundle-maker>`;
  }

  #answer({ ask, request }: BundleAnswer): void {
    this.#show(null);
    if (ask.of === 'backup') sendLibraryIntent(this.host, { do: 'make-bundle', id: ask.id, request });
    else sendIntent(this.host, { do: 'make-bundle', of: ask.of, request });
  }
}
