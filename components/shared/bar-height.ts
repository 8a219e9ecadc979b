/** How much of the viewport a bar that stays in view covers: its height follows from its words and from the width of the page. */
import type { LitElement } from 'lit';
import { observePart } from './observed-part.ts';

/** Between a bar and what is scrolled into view, in px. */
export const BESIDE_BAR = 16;

/** Reports how much the bar covers that a selector finds in its host: in px, rounded up, whenever that changes; 0 while it is not there. */
export function measureBar(host: LitElement, selector: string, report: (height: number) => void): void {
  observePart(host, selector, (bar) => {
    const height = bar?.getBoundingClientRect().height ?? 0;
    // A bar whose first line scrolls away stays with the rest of it.
    const away = bar === null ? 0 : Math.min(0, parseFloat(getComputedStyle(bar).insetBlockStart) || 0);
    report(Math.ceil(height + away));
  });
}
