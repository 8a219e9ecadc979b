/** The room that the job bar takes at the foot of the page, for what stays above it or is scrolled into view. */
import type { LitElement, ReactiveController } from 'lit';

/** Between the bar and what is scrolled into view, in px. */
const GAP = 16;

/**
 * Measures the job bar, whose height depends on its words and the width of the page: `--foot` is the height that it has now, and
 * `--below` keeps what has the focus above it.
 */
export class FootOfPage implements ReactiveController {
  #bar: HTMLElement | null = null;
  readonly #size = new ResizeObserver(() => this.#measure());

  constructor(private readonly host: LitElement) {}

  hostDisconnected(): void {
    this.#bar = null;
    this.#size.disconnect();
  }

  hostUpdated(): void {
    const bar = this.host.shadowRoot?.querySelector<HTMLElement>('job-bar') ?? null;
    if (bar === this.#bar) return;
    this.#bar = bar;
    this.#size.disconnect();
    if (bar !== null) this.#size.observe(bar);
    this.#measure();
  }

  #measure(): void {
    const height = Math.ceil(this.#bar?.getBoundingClientRect().height ?? 0);
    this.host.style.setProperty('--foot', `${height}px`);
    this.host.style.setProperty('--below', `${height + GAP}px`);
  }
}
