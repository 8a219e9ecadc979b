/** How much of the viewport a bar that stays in view covers: its height follows from its words and from the width of the page. */
import type { LitElement, ReactiveController } from 'lit';

/** Between a bar and what is scrolled into view, in px. */
export const BESIDE_BAR = 16;

/** Reports how much the bar covers that a selector finds in its host: in px, rounded up, whenever that changes; 0 while it is not there. */
export function measureBar(host: LitElement, selector: string, report: (height: number) => void): void {
  host.addController(new BarHeight(host, selector, report));
}

class BarHeight implements ReactiveController {
  #bar: HTMLElement | null = null;
  readonly #size = new ResizeObserver(() => this.#measure());

  constructor(
    private readonly host: LitElement,
    private readonly selector: string,
    private readonly report: (height: number) => void,
  ) {}

  hostDisconnected(): void {
    this.#bar = null;
    this.#size.disconnect();
  }

  hostUpdated(): void {
    const bar = this.host.shadowRoot?.querySelector<HTMLElement>(this.selector) ?? null;
    if (bar === this.#bar) return;
    this.#bar = bar;
    this.#size.disconnect();
    if (bar !== null) this.#size.observe(bar);
    this.#measure();
  }

  #measure(): void {
    const height = this.#bar?.getBoundingClientRect().height ?? 0;
    // A bar whose first line scrolls away stays with the rest of it.
    const away = this.#bar === null ? 0 : Math.min(0, parseFloat(getComputedStyle(this.#bar).insetBlockStart) || 0);
    this.report(Math.ceil(height + away));
  }
}
