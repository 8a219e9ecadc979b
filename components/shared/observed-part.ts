/** Watches the size and the attributes of one part of an element, which may come and go with what the element renders. */
import type { LitElement, ReactiveController } from 'lit';

/**
 * Calls `changed` with the part that a selector finds in its host: as soon as another one is rendered, or none (null), and whenever its
 * size or an attribute of it changes, from which its place may follow.
 */
export function observePart(host: LitElement, selector: string, changed: (part: HTMLElement | null) => void): void {
  host.addController(new ObservedPart(host, selector, changed));
}

class ObservedPart implements ReactiveController {
  #part: HTMLElement | null = null;
  readonly #size = new ResizeObserver(() => this.changed(this.#part));
  readonly #attributes = new MutationObserver(() => this.changed(this.#part));

  constructor(
    private readonly host: LitElement,
    private readonly selector: string,
    private readonly changed: (part: HTMLElement | null) => void,
  ) {}

  hostDisconnected(): void {
    this.#part = null;
    this.#size.disconnect();
    this.#attributes.disconnect();
  }

  hostUpdated(): void {
    const part = this.host.shadowRoot?.querySelector<HTMLElement>(this.selector) ?? null;
    if (part === this.#part) return;
    this.#part = part;
    this.#size.disconnect();
    this.#attributes.disconnect();
    if (part !== null) {
      this.#size.observe(part);
      this.#attributes.observe(part, { attributes: true });
    }
    this.changed(part);
  }
}
