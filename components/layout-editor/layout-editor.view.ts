/** Keeps in view what an edit was made in and what it led to, clear of the end of the editor, which stays above the job bar. */
import type { LitElement } from 'lit';
import { measureBar } from '../shared/bar-height.ts';

/** What an edit may lead to, in the order in which it is scrolled into view, and what tells one from another. */
const LED_TO: readonly (readonly [selector: string, keyOf: (element: HTMLElement) => string])[] = [
  ['.free[data-offset]', ({ dataset }) => dataset['offset'] ?? ''],
  ['.answers .problem', ({ textContent }) => textContent],
];

/** The view of the editor. */
export class KeptInView {
  /** What was there when the editor was rendered last, for each of `LED_TO`; null before that. */
  #before: readonly ReadonlySet<string>[] | null = null;

  constructor(private readonly host: LitElement) {
    measureBar(host, '.stays', (height) => this.#reserve(height));
  }

  /** The editor was rendered; `isEdit` is whether that followed from an edit, by which alone the page moves. */
  rendered(isEdit: boolean): void {
    const found = LED_TO.map(([selector, keyOf]) =>
      [...(this.host.shadowRoot?.querySelectorAll<HTMLElement>(selector) ?? [])].map((element) => ({
        element,
        key: keyOf(element),
      })),
    );
    const before = this.#before;
    this.#before = found.map((all) => new Set(all.map(({ key }) => key)));
    if (!isEdit) return;
    const fresh = found.flatMap(
      (all, i) => all.find(({ key }) => before !== null && before[i]?.has(key) !== true) ?? [],
    );
    const show = () => {
      // The end grows with the words of a problem.
      this.#reserve(this.host.shadowRoot?.querySelector('.stays')?.getBoundingClientRect().height ?? 0);
      for (const { element } of fresh) element.scrollIntoView({ block: 'nearest' });
      const field = this.host.shadowRoot?.activeElement;
      (field?.closest('td') ?? field)?.scrollIntoView({ block: 'nearest' });
    };
    show();
    // The buttons of the end render after it.
    requestAnimationFrame(show);
  }

  #reserve(height: number): void {
    this.host.style.setProperty('--end', `${Math.ceil(height)}px`);
  }
}
