/** How wide the strips of the layout are, and the names in them: a name that has no room in its block is written beside the strip. */
import type { LitElement, ReactiveController } from 'lit';
import { observePart } from '../shared/observed-part.ts';
import { TextWidths } from '../shared/text-width.ts';

/** The width of the strips in CSS pixels, 0 until it is known, and those of what is written in them. */
export interface Measures {
  readonly width: number;
  readonly names: TextWidths;
  readonly sizes: TextWidths;
}

/** Measures the strips that its host renders, and renders the host again when their width changes. */
export class StripMeasures implements ReactiveController {
  readonly #names: TextWidths;
  readonly #sizes: TextWidths;
  #width = 0;

  constructor(private readonly host: LitElement) {
    this.#names = new TextWidths(host, 600, 12);
    this.#sizes = new TextWidths(host, 400, 12);
    host.addController(this);
    // The height of a strip does not follow from its width, so what is rendered because of it measures nothing again.
    observePart(host, '.strip', (strip) => this.#measure(strip?.clientWidth ?? 0));
  }

  /** What is known now. */
  get measures(): Measures {
    return { width: this.#width, names: this.#names, sizes: this.#sizes };
  }

  hostConnected(): void {
    for (const each of [this.#names, this.#sizes]) void each.again(() => this.host.requestUpdate());
  }

  #measure(width: number): void {
    if (width === this.#width) return;
    this.#width = width;
    this.host.requestUpdate();
  }
}
